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
  /// How the entry is wrong.
  public let flaw: Flaw

  /// How an entry of a gradient is wrong.
  public enum Flaw: Sendable {
    /// By a part of itself: a power of two.
    case part(Double)
    /// By how far its parameter is from the evaluation point: not at all there, and wrong elsewhere.
    case elsewhere
    /// Doubled, and only where its parameter has another sign than at the evaluation point.
    case onOtherBranch
  }

  /// Makes one entry wrong.
  public init(_ original: Original, at entry: (tensor: Int, index: Int), flaw: Flaw) {
    self.original = original
    self.entry = entry
    self.flaw = flaw
  }

  /// Makes one entry wrong by a part of itself.
  public init(_ original: Original, at entry: (tensor: Int, index: Int), part: Double) {
    self.init(original, at: entry, flaw: .part(part))
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
    spoiled(original.gradient(at: parameters), at: parameters)
  }

  private func spoiled<Scalar: OrderedField>(
    _ gradient: [Tensor<Scalar>], at parameters: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    var spoiled = gradient
    let parameter = parameters[entry.tensor].elements[entry.index]
    let own = evaluationPoint[entry.tensor].elements[entry.index]
    switch flaw {
    case .part(let part): spoiled[entry.tensor].elements[entry.index] *= 1 + Scalar(part)
    case .elsewhere: spoiled[entry.tensor].elements[entry.index] += parameter - Scalar(own)
    case .onOtherBranch where (parameter < 0) != (own < 0):
      spoiled[entry.tensor].elements[entry.index] *= 2
    case .onOtherBranch: break
    }
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
    spoiled(original.gradient(at: parameters), at: parameters)
  }
}
