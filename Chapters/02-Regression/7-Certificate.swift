import Workbook

/*:
 ## The certificate

 [Chapter 1](chapter:1) promised a judge without tolerance. For a line, a square
 and a ReLU exact fractions are enough, so nearly all of this chapter can be
 certified without rounding: the slopes of the straight line, the activations
 under a random upstream, and the backward pass of the two-layer network.

 A network goes before the judges as a **formula**: fixed numbers for its weights
 and its examples, and the same code as ever.
 */

/// Returns an activation for any number: what a formula needs to know of it.
package protocol Curve: Sendable {
  /// Its name.
  var name: String { get }
  /// Returns the activation for a kind of number.
  func activation<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar>
}

/// An activation that needs + − × ÷ and comparisons alone.
package protocol AlgebraicCurve: Curve {
  func activation<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar>
}

/// The activations of this chapter.
package enum Bend: String, AlgebraicCurve, CaseIterable {
  case square, relu

  package var name: String { rawValue }

  package func activation<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> {
    switch self {
    case .square: .square
    case .relu: .relu
    }
  }
}

/// The two-layer network on some examples, for any number.
struct TwoLayerFormula: AlgebraicFormula {
  let name: String
  let place: [Tensor<Double>]
  let data: Dataset<Double>
  let φ: Bend

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
 Weight decay is a formula too, though no function in this chapter returns its
 slope: it hides in the step. A step at a rate $\eta$ leads from $W$ to
 $W - \eta \, \mathrm{d}W$, so the slope that it has followed is the way it went,
 divided by $\eta$. That must be the slope of
 $L + \lambda \lVert W \rVert^2/2$, with no such part for the biases.
 */

/// The loss with weight decay, and the slope that a step of descent follows.
struct DecayFormula: AlgebraicFormula {
  let name = "a step with decay"
  let formula: TwoLayerFormula
  let settings = DescentSettings<Double>(
    rate: 0.25, decay: 0.5, batchSize: 1, epochs: 1)

  var place: [Tensor<Double>] { formula.place }
  var clues: Clues { formula.clues }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let squares = w[0].matrix.squaredNorm + w[2].matrix.squaredNorm
    return formula.loss(at: w) + Scalar(settings.decay) * squares / 2
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let settings = DescentSettings(
      rate: Scalar(settings.rate), decay: Scalar(settings.decay), batchSize: 1,
      epochs: 1)
    var network = TwoLayerNetwork(w)
    _ = network.step(
      on: Dataset(formula.data), through: formula.φ.activation(in: Scalar.self),
      settings)
    return zip(w, network.tensors).map { before, after in
      var slopes = before
      for index in slopes.elements.indices {
        slopes.elements[index] -= after.elements[index]
        slopes.elements[index] /= settings.rate
      }
      return slopes
    }
  }
}

//#-hidden-code
/// The straight line on some examples, for any number.
struct LineFormula: AlgebraicFormula {
  let name = "the straight line"
  let line: LinearModel<Double>
  let data: Dataset<Double>

  var place: [Tensor<Double>] { line.tensors }
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

/// An activation under a random upstream R, L = Σ R ⊙ φ(Z), for any number.
package struct ActivationFormula<φ: Curve>: Formula {
  let curve: φ
  let z: Matrix<Double>  // [n, features]
  let upstream: Matrix<Double>  // [n, features]

  /// Puts an activation at a fixed random place, far from a corner at 0.
  package init(_ curve: φ) {
    var random = SplitMix64(seed: 1, stream: "activation \(curve.name)")
    self.curve = curve
    z = .dyadic(7, 5, using: &random)
    upstream = .dyadic(7, 5, using: &random)
  }

  package var name: String { "φ = \(curve.name)" }
  package var place: [Tensor<Double>] { z.tensors }
  package var clues: Clues {
    let slopes = curve.activation(in: Double.self).slope(at: z)
    return Clues(mistakes: [
      Clues.Mistake(
        "what arrives from above is ignored", gradient: slopes.tensors),
      Clues.Mistake(
        "what arrives from above, without φ′", gradient: upstream.tensors),
    ])
  }

  package func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    (Matrix(upstream) ⊙ curve.activation(in: Scalar.self)(w[0].matrix)).sum
  }

  package func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let slopes = curve.activation(in: Scalar.self).slope(at: w[0].matrix)
    return (Matrix(upstream) ⊙ slopes).tensors
  }
}

extension ActivationFormula: AlgebraicFormula where φ: AlgebraicCurve {
  package func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    (Matrix(upstream) ⊙ curve.activation(in: Scalar.self)(w[0].matrix)).sum
  }

  package func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let slopes = curve.activation(in: Scalar.self).slope(at: w[0].matrix)
    return (Matrix(upstream) ⊙ slopes).tensors
  }
}
//#-end-hidden-code

/*:
 The last row is the network that followed the bent line, with the weights that it
 ended with. For a network of that size one random direction is checked.

 ![The certificate of this chapter](table:certificate)
 */

/// Returns the small formulas of this chapter, at fixed places.
func smallFormulas() -> [any Formula] {
  var random = SplitMix64(seed: 1, stream: "2.certificate")
  let data = Dataset<Double>(
    x: .dyadic(7, 4, using: &random), y: .dyadic(7, 3, using: &random))
  let line = LinearModel<Double>(
    weights: .dyadic(4, 3, using: &random), bias: .dyadic(3, using: &random))
  let network = TwoLayerNetwork<Double>(
    w1: .dyadic(4, 5, using: &random), b1: .dyadic(5, using: &random),
    w2: .dyadic(5, 3, using: &random), b2: .dyadic(3, using: &random))
  let twoLayers = Bend.allCases.map { φ in
    TwoLayerFormula(
      name: "two layers, \(φ.name)", place: network.tensors, data: data, φ: φ)
  }
  return [LineFormula(line: line, data: data)]
    + Bend.allCases.map { ActivationFormula($0) } + twoLayers
    + [DecayFormula(formula: twoLayers[1])]
}

/// Certifies the formulas of this chapter, and the network that it trained.
func certifyRegression<Scalar: FloatingField>(
  on page: inout Page, _ network: TwoLayerNetwork<Scalar>
) {
  page.section("The certificate of this chapter")
  let points = bentLine.examples(at: [3, 50, 90, 120, 150, 170, 196])
  let trained = TwoLayerFormula(
    name: "1-64-1, trained", place: network.place,
    data: points.place, φ: .relu)
  page.certify(smallFormulas(), atScale: [trained])
}
