import BinaryClassifier
import Testing
import Workbook

@testable import Training

/// Batch normalisation, dropout and the losses of chapter 8, as NumPy and PyTorch have them.
@Suite struct NormalisationParityTests {
  // MARK: Batch normalisation

  /// A batch, and the gradient that arrives behind it.
  struct Pass: Decodable, Sendable {
    let z: Block
    let upstream: Block
  }

  /// What a library says to a pass: outputs, gradients, and the running moments behind it.
  struct NormAnswer: Decodable, Sendable {
    let y, dz, dscale, dshift, mean, variance: Block
  }

  /// Batches in training, one after the other, and then an evaluation.
  struct NormCase: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let epsilon, momentum: Double
    let scale, shift: Block
    let passes: [Pass]
    let numpy, torch: [NormAnswer]
    var testDescription: String { name }
  }

  @Test(arguments: try Fixture.cases(of: NormCase.self, in: "batch-norm", count: 3))
  func `batch normalisation has PyTorch's outputs, gradients and running moments`(
    case test: NormCase
  ) throws {
    for (whose, answers) in [("NumPy's", test.numpy), ("PyTorch's", test.torch)] {
      var norm = BatchNorm<Double>(
        features: test.scale.values.count, ε: test.epsilon, momentum: test.momentum)
      norm.scale = Vector(test.scale.values)
      norm.shift = Vector(test.shift.values)
      try #require(answers.count == test.passes.count && answers.count == 4)
      for (number, (pass, answer)) in zip(test.passes, answers).enumerated() {
        let phase: BatchNorm<Double>.Phase = number < 3 ? .training : .evaluation
        let (y, normalised) = norm.forward(try pass.z.matrix, phase)
        let own = norm.backward(try pass.upstream.matrix, normalised)
        expect(
          [
            Tensor("Y", y), Tensor("dZ", own.z), Tensor("dγ", own.scale),
            Tensor("dβ", own.shift), Tensor("mean", norm.running.mean),
            Tensor("variance", norm.running.variance),
          ],
          near: [
            answer.y, answer.dz, answer.dscale, answer.dshift, answer.mean, answer.variance,
          ], within: 1e-12, "pass \(number), \(whose)")
      }
    }
  }

  // MARK: Dropout

  /// What a library says to a mask.
  struct DropoutAnswer: Decodable, Sendable {
    let h, da: Block
  }

  /// A mask that PyTorch has drawn.
  struct DropoutCase: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let p: Double
    let a, upstream, mask: Block
    let numpy, torch: DropoutAnswer
    var testDescription: String { name }
  }

  @Test(arguments: try Fixture.cases(of: DropoutCase.self, in: "dropout", count: 3))
  func `dropout with PyTorch's mask has PyTorch's outputs and gradient`(
    case test: DropoutCase
  ) throws {
    let dropout = Dropout(test.p)
    let phase = Dropout<Double>.Phase.training(mask: try test.mask.matrix)
    #expect(Set(test.mask.values) == [0, 1])
    for (whose, answer) in [("NumPy's", test.numpy), ("PyTorch's", test.torch)] {
      expect(
        [
          Tensor("H", dropout.forward(try test.a.matrix, phase)),
          Tensor("dA", dropout.backward(try test.upstream.matrix, phase)),
        ], near: [answer.h, answer.da], within: 1e-12, whose)
    }
  }

  // MARK: Losses

  /// What a library says to logits and targets.
  struct LossAnswer: Decodable, Sendable {
    let loss: Double
    let gradient: Block
  }

  /// Logits and targets, some of them at a kink.
  struct LossCase: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let loss: String
    let delta: Double
    let z, y: Block
    let numpy, torch: LossAnswer
    var testDescription: String { name }
  }

  @Test(arguments: try Fixture.cases(of: LossCase.self, in: "robust-losses", count: 6))
  func `the absolute error and Huber's loss have PyTorch's values and gradients`(
    case test: LossCase
  ) throws {
    let known: [Loss<Double>] = [.meanAbsoluteError, .huber(test.delta)]
    let loss = try #require(known.first { $0.name == test.loss })
    let (z, y) = (try test.z.matrix, try test.y.matrix)
    #expect(z[0, 0] == y[0, 0])
    for (whose, answer) in [("NumPy's", test.numpy), ("PyTorch's", test.torch)] {
      expect([loss(z, y)], near: [answer.loss], within: 1e-12, "\(whose) loss")
      expect(
        [Tensor("dZ", loss.gradient(at: z, y))], near: [answer.gradient], within: 1e-12, whose)
    }
  }
}
