import Regression
import Workbook

//#-hidden-code
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
//#-end-hidden-code
