import Testing
import Workbook

@testable import Autograd
@testable import BinaryClassifier
@testable import ConvNet
@testable import Multiclass
@testable import Regression

/// The networks of chapters 2 to 4 by a graph, beside NumPy and PyTorch.
@Suite struct AutogradParityTests {
  /// Returns modules for a network, from its weights.
  func modules(_ subject: Subject) throws -> Sequential<Double> {
    let tensors = try subject.parameters.map { $0.shape.count == 2 ? try $0.matrix : nil }
    var modules: [any Module<Double>] = []
    for (index, weights) in tensors.enumerated() {
      guard let weights else { continue }
      let bias = Vector(subject.parameters[index + 1].values)
      modules.append(Linear(weights: weights, bias: bias))
      if index / 2 < subject.curves.count {
        let φ = try #require(Activation<Double>.byName[subject.curves[index / 2]])
        modules.append(Entrywise(φ))
      }
    }
    return Sequential(modules)
  }

  /// The loss of a subject; the line's and the two layers' are squares.
  func loss(_ subject: Subject) throws -> Loss<Double> {
    try #require(Loss<Double>.byName[subject.loss])
  }

  static func gradients() throws -> [GradientCase<Subject>] {
    try NetworkParityTests.lines() + NetworkParityTests.twoLayers()
      + NetworkParityTests.networks()
  }

  static func trainings() throws -> [TrainingCase<Subject>] {
    try TrainingParityTests.lines() + TrainingParityTests.twoLayers()
      + TrainingParityTests.networks()
  }

  @Test(arguments: try gradients())
  func `a graph has the loss and slopes that NumPy and PyTorch find`(
    case test: GradientCase<Subject>
  ) throws {
    let (model, data) = try (modules(test.subject), test.subject.data)
    let loss = try loss(test.subject)(model(data.x), data.y)
    loss.backward()
    for (whose, theirs) in [("NumPy's", test.numpy), ("PyTorch's", test.torch)] {
      expect([loss.item()], near: [theirs.loss], within: 1e-12, "\(whose) loss")
      for (parameter, block) in zip(model.parameters, theirs.gradient) {
        expect(
          parameter.slope.matrix.elements, near: block.values, within: 1e-12, "\(whose) slopes")
      }
      #expect(model.parameters.count == theirs.gradient.count)
    }
  }

  @Test(arguments: try trainings())
  func `modules descend as in NumPy and PyTorch`(case test: TrainingCase<Subject>) throws {
    let (model, data) = try (modules(test.subject), test.subject.data)
    let optimizer = SGD(model.parameters, rate: test.walk.rate, decay: test.walk.decay)
    let criterion = try loss(test.subject)
    let losses = test.walk.batches.map { positions in
      let batch = data.examples(at: positions[...])
      let loss = criterion(model(batch.x), batch.y)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      return loss.item()
    }
    for (whose, theirs) in [("NumPy's", test.numpy), ("PyTorch's", test.torch)] {
      expect(losses, near: theirs.losses, within: 1e-9, "\(whose) losses")
      for (parameter, block) in zip(model.parameters, theirs.parameters) {
        expect(parameter.value.elements, near: block.values, within: 1e-9, "\(whose) weights")
      }
    }
  }

  @Test(arguments: try ConvolutionParityTests.networks())
  func `windows by a graph have the loss and slopes that NumPy and PyTorch find`(
    case test: GradientCase<ConvSubject>
  ) throws {
    let network = try test.subject.network
    var modules: [any Module<Double>] = []
    for layer in network.layers {
      modules += [
        Conv2d(layer.path, weights: layer.layer.weights, bias: layer.layer.bias),
        Entrywise(layer.layer.activation),
      ]
      if let pooling = layer.pooling { modules.append(MaxPool2d(pooling)) }
    }
    for (index, layer) in network.head.layers.enumerated() {
      modules.append(Linear(layer))
      if index < network.head.layers.count - 1 { modules.append(Entrywise(layer.activation)) }
    }
    let model = Sequential(modules)
    // The images want a slope too, for once.
    let data = try test.subject.data
    let images = Variable(data.x, as: .weights)
    let loss = network.head.loss(model(images), data.y)
    loss.backward()
    let ours = (model.parameters + [images]).map(\.slope.matrix.elements)
    for (whose, theirs) in [("NumPy's", test.numpy), ("PyTorch's", test.torch)] {
      expect([loss.item()], near: [theirs.loss], within: 1e-12, "\(whose) loss")
      #expect(ours.count == theirs.gradient.count)
      for (slopes, block) in zip(ours, theirs.gradient) {
        expect(slopes, near: block.values, within: 1e-12, "\(whose) slopes")
      }
    }
  }
}
