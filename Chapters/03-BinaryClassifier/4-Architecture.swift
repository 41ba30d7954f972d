import Regression
import Workbook

/*:
 ## Describing a network

 `[2, 4, .relu, 1, .sigmoid]` reads: two features, a layer of four units with
 ReLU, a layer of one unit with the sigmoid. A width that is followed by another
 width has the identity.

 The description is the same for every type of number. It says only whether it
 needs exponentials. An `Architecture<Algebraic>` can be run on exact fractions,
 and `.sigmoid` in it is a compile-time error.
 */

/// What a network is made of, in order: widths, and activations behind them.
///
/// `Numbers` is `Algebraic` or `Analytic`: what a type of number must be able
/// to do.
package struct Architecture<Numbers>: ExpressibleByArrayLiteral, Sendable {
  /// A width or an activation.
  package enum Entry: ExpressibleByIntegerLiteral, Sendable {
    case width(Int)
    case activation(ActivationKind<Numbers>)

    package init(integerLiteral width: Int) { self = .width(width) }

    package static var identity: Entry { .activation(.identity) }
    package static var relu: Entry { .activation(.relu) }
    package static var leakyReLU: Entry { .activation(.leakyReLU) }
  }

  let entries: [Entry]

  package init(arrayLiteral entries: Entry...) { self.entries = entries }

  /// Creates an architecture from a list that was computed.
  package init(_ entries: [Entry]) { self.entries = entries }

  /// The number of features, and the width of each layer.
  package var widths: [Int] {
    entries.compactMap { if case .width(let width) = $0 { width } else { nil } }
  }
}

extension Architecture.Entry where Numbers == Analytic {
  package static var tanh: Self { .activation(.tanh) }
  package static var sigmoid: Self { .activation(.sigmoid) }
}

/*:
 Not every list is a network, and not every loss fits every ending. A loss here
 sees only the logits, and assumes which activation follows them. After a ReLU,
 binary cross-entropy would train logits for a sigmoid that is not there.
 Nothing would crash, and the answers would be bad for no visible reason. So the
 network checks that its loss fits, and throws an error that says what is wrong.
 */

/// Why a list of widths and activations is no network.
package enum ArchitectureError: Error, Equatable, CustomStringConvertible {
  case tooShort
  case beginsWithActivation(String)
  case twoActivations(String, String)
  case badWidth(Int)
  case notElementwise(String)
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
      "a layer has the width \(width); widths must be 1 or more"
    case .notElementwise(let name):
      "\(name) is not elementwise; it can only be the last activation"
    case .wrongPair(let loss, let needs, let found):
      "\(loss) is made for \(needs) outputs, and the network ends with "
        + "\(found): end it with \(needs), or choose another loss"
    }
  }
}

extension Architecture {
  /// A layer's numbers of inputs and outputs, and its activation.
  package typealias LayerDescription = (
    fanIn: Int, fanOut: Int, activation: ActivationKind<Numbers>
  )

  /// Returns the description of each layer.
  ///
  /// - Parameters:
  ///   - matchingActivation: The name of the activation that must come last.
  ///   - loss: The name of the loss that is made for it.
  package func layers(
    endingWith matchingActivation: String, of loss: String
  ) throws(ArchitectureError) -> [LayerDescription] {
    var layers: [LayerDescription] = []
    var fanIn: Int?
    var last: String?
    for entry in entries {
      switch (entry, fanIn) {
      case (.width(let width), _) where width < 1: throw .badWidth(width)
      case (.width(let width), nil): fanIn = width
      case (.width(let width), let before?):
        layers.append((before, width, .identity))
        (fanIn, last) = (width, nil)
      case (.activation(let φ), _) where layers.isEmpty:
        throw .beginsWithActivation(φ.name)
      case (.activation(let φ), _):
        if let last { throw .twoActivations(last, φ.name) }
        layers[layers.count - 1].activation = φ
        last = φ.name
      }
    }
    guard let ending = layers.last else { throw .tooShort }
    for layer in layers.dropLast() where !layer.activation.isElementwise {
      throw .notElementwise(layer.activation.name)
    }
    if ending.activation.name != matchingActivation {
      throw .wrongPair(
        loss: loss, needs: matchingActivation, found: ending.activation.name)
    }
    return layers
  }
}

/*:
 The network keeps its loss, so that no wrong pair can be made later. In front
 of ReLUs, weights start by He's rule. In front of the other activations, which
 do not set half of their inputs to zero, they start by
 [Glorot's](cite:glorot-2010), whose variance is $2/(\text{in} + \text{out})$.
 */

/// Layers, one behind the other, and the loss that fits the last.
package struct Network<Scalar: Field>: Sendable {
  package var layers: [Layer<Scalar>]
  package let loss: Loss<Scalar>

  package init(layers: [Layer<Scalar>], loss: Loss<Scalar>) {
    (self.layers, self.loss) = (layers, loss)
  }
}

extension Layer where Scalar: FloatingField {
  /// Creates a layer with random weights, and biases of 0.
  package init(
    fanIn: Int, fanOut: Int, activation: Activation<Scalar>,
    using random: inout SplitMix64
  ) {
    self.init(
      weights: activation.prefersHeInitialisation
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
    _ architecture: Architecture<Analytic>, loss: Loss<Scalar>,
    using random: inout SplitMix64
  ) throws(ArchitectureError) {
    let layers = try architecture.layers(
      endingWith: loss.matchingActivation, of: loss.name)
    self.init(layers: [], loss: loss)
    for (fanIn, fanOut, kind) in layers {
      self.layers.append(
        Layer(
          fanIn: fanIn, fanOut: fanOut,
          activation: kind.activation(in: Scalar.self), using: &random))
    }
  }
}
