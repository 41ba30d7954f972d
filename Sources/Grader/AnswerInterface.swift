/// What a check depends on when it is compiled against an answer: what the answer declares, and in which order,
/// since that is the layout of a type.
///
/// A check that was compiled against one answer can be linked with another of the same interface. What symbol
/// graphs do not show, ``PreparedExam/serves(_:_:)`` looks for.
struct AnswerInterface: Equatable {
  /// Each declaration with its name for the linker.
  private let declarations: [String]
  /// Which types conform to what.
  private let relationships: Set<String>

  /// Reads what the compiler found in an answer.
  ///
  /// - Parameter graphs: The symbol graphs of its module.
  init(_ graphs: [SymbolGraph]) {
    declarations = graphs.flatMap { graph in
      graph.symbols.sorted { Self.place(of: $0) < Self.place(of: $1) }.map { symbol in
        let words = (symbol.declarationFragments ?? []).map(\.spelling).joined()
        return "\(symbol.identifier.precise) \(words)"
      }
    }
    relationships = Set(
      graphs.flatMap(\.relationships).map { "\($0.source) \($0.kind) \($0.target)" })
  }

  /// Where a symbol is declared; what the compiler adds comes first, by name.
  private static func place(of symbol: SymbolGraph.Symbol) -> (Int, Int, String) {
    let position = symbol.location?.position
    return (position?.line ?? -1, position?.character ?? -1, symbol.identifier.precise)
  }
}
