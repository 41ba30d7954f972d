import Regression
import Testing
import Workbook

/// How to train on all examples at once, and after how many steps the weights are noted.
struct FullBatchTraining: Decodable, Sendable {
  let rate: Double
  let decay: Double
  let steps: [Int]

  /// The chapters' optimiser with the same hyperparameters.
  var optimiser: Optimiser<Double> { .sgd(learningRate: rate, weightDecay: decay) }
}

/// What a library says to a network, and where it came to.
protocol PeerSteps: Decodable, Sendable {
  var prediction: Block { get }
  /// The loss before each step.
  var losses: [Double] { get }
  /// The weights after each number of steps.
  var parameters: [[Block]] { get }
}

/// The steps of scikit-learn's MLPClassifier, which does not show its gradient.
struct ScikitLearnSteps: PeerSteps {
  /// Its weight of the squares: alpha = λ n.
  let alpha: Double
  let prediction: Block
  /// The loss before each step. alpha ‖W‖² / 2n is a part of it.
  let losses: [Double]
  let parameters: [[Block]]
}

/// The steps of a Sequential of Keras.
struct KerasSteps: PeerSteps {
  /// What its loss was multiplied with: its squares and its binary cross-entropy are means over the
  /// outputs, and ours are sums.
  let lossWeight: Double
  let prediction: Block
  /// The loss before each step, multiplied. Decay is a part of the step only.
  let losses: [Double]
  let gradient: [Block]
  let parameters: [[Block]]

  enum CodingKeys: String, CodingKey {
    case lossWeight = "loss weight"
    case prediction, losses, gradient, parameters
  }
}

/// A network, and what scikit-learn, where it classifies, and Keras make of it.
struct PeerCase: Decodable, Sendable, CustomTestStringConvertible {
  let subject: Subject
  let training: FullBatchTraining
  let scikitLearn: ScikitLearnSteps?
  let keras: KerasSteps

  enum CodingKeys: String, CodingKey {
    case subject, training, keras
    case scikitLearn = "scikit-learn"
  }

  var testDescription: String { subject.name }
}
