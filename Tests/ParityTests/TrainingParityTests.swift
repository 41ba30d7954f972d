import Testing
import Workbook

@testable import BinaryClassifier
@testable import Multiclass
@testable import Regression

/// Fifty steps of the networks of chapters 2 to 4 beside those of NumPy and PyTorch.
@Suite struct TrainingParityTests {
  static func lines() throws -> [TrainingCase<Subject>] {
    try Fixture.cases(in: "training-line", count: 1)
  }
  static func twoLayers() throws -> [TrainingCase<Subject>] {
    try Fixture.cases(in: "training-two-layers", count: 4)
  }
  static func networks() throws -> [TrainingCase<Subject>] {
    try Fixture.cases(in: "training-networks", count: 6)
  }

  @Test(arguments: try lines())
  func `a straight line trains as in NumPy and PyTorch`(case test: TrainingCase<Subject>) throws {
    try expectSameTraining(test, of: try test.subject.line) { line, batch in
      let loss = line.lossAndGradient(from: batch.x, to: batch.y).loss
      line.train(from: batch.x, to: batch.y, learningRate: test.training.rate, steps: 1)
      return loss
    }
  }

  @Test(arguments: try twoLayers())
  func `two layers train as in NumPy and PyTorch`(case test: TrainingCase<Subject>) throws {
    let φ = try test.subject.onlyActivation
    var optimiser = test.training.optimiser
    try expectSameTraining(test, of: try test.subject.twoLayers) { network, batch in
      let (loss, gradient) = network.lossAndGradient(from: batch.x, to: batch.y, through: φ)
      optimiser.step(&network, against: gradient)
      return loss
    }
  }

  @Test(arguments: try networks())
  func `a network trains as in NumPy and PyTorch`(case test: TrainingCase<Subject>) throws {
    let start = try test.subject.network
    var (workspace, optimiser) = (Workspace(for: start), test.training.optimiser)
    try expectSameTraining(test, of: start) { network, batch in
      let loss = network.lossAndGradient(from: batch.x, to: batch.y, on: &workspace)
      optimiser.step(&network, against: workspace.gradient)
      return loss
    }
  }

  @Test func `every loss is trained with weight decay and without`() throws {
    for loss in Loss<Double>.byName.keys {
      let own = try Self.networks().filter { $0.subject.loss == loss }
      #expect(own.contains { $0.training.decay == 0 } && own.contains { $0.training.decay > 0 })
    }
  }
}
