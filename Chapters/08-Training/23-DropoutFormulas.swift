import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// Dropout with a given mask, under a random upstream: L = Σ U ⊙ H.
struct DropoutFormula: AlgebraicFormula {
  let name = "dropout, a given mask"
  let evaluationPoint: [Tensor<Double>]
  let mask: Matrix<Double>  // [n, width]
  let upstream: Matrix<Double>  // [n, width]
  let p = 0.25

  init() {
    var random = SplitMix64(seed: 1, stream: "8.dropout")
    evaluationPoint = [Tensor("A", Matrix.dyadic(7, 5, using: &random))]
    upstream = .dyadic(7, 5, using: &random)
    mask = Matrix(rows: 7, columns: 5) { ($0 + 2 * $1) % 4 == 0 ? 0 : 1 }
  }

  var clues: Clues {
    let kept = 1 - p
    return Clues(mistakes: [
      Clues.Mistake(
        "the mask is left out of the backward pass",
        gradient: [Tensor("A", upstream / kept)]),
      Clues.Mistake(
        "the division by 1 − p is left out of the backward pass",
        gradient: [Tensor("A", upstream ⊙ mask)]),
      Clues.Mistake(
        "divided by p, not by 1 − p",
        gradient: [Tensor("A", (upstream ⊙ mask) / p)]),
      Clues.Mistake(
        "the backward pass is that of an evaluation",
        gradient: [Tensor("A", upstream)]),
    ])
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let h = Dropout(Scalar(p)).forward(
      w[0].matrix, .training(mask: Matrix(mask)))
    return (Matrix(upstream) ⊙ h).sum
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let dA = Dropout(Scalar(p)).backward(
      Matrix(upstream), .training(mask: Matrix(mask)))
    return [Tensor("A", dA)]
  }
}

/// A network with dropout behind its hidden layers, with given masks.
struct DropoutNetworkFormula: AlgebraicFormula {
  let name = "4-6-5-3, dropout"
  let evaluationPoint: [Tensor<Double>]
  let data: Dataset<Double>
  let masks: [Matrix<Double>]  // [n, width] of each hidden layer
  let p = 0.5

  init() {
    var random = SplitMix64(seed: 1, stream: "8.dropout network")
    evaluationPoint = dyadicPoint([4, 6, 5, 3], using: &random)
    data = Dataset(
      x: .dyadic(7, 4, using: &random), y: .dyadic(7, 3, using: &random))
    masks = [6, 5].map { width in
      Matrix(rows: 7, columns: width) { ($0 + 2 * $1) % 3 == 0 ? 0 : 1 }
    }
  }

  var clues: Clues { Clues(counts: [("n", data.count)]) }

  private func network<Scalar: OrderedField>(
    _ w: [Tensor<Scalar>]
  ) -> (DropoutNetwork<Scalar>, [Dropout<Scalar>.Phase]) {
    let parts = NetworkParts<Scalar>(
      hidden: [.leakyReLU, .relu], loss: .halfSquaredError)
    return (
      DropoutNetwork(Network(tensors: w, parts), Dropout(Scalar(p))),
      masks.map { .training(mask: Matrix($0)) }
    )
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let (network, phases) = network(w)
    return network.meanLoss(on: Dataset(data), phases)
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let (network, phases) = network(w)
    return network.lossAndGradient(on: Dataset(data), phases).gradient.tensors
  }
}
//#-end-hidden-code
