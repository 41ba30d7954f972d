/// What is wrong with a file, in a sentence for the reader.
public struct InputError: Error, Equatable, CustomStringConvertible {
  /// Whether there is no such file, or one that cannot be used.
  public enum Kind: Sendable { case missing, damaged }

  /// Whether there is no such file, or one that cannot be used.
  public let kind: Kind
  /// The file.
  public let path: String
  /// What is wrong, where, and what to do.
  public let problem: String

  /// Describes a file's problem.
  public init(_ kind: Kind, _ path: String, _ problem: String) {
    self.kind = kind
    self.path = path
    self.problem = problem
  }

  public var description: String { "\(path): \(problem)" }
}
