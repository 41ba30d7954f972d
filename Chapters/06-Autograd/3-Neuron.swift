import Synchronization
import Workbook

/*:
 ## The graph of a neuron

 Here is a neuron of [chapter 2](chapter:2) as a graph, with its loss:
 $L = (\tanh(w x + b) - y)^2$. Each box shows the value of its node, computed
 from left to right, and below it the derivative of $L$, computed from right to
 left.

 ![A neuron and its loss: values forwards, derivatives
 backwards](figure:neuron)

 Follow a derivative by hand. At the square it is one, and before the square it
 is twice the difference. A minus passes it unchanged to its left side and
 negated to its right side. The tanh multiplies it by $1 - \tanh^2$. The plus
 passes it to both sides, and the times gives each side the derivative times the
 value of the other side. The derivative with respect to $w$ is
 \(neuron.gradient), and the chain rule by hand says the same.
 */

/// A neuron of one input under a squared error.
func neuron<Scalar: AnalyticField>(
  _ w: Value<Scalar>, _ x: Value<Scalar>, _ b: Value<Scalar>, _ y: Value<Scalar>
) -> Value<Scalar> {
  ((w * x + b).tanh() - y).power(2)
}

/// Draws the graph of a neuron after a backward pass.
func drawNeuron(on run: inout RunRecorder) {
  run.section("The graph of a neuron")
  run.ask("L = (tanh(w x + b) − y)²: what is ∂L/∂w?")
  let (w, x) = (Value(-1.25, "w"), Value(0.8, "x"))
  let (b, y) = (Value(0.5, "b"), Value(0.25, "y"))
  let loss = neuron(w, x, b, y)
  loss.backward()
  run.show(Figure("neuron", loss.diagram))
  run.record(
    w.gradient, .decimals(3), as: "neuron.gradient", label: "∂L/∂w")

  let a = Double.tanh(w.data * x.data + b.data)
  let byHand = 2 * (a - y.data) * (1 - a * a) * x.data
  run.check(
    "the gradient of a neuron is that of the chain rule", w.gradient == byHand,
    detail: "equal to the last bit")
}

//#-hidden-code
extension Value where Scalar: BinaryFloatingPoint {
  /// The graph of this number.
  var diagram: GraphDiagram {
    let order = topologicalOrder()
    let positions = Dictionary(
      uniqueKeysWithValues: order.enumerated().map {
        (ObjectIdentifier($1), $0)
      })
    return GraphDiagram(
      order.map { node in
        .init(
          node.name, value: Double(node.data), gradient: Double(node.gradient),
          madeOf: node.edges.compactMap {
            positions[ObjectIdentifier($0.parent)]
          })
      })
  }
}
//#-end-hidden-code

/*:
 ## Second derivatives

 The backward pass is made of additions and multiplications, like the forward
 pass. So let it run on numbers that carry a derivative of their own, the dual
 numbers of [chapter 1](chapter:1): give $x$ the derivative one, compute
 $\tanh x$, run the backward pass, and the gradient of $x$ has two parts,
 $\tanh' x$ and its own derivative, $\tanh'' x$. Nothing needs to be written for
 it. A `Value` takes any number of the book, and a dual number over balls is
 one.

 At $x = \tfrac{3}{4}$ the second derivative agrees with a central difference of
 the first, computed by backward passes over plain balls, to \(tanh.digits)
 digits.
 */

/// Compares the second derivative of tanh with differences of its first.
func differentiateTwice(on run: inout RunRecorder) {
  run.section("Second derivatives")
  typealias Number = Ball<512>
  /// Returns the derivative of tanh, by a backward pass.
  func derivative<Scalar: AnalyticField>(at point: Scalar) -> Scalar {
    let x = Value(point)
    x.tanh().backward()
    return x.gradient
  }
  let point = Number(0.75)
  let step = Number(0x1p-120)
  let second = derivative(at: Dual(point, derivative: 1)).derivative
  let difference =
    (derivative(at: point + step) - derivative(at: point - step)) / (2 * step)
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
extension Ball {
  /// Returns to how many decimal digits this surely agrees with another.
  func digits(agreeingWith other: Ball) -> Double {
    let error = (self - other).upperBound
    return -Double.log10(error / self.upperBound)
  }
}
//#-end-hidden-code

/*:
 ## Releasing a graph

 The last node of a graph holds its parents, they hold theirs, and so on. When
 nothing holds the last node any more, Swift releases its parents from within
 the release of that node, one call inside the other. That is recursion again,
 where nobody looks for it. So a node that is released takes its ancestors apart
 in a loop: a node that nothing else holds gives up its own parents first, and
 is released when it holds nothing any more.
 */

extension Node {
  /// Releases the ancestors of this node that nothing else holds.
  @specialized(where Self == Variable<Float>)
  @specialized(where Self == Variable<Double>)
  package func releaseParents() {
    if parentCount == 0 { return }
    var stack: [Self] = []
    moveParents(to: &stack)
    while var node = stack.popLast() {
      if node.parentCount > 0 && isKnownUniquelyReferenced(&node) {
        node.moveParents(to: &stack)
      }
    }
  }
}

/*:
 The number of live nodes can be counted exactly, since every node adds itself
 to a counter when it is created, and takes itself off when it is released. The
 next chapter needs the count.
 */

/// Counts the nodes that are alive, on any number of threads.
package final class NodeCounter: Sendable {
  private let count = Atomic(0)

  package init() {}

  /// The number of nodes that are alive.
  package var alive: Int { count.load(ordering: .relaxed) }

  func add(_ change: Int) { count.add(change, ordering: .relaxed) }

  /// The counter of the nodes that this task creates.
  @TaskLocal package static var current = NodeCounter()
}
