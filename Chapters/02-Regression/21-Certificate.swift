import Workbook

/*:
 ## What is only for speed

 The code that is not printed does the same with less memory and time.
 [Activations](file:4-Network.swift) write into matrices that exist already, and
 the [optimiser](file:10-Optimiser.swift) moves numbers in place. The compiler
 makes versions of the inner functions for `Float` and for `Double`.

 ## The certificate

 The check by differences has a tolerance, because `Double` rounds. This chapter
 needs no exponential, so exact fractions can check nearly all of it with none.
 New in the table are an activation under a random upstream, the backward pass,
 and a step with weight decay. [How the checks work](appendix:checks) explains
 the columns.

 ![The certificate of this chapter](table:certificate)

 The last row is the network that was fitted to the bent line, checked in one
 random direction. In `Float` its gradient is off by \(rounding.found) units in
 the last place, and \(rounding.allowed) are allowed: twice what rounding could
 do at worst. That is a fraction of up to \(rounding.fraction) of the largest
 entry.

 A derivative of the trained network that is wrong by a fraction of $2^{-22}$,
 about \(rounding.mistake), therefore passes in *Float*. The random direction
 notices it, because its balls agree to \(rounding.digits) digits when nothing
 is wrong.
 */

//#-hidden-code
/// The two-layer network on some examples, for any number.
struct TwoLayerFormula: AlgebraicFormula {
  let name: String
  let evaluationPoint: [Tensor<Double>]
  let data: Dataset<Double>
  let φ: ActivationKind<Algebraic>

  var clues: Clues { Clues(counts: [("n", data.count)]) }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    pass(w).loss
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    pass(w).gradient.tensors
  }

  private func pass<Scalar: OrderedField>(
    _ w: [Tensor<Scalar>]
  ) -> (loss: Scalar, gradient: TwoLayerNetwork<Scalar>) {
    TwoLayerNetwork(w).lossAndGradient(
      from: Matrix(data.x), to: Matrix(data.y),
      through: φ.activation(in: Scalar.self))
  }
}

extension TwoLayerNetwork {
  /// Creates a network from its tensors.
  package init(_ tensors: [Tensor<Scalar>]) {
    self.init(
      w1: tensors[0].matrix, b1: tensors[1].vector, w2: tensors[2].matrix,
      b2: tensors[3].vector)
  }
}

/// The loss with weight decay, and the gradient that a step of SGD follows: the
/// difference of the weights before and after the step, divided by η.
struct DecayFormula: AlgebraicFormula {
  let name = "a step with decay"
  let formula: TwoLayerFormula
  let learningRate = 0.25
  let weightDecay = 0.5

  var evaluationPoint: [Tensor<Double>] { formula.evaluationPoint }
  var clues: Clues { formula.clues }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let squares = w[0].matrix.squaredNorm + w[2].matrix.squaredNorm
    return formula.loss(at: w) + Scalar(weightDecay) * squares / 2
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    var optimiser = Optimiser.sgd(
      learningRate: Scalar(learningRate), weightDecay: Scalar(weightDecay))
    var network = TwoLayerNetwork(w)
    optimiser.step(&network, against: TwoLayerNetwork(formula.gradient(at: w)))
    return zip(w, network.tensors).map { before, after in
      var gradient = before
      for index in gradient.elements.indices {
        gradient.elements[index] -= after.elements[index]
        gradient.elements[index] /= Scalar(learningRate)
      }
      return gradient
    }
  }
}

/// The straight line on some examples, for any number.
struct LineFormula: AlgebraicFormula {
  let name = "the straight line"
  let line: LinearModel<Double>
  let data: Dataset<Double>

  var evaluationPoint: [Tensor<Double>] { line.tensors }
  var clues: Clues { Clues(counts: [("n", data.count)]) }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    pass(w).loss
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    pass(w).gradient.tensors
  }

  private func pass<Scalar: OrderedField>(
    _ w: [Tensor<Scalar>]
  ) -> (loss: Scalar, gradient: LinearModel<Scalar>) {
    LinearModel(w).lossAndGradient(from: Matrix(data.x), to: Matrix(data.y))
  }
}

extension LinearModel {
  /// Creates a line from its tensors.
  package init(_ tensors: [Tensor<Scalar>]) {
    self.init(weights: tensors[0].matrix, bias: tensors[1].vector)
  }
}
/// Returns the small formulas of this chapter, at fixed evaluation points.
func smallFormulas() -> [any Formula] {
  var random = SplitMix64(seed: 1, stream: "2.certificate")
  let data = Dataset<Double>(
    x: .dyadic(7, 4, using: &random), y: .dyadic(7, 3, using: &random))
  let line = LinearModel<Double>(
    weights: .dyadic(4, 3, using: &random), bias: .dyadic(3, using: &random))
  let network = TwoLayerNetwork<Double>(
    w1: .dyadic(4, 5, using: &random), b1: .dyadic(5, using: &random),
    w2: .dyadic(5, 3, using: &random), b2: .dyadic(3, using: &random))
  let activations: [ActivationKind<Algebraic>] = [.square, .relu]
  let twoLayers = activations.map { φ in
    TwoLayerFormula(
      name: "two layers, \(φ.name)", evaluationPoint: network.tensors,
      data: data, φ: φ)
  }
  return [LineFormula(line: line, data: data)]
    + activations.map { ActivationFormula($0) } + twoLayers
    + [DecayFormula(formula: twoLayers[1])]
}
//#-end-hidden-code

/// Certifies the formulas of this chapter, and the network that it trained.
func certifyRegression<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: TwoLayerNetwork<Scalar>
) {
  run.section("The certificate of this chapter")
  let points = bentLine.examples(at: [3, 50, 90, 120, 150, 170, 196])
  let trained = TwoLayerFormula(
    name: "1-\(network.b1.count)-1, trained",
    evaluationPoint: network.evaluationPoint,
    data: points.evaluationPoint, φ: .relu)
  let certificates = run.certify(smallFormulas(), atScale: [trained])
  askFloat(on: &run, trained, certificates)
}

/// Shows that a small mistake of a trained network passes in `Float` alone.
func askFloat(
  on run: inout RunRecorder, _ trained: TwoLayerFormula,
  _ certificates: [Certificate]
) {
  let last = certificates.last
  if case .ulps(let found, let allowed) = last?.finding(by: .float)?.agreement {
    run.record(
      found, .decimals(1), as: "rounding.found",
      label: "units that the trained network is off in Float")
    run.record(
      allowed.rounded(.down), .count, as: "rounding.allowed",
      label: "units allowed for the trained network in Float")
    run.record(
      allowed * Double(Float.ulpOfOne), .scientific(1), as: "rounding.fraction",
      label: "as a fraction of the largest entry, at most")
  }
  if case .digits(let digits) = last?.finding(by: .direction)?.agreement {
    run.record(
      digits.rounded(.down), .count, as: "rounding.digits",
      label: "digits along a direction")
  }
  let mistake = 0x1p-22
  run.record(
    mistake, .scientific(1), as: "rounding.mistake", label: "the mistake")
  let wrong = Certificate(atScale: Mutant(trained, at: (3, 0), part: mistake))
  let verdicts = [Method.float, .direction].map {
    wrong.finding(by: $0)?.verdict
  }
  run.check(
    "Float misses a small mistake that the random direction notices",
    verdicts == [.pass, .fail],
    detail: "the last bias's derivative, wrong by a fraction of 2⁻²²")
}
