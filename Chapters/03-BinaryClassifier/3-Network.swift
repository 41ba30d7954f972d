import Regression
import Workbook

/*:
 ## A network of any depth

 [Chapter 2](chapter:2) had two layers and named them. From here on a network is
 a list, and a layer is what a hidden layer was: a matrix, a bias, and an
 activation.
 */

/// A line and a curve: A = φ(X W + b).
package struct Layer<Scalar: Field>: Sendable {
  package var weights: Matrix<Scalar>  // [in, out]
  package var bias: Vector<Scalar>  // [out]
  package let activation: Activation<Scalar>

  package init(
    weights: Matrix<Scalar>, bias: Vector<Scalar>,
    activation: Activation<Scalar>
  ) {
    self.weights = weights
    self.bias = bias
    self.activation = activation
  }
}

/*:
 Besides ReLU there are other curves. The **leaky** ReLU leaves a slope of
 $1/100$ where ReLU has none. The **hyperbolic tangent** and the sigmoid are
 smooth and saturate on both sides. The **identity** is no curve at all, for the
 output of a network that predicts numbers.

 Slopes come from values where that is cheaper: $\tanh' = 1 - \tanh^2$, and
 $\sigma' = \sigma (1 - \sigma)$.
 */

extension Activation {
  /// z itself.
  package static var identity: Activation {
    Activation(
      "identity", value: { $0.map(over: &$1) { z in z } },
      slope: { $0.map(over: &$1) { _ in 1 } })
  }
}

extension Activation where Scalar: Comparable {
  /// max(z, z/100). At the corner the slope is taken to be 1/100.
  package static var leakyReLU: Activation {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      let leak: Scalar = 1 / 100
      return Activation(
        "leaky relu", cutsOff: true,
        value: { $0.map(over: &$1) { z in z > 0 ? z : leak * z } },
        slope: { $0.map(over: &$1) { z in z > 0 ? 1 : leak } })
    }
  }
}

extension Activation where Scalar: AnalyticField {
  /// The hyperbolic tangent.
  package static var tanh: Activation {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Activation(
        "tanh", value: { $0.map(over: &$1) { z in Scalar.tanh(z) } },
        slope: { $0.map(over: &$1) { z in 1 - Scalar.tanh(z).squared } })
    }
  }

  /// σ(z) = 1 / (1 + e⁻ᶻ).
  package static var sigmoid: Activation {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Activation(
        "sigmoid",
        value: { $0.map(over: &$1) { z in BinaryClassifier.sigmoid(z) } },
        slope: {
          $0.map(over: &$1) { z in
            let a = BinaryClassifier.sigmoid(z)
            return a * (1 - a)
          }
        })
    }
  }
}

/*:
 ## Saying what the network is

 `[2, 4, .relu, 1, .sigmoid]` reads: two features, a layer of four units with
 ReLU, a layer of one with the sigmoid. A width that is followed by another
 width has no curve.

 A scalar without an exponential, such as an exact fraction, can have `.relu` but
 not `.sigmoid`: the compiler refuses the word.
 */

/// What a network is made of, in order: widths, and activations behind them.
package struct Architecture<Scalar: Field>: ExpressibleByArrayLiteral, Sendable
{
  /// A width or an activation.
  package enum Part: ExpressibleByIntegerLiteral, Sendable {
    case width(Int)
    case activation(Activation<Scalar>)

    package init(integerLiteral width: Int) { self = .width(width) }

    package static var identity: Part { .activation(.identity) }
  }

  let parts: [Part]

  package init(arrayLiteral parts: Part...) { self.parts = parts }

  /// Creates an architecture from a list that was computed.
  package init(_ parts: [Part]) { self.parts = parts }
}

extension Architecture.Part where Scalar: Comparable {
  package static var relu: Self { .activation(.relu) }
  package static var leakyReLU: Self { .activation(.leakyReLU) }
}

extension Architecture.Part where Scalar: AnalyticField {
  package static var tanh: Self { .activation(.tanh) }
  package static var sigmoid: Self { .activation(.sigmoid) }
}

/*:
 Not every list is a network, and not every loss fits every ending. A loss here
 sees only the logits, and takes for granted which activation comes after them.
 After a ReLU, binary cross-entropy would train the logits for a sigmoid that is
 not there, and the network would say something else. Nothing would crash, and
 nobody would know why the answers are bad. So such a pair is refused with a
 sentence.
 */

/// Why a list of parts is no network.
package enum ArchitectureError: Error, Equatable, CustomStringConvertible {
  case tooShort
  case beginsWithActivation(String)
  case twoActivations(String, String)
  case badWidth(Int)
  case mixesEntries(String)
  case wrongPair(loss: String, needs: String, found: String)

  package var description: String {
    switch self {
    case .tooShort:
      "a network needs a number of features and at least one layer, as in "
        + "[2, 4, relu, 1, sigmoid]"
    case .beginsWithActivation(let name):
      "the list begins with \(name); it must begin with the number of features"
    case .twoActivations(let first, let second):
      "\(second) follows \(first); a width must stand between two activations"
    case .badWidth(let width):
      "a layer of width \(width) cannot be; widths are 1 or more"
    case .mixesEntries(let name):
      "\(name) mixes the outputs of an example, so it can only come last"
    case .wrongPair(let loss, let needs, let found):
      "\(loss) is made for \(needs) outputs, and the network ends with "
        + "\(found): end it with \(needs), or choose another loss"
    }
  }
}

extension Architecture {
  /// Returns the width of each layer, with the one before it, and its curve.
  func layers() throws(ArchitectureError) -> [(
    fanIn: Int, fanOut: Int, activation: Activation<Scalar>
  )] {
    var layers: [(fanIn: Int, fanOut: Int, activation: Activation<Scalar>)] = []
    var fanIn: Int?
    var last: Activation<Scalar>?
    for part in parts {
      switch (part, fanIn) {
      case (.width(let width), _) where width < 1: throw .badWidth(width)
      case (.width(let width), nil): fanIn = width
      case (.width(let width), let before?):
        layers.append((before, width, .identity))
        (fanIn, last) = (width, nil)
      case (.activation(let φ), _) where layers.isEmpty:
        throw .beginsWithActivation(φ.name)
      case (.activation(let φ), _):
        if let last { throw .twoActivations(last.name, φ.name) }
        layers[layers.count - 1].activation = φ
        last = φ
      }
    }
    if layers.isEmpty { throw .tooShort }
    for layer in layers.dropLast() where !layer.activation.isEntrywise {
      throw .mixesEntries(layer.activation.name)
    }
    return layers
  }
}

/*:
 The network keeps its loss, so that no wrong pair can be made later. Weights
 start by He's rule in front of ReLUs. In front of the other curves, which cut
 nothing off, they start by [Glorot's](cite:glorot-2010), whose variance is
 $2/(\text{in} + \text{out})$.
 */

/// Layers, one behind the other, and the loss that fits the last.
package struct Network<Scalar: Field>: Sendable {
  package var layers: [Layer<Scalar>]
  package let loss: Loss<Scalar>
}

extension Layer where Scalar: FloatingField {
  /// Creates a layer with random weights, and biases of 0.
  package init(
    fanIn: Int, fanOut: Int, activation: Activation<Scalar>,
    using random: inout SplitMix64
  ) {
    self.init(
      weights: activation.cutsOff
        ? .heNormal(fanIn: fanIn, fanOut: fanOut, using: &random)
        : .glorotNormal(fanIn: fanIn, fanOut: fanOut, using: &random),
      bias: Vector(repeating: 0, count: fanOut), activation: activation)
  }
}

extension Network where Scalar: FloatingField {
  /// Creates a network with random weights.
  ///
  /// - Parameters:
  ///   - architecture: Its widths and activations.
  ///   - loss: The loss, which must fit the last activation.
  ///   - random: The generator of the weights.
  package init(
    _ architecture: Architecture<Scalar>, loss: Loss<Scalar>,
    using random: inout SplitMix64
  ) throws(ArchitectureError) {
    let plan = try architecture.layers()
    if let last = plan.last, last.activation.name != loss.partner {
      throw .wrongPair(
        loss: loss.name, needs: loss.partner, found: last.activation.name)
    }
    layers = []
    for (fanIn, fanOut, activation) in plan {
      layers.append(
        Layer(
          fanIn: fanIn, fanOut: fanOut, activation: activation, using: &random))
    }
    self.loss = loss
  }
}
