import BinaryClassifier
import Regression
import Workbook

/*:
 The optimiser holds on to the parameters, which are objects that the network
 holds too: that is how the two come together without naming each other. A step
 is that of [chapter 2](chapter:2).
 */

/// Gradient descent on parameters.
package struct SGD<Scalar: Field> {
  package let parameters: [Variable<Scalar>]
  private let settings: DescentSettings<Scalar>

  /// Creates an optimiser.
  ///
  /// - Parameters:
  ///   - parameters: What is learned.
  ///   - rate: The learning rate η.
  ///   - decay: The weight decay λ, of weights and not of biases.
  package init(
    _ parameters: [Variable<Scalar>], rate: Scalar, decay: Scalar = 0
  ) {
    self.parameters = parameters
    settings = DescentSettings(
      rate: rate, decay: decay, batchSize: 1, epochs: 1)
  }

  /// Forgets all slopes.
  package func zeroGrad() {
    for parameter in parameters { parameter.slope.forget() }
  }

  /// Takes a step against the slopes.
  package func step() {
    for parameter in parameters where !parameter.slope.isEmpty {
      descendOne(parameter)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func descendOne(_ parameter: Variable<Scalar>) {
    let slope = parameter.slope.matrix
    if parameter.role == .weights {
      descend(&parameter.value, slope, settings)
    } else {
      parameter.value.add(-settings.rate, times: slope)
    }
  }
}

/*:
 ## Two conventions

 The translation is word for word but for where numbers lie. Here a row is an
 example, and so it is in PyTorch; but a line keeps its weights the other way
 round there, and an image its channels. In papers, and in one famous course, a
 column is an example, and everything is transposed.

 ![The same line and the same images, by three conventions](table:conventions)

 One confusion has cost more training runs than the others together. The answers
 are a column, `(m, 1)`, and the truths are a list, `(m,)`. PyTorch subtracts them
 and gets a square, `(m, m)`: every answer minus every truth. It warns, the loss
 falls as far as the spread of the truths, and
 nothing is learned. Here a list is a `Vector` and is refused by its type. Who
 makes a row of it hears what he has, both shapes, and the program stops:

     entrywise operation on [7, 1] and [1, 7]

 Does the translation train as the original does? The circles of
 [chapter 3](chapter:3), once with that chapter's network and once with modules
 that start from the same weights: after \(same.steps) steps with weight decay, no
 weight differs in any bit.
 */

/// Shows the conventions, and trains one network by both ways of writing it.
func translate<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) throws {
  page.section("As PyTorch writes it")
  page.show(conventions)
  var random = page.random("same")
  let points = LabelledPoints.circles(64, using: &random)
  let data = points.binary(as: scalar)
  var byHand = try Network<Scalar>(
    [2, 8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
  let model = Sequential<Scalar> {
    Linear(byHand.layers[0])
    ReLU()
    Linear(byHand.layers[1])
  }
  let optimizer = SGD(model.parameters, rate: 1 / 10, decay: 1 / 100)
  let settings = DescentSettings<Scalar>(
    rate: 1 / 10, decay: 1 / 100, batchSize: 64, epochs: 1)
  let steps = 200
  for _ in 0..<steps {
    byHand.step(
      against: byHand.lossAndGradient(on: data).gradient, settings)

    let loss = Loss.binaryCrossEntropy(model(data.x), data.y)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
  }
  page.record(steps, as: "same.steps", label: "steps, both ways")
  page.check(
    "modules train as the network of chapter 3 does",
    model.parameters.map(\.value.elements) == byHand.tensors.map(\.elements),
    detail: "after \(steps) steps, no weight differs in any bit")
}

extension Linear {
  /// Creates a line from a layer of chapter 3, without its curve.
  package init(_ layer: Layer<Scalar>) {
    self.init(weights: layer.weights, bias: layer.bias)
  }
}

//#-hidden-code
/// Where the same numbers lie, by three conventions.
let conventions = Table(
  "conventions",
  columns: ["what", "here", "PyTorch", "columns as examples"],
  rows: [
    ["inputs X", "[n, in]", "[n, in]", "[in, n]"],
    ["weights W", "[in, out]", "[out, in]", "[out, in]"],
    ["bias b", "[1, out]", "[out]", "[out, 1]"],
    ["a line", "X W + b", "X Wᵀ + b", "W X + b"],
    ["dW", "Xᵀ dZ", "dZᵀ X", "dZ Xᵀ"],
    ["db", "sum of rows", "sum of rows", "sum of columns"],
    ["images", "[n, h · w · c]", "[n, c, h, w]", "–"],
    ["filters", "[h · w · c, out]", "[out, c, h, w]", "–"],
    ["flattening", "nothing to do", "a module, Flatten", "–"],
    ["weight decay", "of weights", "of biases too", "–"],
  ])
//#-end-hidden-code
