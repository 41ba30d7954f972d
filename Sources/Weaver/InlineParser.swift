/// Returns running text as a tree: code, formulas, values and links, and the text between them.
///
/// - Parameters:
///   - text: Lines of Markdown.
///   - line: The line of the file that the text begins on.
func parseInlines(_ text: String, from line: Int) -> [Inline] {
  let token = #/`[^`]*`|\$[^$]+\$|\\\(([^)]*)\)|!?\[([^\]]*)\]\(([a-z]+):([^)]*)\)/#
  var inlines: [Inline] = []
  var rest = text[...]
  var number = line
  func append(_ content: Inline.Content, _ source: Substring) {
    if !source.isEmpty { inlines.append(Inline(content: content, line: number)) }
    number += source.count { $0 == "\n" }
  }
  while let match = rest.firstMatch(of: token) {
    let before = rest[..<match.range.lowerBound]
    append(.text(String(before)), before)
    let (whole, name, label, scheme, target) = match.output
    if whole.hasPrefix("`") {
      append(.code(String(whole)), whole)
    } else if whole.hasPrefix("$") {
      append(.formula(String(whole.dropFirst().dropLast())), whole)
    } else if let name {
      append(.value(String(name)), whole)
    } else if let label, let scheme, let target {
      append(linkContent(whole, label, scheme, target), whole)
    }
    rest = rest[match.range.upperBound...]
  }
  append(.text(String(rest)), rest)
  return inlines
}

/// Returns what `[label](scheme:target)` stands for.
private func linkContent(
  _ whole: Substring, _ label: Substring, _ scheme: Substring, _ target: Substring
) -> Inline.Content {
  if let reference = Reference(scheme, target) {
    return .misplaced(reference, label: String(label))
  }
  // A picture that no run made is Markdown like any other.
  if whole.hasPrefix("!") { return .text(String(whole)) }
  return switch scheme {
  case "chapter": .link(label: String(label), .chapter(String(target)))
  case "file": .link(label: String(label), .file(String(target)))
  case "appendix": .link(label: String(label), .appendix(String(target)))
  case "cite": .link(label: String(label), .source(String(target)))
  default: .link(label: String(label), .address("\(scheme):\(target)"))
  }
}
