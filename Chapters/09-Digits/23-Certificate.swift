import BinaryClassifier
import ConvNet
import Multiclass
import Regression
import Workbook

/*:
 ## The certificate

 This chapter has no new layer and no new loss. But it trains two networks that
 no chapter before has checked: convolutions with a softmax behind them, and the
 network of the digits. The first is checked where it is small, entry by entry.
 The second is checked with its trained weights on some of the digits, along a
 random direction.

 ![The certificate of this chapter](table:certificate)

 The columns are those of every chapter, and *How the checks work*, in the
 appendix, tells what they count. A second small network, with two layers of
 ReLU, stands for the architecture of the digits.
 */

//#-hidden-code
/// Returns the small formulas of this chapter, at fixed evaluation points.
func smallFormulas() throws -> [any Formula] {
  var random = SplitMix64(seed: 1, stream: "9.certificate")
  let x = Matrix<Double>.dyadic(7, 5, using: &random)
  let y = Matrix(rows: 7, columns: 4) { $0 % 4 == $1 ? 1.0 : 0 }
  return [
    try ConvNetFormula(
      "one block, softmax", 3, ImageShape(4, 2, 1),
      [
        ConvolutionDescription(
          3, Window(3, padding: 1), pooling: Window(2, stride: 2))
      ],
      [3, .tanh, 2, .softmax], loss: LossKind<Analytic>.crossEntropy),
    try NetworkFormula<Analytic>(
      "5-6-3-4, softmax", [5, 6, .relu, 3, .relu, 4, .softmax],
      loss: .crossEntropy, on: Dataset(x: x, y: y), using: &random),
  ]
}
//#-end-hidden-code

/// Certifies the formulas of this chapter, and the network of the digits.
func certifyDigits<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>, _ sets: DigitSets
) throws {
  run.section("The certificate of this chapter")
  let some = sets.training.examples(at: Array(0..<min(7, sets.training.count)))
  // With a learning rate that is too large, a training leaves no numbers.
  let isBounded = network.tensors.allSatisfy {
    $0.elements.allSatisfy { abs(Double($0)) < 1_000 }
  }
  var random = SplitMix64(seed: 1, stream: "9.drawn")
  let certified = isBounded ? network : try .forDigits(using: &random)
  let trained = try NetworkFormula<Analytic>(
    isBounded ? "64-128-64-10, trained" : "64-128-64-10, as drawn",
    [64, 128, .relu, 64, .relu, 10, .softmax], loss: .crossEntropy,
    at: certified.evaluationPoint,
    on: some.oneHot(as: Float.self).evaluationPoint)
  run.certify(try smallFormulas(), atScale: [trained])
}
