import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// Batch normalisation in training, under a random upstream: L = Σ U ⊙ Y.
struct BatchNormFormula: Formula {
  let name = "batch normalisation"
  let evaluationPoint: [Tensor<Double>]
  let upstream: Matrix<Double>  // [n, features]

  init() {
    var random = SplitMix64(seed: 1, stream: "8.batch norm")
    evaluationPoint = [
      Tensor("Z", Matrix.dyadic(7, 3, using: &random)),
      Tensor("γ", Vector.dyadic(3, using: &random)),
      Tensor("β", Vector.dyadic(3, using: &random)),
    ]
    upstream = .dyadic(7, 3, using: &random)
  }

  var clues: Clues {
    let mistakes = NormBug.allCases.filter(\.isInGradient)
      .filter { $0 != .rootForgotten }
    return Clues(
      counts: [("n", upstream.rows)],
      mistakes: mistakes.map { bug in
        let own = pass(evaluationPoint) { bug.backward($0, $1, $2) }
        return Clues.Mistake(bug.rawValue, gradient: own.gradient)
      })
  }

  private func pass<Scalar: AnalyticField>(
    _ w: [Tensor<Scalar>], through backward: NormBackward<Scalar>
  ) -> (loss: Scalar, gradient: [Tensor<Scalar>]) {
    var norm = BatchNorm<Scalar>(features: upstream.columns, ε: Scalar(0x1p-6))
    (norm.scale, norm.shift) = (w[1].vector, w[2].vector)
    return norm.lossAndGradient(
      at: w[0].matrix, under: Matrix(upstream), .training, through: backward)
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    pass(w) { $0.backward($1, $2) }.loss
  }

  func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    pass(w) { $0.backward($1, $2) }.gradient
  }
}

extension BatchNorm {
  /// Returns L = Σ U ⊙ Y and its gradient in Z, γ and β.
  func lossAndGradient(
    at z: Matrix<Scalar>, under upstream: Matrix<Scalar>, _ phase: Phase,
    through backward: NormBackward<Scalar> = { $0.backward($1, $2) }
  ) -> (loss: Scalar, gradient: [Tensor<Scalar>]) {
    var norm = self
    let (y, pass) = norm.forward(z, phase)
    let own = backward(self, upstream, pass)
    return (
      (upstream ⊙ y).sum,
      [Tensor("Z", own.z), Tensor("γ", own.scale), Tensor("β", own.shift)]
    )
  }
}

/// Batch normalisation without a root of an unknown number: in evaluation, or in
/// training at one point where every root is a fraction.
struct RootedNormFormula: AlgebraicFormula {
  let name: String
  let evaluationPoint: [Tensor<Double>]
  let upstream: Matrix<Double>  // [n, features]
  let isTraining: Bool

  /// Takes five examples of three features whose variances are 2, 6 and 12. The
  /// running variances are the same, so that v + ¼ is 9/4, 25/4 and 49/4.
  init(_ name: String, isTraining: Bool) {
    var random = SplitMix64(seed: 1, stream: "8.roots")
    (self.name, self.isTraining) = (name, isTraining)
    let z: Matrix<Double> = [
      [3, 0.5, 7], [2, 3.5, 5], [1, -3.5, 1], [0, 2.5, -1], [-1, -0.5, -2],
    ]
    evaluationPoint = [
      Tensor("Z", z), Tensor("γ", Vector.dyadic(3, using: &random)),
      Tensor("β", Vector.dyadic(3, using: &random)),
    ]
    upstream = .dyadic(5, 3, using: &random)
  }

  /// Returns the root of 9/4, 25/4 or 49/4. A step of Newton's method that starts
  /// at the root r of a number has the value r there, and the derivative of the
  /// root, 1/2r.
  private static func root<Scalar: OrderedField>(_ v: Scalar) -> Scalar {
    let r: Scalar = v < 4 ? 3 / 2 : v < 9 ? 5 / 2 : 7 / 2
    return (r + v / r) / 2
  }

  private func pass<Scalar: OrderedField>(
    _ w: [Tensor<Scalar>]
  ) -> (loss: Scalar, gradient: [Tensor<Scalar>]) {
    var norm = BatchNorm<Scalar>(
      features: 3, ε: 1 / 4, momentum: 1 / 10, root: { Self.root($0) })
    (norm.scale, norm.shift) = (w[1].vector, w[2].vector)
    norm.running = Moments(mean: [1, -1, 2], variance: [2, 6, 12])
    return norm.lossAndGradient(
      at: w[0].matrix, under: Matrix(upstream),
      isTraining ? .training : .evaluation)
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    pass(w).loss
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    pass(w).gradient
  }
}

/// Batch normalisation whose deviation is a parameter. Its gradient in Z is that
/// of the chapter, with the path through the deviation taken out.
struct GivenDeviationFormula: AlgebraicFormula {
  let name = "batch normalisation, σ a parameter"
  let evaluationPoint: [Tensor<Double>]
  let upstream: Matrix<Double>  // [n, features]

  init() {
    var random = SplitMix64(seed: 1, stream: "8.deviation")
    evaluationPoint = [
      Tensor("Z", Matrix.dyadic(7, 3, using: &random)),
      Tensor("σ", [1.5, 0.75, 1.125] as Vector),
      Tensor("γ", Vector.dyadic(3, using: &random)),
      Tensor("β", Vector.dyadic(3, using: &random)),
    ]
    upstream = .dyadic(7, 3, using: &random)
  }

  private func pass<Scalar: OrderedField>(
    _ w: [Tensor<Scalar>]
  ) -> (norm: BatchNorm<Scalar>, pass: Normalised<Scalar>) {
    var norm = BatchNorm<Scalar>(
      features: 3, ε: 0, momentum: 0, root: { $0 })
    (norm.scale, norm.shift) = (w[2].vector, w[3].vector)
    let (z, σ) = (w[0].matrix, w[1].vector)
    let centred = z + -1 * Moments(of: z).mean  // [n, features]
    return (
      norm,
      Normalised(
        z: centred.scalingColumns(by: σ.map { 1 / $0 }), deviation: σ,
        phase: .training)
    )
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let (norm, pass) = pass(w)
    let y = pass.z.scalingColumns(by: norm.scale) + norm.shift  // [n, features]
    return (Matrix(upstream) ⊙ y).sum
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let (norm, pass) = pass(w)
    let own = norm.backward(Matrix(upstream), pass)
    let dσ = Vector(count: 3) {
      -norm.scale[$0] * own.scale[$0] / pass.deviation[$0]
    }
    // ∂σ/∂z is ẑ/n.
    let path = pass.z.scalingColumns(by: dσ / Scalar(count: pass.z.rows))
    return [
      Tensor("Z", own.z - path), Tensor("σ", dσ), Tensor("γ", own.scale),
      Tensor("β", own.shift),
    ]
  }
}

/// A network with a normalised layer under its loss, in training.
struct NormalisedNetworkFormula: Formula {
  let name = "4-6-3, batch normalisation"
  let evaluationPoint: [Tensor<Double>]
  let data: Dataset<Double>

  init() {
    var random = SplitMix64(seed: 1, stream: "8.normalised network")
    evaluationPoint = [
      Tensor("W1", 0.5 * Matrix.dyadic(4, 6, using: &random)),
      Tensor("γ1", Vector.dyadic(6, using: &random)),
      Tensor("β1", Vector.dyadic(6, using: &random)),
      Tensor("W2", 0.5 * Matrix.dyadic(6, 3, using: &random)),
      Tensor("b2", Vector.dyadic(3, using: &random)),
    ]
    data = Dataset(
      x: .dyadic(7, 4, using: &random), y: .dyadic(7, 3, using: &random))
  }

  var clues: Clues {
    let mistakes: [NormBug] = [
      .varianceBackward, .meanForgotten, .deviationForgotten, .bothForgotten,
    ]
    return Clues(
      counts: [("n", data.count)],
      mistakes: mistakes.map { bug in
        Clues.Mistake(
          bug.rawValue,
          gradient: gradient(at: evaluationPoint) {
            bug.backward($0, $1, $2)
          })
      })
  }

  private func network<Scalar: AnalyticField>(
    _ w: [Tensor<Scalar>]
  ) -> NormalisedNetwork<Scalar> {
    var norm = BatchNorm<Scalar>(
      features: w[1].elements.count, ε: Scalar(0.25))
    (norm.scale, norm.shift) = (w[1].vector, w[2].vector)
    return NormalisedNetwork(
      hidden: [
        NormalisedLayer(weights: w[0].matrix, norm: norm, activation: .tanh)
      ],
      last: Layer(
        weights: w[3].matrix, bias: w[4].vector, activation: .identity),
      loss: .halfSquaredError)
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    network(w).meanLoss(on: Dataset(data), .training)
  }

  func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    gradient(at: w) { $0.backward($1, $2) }
  }

  private func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>], through backward: NormBackward<Scalar>
  ) -> [Tensor<Scalar>] {
    var network = network(w)
    let all = network.lossAndGradient(
      on: Dataset(data), .training, through: backward
    ).gradient.tensors
    // The running moments, which no loss of a training depends on, are left out.
    return [0, 1, 2, 5, 6].map { all[$0] }
  }
}
//#-end-hidden-code
