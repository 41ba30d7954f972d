import BinaryClassifier
import ConvNet
import Regression
import Workbook

/*:
 ## As PyTorch writes it

 With operations that remember, a network is what it does forwards, and no more
 needs to be said. So it can be said as in the library that most people meet first.
 A network of [chapter 3](chapter:3), in PyTorch:

     model = nn.Sequential(nn.Linear(784, 10), nn.ReLU(), nn.Linear(10, 1))
     optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
     ...
     loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)
     optimizer.zero_grad()
     loss.backward()
     optimizer.step()

 and here:

     let model = Sequential<Float> {
       Linear(784, 10, using: &random)
       ReLU()
       Linear(10, 1, using: &random)
     }
     let optimizer = SGD(model.parameters, rate: 0.1)
     ...
     let loss = Loss.binaryCrossEntropy(model(x), y)
     optimizer.zeroGrad()
     loss.backward()
     optimizer.step()

 The order of the three last lines is a matter of taste but for this: slopes are
 forgotten before the walk or after the step, never between.
 */

/// A piece of a network: what it does forwards, and what of it can be learned.
package protocol Module<Scalar> {
  associatedtype Scalar: Field
  /// What can be learned, in order.
  var parameters: [Variable<Scalar>] { get }
  /// Returns what it makes of `x`, `[n, in]`.
  func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar>
}

extension Module {
  /// What it makes of examples, which want no slope.
  package func callAsFunction(_ x: Matrix<Scalar>) -> Variable<Scalar> {
    self(Variable(x))
  }
}

/// A line: X W + b.
package struct Linear<Scalar: Field>: Module {
  package let weights: Variable<Scalar>  // [in, out]
  package let bias: Variable<Scalar>  // [1, out]

  package init(weights: Matrix<Scalar>, bias: Vector<Scalar>) {
    self.weights = Variable(weights, as: .weights)
    self.bias = Variable(Matrix(row: bias), as: .bias)
  }

  package var parameters: [Variable<Scalar>] { [weights, bias] }

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    x.line(weights, bias)
  }
}

extension Linear where Scalar: FloatingField {
  /// Creates a line with He's random weights, and biases of 0.
  package init(_ fanIn: Int, _ fanOut: Int, using random: inout SplitMix64) {
    self.init(
      weights: .heNormal(fanIn: fanIn, fanOut: fanOut, using: &random),
      bias: Vector(repeating: 0, count: fanOut))
  }
}

/// A curve: φ of each entry.
package struct Entrywise<Scalar: Field>: Module {
  let φ: Activation<Scalar>
  package let parameters: [Variable<Scalar>] = []

  package init(_ φ: Activation<Scalar>) { self.φ = φ }

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    φ(x)
  }
}

/// The curve max(0, z).
package struct ReLU<Scalar: OrderedField>: Module {
  private let φ = Activation<Scalar>.relu
  package let parameters: [Variable<Scalar>] = []

  package init() {}

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    φ(x)
  }
}

/*:
 A width belongs to a line; a curve has none. Many have written it into the curve
 nevertheless. `nn.ReLU(10)` is accepted by PyTorch, which takes the ten for the
 answer to another question (whether the input may be overwritten: yes), and the
 mistake is found much later, if at all. Here the compiler finds it:

     error: argument passed to call that takes no arguments

 Convolution and pooling are told the way of their window, as in
 [chapter 5](chapter:5), since a row of numbers does not know that it is an
 image.
 */

/// A layer of filters that looks at images through a window.
package struct Conv2d<Scalar: OrderedField>: Module {
  let path: WindowPath
  package let weights: Variable<Scalar>  // [patch, filters]
  package let bias: Variable<Scalar>  // [1, filters]

  package init(
    _ path: WindowPath, weights: Matrix<Scalar>, bias: Vector<Scalar>
  ) {
    self.path = path
    self.weights = Variable(weights, as: .weights)
    self.bias = Variable(Matrix(row: bias), as: .bias)
  }

  package var parameters: [Variable<Scalar>] { [weights, bias] }

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    x.convolved(with: weights, bias, along: path)
  }
}

/// The largest entry of each window.
package struct MaxPool2d<Scalar: OrderedField>: Module {
  let path: WindowPath
  package let parameters: [Variable<Scalar>] = []

  package init(_ path: WindowPath) { self.path = path }

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    x.pooled(along: path)
  }
}

/*:
 The list in braces is put together by a **result builder**, a piece of Swift
 that turns lines into a value: each line is a module, and all have the same kind
 of number.
 */

/// Modules, one behind the other.
package struct Sequential<Scalar: Field>: Module {
  package let modules: [any Module<Scalar>]

  package init(_ modules: [any Module<Scalar>]) { self.modules = modules }

  /// Creates a network of the modules that are listed in braces.
  package init(@ModuleList<Scalar> _ modules: () -> [any Module<Scalar>]) {
    self.init(modules())
  }

  package var parameters: [Variable<Scalar>] {
    modules.flatMap { $0.parameters }
  }

  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    modules.reduce(x) { x, module in module(x) }
  }
}

/// Puts modules that are listed in braces together.
@resultBuilder
package enum ModuleList<Scalar: Field> {
  package static func buildExpression<M: Module>(
    _ module: M
  ) -> any Module<Scalar> where M.Scalar == Scalar { module }

  package static func buildBlock(
    _ modules: any Module<Scalar>...
  ) -> [any Module<Scalar>] { modules }
}
