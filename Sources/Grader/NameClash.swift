/// A name that an answer adds, and that its check uses for something else.
///
/// The check is compiled against the answer. Where both know a name, the compiler would choose, and could choose
/// the answer's: the answer would decide what is right. So a name that an answer adds must be none that the
/// check uses, or be private.
struct NameClash: Equatable {
  /// What is declared, such as `sum`.
  let name: String
  /// The line of the answer, from 1.
  let line: Int
  /// Whether it is an operator, such as `==`.
  var isOperator: Bool { name.first.map { !$0.isLetter && $0 != "_" } ?? false }

  /// Finds the first clash.
  ///
  /// - Parameters:
  ///   - declared: What the answer declares.
  ///   - solution: The solution's text: what it declares, the check may use.
  ///   - check: The check's text.
  init?(of declared: [DeclaredName], besides solution: String, with check: String) {
    let used = SwiftTokens.words(in: check).union(Self.usedUnseen)
    let bare = Self.bareNames(in: check).union(Self.usedUnseen)
    let expected = Self.declarations(in: solution)
    let clashes = declared.filter { name in
      if let type = name.type {
        // An initialiser is found by the name of its type.
        if name.isAddedToOthers { return used.contains(name.name == "init" ? type : name.name) }
        // The check meets the answer's own types where the solution has them, and then their operators.
        if !name.isOperator || !expected.contains(type) { return false }
      }
      // What stands at the top of the file is never behind a point, and is no label.
      let reached = name.type == nil && !name.isOperator ? bare : used
      return !expected.contains(name.name) && reached.contains(name.name)
    }
    let clash = clashes.min { $0.line < $1.line }
    guard let clash else { return nil }
    name = clash.name == "init" ? "\(clash.type ?? "").init" : clash.name
    line = clash.line
  }

  /// The names that stand neither behind a point nor as the label of an argument.
  private static func bareNames(in check: String) -> Set<String> {
    let tokens = SwiftTokens.all(in: check)
    return Set(
      tokens.indices.filter { place in
        let before = place > 0 ? tokens[place - 1].text : ""
        let after = place + 1 < tokens.count ? tokens[place + 1].text : ""
        let isLabel = ["(", ","].contains(before) && after == ":"
        return tokens[place].kind == .name && before != "." && !isLabel
      }.map { tokens[$0].text })
  }

  /// What a check can use without naming it.
  private static let usedUnseen: Set = [
    "subscript", "callAsFunction", "makeIterator", "appendInterpolation", "~=", "==", "<",
  ]

  /// Returns the names behind the words that begin a declaration.
  static func declarations(in source: String) -> Set<String> {
    let tokens = SwiftTokens.all(in: source)
    var names: Set<String> = []
    for (token, next) in zip(tokens, tokens.dropFirst()) where introducers.contains(token.text) {
      names.insert(next.text)
    }
    return names
  }

  private static let introducers: Set = [
    "func", "var", "let", "struct", "class", "enum", "actor", "protocol", "typealias", "case",
    "operator",
  ]

  /// Returns the first type that a text declares and another text uses.
  ///
  /// - Parameters:
  ///   - answer: An answer that the compiler refused.
  ///   - solution: The solution, which means the library's type by that name.
  static func type(of answer: String, usedIn solution: String) -> String? {
    let types: Set = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    let tokens = SwiftTokens.all(in: answer)
    let known = declarations(in: solution)
    let used = SwiftTokens.words(in: solution)
    return zip(tokens, tokens.dropFirst()).first {
      types.contains($0.text) && !known.contains($1.text) && used.contains($1.text)
    }?.1.text
  }
}
