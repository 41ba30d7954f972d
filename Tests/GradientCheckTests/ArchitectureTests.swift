import Testing
import Workbook

@testable import BinaryClassifier
@testable import Multiclass
@testable import Regression

/// Which lists are networks, and the errors of the others.
@Suite struct ArchitectureTests {
  func make(
    _ architecture: Architecture<Analytic>, _ loss: Loss<Float>
  ) throws(ArchitectureError) -> Network<Float> {
    var random = SplitMix64(seed: 1)
    return try Network(architecture, loss: loss, using: &random)
  }

  @Test func `[2, 4, relu, 1, sigmoid] reads as it looks`() throws {
    let network = try make([2, 4, .relu, 1, .sigmoid], .binaryCrossEntropy)
    #expect(network.layers.map(\.weights.shape) == ["[2, 4]", "[4, 1]"])
    #expect(network.layers.map(\.bias.count) == [4, 1])
    #expect(network.layers.map(\.activation.name) == ["relu", "sigmoid"])
  }

  @Test func `a width behind a width has the identity`() throws {
    let network = try make([3, 5, 2], .halfSquaredError)
    #expect(network.layers.map(\.activation.name) == ["identity", "identity"])
  }

  static let refused: [(Architecture<Analytic>, Loss<Float>, ArchitectureError)] = [
    ([], .halfSquaredError, .tooShort),
    ([3], .halfSquaredError, .tooShort),
    ([.relu, 3], .halfSquaredError, .beginsWithActivation("relu")),
    ([3, .relu, 3], .halfSquaredError, .beginsWithActivation("relu")),
    ([3, 4, .relu, .tanh, 1], .halfSquaredError, .twoActivations("relu", "tanh")),
    ([3, 0, .relu, 1], .halfSquaredError, .badWidth(0)),
    ([3, .width(-2), 1], .halfSquaredError, .badWidth(-2)),
    ([3, 4, .softmax, 2], .halfSquaredError, .notElementwise("softmax")),
    (
      [3, 4, .relu, 1, .relu], .binaryCrossEntropy,
      .wrongPair(loss: "binary cross-entropy", needs: "sigmoid", found: "relu")
    ),
    (
      [3, 1, .sigmoid], .halfSquaredError,
      .wrongPair(loss: "half squared error", needs: "identity", found: "sigmoid")
    ),
    (
      [3, 2, .sigmoid], .crossEntropy,
      .wrongPair(loss: "cross-entropy", needs: "softmax", found: "sigmoid")
    ),
    (
      [3, 2], .crossEntropy,
      .wrongPair(loss: "cross-entropy", needs: "softmax", found: "identity")
    ),
  ]

  @Test(arguments: refused.indices)
  func `a list that is no network is refused with a sentence`(index: Int) {
    let (architecture, loss, expected) = Self.refused[index]
    #expect(throws: expected) { try make(architecture, loss) }
    #expect(expected.description.split(separator: " ").count > 6)
  }
}
