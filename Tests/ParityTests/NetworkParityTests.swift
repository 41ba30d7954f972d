import Testing
import Workbook

@testable import BinaryClassifier
@testable import Multiclass
@testable import Regression

/// Losses, gradients and predictions of the networks of chapters 2 to 4, as NumPy and PyTorch have them.
@Suite struct NetworkParityTests {
  static func lines() throws -> [GradientCase<Subject>] {
    try Fixture.cases(in: "gradients-line", count: 3)
  }
  static func twoLayers() throws -> [GradientCase<Subject>] {
    try Fixture.cases(in: "gradients-two-layers", count: 6)
  }
  static func networks() throws -> [GradientCase<Subject>] {
    try Fixture.cases(in: "gradients-networks", count: 26)
  }

  @Test(arguments: try lines())
  func `a straight line has the loss and gradient that NumPy and PyTorch find`(
    case test: GradientCase<Subject>
  ) throws {
    let (line, data) = (try test.subject.line, try test.subject.data)
    let (loss, gradient) = line.lossAndGradient(from: data.x, to: data.y)
    expect(test, loss, gradient.tensors, line.prediction(from: data.x))
  }

  @Test(arguments: try twoLayers())
  func `two layers have the loss and gradient that NumPy and PyTorch find`(
    case test: GradientCase<Subject>
  ) throws {
    let (network, data) = (try test.subject.twoLayers, try test.subject.data)
    let φ = try test.subject.onlyActivation
    let (loss, gradient) = network.lossAndGradient(from: data.x, to: data.y, through: φ)
    expect(test, loss, gradient.tensors, network.prediction(from: data.x, through: φ))
  }

  @Test(arguments: try networks())
  func `a network has the loss and gradient that NumPy and PyTorch find`(
    case test: GradientCase<Subject>
  ) throws {
    let (network, data) = (try test.subject.network, try test.subject.data)
    let (loss, gradient) = network.lossAndGradient(on: data)
    expect(test, loss, gradient.tensors, network.prediction(from: data.x))
  }

  @Test func `every activation meets every loss, and every loss every depth from 1 to 4`() throws {
    let subjects = try Self.networks().map(\.subject)
    for loss in Loss<Double>.byName.keys {
      let own = subjects.filter { $0.loss == loss }
      #expect(
        Set(own.flatMap(\.curves)) == ["identity", "relu", "leaky relu", "tanh", "sigmoid"])
      #expect(Set(own.map(\.curves.count)) == [0, 1, 2, 3])
    }
    #expect(Set(try Self.twoLayers().flatMap(\.subject.curves)) == ["relu", "square"])
  }

  @Test func `no two sizes of a network are equal, and no bias is zero`() throws {
    for test in try Self.lines() + Self.twoLayers() + Self.networks() {
      let sizes = test.subject.widths + test.subject.x.shape.prefix(1)
      #expect(Set(sizes).count == sizes.count, "\(test.subject.name)")
      #expect(test.subject.parameters.allSatisfy { !$0.values.contains(0) }, "\(test.subject.name)")
    }
  }
}
