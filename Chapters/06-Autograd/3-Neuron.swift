import Workbook

/*:
 ## A neuron, drawn

 Here is a neuron of [chapter 2](chapter:2) as the program sees it, with its loss:
 $L = (\tanh(w x + b) - y)^2$. Each box has its value, computed from left to right,
 and below it the slope of $L$, computed from right to left.

 ![A neuron and its loss: values forwards, slopes
 backwards](figure:neuron)

 Follow a slope by hand. At the square it is one, and in front of it twice the
 difference. A minus hands it on as it is to the left side and turned to the right.
 The tanh multiplies it by $1 - \tanh^2$, the plus hands it to both, and the times
 gives each of its two the other one's value. The slope in $w$ is
 \(neuron.slope), and the chain rule by hand says the same.
 */

/// A neuron of one input under a squared error.
func neuron<Scalar: AnalyticField>(
  _ w: Value<Scalar>, _ x: Value<Scalar>, _ b: Value<Scalar>, _ y: Value<Scalar>
) -> Value<Scalar> {
  ((w * x + b).tanh() - y).power(2)
}

/// Draws the graph of a neuron after a walk.
func drawNeuron(on page: inout Page) {
  page.section("A neuron, drawn")
  page.ask("L = (tanh(w x + b) − y)²: what is the slope in w?")
  let (w, x) = (Value(-1.25, "w"), Value(0.8, "x"))
  let (b, y) = (Value(0.5, "b"), Value(0.25, "y"))
  let loss = neuron(w, x, b, y)
  loss.backward()
  page.show(Figure("neuron", loss.diagram))
  page.record(w.slope, .decimals(3), as: "neuron.slope", label: "slope in w")

  let a = Double.tanh(w.data * x.data + b.data)
  let byHand = 2 * (a - y.data) * (1 - a * a) * x.data
  page.check(
    "the slope of a neuron is that of the chain rule", w.slope == byHand,
    detail: "equal to the last bit")
}

//#-hidden-code
extension Value where Scalar: BinaryFloatingPoint {
  /// The graph of this number.
  var diagram: GraphDiagram {
    let order = inOrder()
    let places = Dictionary(
      uniqueKeysWithValues: order.enumerated().map {
        (ObjectIdentifier($1), $0)
      })
    return GraphDiagram(
      order.map { node in
        .init(
          node.name, value: Double(node.data), slope: Double(node.slope),
          madeOf: node.edges.compactMap { places[ObjectIdentifier($0.parent)] })
      })
  }
}
//#-end-hidden-code

/*:
 ## Slopes of slopes

 What is the slope of a slope? The walk backwards is made of additions and
 multiplications, like everything else. So let it run on numbers that carry a
 slope of their own, the dual numbers of [chapter 1](chapter:1): give $x$ the
 slope one, compute $\tanh x$, walk backwards, and the slope that arrives at $x$
 has two parts, $\tanh' x$ and how fast that changes. Nothing needs to be
 written for it. A `Value` takes any number of the book, and a dual number over
 balls is one.

 At $x = ¾$ the second derivative agrees with a central difference of the first,
 computed by walks over plain balls, to \(curved.digits) digits.
 */

/// Compares the second derivative of tanh with differences of its first.
func differentiateTwice(on page: inout Page) {
  page.section("The slope of a slope")
  typealias Number = Ball<512>
  /// Returns the slope of tanh at a place by a walk.
  func slope<Scalar: AnalyticField>(at place: Scalar) -> Scalar {
    let x = Value(place)
    x.tanh().backward()
    return x.slope
  }
  let place = Number(0.75)
  let step = Number(0x1p-120)
  let second = slope(at: Dual(place, slope: 1)).slope
  let difference =
    (slope(at: place + step) - slope(at: place - step)) / (2 * step)
  let t = Number.tanh(place)
  let formula = -2 * t * (1 - t * t)

  let digits = second.digits(agreeingWith: difference)
  page.record(
    digits.rounded(.down), .decimals(0), as: "curved.digits",
    label: "digits of tanh″ by differences")
  page.check(
    "tanh″ is found by walking backwards in dual numbers",
    digits >= 40 && second.digits(agreeingWith: formula) >= 40,
    detail: "40 digits and more of a difference of slopes, and of "
      + "−2 tanh (1 − tanh²)")
}

//#-hidden-code
extension Ball {
  /// Returns how many decimal digits of this are surely those of another.
  func digits(agreeingWith other: Ball) -> Double {
    let error = (self - other).upperBound
    return -Double.log10(error / self.upperBound)
  }
}
//#-end-hidden-code
