import Tensors

/// What is known about a formula that helps to say why a gradient is wrong.
public struct Clues: Sendable {
  /// Counts that a gradient may be multiplied or divided by, with their names: examples, classes.
  public var counts: [(name: String, count: Int)]
  /// The gradients that well-known mistakes give.
  public var mistakes: [Mistake]

  /// A mistake, in a few words, and the gradient that it gives at the formula's evaluation point.
  public struct Mistake: Sendable {
    /// What was done, such as `the derivative of the activation is left out`.
    public let name: String
    /// The gradient that it gives.
    public let gradient: [Tensor<Double>]

    /// Names a mistake.
    public init(_ name: String, gradient: [Tensor<Double>]) {
      self.name = name
      self.gradient = gradient
    }
  }

  /// Creates clues.
  public init(counts: [(name: String, count: Int)] = [], mistakes: [Mistake] = []) {
    self.counts = counts
    self.mistakes = mistakes
  }
}
