import BinaryClassifier
import Regression
import Workbook

/*:
 ## The certificate

 The checks are applied to a signal, to the plain passes and to the fast ones,
 to two small networks, and to the network for cats and dogs with its trained
 weights.

 ![The certificate of this chapter](table:certificate)

 New are the ties. Where two entries of a window are largest, the loss has no
 derivative, and a check has nothing to compare with. Inside a silhouette all
 patches are the same, so all outputs under a pooling window tie, but for
 rounding. So the trained network is certified on noise, and where a kink leaves
 that undecided, on other noise. It took \(noise.draws) of at most four draws.
 */

//#-hidden-code
/// Certifies the formulas of this chapter, and the network that it trained.
func certifyConvolutions<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: ConvNet<Scalar>,
  drawn: ConvNet<Scalar>, _ data: Silhouettes
) throws {
  run.section("The certificate of this chapter")
  var random = SplitMix64(seed: 1, stream: "5.certificate")
  // With a learning rate that is too large, a training leaves no numbers.
  let isBounded = network.tensors.allSatisfy {
    $0.elements.allSatisfy { abs(Double($0)) < 1_000 }
  }
  func certifiedOnNoise() -> Certificate {
    let size = data.images.height * data.images.width
    let noise = Matrix<Double>(rows: 1, columns: size) { _, _ in
      abs(random.dyadic()) / 2
    }
    let formula = ConvNetFormula<Analytic>(
      isBounded ? "two blocks, trained" : "two blocks, as drawn",
      isBounded ? network : drawn, [.relu, .relu, .relu],
      loss: .binaryCrossEntropy, on: Dataset(x: noise, y: [[1]]))
    return Certificate(atScale: formula)
  }
  var (trained, draws) = (certifiedOnNoise(), 1)
  while trained.verdict == .undecided && draws < 4 {
    trained = certifiedOnNoise()
    draws += 1
  }
  run.record(draws, as: "noise.draws", label: "draws of noise, of at most four")
  run.certify(try smallFormulas(), beside: [trained])
}

/// Returns the small formulas of this chapter, at fixed evaluation points.
func smallFormulas() throws -> [any Formula] {
  let halves = Window(2, stride: 2)
  return [
    CorrelationFormula("a signal, stride 2, padding 1"),
    try ConvolutionFormula(
      "2 × 2", 2, ImageShape(4, 3, 2), Window(2), filters: 3, nil),
    try ConvolutionFormula(
      "3 × 3, padding 1, relu", 2, ImageShape(3, 4, 1), Window(3, padding: 1),
      filters: 2, .relu),
    try ConvolutionFormula(
      "3 × 2, stride 2 and 1, padding 1 and 0", 2, ImageShape(5, 3, 2),
      Window(
        vertical: WindowGeometry(3, stride: 2, padding: 1),
        horizontal: WindowGeometry(2)),
      filters: 3, .square),
    try ConvolutionFormula(
      "2 × 2 and maxima", 2, ImageShape(5, 3, 2), Window(2), filters: 3, nil,
      pooling: halves),
    try ConvolutionFormula(
      "plain passes, 3 × 2 and maxima", 2, ImageShape(5, 4, 2),
      Window(
        vertical: WindowGeometry(3, padding: 1), horizontal: WindowGeometry(2)),
      filters: 3, .relu, pooling: Window(2)
    ).plain,
    try ConvolutionFormula(
      "maxima that overlap", 1, ImageShape(4, 6, 1), Window(1), filters: 2, nil,
      pooling: Window(
        vertical: WindowGeometry(2), horizontal: WindowGeometry(3))),
    try ConvNetFormula(
      "one block, numbers", 3, ImageShape(4, 2, 2),
      [ConvolutionDescription(3, Window(3, padding: 1), pooling: halves)],
      [3, .relu, 2], loss: LossKind<Algebraic>.halfSquaredError),
    try ConvNetFormula(
      "two blocks, yes or no", 3, ImageShape(6, 8, 1),
      [
        ConvolutionDescription(2, Window(3, padding: 1), pooling: halves),
        ConvolutionDescription(3, Window(2)),
      ], [4, .tanh, 1, .sigmoid], loss: LossKind<Analytic>.binaryCrossEntropy),
  ]
}
//#-end-hidden-code
