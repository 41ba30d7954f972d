import Foundation

/// The parts of a symbol graph, the compiler's list of what a module declares, that are read here.
struct SymbolGraph: Decodable {
  let symbols: [Symbol]
  let relationships: [Relationship]

  /// Reads the graphs of an answer: its own, and one for each module that it adds to.
  ///
  /// - Parameter folder: Where the compiler wrote them.
  /// - Returns: The graphs; `nil` where there are none, or one cannot be read or is larger than 16 MiB.
  static func all(in folder: String) -> [SymbolGraph]? {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var graphs: [SymbolGraph] = []
    for file in files.sorted() where file.hasSuffix(".symbols.json") {
      guard let data = try? UntrustedFile.contents(of: "\(folder)/\(file)", limit: 1 << 24),
        let graph = try? JSONDecoder().decode(SymbolGraph.self, from: data)
      else { return nil }
      graphs.append(graph)
    }
    return graphs.isEmpty ? nil : graphs
  }

  struct Symbol: Decodable {
    let kind: Kind
    let identifier: Identifier
    let pathComponents: [String]
    let declarationFragments: [Fragment]?
    let location: Location?
    let swiftExtension: Extension?

    struct Kind: Decodable { let identifier: String }
    /// The name that the linker knows.
    struct Identifier: Decodable { let precise: String }
    struct Fragment: Decodable { let spelling: String }
    struct Extension: Decodable { let extendedModule: String? }
    struct Location: Decodable {
      let position: Position
      struct Position: Decodable { let line, character: Int }
    }
  }

  /// That a symbol is a member of another, or conforms to it.
  struct Relationship: Decodable { let kind, source, target: String }
}
