import Tensors
import Text

/// Who holds what: chains of objects, of which each keeps the next one in memory.
public struct OwnershipDiagram: FigureContent {
  /// An object of a chain.
  public struct Item: Equatable, Sendable {
    /// What the object is.
    public let name: String
    /// A word on its size; empty where there is none.
    public let detail: String
    /// Whether something holds the object, or it has been released.
    public let isHeld: Bool
    /// Whether it has the same holder as the object before it, and is not held by that object.
    public let isBeside: Bool

    /// Describes an object.
    public init(
      _ name: String, _ detail: String = "", isHeld: Bool = true, isBeside: Bool = false
    ) {
      (self.name, self.detail) = (name, detail)
      (self.isHeld, self.isBeside) = (isHeld, isBeside)
    }
  }

  /// Objects of which each was made to hold the next one.
  public struct Chain: Equatable, Sendable {
    /// What makes the chain, such as a line of code.
    public let label: String
    /// The objects, the holder first.
    public let items: [Item]

    /// Creates a chain.
    public init(_ label: String, _ items: [Item]) { (self.label, self.items) = (label, items) }
  }

  /// The chains, from top to bottom.
  public let chains: [Chain]

  /// Creates a diagram.
  public init(_ chains: [Chain]) { self.chains = chains }

  /// The diagram in words, made from its data.
  public var alt: String {
    if chains.isEmpty { return "A diagram without objects." }
    let words = chains.map { chain -> String in
      let held = chain.items.filter(\.isHeld)
      let released = chain.items.filter { !$0.isHeld }.map(Self.words)
      let parts = [
        held.isEmpty
          ? "nothing is held" : Self.joined(held, by: ", which holds ", beside: " and "),
        released.isEmpty ? "" : "released: " + released.joined(separator: ", "),
      ]
      return "\(chain.label): " + parts.filter { !$0.isEmpty }.joined(separator: "; ")
    }
    let count = chains.count == 1 ? "A chain" : "\(chains.count) chains"
    return "\(count) of objects that hold each other. " + words.joined(separator: ". ") + "."
  }

  /// Returns the objects with one text before what the last object holds, and another before what is
  /// held beside it.
  static func joined(_ items: [Item], by holds: String, beside: String) -> String {
    items.enumerated().map { index, item in
      (index == 0 ? "" : item.isBeside ? beside : holds) + words(of: item)
    }.joined()
  }

  /// Returns an object's name, and its detail if it has one.
  static func words(of item: Item) -> String {
    item.detail.isEmpty ? item.name : "\(item.name) (\(item.detail))"
  }

  /// A record for each object.
  public var records: [[String]] {
    let rows = chains.flatMap { chain in
      chain.items.map { [chain.label, $0.name, $0.detail, $0.isHeld ? "held" : "released"] }
    }
    return [["chain", "object", "detail", "state"]] + rows
  }
}
