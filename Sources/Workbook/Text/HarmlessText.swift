extension String {
  /// Text from strangers as it may be shown in a terminal or a log: in one line, with an escape such as
  /// `\u{1B}` in place of each sign that is not seen or that moves others.
  ///
  /// These are control characters, with which a terminal is steered; marks that turn the direction of writing or
  /// take no room; line breaks; and signs that Unicode does not define. The runner of GitHub's workflows reads
  /// commands in its log, `::error …` at the head of a line and `##[error]` anywhere: both are broken up.
  package var harmless: String {
    var shown = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": shown.append(contentsOf: "\\n".unicodeScalars)
      case "\r": shown.append(contentsOf: "\\r".unicodeScalars)
      case "\t": shown.append(contentsOf: "\\t".unicodeScalars)
      case _ where scalar.isUnseen: shown.append(contentsOf: scalar.escape.unicodeScalars)
      default: shown.append(scalar)
      }
    }
    return String(Self.withoutCommands(shown))
  }

  /// Breaks up what GitHub's runner takes for a command. It compares bytes, so an accent on a sign changes nothing.
  private static func withoutCommands(_ text: UnicodeScalarView) -> UnicodeScalarView {
    var scalars = Array(text)
    for index in scalars.indices.dropLast(2).reversed()
    where scalars[index...].starts(with: "##[".unicodeScalars) {
      scalars.replaceSubrange(
        index + 1...index + 1, with: Unicode.Scalar("#").escape.unicodeScalars)
    }
    if let head = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      scalars[head...].starts(with: "::".unicodeScalars)
    {
      scalars.replaceSubrange(head...head, with: Unicode.Scalar(":").escape.unicodeScalars)
    }
    return UnicodeScalarView(scalars)
  }
}

extension Unicode.Scalar {
  /// Whether this takes no room, moves other signs, or means nothing that is known.
  fileprivate var isUnseen: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      true
    default: properties.isDefaultIgnorableCodePoint
    }
  }

  fileprivate var escape: String { "\\u{" + String(value, radix: 16, uppercase: true) + "}" }
}
