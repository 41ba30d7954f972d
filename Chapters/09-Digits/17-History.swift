import BinaryClassifier
import Multiclass
import Regression
import Training
import Workbook

//#-hidden-code
extension Trainable {
  /// Takes a step on each mini-batch, until the reader interrupts.
  mutating func trainEpoch(
    on training: Dataset<Scalar>, _ batchSize: Int, _ steps: inout Steps,
    _ optimiser: inout Optimiser<Scalar>, _ schedule: Schedule,
    until isInterrupted: () -> Bool, using random: inout SplitMix64
  ) {
    let rate = optimiser.learningRate
    defer { optimiser.learningRate = rate }
    var batch = Dataset<Scalar>(x: .empty, y: .empty)
    for positions in miniBatches(
      of: batchSize, from: training.count, using: &random)
    {
      training.write(positions, into: &batch)
      let factor = schedule.factor(at: optimiser.steps + 1)
      optimiser.learningRate = rate * Scalar(factor)
      _ = step(on: batch, in: &steps, by: &optimiser)
      if isInterrupted() { return }
    }
  }

  /// Hands an epoch to each callback.
  func tell(
    _ callbacks: inout [any Callback<Scalar>], _ history: inout History<Scalar>,
    of epochs: Int, _ random: SplitMix64
  ) throws {
    let moment = Moment(
      history: history, parameters: tensors, random: random,
      fraction: Double(history.epochs.count) / Double(max(epochs, 1)))
    for index in callbacks.indices
    where try callbacks[index].epochEnded(moment) { history.ending = .stopped }
    let loss = history.epochs.last?.training?.loss ?? 0
    if !loss.isFinite { history.ending = .diverged }
  }

  /// Returns the loss on a set, and the accuracy where the targets are classes.
  package func measure(on data: Dataset<Scalar>) -> Measure? {
    if data.count == 0 { return nil }
    let z = logits(from: data.x)  // [n, outputs]
    var right: Int?
    switch loss.matchingActivation {
    case "sigmoid" where z.columns == 1:
      right = (0..<z.rows).count {
        (z[$0, 0] > 0) == (data.y[$0, 0] > Scalar(1) / 2)
      }
    case "softmax":
      right = (0..<z.rows).count { argmax(z, $0) == argmax(data.y, $0) }
    default: break
    }
    return Measure(
      loss: Double(loss(z, data.y)),
      accuracy: right.map { Double($0) / Double(data.count) })
  }
}

extension Dataset {
  /// Returns the examples to learn from, and those to choose by. The test set is
  /// not read.
  func parts(of split: Split) -> (training: Dataset, validation: Dataset) {
    (
      examples(at: split.training[...]), examples(at: split.validation[...])
    )
  }
}

/// Returns the column of the largest entry of a row, the first of several.
func argmax<Scalar: FloatingField>(_ z: Matrix<Scalar>, _ row: Int) -> Int {
  (1..<max(z.columns, 1)).reduce(0) { z[row, $1] > z[row, $0] ? $1 : $0 }
}

/// How good a model is on a set of examples.
package struct Measure: Equatable, Sendable {
  package let loss: Double
  /// The fraction that is classified right; `nil` where targets are numbers.
  package let accuracy: Double?
}

/// What a training has done, epoch by epoch.
package struct History<Scalar: FloatingField> {
  package struct Epoch: Equatable, Sendable {
    package let training: Measure?
    /// `nil` where the split has no validation set.
    package let validation: Measure?
  }

  package enum Ending: Equatable, Sendable {
    case completed, stopped, interrupted, diverged
  }

  package private(set) var epochs: [Epoch] = []
  package internal(set) var ending = Ending.completed
  /// The optimiser as the training has left it.
  package internal(set) var optimiser: Optimiser<Scalar>

  init(_ optimiser: Optimiser<Scalar>) { self.optimiser = optimiser }

  mutating func add(_ training: Measure?, _ validation: Measure?) {
    epochs.append(Epoch(training: training, validation: validation))
  }

  /// The epoch with the lowest validation loss, from 1; `nil` where there is
  /// none.
  package var best: Int? {
    epochs.indices.filter { epochs[$0].validation?.loss.isFinite == true }
      .min { loss($0) < loss($1) }.map { $0 + 1 }
  }

  private func loss(_ index: Int) -> Double {
    epochs[index].validation?.loss ?? .infinity
  }

  /// How the training ended, in a sentence.
  package var summary: String {
    let count = epochs.count == 1 ? "1 epoch" : "\(epochs.count) epochs"
    return switch ending {
    case .completed: "trained for \(count)"
    case .stopped: "stopped after \(count)"
    case .interrupted: "interrupted; what was learned in \(count) is kept"
    case .diverged: "ended after \(count): the loss is no finite number"
    }
  }

  /// The losses of both sets over the epochs.
  package var lossPlot: LinePlot {
    plot(.log("loss")) { $0.loss }
  }

  /// The fraction of wrong answers on both sets over the epochs.
  package var errorPlot: LinePlot {
    plot(.linear("error in percent")) { measure in
      measure.accuracy.map { 100 * (1 - $0) }
    }
  }

  private func plot(
    _ y: LinePlot.Axis, _ value: (Measure) -> Double?
  ) -> LinePlot {
    func points(_ measures: [Measure?]) -> [LinePlot.Point] {
      measures.enumerated().compactMap { index, measure in
        measure.flatMap(value).map { .init(Double(index + 1), $0) }
      }
    }
    return LinePlot(
      x: .linear("epoch"), y: y,
      series: [
        .init("training set", points(epochs.map(\.training))),
        .init("validation set", points(epochs.map(\.validation))),
      ].filter { !$0.points.isEmpty })
  }
}
//#-end-hidden-code
