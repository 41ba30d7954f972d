import Foundation

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

  /// Reads the names that the compiler found in an answer: all but those that are private or local.
  ///
  /// The compiler writes them as symbol graphs, a file for each module that the answer adds to.
  ///
  /// - Parameter folder: Where it wrote them.
  /// - Returns: The names; `nil` where what it wrote cannot be read or is larger than 16 MiB.
  static func all(in folder: String) -> [DeclaredName]? {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var names: [DeclaredName] = []
    for file in files.sorted() where file.hasSuffix(".symbols.json") {
      guard let data = try? UntrustedFile.contents(of: "\(folder)/\(file)", limit: 1 << 24),
        let graph = try? JSONDecoder().decode(SymbolGraph.self, from: data)
      else { return nil }
      names += graph.symbols.compactMap(DeclaredName.init)
    }
    return files.isEmpty ? nil : names
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

/// The part of a symbol graph that is read here.
private struct SymbolGraph: Decodable {
  let symbols: [Symbol]

  struct Symbol: Decodable {
    let kind: Kind
    let pathComponents: [String]
    let location: Location?
    let swiftExtension: Extension?

    struct Kind: Decodable { let identifier: String }
    struct Extension: Decodable { let extendedModule: String? }
    struct Location: Decodable {
      let position: Position
      struct Position: Decodable { let line: Int }
    }
  }
}
