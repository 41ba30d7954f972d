import BinaryClassifier
import Regression
import Workbook

/*:
 ## The certificate

 Softmax with cross-entropy is checked by itself and behind hidden layers.
 Softmax alone is checked under a random upstream, with its backward pass by
 $p_k(u_k - \sum_j u_j p_j)$. The network of one input and two ReLUs is the one
 row that is made of $+ - \times \div$ and comparisons: it is equal in exact
 fractions, and *proved* but for the chance in that column, on the branches
 that were met. The last row is the network of the bullseye with its trained
 weights.

 ![The certificate of this chapter](table:certificate)

 The other columns are those of every chapter. *How the checks work*, in the
 appendix, tells what they count.
 */

//#-hidden-code
/// Softmax alone, under a random upstream: L = Σ U ⊙ softmax(Z).
struct SoftmaxFormula: Formula {
  let name = "softmax, random upstream"
  let evaluationPoint: [Tensor<Double>]
  let upstream: Matrix<Double>  // [n, classes]

  init(rows: Int, classes: Int) {
    var random = SplitMix64(seed: 1, stream: "4.softmax")
    let z = Matrix<Double>.dyadic(rows, classes, using: &random)
    evaluationPoint = [Tensor("Z", z)]
    upstream = .dyadic(rows, classes, using: &random)
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    (softmax(w[0].matrix) ⊙ Matrix(upstream)).sum
  }

  func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let p = softmax(w[0].matrix)
    return [Tensor("Z", softmaxBackward(from: Matrix(upstream), at: p))]
  }
}

/// Returns the small formulas of this chapter, at fixed evaluation points.
func smallFormulas() throws(ArchitectureError) -> [any Formula] {
  var random = SplitMix64(seed: 1, stream: "4.certificate")
  let y = Matrix(rows: 7, columns: 3) { $0 % 3 == $1 ? 1.0 : 0 }
  // Targets may also be probabilities that add up to 1.
  let probabilities = Matrix(rows: 7, columns: 3) {
    [0.5, 0.25, 0.25][($0 + $1) % 3]
  }
  let x = Matrix<Double>.dyadic(7, 4, using: &random)
  return [
    try smallRamps(),
    SoftmaxFormula(rows: 7, classes: 3),
    LossFormula<Analytic>(.crossEntropy, targets: y),
    try NetworkFormula<Analytic>(
      "4-5-6-3, one-hot targets", [4, 5, .tanh, 6, .relu, 3, .softmax],
      loss: .crossEntropy, on: Dataset(x: x, y: y), using: &random),
    try NetworkFormula<Analytic>(
      "4-5-3, probabilities", [4, 5, .sigmoid, 3, .softmax],
      loss: .crossEntropy, on: Dataset(x: x, y: probabilities), using: &random),
  ]
}

//#-end-hidden-code

/// Certifies the formulas of this chapter, and the bullseye's network.
func certifyMulticlass<Scalar: FloatingField>(
  on run: inout RunRecorder, _ bullseye: PlaneExperiment<Scalar>
) throws(ArchitectureError) {
  run.section("The certificate of this chapter")
  let points = bullseye.test.count > 0 ? bullseye.test : bullseye.training
  let examples = points.examples(at: Array(0..<min(7, points.count)))
  let trained = try NetworkFormula<Analytic>(
    "2-64-2, trained", [2, 64, .relu, 2, .softmax], loss: .crossEntropy,
    at: bullseye.network.evaluationPoint,
    on: examples.oneHot(as: Float.self).evaluationPoint)
  run.certify(try smallFormulas(), atScale: [trained])
}
