import Testing
import Workbook

@testable import BinaryClassifier
@testable import Multiclass
@testable import Regression

/// Fifty steps of the networks of chapters 2 to 4 beside those of NumPy and PyTorch.
@Suite struct TrainingParityTests {
  static func lines() throws -> [TrainingCase] {
    try Fixture.cases(in: "training-line", count: 1)
  }
  static func twoLayers() throws -> [TrainingCase] {
    try Fixture.cases(in: "training-two-layers", count: 4)
  }
  static func networks() throws -> [TrainingCase] {
    try Fixture.cases(in: "training-networks", count: 6)
  }

  @Test(arguments: try lines())
  func `a straight line descends as in NumPy and PyTorch`(case test: TrainingCase) throws {
    try expectSameWalk(test, of: try test.subject.line) { line, batch in
      let loss = line.lossAndGradient(from: batch.x, to: batch.y).loss
      line.descend(from: batch.x, to: batch.y, rate: test.walk.rate, steps: 1)
      return loss
    }
  }

  @Test(arguments: try twoLayers())
  func `two layers descend as in NumPy and PyTorch`(case test: TrainingCase) throws {
    let φ = try test.subject.onlyCurve
    try expectSameWalk(test, of: try test.subject.twoLayers) { network, batch in
      network.step(on: batch, through: φ, test.walk.settings)
    }
  }

  @Test(arguments: try networks())
  func `a network descends as in NumPy and PyTorch`(case test: TrainingCase) throws {
    try expectSameWalk(test, of: try test.subject.network) { network, batch in
      let (loss, gradient) = network.lossAndGradient(on: batch)
      network.step(against: gradient, test.walk.settings)
      return loss
    }
  }

  /// Takes the steps of a case, and expects every loss on the way and the weights at the end to be
  /// those of both libraries, to 10⁻⁹.
  ///
  /// - Parameter step: Takes a step on a mini-batch, and returns the loss before it.
  func expectSameWalk<Model: Parameterised<Double>>(
    _ test: TrainingCase, of start: Model, step: (inout Model, Dataset<Double>) -> Double
  ) throws {
    let data = try test.subject.data
    var model = start
    let losses = test.walk.batches.map { step(&model, data.examples(at: $0[...])) }
    #expect(losses.count == 50)
    for (whose, theirs) in [("NumPy's", test.numpy), ("PyTorch's", test.torch)] {
      #expect(theirs.losses.count == 50)
      let firstApart = zip(losses, theirs.losses).map { abs($0 - $1) <= 1e-9 * abs($1) }
        .firstIndex(of: false)
      #expect(firstApart == nil, "the step, from 0, whose loss is not \(whose)")
      expect(model.tensors, near: theirs.parameters, within: 1e-9, "\(whose)")
    }
  }

  @Test func `every loss is walked with weight decay and without`() throws {
    for loss in Loss<Double>.byName.keys {
      let own = try Self.networks().filter { $0.subject.loss == loss }
      #expect(own.contains { $0.walk.decay == 0 } && own.contains { $0.walk.decay > 0 })
    }
  }
}
