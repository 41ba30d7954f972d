import Testing
import Workbook

@testable import Autograd
@testable import BinaryClassifier
@testable import Multiclass
@testable import Regression

/// The networks of chapters 3 and 4, by hand and by the graph of chapter 6, beside scikit-learn's
/// MLPClassifier and a Sequential of Keras: losses, gradients, predictions, and the weights after one step
/// and after twenty on all examples.
///
/// The conventions of the three are beside each other in `scripts/make-peer-fixtures`. What a test
/// must know of them: scikit-learn counts decay as a part of its loss, λ ‖W‖² / 2 with λ = alpha / n,
/// and Keras, as we do, as a part of the step. Both have W as `[in, out]`.
@Suite struct PeerParityTests {
  static func networks() throws -> [PeerCase] {
    try Fixture.cases(in: "peers-networks", count: 20)
  }

  @Test(arguments: try networks())
  func `a network is where scikit-learn and Keras are, after one step and after twenty`(
    case test: PeerCase
  ) throws {
    var (network, data) = try (test.subject.network, test.subject.data)
    var ours = OwnSteps(
      prediction: network.prediction(from: data.x),
      gradient: network.lossAndGradient(on: data).gradient.tensors)
    var optimiser = test.training.optimiser
    ours.take(test.training, of: { network.tensors }) {
      let (loss, gradient) = network.lossAndGradient(on: data)
      optimiser.step(&network, against: gradient)
      return loss
    }
    expect(ours, near: test)
  }

  @Test(arguments: try networks())
  func `modules are where scikit-learn and Keras are, after one step and after twenty`(
    case test: PeerCase
  ) throws {
    let (model, data) = try (test.subject.modules, test.subject.data)
    let criterion = try test.subject.criterion
    let ending = try #require(Activation<Double>.byName[criterion.matchingActivation])
    let optimizer = SGD(
      model.parameters, learningRate: test.training.rate, weightDecay: test.training.decay)
    let logits = model(data.x)
    criterion(logits, data.y).backward()
    var ours = OwnSteps(prediction: ending(logits.value), gradient: model.gradients)
    ours.take(test.training, of: { model.tensors }) {
      let loss = criterion(model(data.x), data.y)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      return loss.item()
    }
    expect(ours, near: test)
  }

  @Test func `each activation meets both classifiers, with decay and without`() throws {
    let tests = try Self.networks()
    for loss in Loss<Double>.byName.keys {
      let own = tests.filter { $0.subject.loss == loss }
      #expect(Set(own.flatMap(\.subject.curves)) == ["identity", "sigmoid", "tanh", "relu"])
      // Classifiers are compared with both libraries, regression with Keras alone.
      #expect(own.allSatisfy { ($0.scikitLearn == nil) == (loss == "half squared error") })
      for curve in Set(own.flatMap(\.subject.curves)) where loss != "half squared error" {
        let decays = own.filter { $0.subject.curves.contains(curve) }.map(\.training.decay)
        #expect(decays.count == 2 && decays.contains(0) && decays.contains { $0 > 0 })
      }
      #expect(Set(own.map(\.subject.curves.count)) == [1, 2])
      #expect(Set(own.map { $0.training.decay > 0 }) == [true, false])
    }
  }

  @Test func `decay is alpha over n, and Keras' means over outputs are sums here`() throws {
    for test in try Self.networks() {
      let (n, outputs) = (test.subject.y.shape[0], test.subject.y.shape[1])
      let weights = ["half squared error": 0.5, "binary cross-entropy": 1]
      let weight = weights[test.subject.loss].map { $0 * Double(outputs) } ?? 1
      #expect(test.keras.lossWeight == weight, "\(test.subject.name)")
      #expect(test.scikitLearn.map { $0.alpha == test.training.decay * Double(n) } ?? true)
      #expect(test.training.steps == [1, 20], "\(test.subject.name)")
    }
  }

  @Test func `no two sizes of a peer's network are equal, and no bias is zero`() throws {
    for subject in try Self.networks().map(\.subject) {
      let sizes = subject.widths + subject.x.shape.prefix(1)
      #expect(Set(sizes).count == sizes.count, "\(subject.name)")
      #expect(subject.parameters.allSatisfy { !$0.values.contains(0) }, "\(subject.name)")
    }
  }
}
