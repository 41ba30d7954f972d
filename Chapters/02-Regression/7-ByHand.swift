import Perceptron
import Workbook

/*:
 ## A whole pass by hand

 Take paper and a pencil, and do what the computer does in every step of
 training. The network is the one of the graph, with the weights that stand
 there, and it has two examples. Each hidden unit $j$ computes

 $$
 z_j = x_1 w_{1j} + x_2 w_{2j} + b_j, \qquad h_j = \max(0, z_j)
 $$

 and the output is $\hat y = h_1 v_1 + h_2 v_2 + c$. The loss is the one of this
 chapter, $L = \frac{1}{2n} \sum (\hat y - y)^2$ with $n$ equal to two.

 **Forward.** Go from the inputs to the loss. The first three rows of the table
 are the examples. Cover the rest of the last two columns, and fill it in.

 ![The forward pass](table:hand-forward)

 The loss is half the mean of the squares of the last row: \(hand.loss).

 **Backward.** Go from the loss to the pre-activations, for each example by
 itself. Here $\mathrm{d}a$ is short for the derivative of $L$ in $a$.

 > **Guess:** Before you look: what is $\mathrm{d}z_2$ in the second example?
 >
 > It is \(hand.off). The pre-activation is negative, so the unit is off:
 > $\varphi'$ is zero, and nothing passes.

 ![The backward pass](table:hand-backward)

 **The gradient.** Each weight is used in both examples, so two paths add. The
 derivative along each is what the weight is multiplied by: $x_i$ for $w_{ij}$,
 one for a bias, $h_j$ for $v_j$. The fourth column is a central difference.

 ![The nine derivatives, and the weights after one step](table:hand-gradient)

 Every difference equals the derivative to the last bit, which is rare. In each
 single weight the loss is a quadratic function, as long as no unit is switched
 on or off. Central differences of such a function have no error, and numbers
 like these are not rounded.

 **The update.** Move each weight against its derivative, with a learning rate
 of \(hand.rate). All nine are moved at once, and the last column shows where
 to. Then do the forward pass again.

 > **Guess:** The loss was \(hand.loss). What is it after the step?
 >
 > It is \(hand.after): smaller.

 The gradient promises a fall of the learning rate times the sum of the squares
 of all nine derivatives. That is \(hand.promise), more than there is to lose,
 and the real fall is \(hand.fall). The promise holds for small steps only,
 because the gradient changes on the way. With a thousandth of the rate, the
 fall is \(hand.small) times what is promised.
 */

/// Does a whole pass by hand, over two examples.
func passByHand(on run: inout RunRecorder) {
  run.section("A whole pass by hand")
  let network = handNetwork
  let passes = handExamples.map {
    HandPass(network, x: $0.x, y: $0.y, examples: 2)
  }
  showHandForward(on: &run, network, passes)
  run.ask("What is dz₂ in the second example?")
  run.record(
    passes[1].dZ[1], .decimals(0), as: "hand.off",
    label: "dz₂ in the second example")
  run.show(handBackward(network, passes))

  let x = Matrix(rows: 2, columns: 2) { handExamples[$0].x[$1] }
  let y = Matrix(rows: 2, columns: 1) { row, _ in handExamples[row].y }
  let derivatives = handDerivatives(passes)
  let differences = handDifferences(network, x, y)
  let rate = run.setting(
    1 / 16, .decimals(4), as: "hand.rate", label: "learning rate η")
  let weights = network.tensors.flatMap(\.elements)
  run.show(handGradient(passes, derivatives, differences, weights, rate))
  run.check(
    "each of the nine derivatives by hand is the central difference",
    derivatives == differences, detail: "equal to the last bit")
  let ours = network.lossAndGradient(from: x, to: y, through: .relu)
  run.check(
    "the code finds the loss and the gradient of the pass by hand",
    ours.gradient.tensors.flatMap(\.elements) == derivatives
      && ours.loss == passes.map(\.loss).reduce(0, +) / 2,
    detail: "equal to the last bit")

  showHandUpdate(on: &run, network, ours.gradient, rate, x, y)
}

//#-hidden-code
/// Shows the forward pass.
func showHandForward(
  on run: inout RunRecorder, _ network: TwoLayerNetwork<Double>,
  _ passes: [HandPass]
) {
  run.show(handForward(network, passes))
  run.record(
    passes.map(\.loss).reduce(0, +) / 2, .decimals(2), as: "hand.loss",
    label: "the loss")
}

/// Takes a step, and tells what becomes of the loss.
func showHandUpdate(
  on run: inout RunRecorder, _ network: TwoLayerNetwork<Double>,
  _ gradient: TwoLayerNetwork<Double>, _ rate: Double, _ x: Matrix<Double>,
  _ y: Matrix<Double>
) {
  func loss(after rate: Double) -> Double {
    var moved = network
    var optimiser = Optimiser<Double>.sgd(learningRate: rate)
    optimiser.step(&moved, against: gradient)
    return moved.lossAndGradient(from: x, to: y, through: .relu).loss
  }
  let slopes = gradient.tensors.flatMap(\.elements)
  run.ask("What is the loss after the step?")
  let (before, after) = (loss(after: 0), loss(after: rate))
  run.record(after, .decimals(3), as: "hand.after", label: "loss after it")
  run.check(
    "one step of the pass by hand makes the loss smaller", after < before,
    detail: "\(NumberFormat.decimals(3).text(of: before)) before, "
      + "\(NumberFormat.decimals(3).text(of: after)) after")
  let promise = slopes.map { $0 * $0 }.reduce(0, +)
  run.record(
    rate * promise, .decimals(2), as: "hand.promise",
    label: "fall that the gradient promises")
  run.record(
    before - after, .decimals(2), as: "hand.fall", label: "fall of the loss")
  let small = (before - loss(after: rate / 1_000)) / (rate / 1_000 * promise)
  run.record(
    small, .decimals(3), as: "hand.small",
    label: "fall at a thousandth of the rate, as a part of the promise")
  run.check(
    "a small step makes the loss fall as the gradient promises",
    abs(small - 1) < 0.01,
    detail: "\(NumberFormat.decimals(4).text(of: small)) of what is promised")
}
//#-end-hidden-code
