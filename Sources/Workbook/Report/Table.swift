import Tensors
import Text

/// Rows of numbers and words under headings.
public struct Table: Equatable, Sendable {
  /// One entry.
  public enum Cell: Equatable, Sendable, ExpressibleByStringLiteral {
    case text(String)
    case number(Double, NumberFormat)
    /// Nothing was measured, or nothing can be.
    case none

    public init(stringLiteral text: String) { self = .text(text) }

    /// Creates the cell of a number, or an empty one.
    public init(_ number: Double?, _ format: NumberFormat) {
      self = number.map { .number($0, format) } ?? .none
    }

    /// Creates the cell of a count.
    public static func count(_ number: Int) -> Cell { .number(Double(number), .count) }

    /// The entry as it is printed.
    public var text: String {
      switch self {
      case .text(let text): text
      case .number(let value, let format): format.text(of: value)
      case .none: "–"
      }
    }

    /// Whether the entry is set flush right, as numbers are.
    package var isNumber: Bool { if case .text = self { false } else { true } }
  }

  /// The name by which prose refers to it.
  public let name: String
  /// The headings.
  public let columns: [String]
  /// The rows, each with an entry for each heading.
  public internal(set) var rows: [[Cell]]

  /// Creates a table.
  ///
  /// - Precondition: Each row has an entry for each heading.
  public init(_ name: String, columns: [String], rows: [[Cell]] = []) {
    self.name = name
    self.columns = columns
    self.rows = []
    for row in rows { add(row) }
  }

  /// Adds a row.
  ///
  /// - Precondition: The row has an entry for each heading.
  public mutating func add(_ row: [Cell]) {
    precondition(
      row.count == columns.count, "table \(name): \(row.count) entries, \(columns.count) headings")
    rows.append(row)
  }
}
