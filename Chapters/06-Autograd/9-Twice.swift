import BinaryClassifier
import ConvNet
import Multiclass
import Regression
import Workbook

/*:
 ## Every slope a second time

 Now the reward. Each network of chapters [2](chapter:2) to [5](chapter:5) is
 built once more from its forward lines alone, with the same weights and the same
 examples, and is asked for its slopes. Nobody has written a backward pass for any
 of them. How far are the slopes from those by hand?

 ![How far the slopes by the graph are from those by hand](table:twice)

 Where exact fractions are enough they are equal, as they must be: both are the
 derivative, and there is only one. That they agree in `Float` and `Double` to the
 last bit is more than mathematics promises. The graph makes the very same
 roundings, for it does what the hand did, line for line, in the same order.

 A **twin** is a network told twice: by hand, in the words of its chapter, and
 forwards only.
 */

/// A network whose slopes are found by hand and by a graph, for any number.
protocol Twin: Formula {
  /// Returns the slopes that the network's own chapter finds.
  func byHand<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>]
}

/// A twin that needs no exponential.
protocol AlgebraicTwin: Twin, AlgebraicFormula {
  func byHand<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>]
}

/// Returns the slopes of a loss in each of its parameters, by a walk.
///
/// - Parameters:
///   - w: The parameters.
///   - loss: The forward lines, from the parameters to a number.
func slopesByGraph<Scalar: Field>(
  at w: [Tensor<Scalar>], _ loss: ([Variable<Scalar>]) -> Variable<Scalar>
) -> [Tensor<Scalar>] {
  let variables = w.map(Variable.init(parameter:))
  loss(variables).backward()
  return zip(w, variables).map { tensor, variable in
    var slopes = tensor
    slopes.elements = variable.slope.matrix.elements
    return slopes
  }
}

//#-hidden-code
/// Returns a loss, with nothing remembered.
func lossByGraph<Scalar: Field>(
  at w: [Tensor<Scalar>], _ loss: ([Variable<Scalar>]) -> Variable<Scalar>
) -> Scalar {
  noGrad { loss(w.map(Variable.init(parameter:))).item() }
}

extension Variable {
  /// Creates a parameter from a matrix of weights or a vector of biases.
  convenience init(parameter tensor: Tensor<Scalar>) {
    if tensor.shape.count == 2 {
      self.init(tensor.matrix, as: .weights)
    } else {
      self.init(Matrix(row: tensor.vector), as: .bias)
    }
  }
}
//#-end-hidden-code

/*:
 The straight line and the two layers of [chapter 2](chapter:2), operation by
 operation:
 */

extension Variable where Scalar: OrderedField {
  /// Returns the loss of a straight line.
  static func line(
    _ w: [Variable], _ data: Dataset<Scalar>
  ) -> Variable {
    let prediction = (Variable(data.x) • w[0]).addingToEachRow(w[1])
    return Loss.halfSquaredError(prediction, data.y)
  }

  /// Returns the loss of a line, a curve and a line.
  static func twoLayers(
    _ w: [Variable], _ φ: Activation<Scalar>, _ data: Dataset<Scalar>
  ) -> Variable {
    let h = φ((Variable(data.x) • w[0]).addingToEachRow(w[1]))
    let prediction = (h • w[2]).addingToEachRow(w[3])
    return Loss.halfSquaredError(prediction, data.y)
  }
}

/*:
 The networks of chapters [3](chapter:3) and [4](chapter:4) are lines and curves
 in turn, and those of [chapter 5](chapter:5) look through windows first.
 */

extension Variable {
  /// Returns the loss of lines with curves between them.
  static func network(
    _ x: Variable, _ w: [Variable], _ curves: [Activation<Scalar>],
    _ loss: Loss<Scalar>, _ y: Matrix<Scalar>
  ) -> Variable {
    var a = x
    for (index, φ) in curves.enumerated() {
      a = φ(a.line(w[2 * index], w[2 * index + 1]))
    }
    return loss(a.line(w[w.count - 2], w[w.count - 1]), y)
  }
}

extension Variable where Scalar: OrderedField {
  /// Returns what the layers of windows make of images.
  static func windows(
    _ x: Variable, _ w: [Variable], _ layers: [WindowPair]
  ) -> Variable {
    var a = x
    for (index, paths) in layers.enumerated() {
      let z = a.convolved(
        with: w[2 * index], w[2 * index + 1], along: paths.path)
      a = Activation.relu(z)
      if let pooling = paths.pooling { a = a.pooled(along: pooling) }
    }
    return a
  }
}

/// The way of a window over images, and that of the pooling behind it.
typealias WindowPair = (path: WindowPath, pooling: WindowPath?)

/*:
 The comparison is by the largest difference, counted in units in the last place of
 the largest slope of its tensor.
 */

/// Compares all slopes by the graph with those by hand.
func compareTwins(on page: inout Page) throws(SlideError) {
  page.section("Every slope a second time")
  page.ask("How many bits do slopes by hand and by the graph differ in?")
  var table = Table(
    "twice", columns: ["network", "slopes", "fractions", "Float", "Double"])
  var (isExact, farthest) = (true, 0.0)
  for twin in try twins() {
    let exact = (twin as? any AlgebraicTwin).map { $0.isEqualInFractions }
    let apart = [
      twin.ulpsApart(in: Float.self), twin.ulpsApart(in: Double.self),
    ]
    isExact = isExact && exact != false
    farthest = max(farthest, apart[0], apart[1])
    table.add(
      [
        .text(twin.name), .count(twin.parameterCount),
        exact.map { $0 ? "equal" : "differ" } ?? .none,
      ] + apart.map { $0 == 0 ? "equal" : .number($0, .decimals(1)) })
  }
  page.show(table)
  page.check(
    "by hand and by the graph: the same slopes", isExact && farthest == 0,
    detail: "equal in fractions, and to the last bit in Float and Double")
}

extension Twin {
  /// The largest difference of a slope, in ulps of its tensor's largest.
  func ulpsApart<Scalar: FloatingField>(in scalar: Scalar.Type) -> Double {
    let w = place.map { $0.map { Scalar($0) } }
    let apart = zip(gradient(at: w), byHand(at: w)).map { ours, theirs in
      let unit = theirs.elements.map(\.magnitude).max()?.ulp ?? 1
      let differences = zip(ours.elements, theirs.elements)
        .map { abs($0 - $1) }
      return Double((differences.max() ?? 0) / unit)
    }
    return apart.max() ?? .nan
  }
}

extension AlgebraicTwin {
  /// Whether the slopes are equal in exact fractions.
  var isEqualInFractions: Bool {
    let w = place.map { $0.map { Rational($0) } }
    return gradient(at: w).map(\.elements) == byHand(at: w).map(\.elements)
  }
}
