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
  func `a graph has the loss and slopes that NumPy and PyTorch find`(
    case test: GradientCase<Subject>
  ) throws {
    let (model, data) = try (test.subject.modules, test.subject.data)
    let loss = try test.subject.criterion(model(data.x), data.y)
    loss.backward()
    for (whose, theirs) in test.answers {
      expect([loss.item()], near: [theirs.loss], within: 1e-12, "\(whose) loss")
      expect(model.slopes, near: theirs.gradient, within: 1e-12, "\(whose) slopes of")
    }
  }

  @Test(arguments: try ConvolutionParityTests.networks())
  func `windows by a graph have the loss and slopes that all libraries find`(
    case test: GradientCase<ConvSubject>
  ) throws {
    let (model, data) = try (test.subject.modules, test.subject.data)
    // The images want a slope too, for once.
    let images = Variable(data.x, as: .weights)
    let loss = try test.subject.criterion(model(images), data.y)
    loss.backward()
    let slopes = model.slopes + [Tensor("X", images.slope.matrix)]
    for (whose, theirs) in test.answers {
      expect([loss.item()], near: [theirs.loss], within: 1e-12, "\(whose) loss")
      expect(slopes, near: theirs.gradient, within: 1e-12, "\(whose) slopes of")
    }
  }

  @Test(arguments: try trainings())
  func `modules descend as in NumPy and PyTorch`(case test: TrainingCase<Subject>) throws {
    try expectDescent(test, of: try test.subject.modules)
  }

  @Test(arguments: try ConvolutionParityTests.walks())
  func `modules that look through windows descend as in NumPy, PyTorch and Keras`(
    case test: TrainingCase<ConvSubject>
  ) throws {
    try expectDescent(test, of: try test.subject.modules)
  }

  /// Takes the steps of a case with modules, and expects what other libraries came to, to 10⁻⁹.
  func expectDescent(
    _ test: TrainingCase<some NamedSubject>, of model: Sequential<Double>
  ) throws {
    let (data, criterion) = try (test.subject.data, test.subject.criterion)
    let optimizer = SGD(model.parameters, rate: test.walk.rate, decay: test.walk.decay)
    let losses = test.walk.batches.map { positions in
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
