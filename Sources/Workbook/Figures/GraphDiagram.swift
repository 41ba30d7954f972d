import Tensors
import Text

/// A computational graph: boxes in columns, with an arrow from each operand to its result.
public struct GraphDiagram: FigureContent {
  /// A number of the graph.
  public struct Node: Equatable, Sendable {
    /// Its name, or the operation that made it.
    public let name: String
    /// The number itself.
    public let value: Double
    /// The gradient of the last number with respect to this one.
    public let gradient: Double
    /// The operands, by their indices in the list.
    public let parts: [Int]
    /// The derivative in each operand, which is written on its arrow; or none.
    public let derivatives: [Double]

    /// Describes a number.
    ///
    /// - Precondition: There is a derivative for each operand, or none at all.
    public init(
      _ name: String, value: Double, gradient: Double, madeOf parts: [Int] = [],
      derivatives: [Double] = []
    ) {
      precondition(
        derivatives.isEmpty || derivatives.count == parts.count,
        "\(name) has \(derivatives.count) derivatives and \(parts.count) operands")
      self.name = name
      self.value = value
      self.gradient = gradient
      self.parts = parts
      self.derivatives = derivatives
    }
  }

  /// The nodes, operands before results.
  public let nodes: [Node]
  /// How the numbers are printed.
  public let format: NumberFormat

  /// Creates the diagram of a graph.
  ///
  /// - Precondition: Each node comes after its operands.
  public init(_ nodes: [Node], format: NumberFormat = .decimals(3)) {
    for (index, node) in nodes.enumerated() {
      precondition(
        node.parts.allSatisfy { (0..<index).contains($0) },
        "node \(index), \(node.name), is made of \(node.parts); its operands come before it")
    }
    self.nodes = nodes
    self.format = format
  }

  /// Whether arrows bear derivatives.
  var hasDerivatives: Bool { nodes.contains { !$0.derivatives.isEmpty } }

  /// The column of each node: after all its operands; a leaf stands right before its first use.
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
      let derivatives = node.derivatives.map { format.text(of: $0) }
      let slopes =
        derivatives.isEmpty ? "" : ", derivatives " + derivatives.joined(separator: " and ")
      return "\(node.name)\(origin) with value \(format.text(of: node.value)) and gradient "
        + format.text(of: node.gradient) + slopes
    }
    let count = nodes.count == 1 ? "1 number" : "\(nodes.count) numbers"
    return "A graph of \(count) that ends in \(last.name): " + words.joined(separator: "; ") + "."
  }

  /// A record for each node, with the numbers of its operands.
  public var records: [[String]] {
    let rows = nodes.enumerated().map { index, node in
      [
        "\(index + 1)", node.name, "\(node.value)", "\(node.gradient)",
        node.parts.map { "\($0 + 1)" }.joined(separator: " "),
      ] + (hasDerivatives ? [node.derivatives.map { "\($0)" }.joined(separator: " ")] : [])
    }
    return [
      ["node", "name", "value", "gradient", "made of"] + (hasDerivatives ? ["derivatives"] : [])
    ] + rows
  }
}
