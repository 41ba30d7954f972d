import BinaryClassifier
import Regression
import Workbook

/*:
 The optimiser holds the parameters. They are objects, and the network holds the
 same objects: so the optimiser needs no reference to the network. A step is
 that of [chapter 2](chapter:2).
 */

/// Stochastic gradient descent on the parameters of modules.
package final class SGD<Scalar: Field> {
  package let parameters: [Variable<Scalar>]
  private var optimiser: Optimiser<Scalar>

  /// Creates an optimiser.
  ///
  /// - Parameters:
  ///   - parameters: The parameters to update.
  ///   - learningRate: The learning rate η.
  ///   - weightDecay: The weight decay λ, of weights and not of biases.
  package init(
    _ parameters: [Variable<Scalar>], learningRate: Scalar,
    weightDecay: Scalar = 0
  ) {
    self.parameters = parameters
    optimiser = .sgd(learningRate: learningRate, weightDecay: weightDecay)
  }

  /// Sets all gradients to zero.
  package func zeroGrad() {
    for parameter in parameters { parameter.gradient.zero() }
  }

  /// Takes a step against the gradients.
  package func step() {
    optimiser.step { visit in
      for parameter in parameters where !parameter.gradient.isEmpty {
        guard let role = parameter.role else { continue }
        parameter.value.visit(
          as: role, beside: parameter.gradient.matrix, visit)
      }
    }
  }
}

/*:
 ## Conventions

 The translation is word for word, except for the layout of matrices. A row is
 an example here and in PyTorch. But PyTorch keeps the weights of a linear layer
 transposed, and the channels of an image before its rows and columns. In
 papers, and in one famous course, a column is an example, and everything is
 transposed.

 ![The same linear layer and the same images, by three
 conventions](table:conventions)

 One confusion of shapes has cost many training runs. The predictions are a
 column, `(m, 1)`, and the targets are a list, `(m,)`. PyTorch broadcasts their
 difference to a square, `(m, m)`: every prediction minus every target. It
 warns, the loss falls to the variance of the targets, and nothing is learned.
 Here a list is a `Vector`, and to subtract it is a compile-time error. Targets
 in a matrix of one row stop the program, with a message that states both
 shapes:

     entrywise operation on [7, 1] and [1, 7]

 Does the translation train as the original does? The run trains on the circles
 of [chapter 3](chapter:3) twice, once with that chapter's network and once with
 modules that start from the same weights. After \(same.steps) steps with weight
 decay, every weight is equal to the last bit.
 */

/// Shows the conventions, and trains one network by both ways of writing it.
func translate<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Modules, as in PyTorch")
  run.show(conventions)
  var random = run.random("same")
  let points = LabelledPoints.circles(64, using: &random)
  let data = points.binary(as: scalar)
  var byHand = try Network<Scalar>(
    [2, 8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
  let model = Sequential<Scalar> {
    Linear(byHand.layers[0])
    ReLU()
    Linear(byHand.layers[1])
  }
  let optimizer = SGD(
    model.parameters, learningRate: 1 / 10, weightDecay: 1 / 100)
  var optimiserByHand = Optimiser<Scalar>.sgd(
    learningRate: 1 / 10, weightDecay: 1 / 100)
  let steps = 200
  for _ in 0..<steps {
    let gradient = byHand.lossAndGradient(on: data).gradient
    optimiserByHand.step(&byHand, against: gradient)

    let loss = Loss.binaryCrossEntropy(model(data.x), data.y)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
  }
  run.record(steps, as: "same.steps", label: "steps of both trainings")
  run.check(
    "modules train as the network of chapter 3 does",
    model.parameters.map(\.value.elements) == byHand.tensors.map(\.elements),
    detail: "after \(steps) steps, every weight is equal to the last bit")
}

extension Linear {
  /// Creates a linear layer from a layer of chapter 3, without its activation.
  package init(_ layer: Layer<Scalar>) {
    self.init(weights: layer.weights, bias: layer.bias)
  }
}

//#-hidden-code
/// The layout of the same matrices, by three conventions.
let conventions = Table(
  "conventions",
  columns: ["what", "here", "PyTorch", "columns as examples"],
  rows: [
    ["inputs X", "[n, in]", "[n, in]", "[in, n]"],
    ["weights W", "[in, out]", "[out, in]", "[out, in]"],
    ["bias b", "[1, out]", "[out]", "[out, 1]"],
    ["a linear layer", "X W + b", "X Wᵀ + b", "W X + b"],
    ["dW", "Xᵀ dZ", "dZᵀ X", "dZ Xᵀ"],
    ["db", "sum of rows", "sum of rows", "sum of columns"],
    ["images", "[n, h · w · c]", "[n, c, h, w]", "–"],
    ["filters", "[h · w · c, out]", "[out, c, h, w]", "–"],
    ["flattening", "nothing to do", "a module, Flatten", "–"],
    ["weight decay", "of weights", "of biases too", "–"],
  ])
//#-end-hidden-code
