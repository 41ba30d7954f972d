import Workbook

/*:
 ## The graph of a neuron

 Here is a neuron of [chapter 2](chapter:2) as a graph, with its loss:
 $L = (\tanh(w x + b) - y)^2$. The values are computed from left to right, and
 below them the gradients from right to left.

 ![A neuron and its loss: values forwards, gradients
 backwards](figure:neuron)

 > **Guess:** Follow the gradient by hand from the square, where it is one, back
 > to $w$. Which VJP is used at each node?
 >
 > Before the square it is twice the difference. The minus passes it unchanged
 > to its left side. The tanh multiplies it by $1 - \tanh^2$. The plus passes it
 > to both sides, and the times multiplies it by the value of the other side,
 > $x$. The derivative with respect to $w$ is \(neuron.gradient).
 */

/// A neuron of one input under a squared error.
func neuron<Scalar: AnalyticField>(
  _ w: Value<Scalar>, _ x: Value<Scalar>, _ b: Value<Scalar>, _ y: Value<Scalar>
) -> Value<Scalar> {
  ((w * x + b).tanh() - y).power(2)
}

/// Draws the graph of a neuron, after a backward pass over it.
func drawNeuron(on run: inout RunRecorder) {
  run.section("The graph of a neuron")
  run.ask("L = (tanh(w x + b) − y)²: what is ∂L/∂w?")
  let (w, x) = (Value(-1.25, "w"), Value(0.8, "x"))
  let (b, y) = (Value(0.5, "b"), Value(0.25, "y"))
  let loss = neuron(w, x, b, y)
  loss.backward()
  run.show(Figure("neuron", loss.diagram()))
  run.record(
    w.gradient, .decimals(3), as: "neuron.gradient", label: "∂L/∂w")

  let a = Double.tanh(w.data * x.data + b.data)
  let byHand = 2 * (a - y.data) * (1 - a * a) * x.data
  run.check(
    "the gradient of a neuron is that of the chain rule", w.gradient == byHand,
    detail: "equal to the last bit")
}

//#-hidden-code
extension Value {
  /// Returns the graph of this number.
  ///
  /// - Parameter names: What to call the nodes, in topological order; without
  ///   them, each node has its own name.
  func diagram(named names: [String] = []) -> GraphDiagram
  where Scalar: DoubleConvertible {
    let order = topologicalOrder()
    let positions = Dictionary(
      uniqueKeysWithValues: order.enumerated().map {
        (ObjectIdentifier($1), $0)
      })
    return GraphDiagram(
      order.enumerated().map { index, node in
        .init(
          index < names.count ? names[index] : node.name,
          value: node.data.asDouble, gradient: node.gradient.asDouble,
          madeOf: node.edges.compactMap {
            positions[ObjectIdentifier($0.parent)]
          })
      }, format: names.isEmpty ? .decimals(3) : .decimals(0))
  }
}

/// A number that a diagram can show.
protocol DoubleConvertible {
  var asDouble: Double { get }
}

extension Double: DoubleConvertible {
  var asDouble: Double { self }
}

extension Rational: DoubleConvertible {
  var asDouble: Double { Double(self) }
}
//#-end-hidden-code

/*:
 ## Second derivatives

 The backward pass is made of additions and multiplications, like the forward
 pass. So let it run on **dual numbers**, which carry a derivative of their own:
 give $x$ the derivative one, compute $\tanh x$, run the backward pass, and the
 gradient of $x$ has two parts, $\tanh' x$ and its own derivative, $\tanh'' x$.
 At $x = \tfrac{3}{4}$ it agrees with a central difference of the first
 derivative, computed with numbers of many bits, to \(tanh.digits) digits.
 */

/// Compares the second derivative of tanh with differences of its first.
func differentiateTwice(on run: inout RunRecorder) {
  run.section("Second derivatives")
  typealias Number = Ball<512>
  let point = Number(0.75)
  let step = Number(0x1p-120)
  let second = derivativeOfTanh(at: Dual(point, derivative: 1)).derivative
  let difference =
    (derivativeOfTanh(at: point + step) - derivativeOfTanh(at: point - step))
    / (2 * step)
  let t = Number.tanh(point)
  let formula = -2 * t * (1 - t * t)

  let digits = second.digits(agreeingWith: difference)
  run.record(
    digits.rounded(.down), .decimals(0), as: "tanh.digits",
    label: "digits of tanh″ by differences")
  run.check(
    "a backward pass in dual numbers finds tanh″",
    digits >= 40 && second.digits(agreeingWith: formula) >= 40,
    detail: "40 digits and more of a difference of derivatives, and of "
      + "−2 tanh (1 − tanh²)")
}

//#-hidden-code
/// Returns the derivative of tanh, by a backward pass.
private func derivativeOfTanh<Scalar: AnalyticField>(
  at point: Scalar
) -> Scalar {
  let x = Value(point)
  x.tanh().backward()
  return x.gradient
}

extension Ball {
  /// Returns to how many decimal digits this surely agrees with another.
  func digits(agreeingWith other: Ball) -> Double {
    let error = (self - other).upperBound
    return -Double.log10(error / self.upperBound)
  }
}
//#-end-hidden-code
