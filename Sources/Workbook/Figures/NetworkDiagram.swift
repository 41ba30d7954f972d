import Tensors
import Text

/// The layers of a network in a row: how many units each has, and what it does.
public struct NetworkDiagram: FigureContent {
  /// A layer.
  public struct Layer: Equatable, Sendable {
    /// What it is or does, such as `relu`.
    public let name: String
    /// The number of its units.
    public let width: Int
  }

  /// The layers, from the input to the output.
  public let layers: [Layer]

  /// Creates a diagram of layers, from the input to the output.
  ///
  /// - Precondition: Each layer has at least one unit.
  public init(_ layers: [(name: String, width: Int)]) {
    for layer in layers {
      precondition(
        layer.width > 0, "layer \(layer.name) has \(layer.width) units; at least 1 is expected")
    }
    self.layers = layers.map { Layer(name: $0.name, width: $0.width) }
  }

  /// The diagram in words, made from its data.
  public var alt: String {
    guard let input = layers.first else { return "A network without layers." }
    let rest = layers.dropFirst().map { "\($0.name) with \(Self.units($0.width))" }
    let start = "\(input.name) with \(Self.units(input.width))"
    let pairs = zip(layers, layers.dropFirst()).map { Double($0.width) * Double($1.width) }
      .reduce(0, +)
    return "A network drawn as \(layers.count) columns of units, each joined to the next: "
      + ([start] + rest).joined(separator: ", then ") + "; \(brief(pairs)) connections."
  }

  private static func units(_ count: Int) -> String {
    count == 1 ? "1 unit" : "\(brief(Double(count))) units"
  }

  /// Returns the unit drawn in each row of a layer, in at most `most` rows; `nil` is the row of the
  /// ellipsis.
  static func rows(of width: Int, atMost most: Int) -> [Int?] {
    if width <= most { return Array(0..<width) }
    let above = most / 2
    let below = most - 1 - above
    return Array(0..<above) + [nil] + Array(width - below..<width)
  }

  /// A record for each layer.
  public var records: [[String]] {
    [["layer", "name", "units"]]
      + layers.enumerated().map { ["\($0)", $1.name, "\($1.width)"] }
  }
}
