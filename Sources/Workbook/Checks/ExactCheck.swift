import Numbers
import Reports
import Tensors

extension AlgebraicFormula {
  /// Compares the backward pass with dual numbers over exact fractions, parameter by parameter.
  ///
  /// Nothing is rounded and there is no tolerance: the backward pass is the derivative at this evaluation
  /// point, or it is not. At a kink there is no derivative, and the finding is undecided.
  ///
  /// - Complexity: A forward pass for each parameter.
  public func exactFinding() -> Finding {
    let start = evaluationPoint(in: Rational.self)
    let ours = gradient(at: start)
    if let failure = shapeFailure(by: .exact, ours) { return failure }

    let (derivatives, kinks) = Undecided.recording {
      entries.map { tensor, index in
        var varied = start.map { $0.map { Dual($0, derivative: 0) } }
        varied[tensor].elements[index].derivative = 1
        return loss(at: varied).derivative
      }
    }
    if let kink = kinks.first { return .undecided(.exact, kink) }

    var reference = start
    for (entry, derivative) in zip(entries, derivatives) {
      reference[entry.tensor].elements[entry.index] = derivative
    }
    return failure(
      by: .exact, ours.map { $0.map { Double($0) } }, reference.map { $0.map { Double($0) } }
    ) { ours[$0].elements[$1] != reference[$0].elements[$1] } ?? .pass(.exact, .equal)
  }
}
