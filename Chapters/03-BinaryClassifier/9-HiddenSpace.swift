import Regression
import Workbook

/*:
 ## What the hidden layer does

 The last layer of the network is still a neuron: it can only draw a line. So
 the hidden layer must have moved the points to where a line separates them.
 With two hidden units this can be seen. Each of the four points has two hidden
 activations, and these are the coordinates of a point in a new plane: the
 **hidden space**. Both figures show one network. In its hidden space two of the
 four points lie nearly on each other.

 ![The input plane: the four points, and the regions of a network with two
 hidden tanh units](figure:xor-input)

 ![The hidden space of the same network: the same four points, and the line that
 its last layer draws](figure:xor-hidden)

 The regions of the first figure and the straight line of the second are the
 same decision. A hidden layer changes the coordinates, and the last layer draws
 a line in them.

 > **Guess:** Did training do this, or does any layer with random weights?
 >
 > Training. With two units \(hidden.learned) of \(hidden.starts) starts learn.
 > In the hidden space of these a line separates the four points
 > \(hidden.before) times before training and \(hidden.after) times after it.
 */

/// Trains networks with two hidden units on XOR, and looks into their hidden
/// space before and after.
func showHiddenSpace<Scalar: FloatingField>(
  on run: inout RunRecorder, _ training: XorTraining<Scalar>
) throws {
  run.section("XOR in the hidden space")
  run.ask("A neuron can only draw a line. How can it be right behind a layer?")
  var training = training
  training.units = 2
  let before = try training.networks(.tanh, areTrained: false)
  let after = try training.networks(.tanh)
  let learned = after.indices.filter {
    after[$0].confusion(on: .xor).accuracy == 1
  }
  let separable = [
    learned.filter { _ in LabelledPoints.xor.isXorSeparable },
    learned.filter { before[$0].hiddenSpace(of: .xor).isXorSeparable },
    learned.filter { after[$0].hiddenSpace(of: .xor).isXorSeparable },
  ].map(\.count)
  run.record(after.count, as: "hidden.starts", label: "starts")
  run.record(learned.count, as: "hidden.learned", label: "starts that learn")
  run.record(
    separable[1], as: "hidden.before", label: "separable before training")
  run.record(
    separable[2], as: "hidden.after", label: "separable after training")
  if let shown = learned.first {
    let network = after[shown]
    run.show(Figure("xor-input", network.regions(around: .xor)))
    run.show(
      Figure(
        "xor-hidden",
        network.tail.regions(around: network.hiddenSpace(of: .xor))))
  }
  run.check(
    "two hidden units move the points of XOR to where a line separates them",
    !learned.isEmpty && separable[2] == learned.count
      && separable[0] == 0 && 2 * separable[1] < learned.count,
    detail: "after training in \(separable[2]) of \(learned.count) networks "
      + "that learn, before it in \(separable[1])")
}

//#-hidden-code
extension Network where Scalar: FloatingField {
  /// The layers behind the first, as a network.
  var tail: Network {
    Network(layers: Array(layers.dropFirst()), loss: loss)
  }

  /// Returns the activations of the first layer, `[n, units]`.
  func firstActivations(of x: Matrix<Scalar>) -> Matrix<Scalar> {
    layers[0].activation(x • layers[0].weights + layers[0].bias)
  }

  /// Returns points as they lie in the space of the first layer's units.
  func hiddenSpace(of points: LabelledPoints) -> LabelledPoints {
    let h = firstActivations(of: Matrix(rounding: points.points))  // [n, units]
    return LabelledPoints(
      points: Matrix(rows: h.rows, columns: h.columns) { Double(h[$0, $1]) },
      labels: points.labels, classes: points.classes)
  }
}

extension LabelledPoints {
  /// Whether a line separates the points of XOR, which are 0, 1, 1, 0.
  ///
  /// It does unless the segment between the points of one class meets that of
  /// the other: then each segment has its ends on both sides of the other.
  var isXorSeparable: Bool {
    func side(_ p: Int, of a: Int, _ b: Int) -> Double {
      let (ax, ay) = (points[a, 0], points[a, 1])
      return (points[b, 0] - ax) * (points[p, 1] - ay)
        - (points[b, 1] - ay) * (points[p, 0] - ax)
    }
    return side(1, of: 0, 3) * side(2, of: 0, 3) > 0
      || side(0, of: 1, 2) * side(3, of: 1, 2) > 0
  }
}
//#-end-hidden-code
