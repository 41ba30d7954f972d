/// Numbers and what they were made of: boxes in columns, with arrows from the parts to the whole.
public struct GraphDiagram: Equatable, Sendable {
  /// A number of the graph.
  public struct Node: Equatable, Sendable {
    /// Its name, or the operation that made it.
    public let name: String
    /// The number itself.
    public let value: Double
    /// The slope of the last number in this one.
    public let slope: Double
    /// The nodes that it was made of, by their places in the list.
    public let parts: [Int]

    /// Describes a number.
    public init(_ name: String, value: Double, slope: Double, madeOf parts: [Int] = []) {
      self.name = name
      self.value = value
      self.slope = slope
      self.parts = parts
    }
  }

  /// The nodes, parts before what they are part of.
  public let nodes: [Node]
  /// How the numbers are printed.
  public let format: NumberFormat

  /// Creates the diagram of a graph.
  ///
  /// - Precondition: Each node comes after its parts.
  public init(_ nodes: [Node], format: NumberFormat = .decimals(3)) {
    for (index, node) in nodes.enumerated() {
      precondition(
        node.parts.allSatisfy { (0..<index).contains($0) },
        "node \(index), \(node.name), is made of \(node.parts)")
    }
    self.nodes = nodes
    self.format = format
  }

  /// The column of each node: behind all its parts, and what has no parts right before its first use.
  var columns: [Int] {
    var columns = nodes.map { _ in 0 }
    for (index, node) in nodes.enumerated() {
      columns[index] = node.parts.map { columns[$0] + 1 }.max() ?? 0
    }
    for (index, node) in nodes.enumerated() where node.parts.isEmpty {
      let uses = nodes.indices.filter { nodes[$0].parts.contains(index) }
      columns[index] = (uses.map { columns[$0] }.min() ?? 1) - 1
    }
    return columns
  }

  /// The diagram in words, made from its data.
  public var alt: String {
    guard let last = nodes.last else { return "A graph without nodes." }
    let words = nodes.map { node -> String in
      let parts = node.parts.map { nodes[$0].name }
      let origin = parts.isEmpty ? "" : " of " + parts.joined(separator: " and ")
      return "\(node.name)\(origin) with value \(format.text(of: node.value)) and slope "
        + format.text(of: node.slope)
    }
    let count = nodes.count == 1 ? "1 number" : "\(nodes.count) numbers"
    return "A graph of \(count) that ends in \(last.name): " + words.joined(separator: "; ") + "."
  }
}
