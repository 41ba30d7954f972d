import Foundation

/// A public name of the library, with what its documentation says of it first.
struct PublicName: Equatable {
  /// The type that it belongs to, or is; empty for a function of its own.
  let type: String
  /// The name itself: `sumOfRows`, `+`, `init`, or that of the type.
  let name: String
  /// The declaration on one line, without `public` and without its body.
  let declaration: String
  /// The first sentence of its documentation.
  let summary: String

  /// Whether it is a type, and not something that a type has.
  var isType: Bool { name == type }
}

/// Returns the public names of a file, in its order. The file is laid out by the formatter: what stands
/// in a type is indented by two spaces.
func publicNames(in text: String) -> [PublicName] {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  var reader = PublicNameReader()
  for index in lines.indices { reader.read(lines[index], before: lines[(index + 1)...]) }
  return reader.names
}

/// Reads a file's declarations line by line.
private struct PublicNameReader {
  private(set) var names: [PublicName] = []
  /// The type or extension around the line, and whether it is a protocol, whose requirements are public.
  private var type = ""
  private var isProtocol = false
  private var documentation: [Substring] = []

  mutating func read(_ line: Substring, before rest: ArraySlice<Substring>) {
    let text = line.drop { $0 == " " }
    if text.hasPrefix("///") {
      documentation.append(text.dropFirst(3).drop { $0 == " " })
      return
    }
    if text.hasPrefix("@") && !text.contains("public ") && !text.contains("func ") { return }
    defer { documentation = [] }
    if line.hasPrefix("}") { (type, isProtocol) = ("", false) }
    let indent = line.count - text.count
    if indent == 0 { enter(text) }
    let isRequirement = isProtocol && indent == 2 && text.contains(/^(static )?(func|init|var)\b/)
    guard indent <= 2, isRequirement || text.hasPrefix("public ") else { return }
    append(declaration: Self.declaration(text, rest))
  }

  /// Notes the type that a line opens.
  private mutating func enter(_ text: Substring) {
    let keyword = #/^(?:[a-z]+ )*?(struct|enum|class|protocol|extension) /#
    guard let match = text.prefixMatch(of: keyword), text.hasSuffix("{") else { return }
    type = String(
      text[match.range.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "." })
    isProtocol = match.1 == "protocol" && text.hasPrefix("public ")
  }

  /// The declaration that begins with a line, without its body.
  private static func declaration(_ first: Substring, _ rest: ArraySlice<Substring>) -> String {
    var words = String(first)
    var rest = rest
    let isOpen = { (text: String) in text.count { $0 == "(" } > text.count { $0 == ")" } }
    while isOpen(words)
      || words.hasSuffix(")") && rest.first?.contains(/^ *(->|where|async|throws)/) ?? false,
      let next = rest.popFirst()
    {
      words += " " + next.drop { $0 == " " }
    }
    let body = words.firstRange(of: " {")?.lowerBound ?? words.endIndex
    return words[..<body].replacing("( ", with: "(").replacing(" )", with: ")")
      .replacing("public ", with: "").trimmingCharacters(in: .whitespaces)
  }

  private mutating func append(declaration: String) {
    // Modifiers may stand before, such as `static` or `private(set)`.
    let keyword =
      #/
      ^ (?: [a-z]+ (?: \(set\) )? \x20 )*?
      (func | init | var | let | subscript | struct | enum | class | protocol | typealias) \b \x20?
      /#
    guard let match = declaration.prefixMatch(of: keyword) else { return }
    let kind = match.1
    let rest = declaration[match.range.upperBound...]
    let name =
      switch kind {
      case "init", "subscript": String(kind)
      default: String(rest.prefix { !"(<:= ".contains($0) || rest.first == $0 })
      }
    let isType = ["struct", "enum", "class", "protocol"].contains(kind)
    let summary = documentation.prefix { !$0.isEmpty }.joined(separator: " ")
    names.append(
      PublicName(
        type: isType && type.isEmpty ? name : type, name: name, declaration: declaration,
        summary: String(summary.prefixMatch(of: /.*?[.?!](?= |$)/)?.output ?? summary[...])))
  }
}
