import Testing
import Workbook

@testable import Autograd
@testable import BinaryClassifier
@testable import Multiclass
@testable import Regression

/// The networks of chapters 2 to 5 by a graph, beside other libraries.
@Suite struct AutogradParityTests {
  static func gradients() throws -> [GradientCase<Subject>] {
    try NetworkParityTests.lines() + NetworkParityTests.twoLayers()
      + NetworkParityTests.networks()
  }

  static func trainings() throws -> [TrainingCase<Subject>] {
    try TrainingParityTests.lines() + TrainingParityTests.twoLayers()
      + TrainingParityTests.networks()
  }

  @Test(arguments: try gradients())
  func `a graph has the loss and gradients of NumPy and PyTorch`(
    case test: GradientCase<Subject>
  ) throws {
    let (model, data) = try (test.subject.modules, test.subject.data)
    let loss = try test.subject.criterion(model(data.x), data.y)
    loss.backward()
    for (whose, theirs) in test.answers {
      expect([loss.item()], near: [theirs.loss], within: 1e-12, "\(whose) loss")
      expect(model.gradients, near: theirs.gradient, within: 1e-12, "\(whose) gradient of")
    }
  }

  @Test(arguments: try ConvolutionParityTests.networks())
  func `convolutions by a graph have the loss and gradients of all libraries`(
    case test: GradientCase<ConvSubject>
  ) throws {
    let (model, data) = try (test.subject.modules, test.subject.data)
    // This once, the images require a gradient too.
    let images = Variable(data.x, as: .weight)
    let loss = try test.subject.criterion(model(images), data.y)
    loss.backward()
    let gradients = model.gradients + [Tensor("X", images.gradient.matrix)]
    for (whose, theirs) in test.answers {
      expect([loss.item()], near: [theirs.loss], within: 1e-12, "\(whose) loss")
      expect(gradients, near: theirs.gradient, within: 1e-12, "\(whose) gradient of")
    }
  }

  @Test(arguments: try trainings())
  func `modules train as in NumPy and PyTorch`(case test: TrainingCase<Subject>) throws {
    try expectTraining(test, of: try test.subject.modules)
  }

  @Test(arguments: try ConvolutionParityTests.trainings())
  func `convolutional modules train as in NumPy, PyTorch and Keras`(
    case test: TrainingCase<ConvSubject>
  ) throws {
    try expectTraining(test, of: try test.subject.modules)
  }

  /// Takes the steps of a case with modules, and compares with other libraries, to 10⁻⁹.
  func expectTraining(
    _ test: TrainingCase<some NamedSubject>, of model: Sequential<Double>
  ) throws {
    let (data, criterion) = try (test.subject.data, test.subject.criterion)
    let optimizer = SGD(
      model.parameters, learningRate: test.training.rate, weightDecay: test.training.decay)
    let losses = test.training.batches.map { positions in
      let batch = data.examples(at: positions[...])
      let loss = criterion(model(batch.x), batch.y)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      return loss.item()
    }
    for (whose, theirs) in test.arrivals {
      expect(losses, near: theirs.losses, within: 1e-9, "\(whose) losses")
      expect(model.tensors, near: theirs.parameters, within: 1e-9, "\(whose)")
    }
  }
}
