import BinaryClassifier
import ConvNet
import Regression
import Workbook

/*:
 ## Modules, as in PyTorch

 With such operations a network is its forward pass, and no more needs to be
 written. So it can be written as in the library that most people meet first. A
 step of a training, in PyTorch:

     loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)
     optimizer.zero_grad()
     loss.backward()
     optimizer.step()

 and here:

     let loss = Loss.binaryCrossEntropy(model(x), y)
     optimizer.zeroGrad()
     loss.backward()
     optimizer.step()
 */

/// A part of a network: its forward pass and its parameters.
package protocol Module<Scalar> {
  associatedtype Scalar: Field
  var parameters: [Variable<Scalar>] { get }
  /// Returns the outputs, `[n, out]`, for the inputs `x`, `[n, in]`.
  func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar>
}

/*:
 A linear layer holds its parameters and calls the operation:
 */

/// A linear layer: X W + b.
package struct Linear<Scalar: Field>: Module {
  package let weights: Variable<Scalar>  // [in, out]
  package let bias: Variable<Scalar>  // [1, out]

  //#-hidden-code
  package init(weights: Matrix<Scalar>, bias: Vector<Scalar>) {
    self.weights = Variable(weights, as: .weight)
    self.bias = Variable(Matrix(row: bias), as: .bias)
  }

  //#-end-hidden-code
  package var parameters: [Variable<Scalar>] { [weights, bias] }

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    x.linear(weights, bias)
  }
}

/*:
 He's random weights, the other modules and the braces of `Sequential`, which
 are a **result builder** of Swift, are in the source of this section.
 `Sequential` passes the outputs of each module to the next.
 */

//#-hidden-code
extension Module {
  /// Returns the outputs for examples, which require no gradient.
  package func callAsFunction(_ x: Matrix<Scalar>) -> Variable<Scalar> {
    self(Variable(x))
  }

  /// Visits the parameters beside their gradients, as an optimiser does. One
  /// that no gradient has reached is visited as a statistic, which no step moves.
  package func visitParameters(_ visit: ParameterVisit<Scalar>) {
    for parameter in parameters {
      if let role = parameter.role, !parameter.gradient.isEmpty {
        parameter.value.visit(
          as: role, beside: parameter.gradient.matrix, visit)
      } else {
        parameter.value.visit(as: .statistic, beside: parameter.value, visit)
      }
    }
  }

  /// Sets all gradients to zero.
  package func zeroGrad() {
    for parameter in parameters { parameter.gradient.zero() }
  }

  /// Puts other numbers in the place of the parameters.
  ///
  /// - Precondition: There is a matrix of its shape for each.
  package func setParameters(to values: [Matrix<Scalar>]) {
    let shapes = parameters.map(\.value.shape)
    precondition(
      shapes == values.map(\.shape),
      "parameters \(shapes); given \(values.map(\.shape))")
    for (parameter, value) in zip(parameters, values) {
      parameter.load(value)
    }
  }
}

extension Linear where Scalar: FloatingField {
  /// Creates a layer with He's random weights, and biases of 0.
  package init(_ fanIn: Int, _ fanOut: Int, using random: inout SplitMix64) {
    self.init(
      weights: .heNormal(fanIn: fanIn, fanOut: fanOut, using: &random),
      bias: Vector(repeating: 0, count: fanOut))
  }
}

/// An activation: φ of each entry.
package struct ActivationModule<Scalar: Field>: Module {
  let φ: Activation<Scalar>
  package let parameters: [Variable<Scalar>] = []

  package init(_ φ: Activation<Scalar>) { self.φ = φ }

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    φ(x)
  }
}

/// The activation max(0, z).
package struct ReLU<Scalar: OrderedField>: Module {
  private let φ = Activation<Scalar>.relu
  package let parameters: [Variable<Scalar>] = []

  package init() {}

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    φ(x)
  }
}
//#-end-hidden-code

/*:
 A linear layer has a width; an activation has none. Many have given it one
 nevertheless. PyTorch accepts `nn.ReLU(10)` and takes the ten for another
 argument, `inplace`, which says whether to overwrite the input: any number but
 zero says yes. The mistake is found much later, if at all. Here it is a
 compile-time error:

     error: argument passed to call that takes no arguments
 */

//#-hidden-code
/// A convolution layer.
package struct Conv2d<Scalar: OrderedField>: Module {
  let geometry: ConvolutionGeometry
  package let weights: Variable<Scalar>  // [patch, filters]
  package let bias: Variable<Scalar>  // [1, filters]

  package init(
    _ geometry: ConvolutionGeometry, weights: Matrix<Scalar>,
    bias: Vector<Scalar>
  ) {
    self.geometry = geometry
    self.weights = Variable(weights, as: .weight)
    self.bias = Variable(Matrix(row: bias), as: .bias)
  }

  package var parameters: [Variable<Scalar>] { [weights, bias] }

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    x.convolution(weights, bias, geometry)
  }
}

/// Max pooling: the largest entry of each window.
package struct MaxPool2d<Scalar: OrderedField>: Module {
  let geometry: ConvolutionGeometry
  package let parameters: [Variable<Scalar>] = []

  package init(_ geometry: ConvolutionGeometry) { self.geometry = geometry }

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    x.maxPooling(geometry)
  }
}

/// Modules in sequence: each takes the outputs of the module before it.
package struct Sequential<Scalar: Field>: Module {
  package let modules: [any Module<Scalar>]

  package init(_ modules: [any Module<Scalar>]) { self.modules = modules }

  /// Creates a network of the modules that are listed in braces.
  package init(@ModuleList<Scalar> _ modules: () -> [any Module<Scalar>]) {
    self.init(modules())
  }

  /// The parameters, each once, also where a module stands twice.
  package var parameters: [Variable<Scalar>] {
    var seen = Set<ObjectIdentifier>()
    return modules.flatMap { $0.parameters }
      .filter { seen.insert(ObjectIdentifier($0)).inserted }
  }

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    modules.reduce(x) { x, module in module(x) }
  }
}

/// Collects the modules that are listed in braces.
@resultBuilder
package enum ModuleList<Scalar: Field> {
  package static func buildExpression<M: Module>(
    _ module: M
  ) -> any Module<Scalar> where M.Scalar == Scalar { module }

  package static func buildBlock(
    _ modules: any Module<Scalar>...
  ) -> [any Module<Scalar>] { modules }
}
//#-end-hidden-code
