import Workbook

/*:
 ## The certificate

 The network itself is a formula of four tensors.
 */

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

/*:
 Weight decay is a formula too. No function of this chapter returns its
 gradient, because it is a part of the step. A step with the learning rate
 $\eta$ leads from $W$ to $W - \eta \, \mathrm{d}W$. So the difference of the
 weights before and after, divided by $\eta$, is the gradient that the step
 followed. It must be that of $L + \lambda \lVert W \rVert^2/2$, and the biases
 have no such part.
 */

/// The loss with weight decay, and the gradient that a step of SGD follows.
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

//#-hidden-code
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
//#-end-hidden-code

/*:
 The last row is the network that was fitted to the bent line, with its trained
 weights. A network of that size is checked in one random direction.

 ![The certificate of this chapter](table:certificate)

 How much do the columns *Float* and *Double* say? Beside each number belongs the
 error that is allowed, in the same units in the last place.

 ![The error of each format, and the error that is allowed](table:rounding)

 The allowed error is what rounding could do at worst, if every operation erred
 in the same direction. For the trained network in `Float` it is
 \(rounding.allowed) units, which is a fraction of up to \(rounding.fraction) of
 the largest entry. A check with that allowance can miss a smaller mistake.

 > **Guess:** One derivative of the trained network is wrong by a fraction of
 > $2^{-22}$, about \(rounding.mistake). Which checks notice?
 >
 > *Float* misses it. The random direction notices it, because its balls agree to
 > \(rounding.digits) digits when nothing is wrong. For larger networks *Float*
 > and *Double* show that the formats work. That the formula is right is shown by
 > the other columns.
 */

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

/// Certifies the formulas of this chapter, and the network that it trained.
func certifyRegression<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: TwoLayerNetwork<Scalar>
) {
  run.section("The certificate of this chapter")
  let points = bentLine.examples(at: [3, 50, 90, 120, 150, 170, 196])
  let trained = TwoLayerFormula(
    name: "1-\(hiddenUnits)-1, trained",
    evaluationPoint: network.evaluationPoint,
    data: points.evaluationPoint, φ: .relu)
  let certificates = run.certify(smallFormulas(), atScale: [trained])
  run.show(roundingTable(certificates))
  askFloat(on: &run, trained, certificates)
}

/// Shows that a small mistake of a trained network passes in `Float` alone.
func askFloat(
  on run: inout RunRecorder, _ trained: TwoLayerFormula,
  _ certificates: [Certificate]
) {
  let last = certificates.last
  if case .ulps(_, let allowed) = last?.finding(by: .float)?.agreement {
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
  run.ask("A derivative is wrong by a fraction of 2⁻²². Which checks notice?")
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

//#-hidden-code
/// Returns the errors of both formats beside the errors that are allowed.
func roundingTable(_ certificates: [Certificate]) -> Table {
  var table = Table(
    "rounding",
    columns: ["formula", "Float", "allowed", "Double", "allowed in Double"])
  for certificate in certificates {
    let cells = [Method.float, .double].flatMap { method -> [Table.Cell] in
      guard
        case .ulps(let ulps, let allowed) =
          certificate.finding(by: method)?.agreement
      else { return [.none, .none] }
      return [.number(ulps, .decimals(1)), .number(allowed, .decimals(1))]
    }
    table.add([.text(certificate.name)] + cells)
  }
  return table
}
//#-end-hidden-code
