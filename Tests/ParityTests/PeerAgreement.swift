import Testing
import Workbook

/// What a network of ours says at the start, and where it comes to.
struct OwnSteps {
  let prediction: Matrix<Double>
  let gradient: [Tensor<Double>]
  /// The loss before each step.
  var losses: [Double] = []
  /// λ ‖W‖² / 2 before each step: weights decay, biases do not.
  var penalties: [Double] = []
  /// The weights after each number of steps.
  var parameters: [[Tensor<Double>]] = []

  /// Takes the steps of a training.
  ///
  /// - Parameters:
  ///   - tensors: Returns the weights and biases as they are.
  ///   - step: Takes a step on all examples, and returns the loss before it.
  mutating func take(
    _ training: FullBatchTraining, of tensors: () -> [Tensor<Double>], step: () -> Double
  ) {
    for index in 1...(training.steps.max() ?? 1) {
      let weights = tensors().filter { $0.shape.count == 2 }.flatMap(\.elements)
      penalties.append(training.decay / 2 * weights.map { $0 * $0 }.reduce(0, +))
      losses.append(step())
      if training.steps.contains(index) { parameters.append(tensors()) }
    }
  }
}

/// 64 ulp of a tensor's largest entry. From an example to a gradient and a step lie about sixty
/// roundings in a row: three layers of sums of at most six terms with a function behind each, the
/// same backwards, and a sum over seven examples. Measured: 17 ulp for gradients, 2 for all else.
private let atStart = 0x1p-46

/// 1,024 ulp. A step adds some eight ulp: a tenth, which is the learning rate, of a gradient's 64, and two
/// roundings. In none of these trainings is an early error enlarged more than 5.4 times, the product
/// of the norms of I − η (∇²L + λ); so twenty steps make about 900. Measured: 17.
private let atEnd = 0x1p-42

/// Expects what scikit-learn and Keras say, and where they came to.
func expect(
  _ ours: OwnSteps, near test: PeerCase, sourceLocation: SourceLocation = #_sourceLocation
) {
  let keras = test.keras
  expect(
    ours.gradient, near: keras.gradient, within: atStart, "Keras' gradient of",
    sourceLocation: sourceLocation)
  expect(ours, ours.losses, near: keras, "Keras'", sourceLocation: sourceLocation)
  if let theirs = test.scikitLearn {
    let penalised = zip(ours.losses, ours.penalties).map { $0 + $1 }
    expect(ours, penalised, near: theirs, "scikit-learn's", sourceLocation: sourceLocation)
  }
}

/// Expects a library's answers and losses, and its weights after one step and after twenty.
///
/// - Parameter losses: Our losses, with decay as a part of them where it is a part of theirs.
private func expect(
  _ ours: OwnSteps, _ losses: [Double], near theirs: some PeerSteps, _ whose: String,
  sourceLocation: SourceLocation
) {
  let answers = Tensor("answers", ours.prediction)
  expect(
    [answers], near: [theirs.prediction], within: atStart, whose, sourceLocation: sourceLocation)
  expect(
    Array(losses.prefix(1)), near: Array(theirs.losses.prefix(1)), within: atStart,
    "\(whose) first loss", sourceLocation: sourceLocation)
  expect(
    losses, near: theirs.losses, within: atEnd, "\(whose) losses", sourceLocation: sourceLocation)
  #expect(ours.parameters.count == 2, sourceLocation: sourceLocation)
  #expect(theirs.parameters.count == 2, sourceLocation: sourceLocation)
  let bounds = [(atStart, "after one step,"), (atEnd, "after twenty steps,")]
  for (pair, (bound, when)) in zip(zip(ours.parameters, theirs.parameters), bounds) {
    expect(
      pair.0, near: pair.1, within: bound, "\(when) \(whose)", sourceLocation: sourceLocation)
  }
}
