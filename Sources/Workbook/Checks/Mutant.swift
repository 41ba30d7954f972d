import Numbers
import Reports
import Tensors

/// A formula with one entry of its gradient made a little wrong, which every check must notice.
///
/// A check that has never failed proves nothing. So each method is run on mutants too.
public struct Mutant<Original: Formula>: Formula {
  /// The right formula.
  public let original: Original
  /// Which entry is wrong: its tensor's number and its index.
  public let entry: (tensor: Int, index: Int)
  /// By which part of itself the entry is wrong: a power of two.
  public let part: Double

  /// Makes one entry wrong by a part of itself.
  public init(_ original: Original, at entry: (tensor: Int, index: Int), part: Double) {
    self.original = original
    self.entry = entry
    self.part = part
  }

  public var name: String { original.name }
  public var evaluationPoint: [Tensor<Double>] { original.evaluationPoint }
  public var clues: Clues { original.clues }

  public func loss<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> Scalar {
    original.loss(at: parameters)
  }

  public func gradient<Scalar: AnalyticField>(
    at parameters: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    spoiled(original.gradient(at: parameters))
  }

  private func spoiled<Scalar: Field>(_ gradient: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    var spoiled = gradient
    spoiled[entry.tensor].elements[entry.index] *= 1 + Scalar(part)
    return spoiled
  }
}

extension Mutant: AlgebraicFormula where Original: AlgebraicFormula {
  public func loss<Scalar: OrderedField>(at parameters: [Tensor<Scalar>]) -> Scalar {
    original.loss(at: parameters)
  }

  public func gradient<Scalar: OrderedField>(
    at parameters: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    spoiled(original.gradient(at: parameters))
  }
}
