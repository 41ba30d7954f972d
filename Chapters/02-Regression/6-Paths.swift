import Perceptron
import Workbook

/*:
 ## One neuron, and the chain rule

 Begin with a single neuron, so small that every letter is a number:

 $$
 z = w x + b, \quad h = \varphi(z), \quad \hat y = v h + c, \quad
 L = \tfrac{1}{2} (\hat y - y)^2
 $$

 Change $w$ a little. Then $z$ changes by $x$ times as much, because
 $\partial z/\partial w = x$. The change of $h$ is $\varphi'(z)$ times that of
 $z$, and so on up to $L$. Along a path the derivatives multiply, which is the
 **chain rule**:

 $$
 \frac{\partial L}{\partial w} = (\hat y - y) \cdot v \cdot \varphi'(z) \cdot x
 $$

 Read the product from the left, from the loss to the weight. On the way it
 passes three other derivatives:

 $$
 \frac{\partial L}{\partial \hat y} = \hat y - y, \qquad
 \frac{\partial L}{\partial h} = \frac{\partial L}{\partial \hat y} \cdot v, \qquad
 \frac{\partial L}{\partial z} = \frac{\partial L}{\partial h} \cdot \varphi'(z)
 $$

 All weights need some of these three. So compute each once, from the loss
 backwards, and use it for everything that stands before it. This is
 **backpropagation**. It was found more than once ([Linnainmaa
 1970](cite:linnainmaa-1970), [Werbos 1974](cite:werbos-1974)), and [Rumelhart,
 Hinton and Williams 1986](cite:rumelhart-1986) made it the way to train
 networks.

 ## A graph of numbers

 A larger network has many paths. A **computational graph** keeps track of them:
 each number is a box, with arrows from the numbers that it is computed from.
 The figure shows a network with two inputs, two hidden ReLU units and one
 output, on one example. The loss is half the squared error, as above. All
 numbers are small enough to follow on paper. Here an index counts units, not
 layers: $b_1$ and $b_2$ are the biases of the two hidden units, and $v_1$,
 $v_2$ and $c$ lead to the output.

 ![A network of two inputs, two hidden units and one output, on one
 example](figure:hand-graph)

 The values are computed from left to right: the **forward pass**. The gradients
 are computed from right to left: the **backward pass**. The gradient of a box
 is the derivative of $L$ in its number, so the last box has a gradient of one.

 ## Where paths meet, they add

 Look at $x_2$. Both hidden units use it, so a change of $x_2$ reaches the loss
 by two paths. Each path adds its own change to the loss. As long as the change
 is small, the two do not disturb each other. So the derivatives of the paths
 add:

 > **Rule.** The derivative of $L$ in a number is the sum over all arrows that
 > leave it: the derivative of $L$ in what the arrow leads to, times the
 > derivative along the arrow.

 $$
 \frac{\partial L}{\partial a}
 = \sum_{a \to b} \frac{\partial L}{\partial b} \cdot \frac{\partial b}{\partial a}
 $$

 ![The same network: the derivative along each arrow, and the gradients that
 they make](figure:hand-paths)

 The path from $x_2$ through the first unit gives \(paths.second.upper), and the
 path through the second unit gives \(paths.second.lower). The derivative is the
 sum, \(paths.second.sum). A central difference agrees.

 > **Guess:** A change of $x_1$ changes both hidden units, and yet the figure
 > says that its gradient is \(paths.first.sum). How can that be?
 >
 > The two paths give \(paths.first.upper) and \(paths.first.lower), and they
 > cancel. The units change, but the loss does not.

 A program that lets the second path overwrite the first would report
 \(paths.first.lower) here, a mistake that [chapter 6](chapter:6) meets again.

 The rule also covers many examples. A weight is used once for each of them, so
 its derivative is a sum over the examples.
 */

/// Draws the graph of the small network, and follows its paths.
func followPaths(on run: inout RunRecorder) {
  run.section("Where paths meet, they add")
  let network = handNetwork
  let pass = HandPass(network, x: handExamples[0].x, y: handExamples[0].y)
  run.show(Figure("hand-graph", pass.graph(of: network)))
  run.show(Figure("hand-paths", pass.paths(of: network)))
  run.ask("x₁ changes both units, but its gradient is 0. How can that be?")
  let names = ["first", "second"]
  for (input, name) in names.enumerated() {
    let paths = (0..<2).map { pass.dZ[$0] * network.w1[input, $0] }
    let sum = paths[0] + paths[1]
    run.record(
      paths[0], .decimals(0), as: "paths.\(name).upper",
      label: "path from x\(subscripts[input]) through the first unit")
    run.record(
      paths[1], .decimals(0), as: "paths.\(name).lower",
      label: "path through the second unit")
    run.record(
      sum, .decimals(0), as: "paths.\(name).sum",
      label: "derivative in x\(subscripts[input])")
    let difference = centralDifference(
      of: { value in
        var x = pass.x
        x[input] = value
        return HandPass(network, x: x, y: pass.y).loss
      }, at: pass.x[input], step: 0x1p-4)
    run.check(
      "the paths from x\(subscripts[input]) add up to the central difference",
      difference == sum,
      detail: "both are exact: "
        + NumberFormat.decimals(0).text(of: sum))
  }
}
