import BinaryClassifier
import ConvNet
import Multiclass
import Regression
import Workbook

/*:
 ## Every gradient a second time

 Each network of chapters [2](chapter:2) to [5](chapter:5) is now built once
 more from its forward pass alone, with the same weights and the same examples.
 Nobody has written a backward pass for any of these graphs: the source of this
 page has forward passes, and `loss.backward()` does the rest.

 > **Guess:** In how many bits do these gradients differ from those by hand, in
 > `Float`, in `Double`, and over exact fractions?
 >
 > In none. Over fractions they must be equal: both are the derivative, and
 > there is only one. That they agree in `Float` and `Double` to the last bit is
 > more than mathematics promises. The graph rounds as the code by hand does,
 > because it does the same operations in the same order.

 ![How far the gradients by the graph are from those by
 hand](table:cross-checks)
 */

/// Compares all gradients by the graph with those by hand, bit by bit.
func runCrossChecks(on run: inout RunRecorder) throws(WindowError) {
  run.section("Every gradient a second time")
  run.ask("In how many bits do gradients by hand and by the graph differ?")
  var table = Table(
    "cross-checks",
    columns: ["network", "parameters", "fractions", "Float", "Double"])
  var (isExact, farthest) = (true, 0.0)
  for check in try crossChecks() {
    let exact = (check as? any AlgebraicCrossCheck).map {
      $0.isEqualInFractions
    }
    let apart = [
      check.ulpsApart(in: Float.self), check.ulpsApart(in: Double.self),
    ]
    isExact = isExact && exact != false
    farthest = max(farthest, apart[0], apart[1])
    table.add(
      [
        .text(check.name), .count(check.parameterCount),
        exact.map { $0 ? "equal" : "differ" } ?? .none,
      ] + apart.map { $0 == 0 ? "equal" : .number($0, .decimals(1)) })
  }
  run.show(table)
  run.check(
    "gradients by hand and by the graph are the same", isExact && farthest == 0,
    detail: "equal in fractions, and to the last bit in Float and Double")
}

//#-hidden-code
extension Variable where Scalar: OrderedField {
  /// Returns the loss of two linear layers with an activation between them.
  static func twoLayers(
    _ w: [Variable], _ φ: Activation<Scalar>, _ data: Dataset<Scalar>
  ) -> Variable {
    let h = φ((Variable(data.x) • w[0]).addingToEachRow(w[1]))
    let prediction = (h • w[2]).addingToEachRow(w[3])
    return Loss.halfSquaredError(prediction, data.y)
  }
}

extension Variable {
  /// Returns the loss of linear layers with activations between them.
  static func network(
    _ x: Variable, _ w: [Variable], _ parts: NetworkParts<Scalar>,
    _ y: Matrix<Scalar>
  ) -> Variable {
    var a = x
    for (index, φ) in parts.hidden.enumerated() {
      a = φ(a.linear(w[2 * index], w[2 * index + 1]))
    }
    return parts.loss(a.linear(w[w.count - 2], w[w.count - 1]), y)
  }
}

/// Returns the gradient of a loss, by a backward pass over its graph.
func gradientByGraph<Scalar: Field>(
  at w: [Tensor<Scalar>], _ loss: ([Variable<Scalar>]) -> Variable<Scalar>
) -> [Tensor<Scalar>] {
  let variables = w.map(Variable.init(parameter:))
  loss(variables).backward()
  return zip(w, variables).map { tensor, variable in
    var gradient = tensor
    gradient.elements = variable.gradient.matrix.elements
    return gradient
  }
}

/// A network whose gradient is computed by hand and by a graph.
protocol CrossCheck: Formula {
  /// Returns the gradients that the network's own chapter computes.
  func byHand<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>]
}

/// A cross-check that needs no exponential.
protocol AlgebraicCrossCheck: CrossCheck, AlgebraicFormula {
  func byHand<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>]
}

/// Returns a loss, without a graph.
func lossByGraph<Scalar: Field>(
  at w: [Tensor<Scalar>], _ loss: ([Variable<Scalar>]) -> Variable<Scalar>
) -> Scalar {
  noGrad { loss(w.map(Variable.init(parameter:))).item() }
}

extension Variable {
  /// Creates a parameter from a matrix of weights or a vector of biases.
  convenience init(parameter tensor: Tensor<Scalar>) {
    if tensor.shape.count == 2 {
      self.init(tensor.matrix, as: .weight)
    } else {
      self.init(Matrix(row: tensor.vector), as: .bias)
    }
  }
}

extension Variable where Scalar: OrderedField {
  /// Returns the loss of a linear regression.
  static func linearRegression(
    _ w: [Variable], _ data: Dataset<Scalar>
  ) -> Variable {
    let prediction = (Variable(data.x) • w[0]).addingToEachRow(w[1])
    return Loss.halfSquaredError(prediction, data.y)
  }
}

extension Variable where Scalar: OrderedField {
  /// Returns the outputs of convolution layers for images.
  static func convolutions(
    _ x: Variable, _ w: [Variable], _ layers: [GeometryPair]
  ) -> Variable {
    var a = x
    for (index, layer) in layers.enumerated() {
      let z = a.convolution(
        w[2 * index], w[2 * index + 1], layer.convolution)
      a = Activation.relu(z)
      if let pooling = layer.pooling { a = a.maxPooling(pooling) }
    }
    return a
  }
}

extension CrossCheck {
  /// The largest difference, in ulps of the largest entry of its tensor.
  func ulpsApart<Scalar: FloatingField>(in scalar: Scalar.Type) -> Double {
    let w = evaluationPoint.map { $0.map { Scalar($0) } }
    let apart = zip(gradient(at: w), byHand(at: w)).map { ours, theirs in
      let unit = theirs.elements.map(\.magnitude).max()?.ulp ?? 1
      let differences = zip(ours.elements, theirs.elements)
        .map { abs($0 - $1) }
      return Double((differences.max() ?? 0) / unit)
    }
    return apart.max() ?? .nan
  }
}

extension AlgebraicCrossCheck {
  /// Whether the gradients are equal in exact fractions.
  var isEqualInFractions: Bool {
    let w = evaluationPoint.map { $0.map { Rational($0) } }
    return gradient(at: w).map(\.elements) == byHand(at: w).map(\.elements)
  }
}
//#-end-hidden-code
