import Regression
import Workbook

/*:
 ## The certificate

 Three things are new. Exact fractions have no exponentials, so a formula with
 them is checked in balls only, and the compiler makes sure of it. Each loss is
 a formula by itself, with the logits as its parameters. And both forms of the
 backward pass are certified. The last row is the network for cats and dogs,
 with its trained weights.

 ![The certificate of this chapter](table:certificate)
 */

//#-hidden-code
/// Returns the small formulas of this chapter, at fixed evaluation points.
func smallFormulas() throws(ArchitectureError) -> [any Formula] {
  var random = SplitMix64(seed: 1, stream: "3.certificate")
  let yes = Matrix(rows: 7, columns: 3) { Double(($0 + $1) % 2) }
  let numbers = Dataset<Double>(
    x: .dyadic(7, 4, using: &random), y: .dyadic(7, 3, using: &random))
  let classes = Dataset(x: numbers.x, y: yes)
  return [
    ActivationFormula<Algebraic>(.identity),
    ActivationFormula<Algebraic>(.leakyReLU),
    ActivationFormula<Analytic>(.tanh), ActivationFormula<Analytic>(.sigmoid),
    LossFormula<Algebraic>(.halfSquaredError, targets: numbers.y),
    LossFormula<Analytic>(.binaryCrossEntropy, targets: yes),
    try NetworkFormula<Algebraic>(
      "4-6-5-3, numbers", [4, 6, .leakyReLU, 5, .relu, 3],
      loss: .halfSquaredError, on: numbers, using: &random),
    try NetworkFormula<Analytic>(
      "4-6-5-3, yes or no", [4, 6, .tanh, 5, .leakyReLU, 3, .sigmoid],
      loss: .binaryCrossEntropy, on: classes, using: &random),
    try NetworkFormula<Analytic>(
      "4-5-3, sigmoid", [4, 5, .sigmoid, 3, .sigmoid],
      loss: .binaryCrossEntropy, on: classes, using: &random),
    try NetworkFormula<Algebraic>(
      "4-6-5-3, plain, numbers", [4, 6, .leakyReLU, 5, .relu, 3],
      loss: .halfSquaredError, on: numbers, isPlain: true, using: &random),
    try NetworkFormula<Analytic>(
      "4-6-5-3, plain, yes or no", [4, 6, .tanh, 5, .leakyReLU, 3, .sigmoid],
      loss: .binaryCrossEntropy, on: classes, isPlain: true, using: &random),
  ]
}
//#-end-hidden-code

/// Certifies the formulas of this chapter, and the network that it trained.
func certifyClassifier<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>, _ data: Silhouettes
) throws(ArchitectureError) {
  run.section("The certificate of this chapter")
  let examples = data.test.binary(as: Float.self)
  let some = Array(0..<min(7, examples.count))
  let widths = network.layers.map { $0.weights.columns }
  let name = (["784"] + widths.map { "\($0)" }).joined(separator: "-")
  let trained = try NetworkFormula<Analytic>(
    "\(name), trained",
    [784, .width(widths[0]), .relu, .width(widths[1]), .relu, 1, .sigmoid],
    loss: .binaryCrossEntropy, at: network.evaluationPoint,
    on: examples.examples(at: some[...]).evaluationPoint)
  run.certify(try smallFormulas(), atScale: [trained])
}
