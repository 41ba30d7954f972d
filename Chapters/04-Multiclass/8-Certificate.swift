import BinaryClassifier
import Regression
import Workbook

/*:
 ## The certificate

 Softmax with cross-entropy is checked by itself and behind hidden layers. The
 last row is the network of the bullseye with its trained weights.

 ![The certificate of this chapter](table:certificate)
 */

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
    LossFormula<Analytic>(.crossEntropy, targets: y),
    try NetworkFormula<Analytic>(
      "4-5-6-3, one-hot targets", [4, 5, .tanh, 6, .relu, 3, .softmax],
      loss: .crossEntropy, on: Dataset(x: x, y: y), using: &random),
    try NetworkFormula<Analytic>(
      "4-5-3, probabilities", [4, 5, .sigmoid, 3, .softmax],
      loss: .crossEntropy, on: Dataset(x: x, y: probabilities), using: &random),
  ]
}

/// Certifies the formulas of this chapter, and the bullseye's network.
func certifyMulticlass<Scalar: FloatingField>(
  on run: inout RunRecorder, _ bullseye: PlaneExperiment<Scalar>
) throws(ArchitectureError) {
  run.section("The certificate of this chapter")
  let examples = bullseye.test.examples(at: Array(0..<7))
  let trained = try NetworkFormula<Analytic>(
    "2-64-2, trained", [2, 64, .relu, 2, .softmax], loss: .crossEntropy,
    at: bullseye.network.evaluationPoint,
    on: examples.oneHot(as: Float.self).evaluationPoint)
  run.certify(try smallFormulas(), atScale: [trained])
}
