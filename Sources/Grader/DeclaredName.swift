/// A name that an answer declares, and that another module could take for one of its own.
struct DeclaredName: Equatable, Sendable {
  /// The name without what stands in parentheses, such as `sum`.
  let name: String
  /// The line of the answer, from 1.
  let line: Int
  /// The type that it is a member of; `nil` for what stands at the top of the file.
  let type: String?
  /// Whether an extension adds it to a type that is not the answer's.
  let isAddedToOthers: Bool
  /// Whether it is an operator.
  let isOperator: Bool

  /// Returns the names that the compiler found in an answer: none that is private, local, or a member of what is.
  ///
  /// - Parameter graphs: The symbol graphs of its module.
  static func all(in graphs: [SymbolGraph]) -> [DeclaredName] {
    graphs.flatMap(\.symbols).compactMap(DeclaredName.init)
  }
}

extension DeclaredName {
  fileprivate init?(_ symbol: SymbolGraph.Symbol) {
    guard let path = symbol.pathComponents.last, let position = symbol.location?.position else {
      return nil
    }
    // An operator can begin with a parenthesis of its arguments only.
    name = String(path.prefix { $0 != "(" })
    line = position.line + 1
    type = symbol.pathComponents.count > 1 ? symbol.pathComponents.first : nil
    isAddedToOthers = symbol.swiftExtension.map { $0.extendedModule != "Answer" } ?? false
    isOperator = symbol.kind.identifier.hasSuffix(".op")
  }
}
