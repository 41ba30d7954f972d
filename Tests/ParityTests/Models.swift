import Testing
import Workbook

@testable import BinaryClassifier
@testable import Multiclass
@testable import Regression

extension Activation<Double> {
  /// Every activation, by its name.
  static let byName = Dictionary(
    uniqueKeysWithValues: [
      .identity, .relu, .leakyReLU, .tanh, .sigmoid, .square, .softmax,
    ]
    .map { (φ: Activation<Double>) in (φ.name, φ) })
}

extension ActivationKind<Analytic> {
  /// The description of every activation, by its name.
  static let byName = Dictionary(
    uniqueKeysWithValues: [
      .identity, .relu, .leakyReLU, .tanh, .sigmoid, .square, .softmax,
    ]
    .map { (φ: ActivationKind<Analytic>) in (φ.name, φ) })
}

extension Loss<Double> {
  /// Every loss, by its name.
  static let byName = Dictionary(
    uniqueKeysWithValues: [.halfSquaredError, .binaryCrossEntropy, .crossEntropy]
      .map { (loss: Loss<Double>) in (loss.name, loss) })
}

extension NamedSubject {
  /// The loss of chapters 3 and 4 that has the name of the subject's.
  var criterion: Loss<Double> {
    get throws { try #require(Loss<Double>.byName[loss]) }
  }
}

/// The chapters' models of a subject. Each throws where the subject is not its own.
extension Subject {
  /// The straight line of chapter 2.
  var line: LinearModel<Double> {
    get throws {
      let data = try data
      let line = LinearModel(
        weights: Matrix(rows: data.x.columns, columns: data.y.columns, repeating: 0),
        bias: Vector(repeating: 0, count: data.y.columns))
      return try line.with(parameters)
    }
  }

  /// The network of chapter 2.
  var twoLayers: TwoLayerNetwork<Double> {
    get throws {
      try #require(widths.count == 3)
      var random = SplitMix64(seed: 1)
      let network = TwoLayerNetwork<Double>(
        features: widths[0], hidden: widths[1], outputs: widths[2], using: &random)
      return try network.with(parameters)
    }
  }

  /// The activation of a network with one hidden layer.
  var onlyActivation: Activation<Double> {
    get throws { try #require(curves.count == 1 ? Activation<Double>.byName[curves[0]] : nil) }
  }

  /// The network of chapters 3 and 4.
  var network: Network<Double> {
    get throws {
      try #require(widths.count == curves.count + 2)
      let loss = try #require(Loss<Double>.byName[loss])
      let ending = try #require(ActivationKind.byName[loss.matchingActivation])
      var entries: [Architecture<Analytic>.Entry] = [.width(widths[0])]
      for (curve, width) in zip(curves, widths[1...]) {
        entries += [.width(width), .activation(try #require(ActivationKind.byName[curve]))]
      }
      entries += [.width(widths[widths.count - 1]), .activation(ending)]
      var random = SplitMix64(seed: 1)
      let network = try Network(Architecture(entries), loss: loss, using: &random)
      return try network.with(parameters)
    }
  }
}
