import Testing
import Workbook

@testable import BinaryClassifier
@testable import Regression
@testable import Training

/// Fifty steps of each update rule beside PyTorch's optimiser and the formulas in NumPy.
@Suite struct RuleParityTests {
  /// A network, a rule, mini-batches, and where the libraries came to.
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Training: Decodable, Sendable {
      let rate: Double
      let decay: Double
      let batches: [[Int]]
      let rule: String

      /// The chapter's optimiser of the same name and numbers.
      var optimiser: Optimiser<Double> {
        get throws {
          switch rule {
          case "sgd", "sgd, decay": .sgd(learningRate: rate, weightDecay: decay)
          case "momentum", "momentum, decay": through(Momentum(0.9))
          case "nesterov": through(Momentum(0.9, .nesterov))
          case "rmsprop", "rmsprop, decay": through(RMSprop(α: 0.99, ε: 1e-8))
          case "adam": .adam(learningRate: rate)
          case "adam, decay": .adamWithPenalty(learningRate: rate, weightDecay: decay)
          case "adamw": .adamW(learningRate: rate, weightDecay: decay)
          default: throw Misfit("the chapter has no rule \(rule)")
          }
        }
      }

      /// A rule with the decay in the gradient, as PyTorch has it but for AdamW.
      func through(_ rule: some UpdateRule<Double>) -> Optimiser<Double> {
        Optimiser(rule, learningRate: rate, weightDecay: decay, decaysThroughGradient: true)
      }
    }

    let subject: Subject
    let training: Training
    let numpy: Arrival
    let torch: Arrival

    var testDescription: String { training.rule }
  }

  static func cases() throws -> [Case] { try Fixture.cases(in: "training-rules", count: 10) }

  /// Returns the losses before the steps, and the network behind them.
  static func train(
    _ test: Case, _ optimiser: Optimiser<Double>
  ) throws -> (losses: [Double], network: Network<Double>) {
    var (network, optimiser) = (try test.subject.network, optimiser)
    let data = try test.subject.data
    var workspace = Workspace(for: network)
    let losses = test.training.batches.map { positions in
      let batch = data.examples(at: positions[...])
      let loss = network.lossAndGradient(from: batch.x, to: batch.y, on: &workspace)
      optimiser.step(&network, against: workspace.gradient)
      return loss
    }
    return (losses, network)
  }

  @Test(arguments: try cases())
  func `fifty steps of a rule are those of PyTorch and NumPy`(case test: Case) throws {
    let (losses, network) = try Self.train(test, test.training.optimiser)
    #expect(losses.count == 50)
    for (whose, came) in [("NumPy's", test.numpy), ("PyTorch's", test.torch)] {
      expect(losses, near: came.losses, within: 1e-12, "\(whose) losses")
      expect(network.tensors, near: came.parameters, within: 1e-12, whose)
    }
  }

  @Test func `the bound is below what any other rule of the list would do`() throws {
    let cases = try Self.cases()
    for test in cases {
      for other in cases where other.training.rule != test.training.rule {
        var optimiser = try other.training.optimiser
        optimiser.learningRate = test.training.rate
        let moved = try Self.train(test, optimiser).network.tensors
        let apart = zip(moved, test.torch.parameters).map { tensor, block in
          let scale = block.values.map { abs($0) }.reduce(0, max)
          return zip(tensor.elements, block.values).map { abs($0 - $1) }.reduce(0, max) / scale
        }
        #expect((apart.max() ?? 0) > 1e-6, "\(other.training.rule) for \(test.training.rule)")
      }
    }
  }
}
