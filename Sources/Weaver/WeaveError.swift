import Workbook

/// Something in the book's source that cannot be woven.
public struct WeaveError: Error, Equatable, CustomStringConvertible {
  /// Where it stands.
  public let position: SourcePosition
  /// What is wrong, and what there is.
  public let message: String

  public var description: String { "\(position): error: \(message)" }
}

/// Everything in the book's source that cannot be woven.
public struct WeaveErrors: Error, Equatable, CustomStringConvertible {
  /// The errors, in reading order.
  public let errors: [WeaveError]

  public var description: String { errors.map(\.description).joined(separator: "\n") }
}
