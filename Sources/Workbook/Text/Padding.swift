extension String {
  /// This text without the spaces at its end.
  package var trimmingTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }

  /// This text, cut where it is longer than a width.
  package func cut(to width: Int) -> String { String(prefix(max(0, width))) }

  /// This text with spaces behind it, up to a width.
  package func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// This text with spaces before it, up to a width.
  package func flushRight(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
