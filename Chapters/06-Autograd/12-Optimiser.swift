import BinaryClassifier
import Regression
import Workbook

/*:
 The optimiser holds the parameters. They are objects, and the network holds the
 same objects: so the optimiser needs no reference to the network. A step is
 that of [chapter 2](chapter:2).

 A parameter that no gradient has reached since the last zeroing is left as it
 is, without weight decay too, as in PyTorch. An update rule may remember
 something for each parameter, so each parameter has an optimiser of its own.
 */

//#-hidden-code
/// The optimiser whose rule is that of gradient descent, by PyTorch's name.
package typealias SGD<Scalar: Field> = ModuleOptimiser<Scalar>

/// Moves the parameters of modules by an update rule.
package final class ModuleOptimiser<Scalar: Field> {
  package let parameters: [Variable<Scalar>]
  /// What each parameter is moved by, in the order of the parameters.
  package private(set) var optimisers: [Optimiser<Scalar>]

  /// Creates an optimiser with the rule of gradient descent.
  ///
  /// - Precondition: There are parameters, all of them weights or biases, and
  ///   none is listed twice.
  /// - Parameters:
  ///   - parameters: The parameters to update.
  ///   - learningRate: The learning rate η.
  ///   - weightDecay: The weight decay λ, of weights and not of biases.
  package convenience init(
    _ parameters: [Variable<Scalar>], learningRate: Scalar,
    weightDecay: Scalar = 0
  ) {
    self.init(
      parameters,
      by: .sgd(learningRate: learningRate, weightDecay: weightDecay))
  }

  /// Creates an optimiser with another update rule.
  package init(
    _ parameters: [Variable<Scalar>], by optimiser: Optimiser<Scalar>
  ) {
    precondition(!parameters.isEmpty, "an optimiser needs parameters: given 0")
    precondition(
      parameters.allSatisfy { $0.role != nil },
      "an optimiser moves parameters: given an example or a computed value")
    precondition(
      Set(parameters.map { ObjectIdentifier($0) }).count == parameters.count,
      "an optimiser moves each parameter once: one is listed twice")
    self.parameters = parameters
    optimisers = parameters.map { _ in optimiser }
  }

  /// Goes on where a training ended.
  ///
  /// - Precondition: There is an optimiser for each parameter.
  package func resume(_ optimisers: [Optimiser<Scalar>]) {
    precondition(
      optimisers.count == parameters.count,
      "\(optimisers.count) optimisers for \(parameters.count) parameters")
    self.optimisers = optimisers
  }
}

extension Variable {
  /// Replaces the numbers of a parameter, as by those of a file.
  ///
  /// - Precondition: This is a parameter, and the shape stays as it is.
  package func load(_ value: Matrix<Scalar>) {
    precondition(
      role != nil && self.value.shape == value.shape,
      "a parameter \(self.value.shape) takes no \(value.shape)")
    self.value = value
  }
}
//#-end-hidden-code

extension ModuleOptimiser {
  //#-hidden-code
  /// Sets all gradients to zero.
  package func zeroGrad() {
    for parameter in parameters { parameter.gradient.zero() }
  }

  //#-end-hidden-code
  package func step() {
    for (index, parameter) in parameters.enumerated() {
      guard let role = parameter.role, !parameter.gradient.isEmpty else {
        continue
      }
      optimisers[index].step { visit in
        parameter.value.visit(
          as: role, beside: parameter.gradient.matrix, visit)
      }
    }
  }
}

/*:
 Zero the gradients before the backward pass or after the step, never between.

 ## Conventions

 The translation is word for word, except for the layout of matrices. A row is
 an example here and in PyTorch. But PyTorch keeps the weights of a linear layer
 transposed, and the channels of an image before its rows and columns. In some
 papers and courses a column is an example, and everything is transposed.

 ![The same linear layer and the same images, by three
 conventions](table:conventions)

 One confusion of shapes has cost many training runs. The predictions are a
 column, `(m, 1)`, and the targets are a list, `(m,)`. PyTorch broadcasts their
 difference to a square, `(m, m)`: every prediction minus every target. The
 squared error falls to the variance of the targets, and nothing is learned.
 Whether PyTorch says anything depends on the function that subtracts.

 ![What PyTorch makes of a column of predictions and a list of
 targets](table:shapes)

 Here a list is a `Vector`, and to subtract it is a compile-time error. Targets
 in a matrix of one row stop the program, with a message that states both
 shapes:

     entrywise operation on [7, 1] and [1, 7]

 The run trains on the circles of [chapter 3](chapter:3) twice, with the network
 by hand and with modules that start from the same weights. After \(same.steps)
 steps with weight decay, every weight is equal to the last bit.
 */

/// Trains one network twice: by the code of its own chapter, and as modules.
func translate<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Modules, as in PyTorch")
  run.show(conventions)
  try showShapes(on: &run)
  var random = run.random("same")
  let count = run.setting(64, as: "same.points", label: "points")
  let hidden = run.setting(8, as: "same.width", label: "hidden units")
  let rate = Scalar(
    run.setting(0.1, .decimals(2), as: "same.rate", label: "learning rate"))
  let decay = Scalar(
    run.setting(0.01, .decimals(3), as: "same.decay", label: "weight decay"))
  let steps = run.setting(
    200, as: "same.steps", label: "steps of both trainings")
  let points = LabelledPoints.circles(count, using: &random)
  let data = points.binary(as: scalar)
  var byHand = try Network<Scalar>(
    [2, .width(hidden), .relu, 1, .sigmoid],
    loss: .binaryCrossEntropy, using: &random)
  let model = Sequential<Scalar> {
    Linear(byHand.layers[0])
    ReLU()
    Linear(byHand.layers[1])
  }
  let optimizer = SGD(
    model.parameters, learningRate: rate, weightDecay: decay)
  var optimiserByHand = Optimiser<Scalar>.sgd(
    learningRate: rate, weightDecay: decay)
  for _ in 0..<steps {
    let gradient = byHand.lossAndGradient(on: data).gradient
    optimiserByHand.step(&byHand, against: gradient)

    let loss = Loss.binaryCrossEntropy(model(data.x), data.y)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
  }
  run.check(
    "modules train as the network of chapter 3 does",
    model.parameters.map { $0.value.elements.map { "\($0)" } }
      == byHand.tensors.map { $0.elements.map { "\($0)" } },
    detail: "after \(steps) steps, every weight is equal to the last bit")
}

//#-hidden-code
extension Linear {
  /// Creates a linear layer from a layer of chapter 3, without its activation.
  package init(_ layer: Layer<Scalar>) {
    self.init(weights: layer.weights, bias: layer.bias)
  }
}

/// Shows what PyTorch says to a column of predictions and a list of targets.
private func showShapes(on run: inout RunRecorder) throws(InputError) {
  let data = BundledData(folder: run.options.dataFolder)
  let rows = try data.rows(of: "pytorch-shapes", columns: 4)
  run.show(
    Table(
      "shapes", columns: ["code", "result", "message", "PyTorch"],
      rows: rows.map { row in
        let code = row[0].split(separator: ";").joined(separator: ",")
        return [.text(code)] + row[1...].map { .text($0) }
      }))
}

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
