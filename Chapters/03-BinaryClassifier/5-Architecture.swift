import Regression
import Workbook

/*:
 ## Describing a network

 `[2, 4, .relu, 1, .sigmoid]` reads: two features, a layer of four units with
 ReLU, a layer of one unit with the sigmoid. The first width is the number of
 features. A later width with no activation behind it has the identity.

 A loss sees only the logits, and assumes which activation follows them. After a
 ReLU, binary cross-entropy would train logits for a sigmoid that is not there.
 Nothing would crash, and the answers would be bad for no visible reason. So the
 network keeps its loss, and a wrong pair is an error that says what it needs.
 */

//#-hidden-code
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

/// Returns the error of a network whose loss does not fit, or `nil`.
private func pairingError<Scalar: FloatingField>(
  _ architecture: Architecture<Analytic>, _ loss: Loss<Scalar>,
  using random: inout SplitMix64
) -> String? {
  do throws(ArchitectureError) {
    _ = try Network(architecture, loss: loss, using: &random)
    return nil
  } catch {
    return error.description
  }
}
//#-end-hidden-code

//#-hidden-code
/// Asks for two networks whose loss does not fit their last activation.
func refusePairs<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("A wrong pair is refused")
  var random = run.random("pairs")
  let ending = pairingError(
    [2, 4, .relu, 1, .relu], Loss<Scalar>.binaryCrossEntropy, using: &random)
  let squares = pairingError(
    [2, 4, .relu, 1, .sigmoid], Loss<Scalar>.halfSquaredError, using: &random)
  run.check(
    "a loss that does not fit the last activation is refused",
    ending != nil && squares != nil,
    detail: "with an error: " + (ending ?? "none"))
}
//#-end-hidden-code

/*:
 Weights start at random and biases at zero. For ReLU the variance of the
 weights is [He's](cite:he-2015), $2/\text{in}$; for other activations it is
 [Glorot's](cite:glorot-2010), $2/(\text{in} + \text{out})$. The section *Why
 weights start as large as they do* explains both.
 */

//#-hidden-code
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
//#-end-hidden-code
