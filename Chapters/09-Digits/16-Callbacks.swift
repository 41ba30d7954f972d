import BinaryClassifier
import Regression
import Training
import Workbook

//#-hidden-code
extension Callback {
  package var kept: [Tensor<Scalar>]? { nil }
}

/// A training at the end of an epoch.
package struct Moment<Scalar: FloatingField> {
  package let history: History<Scalar>
  package let parameters: [Tensor<Scalar>]
  /// What the next epoch is shuffled by.
  package let random: SplitMix64
  /// How far the training has come, as a fraction of all epochs.
  package let fraction: Double
}

/// Stops when the validation loss has no new minimum, and keeps the best epoch.
package struct StopEarly<Scalar: FloatingField>: Callback {
  private var stopping: EarlyStopping<[Tensor<Scalar>], Double>

  package init(patience: Int) { stopping = EarlyStopping(patience: patience) }

  package mutating func epochEnded(_ moment: Moment<Scalar>) -> Bool {
    let last = moment.history.epochs.last
    let loss = (last?.validation ?? last?.training)?.loss ?? .nan
    return stopping.add(moment.parameters, validation: loss)
  }

  package var kept: [Tensor<Scalar>]? { stopping.best?.model }
}

/// Tells how far the training has come.
package struct ShowProgress<Scalar: FloatingField>: Callback {
  private let show: (Double) -> Void

  package init(_ show: @escaping (Double) -> Void) { self.show = show }

  /// Shows a bar in the reader's terminal; where there is none, nothing.
  package init(_ task: String, on run: RunRecorder) {
    self.init { run.progress(task, $0) }
  }

  package func epochEnded(_ moment: Moment<Scalar>) -> Bool {
    show(moment.fraction)
    return false
  }
}

/// Writes a file after each epoch, from which the training can go on.
package struct SaveCheckpoint<Scalar: FloatingField>: Callback {
  private let template: Network<Scalar>
  private let path: String

  /// - Parameters:
  ///   - path: The file, which each epoch writes anew.
  ///   - network: The network that is trained.
  package init(to path: String, of network: Network<Scalar>) {
    (self.path, template) = (path, network)
  }

  package func epochEnded(_ moment: Moment<Scalar>) throws -> Bool {
    var network = template
    network.tensors = moment.parameters
    let checkpoint = Checkpoint(
      network, moment.history.optimiser, epochs: moment.history.epochs.count,
      random: moment.random)
    try checkpoint.write(to: path)
    return false
  }
}
//#-end-hidden-code
