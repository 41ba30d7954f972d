import Regression
import Workbook

/*:
 ## The certificate

 From this chapter on there are exponentials, and with them the end of exact
 fractions: what they cannot compute, they cannot judge. The compiler knows.
 `AlgebraicCurve` promises an activation for every number with an order,
 `Curve` only for numbers that have exponentials too, and a network made of the
 second kind is not offered to the exact judge. The balls judge both.
 */

/// The activations of this chapter that need no exponential.
package enum StraightCurve: String, AlgebraicCurve, CaseIterable {
  case identity
  case leakyReLU = "leaky relu"

  package var name: String { rawValue }

  package func activation<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> {
    switch self {
    case .identity: .identity
    case .leakyReLU: .leakyReLU
    }
  }
}

/// The activations of this chapter that are made of exponentials.
package enum SmoothCurve: String, Curve, CaseIterable {
  case tanh, sigmoid

  package var name: String { rawValue }

  package func activation<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> {
    switch self {
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    }
  }
}

/*:
 A **blueprint** says what a network is made of, for any number. Its weights and
 examples are added by the formula.
 */

/// The hidden activations and the loss of a network, for any number.
package protocol Blueprint: Sendable {
  /// The activation of each hidden layer.
  var curves: [any Curve] { get }
  /// Returns the loss for a kind of number.
  func loss<Scalar: AnalyticField>(in scalar: Scalar.Type) -> Loss<Scalar>
}

/// A network under its loss on some examples, for any number.
package struct NetworkFormula<Plan: Blueprint>: Formula {
  package let name: String
  let plan: Plan
  package let place: [Tensor<Double>]
  let data: Dataset<Double>

  /// Creates the formula of a network.
  ///
  /// - Parameters:
  ///   - name: What it is called in the certificate.
  ///   - plan: Its hidden activations and its loss.
  ///   - place: Weights and biases, layer after layer.
  ///   - data: The examples.
  package init(
    _ name: String, _ plan: Plan, at place: [Tensor<Double>],
    on data: Dataset<Double>
  ) {
    self.name = name
    self.plan = plan
    self.place = place
    self.data = data
  }

  package func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    network(of: w).meanLoss(on: Dataset(data))
  }

  package func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    network(of: w).lossAndGradient(on: Dataset(data)).gradient.tensors
  }

  private func network<Scalar: AnalyticField>(
    of w: [Tensor<Scalar>]
  ) -> Network<Scalar> {
    Network(
      tensors: w,
      hidden: plan.curves.map { $0.activation(in: Scalar.self) },
      loss: plan.loss(in: Scalar.self))
  }
}

extension Network {
  /// Creates a network from its tensors. The last layer has no activation, as
  /// a loss takes the logits.
  package init(
    tensors: [Tensor<Scalar>], hidden: [Activation<Scalar>], loss: Loss<Scalar>
  ) {
    layers = zip(
      stride(from: 0, to: tensors.count, by: 2), hidden + [.identity]
    ).map { index, activation in
      Layer(
        weights: tensors[index].matrix, bias: tensors[index + 1].vector,
        activation: activation)
    }
    self.loss = loss
  }
}

//#-hidden-code
extension NetworkFormula {
  /// The counts, and what four mistakes would give: each is a part that is a
  /// little wrong, in a network that is right otherwise.
  package var clues: Clues {
    let loss = plan.loss(in: Double.self)
    let curves = plan.curves.map { $0.activation(in: Double.self) }
    func mistake(
      _ name: String, _ curves: [Activation<Double>], _ loss: Loss<Double>
    ) -> Clues.Mistake {
      let network = Network(tensors: place, hidden: curves, loss: loss)
      return Clues.Mistake(
        name, gradient: network.lossAndGradient(on: data).gradient.tensors)
    }
    let n = Double(data.count)
    // dZ is (a − y)/n, so a is n dZ + y.
    let squares = loss.replacingSlope { z, y in
      let dZ = loss.slope(at: z, y)
      return dZ ⊙ (n * dZ + y).map { $0 * (1 - $0) }
    }
    let ignored = loss.replacingSlope { z, _ in z.map { _ in 1 / n } }
    let flat = curves.map { φ in φ.replacingSlope { $0.map { _ in 1 } } }
    let displaced = curves.map { φ in
      φ.replacingSlope { φ.slope(at: φ($0)) }
    }
    return Clues(
      counts: [("n", data.count), ("outputs", data.y.columns)],
      mistakes: [
        mistake("a(1 − a) too many, as if for squares", curves, squares),
        mistake("what arrives from above is ignored", curves, ignored),
        mistake("φ′ is left out", flat, loss),
        mistake("φ′ is taken at φ(z), not at z", displaced, loss),
      ])
  }
}

extension Activation {
  /// The same activation with another slope.
  fileprivate func replacingSlope(
    _ slope: @escaping @Sendable (Matrix<Scalar>) -> Matrix<Scalar>
  ) -> Activation {
    Activation(name, value: { $1 = self($0) }, slope: { $1 = slope($0) })
  }
}

extension Loss {
  /// The same loss with another slope.
  fileprivate func replacingSlope(
    _ slope:
      @escaping @Sendable (Matrix<Scalar>, Matrix<Scalar>) -> Matrix<Scalar>
  ) -> Loss {
    Loss(
      name, partner: partner, value: { self($0, $1) },
      slope: { $2 = slope($0, $1) })
  }
}

/// A blueprint that needs no exponential.
package protocol AlgebraicBlueprint: Blueprint {
  var algebraicCurves: [any AlgebraicCurve] { get }
  func loss<Scalar: OrderedField>(in scalar: Scalar.Type) -> Loss<Scalar>
}

extension AlgebraicBlueprint {
  package var curves: [any Curve] { algebraicCurves }
}

extension NetworkFormula: AlgebraicFormula where Plan: AlgebraicBlueprint {
  package func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    network(of: w).meanLoss(on: Dataset(data))
  }

  package func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    network(of: w).lossAndGradient(on: Dataset(data)).gradient.tensors
  }

  private func network<Scalar: OrderedField>(
    of w: [Tensor<Scalar>]
  ) -> Network<Scalar> {
    Network(
      tensors: w,
      hidden: plan.algebraicCurves.map { $0.activation(in: Scalar.self) },
      loss: plan.loss(in: Scalar.self))
  }
}

/// A loss by itself, whose parameters are the logits, for any number.
package struct LossFormula<Plan: Blueprint>: Formula {
  let plan: Plan
  let z: Matrix<Double>  // [n, outputs]
  let y: Matrix<Double>  // [n, outputs]

  /// Puts a blueprint's loss at random logits.
  package init(_ plan: Plan, targets y: Matrix<Double>) {
    var random = SplitMix64(seed: 1, stream: "loss")
    self.plan = plan
    z = .dyadic(y.rows, y.columns, using: &random)
    self.y = y
  }

  package var name: String { plan.loss(in: Double.self).name }
  package var place: [Tensor<Double>] { z.tensors }
  package var clues: Clues {
    Clues(counts: [("n", z.rows), ("outputs", z.columns)])
  }

  package func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    plan.loss(in: Scalar.self)(w[0].matrix, Matrix(y))
  }

  package func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    plan.loss(in: Scalar.self).slope(at: w[0].matrix, Matrix(y)).tensors
  }
}

extension LossFormula: AlgebraicFormula where Plan: AlgebraicBlueprint {
  package func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    plan.loss(in: Scalar.self)(w[0].matrix, Matrix(y))
  }

  package func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    plan.loss(in: Scalar.self).slope(at: w[0].matrix, Matrix(y)).tensors
  }
}

/// Hidden layers of any kind under binary cross-entropy.
package struct YesOrNo: Blueprint {
  package let curves: [any Curve]

  package init(_ curves: [any Curve]) { self.curves = curves }

  package func loss<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> Loss<Scalar> { .binaryCrossEntropy }
}

/// Hidden layers without exponentials under half the squared error.
package struct NumbersOut: AlgebraicBlueprint {
  package let algebraicCurves: [any AlgebraicCurve]

  package init(_ curves: [any AlgebraicCurve]) { algebraicCurves = curves }

  package func loss<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> Loss<Scalar> { .halfSquaredError }
}

/// Returns weights and biases at a fixed random place, layer after layer.
package func dyadicPlace(
  _ widths: [Int], using random: inout SplitMix64
) -> [Tensor<Double>] {
  zip(widths, widths.dropFirst()).enumerated().flatMap { index, width in
    [
      Tensor(
        "W\(index + 1)", 0.5 * Matrix.dyadic(width.0, width.1, using: &random)),
      Tensor("b\(index + 1)", 0.5 * Vector.dyadic(width.1, using: &random)),
    ]
  }
}
//#-end-hidden-code

/*:
 A loss goes before the judges by itself, with the logits for its parameters;
 an activation under a random upstream, as in [chapter 2](chapter:2); then whole
 networks, one of which needs no exponential and is certified exactly; and the
 network that tells cats from dogs, with the weights that it ended with.

 ![The certificate of this chapter](table:certificate)
 */

/// Returns the small formulas of this chapter, at fixed places.
func smallFormulas() -> [any Formula] {
  var random = SplitMix64(seed: 1, stream: "3.certificate")
  let yes = Matrix(rows: 7, columns: 3) { Double(($0 + $1) % 2) }
  let numbers = Dataset<Double>(
    x: .dyadic(7, 4, using: &random), y: .dyadic(7, 3, using: &random))
  let bent = NumbersOut([StraightCurve.leakyReLU, Bend.relu])
  let smooth = YesOrNo([SmoothCurve.tanh, StraightCurve.leakyReLU])
  let curves: [any Formula] =
    StraightCurve.allCases.map { ActivationFormula($0) }
    + SmoothCurve.allCases.map { ActivationFormula($0) }
  return curves + [
    LossFormula(bent, targets: numbers.y), LossFormula(smooth, targets: yes),
    NetworkFormula(
      "4-6-5-3, numbers", bent,
      at: dyadicPlace([4, 6, 5, 3], using: &random), on: numbers),
    NetworkFormula(
      "4-6-5-3, yes or no", smooth,
      at: dyadicPlace([4, 6, 5, 3], using: &random),
      on: Dataset(x: numbers.x, y: yes)),
    NetworkFormula(
      "4-5-3, sigmoid", YesOrNo([SmoothCurve.sigmoid]),
      at: dyadicPlace([4, 5, 3], using: &random),
      on: Dataset(x: numbers.x, y: yes)),
  ]
}

/// Certifies the formulas of this chapter, and the network that it trained.
func certifyClassifier<Scalar: FloatingField>(
  on page: inout Page, _ network: Network<Scalar>, _ data: Silhouettes
) {
  page.section("The certificate of this chapter")
  let examples = data.test.binary(as: Float.self)
  let trained = NetworkFormula(
    "784-10-9-1, trained", YesOrNo([Bend.relu, Bend.relu]), at: network.place,
    on: examples.examples(at: Array(0..<min(7, examples.count))[...]).place)
  page.certify(smallFormulas(), atScale: [trained])
}
