import Numbers
import Reports
import Tensors
import Text

/// A method to check whether a backward pass is the derivative.
public enum Method: String, CaseIterable, Sendable {
  /// Dual numbers over exact fractions, every parameter: equal or not.
  case exact = "dual numbers over exact fractions"
  /// The same at random points, along a random direction: what is proved of whole branches.
  case proof = "exact fractions at random points"
  /// Central differences in balls, every parameter.
  case differences = "central differences in balls"
  /// Dual numbers over balls, in one random direction.
  case direction = "a random direction in dual balls"
  /// The gradient in `Float` beside the one in balls.
  case float = "Float beside balls"
  /// The gradient in `Double` beside the one in balls.
  case double = "Double beside balls"
  /// Central differences in `Double`, every parameter.
  case doubleDifferences = "central differences in Double"
}

/// The result of one method on one formula.
public struct Finding: Equatable, Sendable {
  /// How closely the gradient and the reference agree.
  public enum Agreement: Equatable, Sendable {
    /// To the last digit, since nothing was rounded.
    case equal
    /// Equal on whole branches, but for a small chance.
    case proved(Proof)
    /// To so many decimal digits of the largest entry of the tensor.
    case digits(Double)
    /// Within so many units in the last place of the largest entry of the tensor, of so many allowed.
    case ulps(Double, allowed: Double)
    /// To within such a part of the largest entry of the tensor.
    case part(Double)
  }

  /// The method.
  public let method: Method
  /// Whether the gradient and the reference agree; undecided where that cannot be known.
  public let verdict: Check.Verdict
  /// How closely they agree where they do.
  public let agreement: Agreement?
  /// The parameters that were set aside, since a step crosses a kink.
  public var kinks = 0
  /// What is wrong, or what is undecided.
  public var detail = ""

  /// What was proved, where the method is ``Method/proof`` and passes.
  public var proof: Proof? {
    if case .proved(let proof) = agreement { proof } else { nil }
  }

  static func pass(_ method: Method, _ agreement: Agreement, kinks: Int = 0) -> Finding {
    Finding(method: method, verdict: .pass, agreement: agreement, kinks: kinks)
  }

  static func fail(_ method: Method, _ detail: String) -> Finding {
    Finding(method: method, verdict: .fail, agreement: nil, detail: detail)
  }

  static func undecided(_ method: Method, _ detail: String) -> Finding {
    Finding(method: method, verdict: .undecided, agreement: nil, detail: detail)
  }

  /// Returns the first finding that passes, or the first failure that follows another.
  ///
  /// Each attempt has more bits than the one before, so a check that lacked precision is repeated.
  static func escalating(_ attempts: (() -> Finding)...) -> Finding {
    var previous: Finding?
    for attempt in attempts {
      let finding = attempt()
      if finding.verdict == .pass { return finding }
      if finding.verdict == .fail && previous?.verdict == .fail { return finding }
      previous = finding
    }
    return previous ?? .undecided(.exact, "no attempt was made")
  }
}

extension Formula {
  /// Returns the finding that a gradient disagrees with a reference, at the first entry that is wrong.
  ///
  /// - Parameters:
  ///   - method: The method that found it.
  ///   - ours: The gradient.
  ///   - reference: The right gradient.
  ///   - isWrong: Whether an entry is wrong, by its tensor's number and its index.
  /// - Returns: The finding, or `nil` where no entry is wrong.
  func failure(
    by method: Method, _ ours: [Tensor<Double>], _ reference: [Tensor<Double>],
    where isWrong: (Int, Int) -> Bool
  ) -> Finding? {
    let wrong = entries.filter { isWrong($0.tensor, $0.index) }
    guard let first = wrong.first else { return nil }
    let (yours, right) = (ours[first.tensor], reference[first.tensor])
    let (entry, truth) = (yours.elements[first.index], right.elements[first.index])
    let format = NumberFormat.significant(4)
    var detail = "\(yours.location(of: first.index)) is \(format.text(of: entry)) and should be "
    detail +=
      "\(format.text(of: truth)), ratio \(NumberFormat.significant(8).text(of: entry / truth))"
    detail += ", \(wrong.count) of \(parameterCount) wrong"
    if let diagnosis = diagnosis(ours, reference, tensor: first.tensor) {
      detail += "; \(diagnosis)"
    }
    return .fail(method, detail)
  }

  /// Returns the finding that a gradient has another shape than its parameters, if it has.
  func shapeFailure<Scalar: Field>(by method: Method, _ gradient: [Tensor<Scalar>]) -> Finding? {
    if gradient.count != evaluationPoint.count {
      return .fail(
        method,
        "the gradient has \(gradient.count) tensors; there are \(evaluationPoint.count) of parameters"
      )
    }
    for (part, parameters) in zip(gradient, evaluationPoint) where part.shape != parameters.shape {
      return .fail(
        method,
        "\(parameters.name) has shape \(parameters.shape), its gradient \(part.shape)"
          + (part.shape.count > parameters.shape.count ? "; a sum over the rows is missing" : ""))
    }
    return nil
  }
}

extension Tensor {
  /// Returns the name of an entry, such as `W₁[2, 0]`.
  func location(of index: Int) -> String {
    var rest = index
    var position: [Int] = []
    for length in shape.reversed() {
      position.insert(rest % length, at: 0)
      rest /= length
    }
    return shape.isEmpty ? name : "\(name)\(position)"
  }
}

extension Tensor where Scalar: BinaryFloatingPoint {
  /// The largest magnitude of an entry; NaN where an entry is NaN.
  var scale: Double {
    elements.reduce(0) { $1.isNaN ? .nan : Swift.max($0, Double(abs($1))) }
  }
}
