import BinaryClassifier
import Perceptron
import Regression
import Workbook

/*:
 ## Two classes: the sigmoid again

 For two classes there are now two ways: one score and a sigmoid, as in
 [chapter 3](chapter:3), or two scores and softmax. Divide numerator and
 denominator of the first probability by $e^{z_1}$:

 $$
 \frac{e^{z_1}}{e^{z_1} + e^{z_2}} = \frac{1}{1 + e^{-(z_1 - z_2)}}
   = \sigma(z_1 - z_2)
 $$

 So softmax of two scores *is* the sigmoid of their difference. The losses agree
 as well: cross-entropy of two scores is the binary cross-entropy of their
 difference. The Jacobian's entry $p_1(1 - p_1)$ is the $\sigma'$ of that
 chapter.

 The two scores have one number too many, since only their difference matters.
 That does no harm, but it changes the speed.

 > **Guess:** One network has a sigmoid and one score, another softmax and two
 > scores. Both start alike and have the same learning rate. Do they learn at
 > the same speed?
 >
 > No. By $p - y$, a step lowers one of the two scores as much as it raises the
 > other. Their difference moves twice as far. Softmax with two scores does what
 > the sigmoid does with twice the learning rate.

 This is put to the test with a single layer, on \(two.points) points. After
 \(two.steps) steps, with a rate of \(two.rate) for softmax and twice that for
 the sigmoid, all differences of the two columns of weights equal the weights of
 the one column, up to \(two.distance) of the largest. With the same rate for
 both, the weights differ by \(two.same) of the largest.
 */

/// Compares the sigmoid with softmax of two scores: values, losses, training.
func compareWithSigmoid<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws(ArchitectureError) {
  run.section("Two classes: the sigmoid again")
  run.ask("Two scores and softmax, or one and a sigmoid: which learns faster?")
  checkSigmoid(on: &run, in: scalar)

  var random = run.random("two classes")
  let count = run.setting(40, as: "two.points", label: "points")
  let steps = run.setting(25, as: "two.steps", label: "steps")
  let rate = run.setting(
    0.25, .decimals(2), as: "two.rate", label: "learning rate of softmax")
  let x = Matrix<Scalar>.normal(count, 3, using: &random)
  let labels = (0..<count).map { x[$0, 0] + x[$0, 1] > 0 ? 1 : 0 }
  let start = try Network<Scalar>(
    [3, 2, .softmax], loss: .crossEntropy, using: &random)
  var both = start
  // Column 0 of the scores is for the answer yes.
  let yes = Matrix<Scalar>(rows: count, columns: 1) { row, _ in
    Scalar(count: labels[row])
  }
  let oneHot = Matrix<Scalar>(rows: count, columns: 2) {
    $1 == 0 ? yes[$0, 0] : 1 - yes[$0, 0]
  }
  takeSteps(steps, &both, Dataset(x: x, y: oneHot), Scalar(rate))

  let distance = { (rate: Double) throws(ArchitectureError) -> Double in
    var one = try Network<Scalar>(
      [3, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    one.layers[0].weights = differences(of: start)
    takeSteps(steps, &one, Dataset(x: x, y: yes), Scalar(rate))
    let (ours, theirs) = (one.layers[0].weights, differences(of: both))
    let largest = theirs.elements.map { Double(abs($0)) }.reduce(0, max)
    let off = (ours - theirs).elements.map { Double(abs($0)) }.reduce(0, max)
    return off / largest
  }
  let twice = try distance(2 * rate)
  let same = try distance(rate)
  run.record(
    twice, .scientific(1), as: "two.distance",
    label: "difference of the weights, sigmoid with twice the rate")
  run.record(
    same, .decimals(2), as: "two.same",
    label: "difference of the weights, sigmoid with the same rate")
  run.check(
    "softmax of two scores learns as a sigmoid with twice the rate",
    twice <= 1_024 * Double(Scalar.ulpOfOne) && same > 0.01,
    detail: "after \(steps) steps the weights differ by "
      + "\(NumberFormat.scientific(1).text(of: twice)) of the largest; with "
      + "the same rate by \(NumberFormat.scientific(1).text(of: same))")
}

/// Checks that σ is softmax, and that the two losses are one.
func checkSigmoid<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  var random = run.random("sigmoid")
  let z = 3 * Matrix<Scalar>.normal(12, 2, using: &random)
  let difference = Matrix<Scalar>(rows: 12, columns: 1) { row, _ in
    z[row, 0] - z[row, 1]
  }
  let y = Matrix<Scalar>(rows: 12, columns: 1) { row, _ in
    Scalar(count: row % 2)
  }
  let oneHot = Matrix<Scalar>(rows: 12, columns: 2) {
    $1 == 0 ? y[$0, 0] : 1 - y[$0, 0]
  }
  let p = softmax(z)
  // The difference is rounded to an ulp of itself, and so are both sides.
  let isSame = (0..<12).allSatisfy {
    abs(p[$0, 0] - sigmoid(difference[$0, 0])) <= 16 * Scalar.ulpOfOne
  }
  let losses = (
    Loss<Scalar>.crossEntropy(z, oneHot),
    Loss<Scalar>.binaryCrossEntropy(difference, y)
  )
  run.check(
    "softmax of two scores is the sigmoid of their difference",
    isSame && abs(losses.0 - losses.1) <= 64 * Scalar.ulpOfOne,
    detail: "12 pairs within 16 ulp of 1, and the loss within 64")
}

//#-hidden-code
/// Trains on all examples at once for some steps.
private func takeSteps<Scalar: FloatingField>(
  _ steps: Int, _ network: inout Network<Scalar>, _ data: Dataset<Scalar>,
  _ rate: Scalar
) {
  var optimiser = Optimiser<Scalar>.sgd(learningRate: rate)
  for _ in 0..<steps {
    let gradient = network.lossAndGradient(on: data).gradient
    optimiser.step(&network, against: gradient)
  }
}

/// The first column of the weights minus the second.
private func differences<Scalar: Field>(
  of network: Network<Scalar>
) -> Matrix<Scalar> {
  let w = network.layers[0].weights
  return Matrix(rows: w.rows, columns: 1) { row, _ in w[row, 0] - w[row, 1] }
}
//#-end-hidden-code
