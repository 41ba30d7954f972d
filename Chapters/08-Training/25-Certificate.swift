import BinaryClassifier
import Regression
import Workbook

/*:
 ## The certificate

 Dropout with a given mask, the absolute error and Huber's loss are made of
 $+ - \times \div$ and comparisons. So is the evaluation of batch normalisation,
 where $\sigma$ is a constant. They are equal in exact fractions, and proved.

 The training of batch normalisation has a root in it, and exact fractions have
 none. It is checked in balls, alone and in a network. Two more checks go
 further. In the row *σ a parameter* the deviation is not computed but given,
 and the gradient is that of the chapter with the path through $\sigma$ taken
 out. All sums of the backward pass stand in it, and it is proved. And in a
 batch of five whose variances are two, six and twelve, $v + \frac{1}{4}$ is the
 square of a fraction. There the whole backward pass, with its root, is equal in
 exact fractions.

 ![The certificate of this chapter](table:certificate)
 */

//#-hidden-code
/// Returns the small formulas of this chapter, at fixed evaluation points.
func smallFormulas() throws(ArchitectureError) -> [any Formula] {
  var random = SplitMix64(seed: 1, stream: "8.certificate")
  let x = Matrix<Double>.dyadic(7, 4, using: &random)
  // Predictions are odd multiples of 2⁻⁷. These targets are not, so no error is
  // 0 or ±1, where a loss or its derivative has a kink.
  let y = Matrix<Double>.dyadic(7, 3, using: &random).map { $0 + 0x1p-9 }
  return [
    DropoutFormula(),
    DropoutNetworkFormula(),
    RootedNormFormula("batch normalisation, evaluation", isTraining: false),
    GivenDeviationFormula(),
    BatchNormFormula(),
    NormalisedNetworkFormula(),
    LossFormula<Algebraic>(.meanAbsoluteError, targets: y),
    LossFormula<Algebraic>(.huber(1), targets: y),
    try NetworkFormula<Algebraic>(
      "4-6-3, absolute error", [4, 6, .leakyReLU, 3], loss: .meanAbsoluteError,
      on: Dataset(x: x, y: y), using: &random),
    try NetworkFormula<Algebraic>(
      "4-6-3, Huber", [4, 6, .leakyReLU, 3], loss: .huber(1),
      on: Dataset(x: x, y: y), using: &random),
  ]
}
//#-end-hidden-code

/// Certifies the formulas of this chapter.
func certifyTraining<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws(ArchitectureError) {
  run.section("The certificate of this chapter")
  run.certify(try smallFormulas())
  let exact = RootedNormFormula("roots of fractions", isTraining: true)
  let mutants = exact.evaluationPoint.indices.map {
    Mutant(exact, at: ($0, 0), part: 0x1p-30).exactFinding().verdict
  }
  run.check(
    "batch normalisation in training is exact where its roots are fractions",
    exact.exactFinding().verdict == .pass
      && mutants.allSatisfy { $0 == .fail },
    detail: "5 examples of 3 features; a derivative off by 2⁻³⁰ is noticed")
}
