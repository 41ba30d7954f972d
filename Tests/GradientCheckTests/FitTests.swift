import Autograd
import BinaryClassifier
import Digits
import Foundation
import Multiclass
import Regression
import Testing
import Training
import Workbook

@Suite struct FitTests {
  let data: Dataset<Float>
  let split: Split
  let start: Network<Float>

  init() throws {
    var random = SplitMix64(seed: 5)
    let rings = LabelledPoints.rings(70, radii: [0.4, 1], noise: 0.1, using: &random)
    data = rings.oneHot(as: Float.self)
    split = Split(stratifying: rings.labels, validation: 0.2, test: 0.2, using: &random)
    start = try Network([2, 16, .relu, 2, .softmax], loss: .crossEntropy, using: &random)
  }

  /// Does something after each epoch.
  struct Each: Callback {
    let body: (Moment<Float>) -> Bool
    func epochEnded(_ moment: Moment<Float>) -> Bool { body(moment) }
  }

  func fit<Model: Trainable<Float>>(
    _ model: inout Model, epochs: Int = 9, rate: Float = 0.05, schedule: Schedule = .constant,
    split: Split? = nil, _ callbacks: [any Callback<Float>] = []
  ) throws -> History<Float> {
    var random = SplitMix64(seed: 6)
    return try model.fit(
      data, split: split ?? self.split, epochs: epochs, batchSize: 8,
      by: .adam(learningRate: rate), schedule: schedule, callbacks: callbacks, using: &random)
  }

  @Test func `the history has each epoch, measured on both sets as they then are`() throws {
    var network = start
    let history = try fit(&network)
    #expect(history.epochs.count == 9 && history.ending == .completed)
    let last = try #require(history.epochs.last)
    #expect(last.training == network.measure(on: data.examples(at: split.training[...])))
    #expect(last.validation == network.measure(on: data.examples(at: split.validation[...])))
    let losses = history.epochs.compactMap(\.validation?.loss)
    #expect(history.best == losses.firstIndex(of: losses.min() ?? 0).map { $0 + 1 })
    let validation = network.classes(of: data.x.rows(at: split.validation[...]))
    let right = zip(validation, split.validation).count { data.y[$1, $0] == 1 }
    #expect(last.validation?.accuracy == Double(right) / Double(split.validation.count))
  }

  @Test func `early stopping keeps the weights of the best epoch, by hand and in modules`() throws {
    var (network, modules) = (start, ModuleModel(Sequential(start.modules), loss: start.loss))
    for model in 0..<2 {
      var seen: [[Tensor<Float>]] = []
      let watch = Each {
        seen.append($0.parameters); return false
      }
      let callbacks: [any Callback<Float>] = [watch, StopEarly<Float>(patience: 4)]
      let history =
        model == 0
        ? try fit(&network, epochs: 200, rate: 0.3, callbacks)
        : try fit(&modules, epochs: 200, rate: 0.3, callbacks)
      let best = try #require(history.best)
      #expect(history.ending == .stopped)
      #expect(history.epochs.count == best + 4, "\(history.epochs.count), best \(best)")
      let kept = model == 0 ? network.tensors : modules.tensors
      #expect(kept.map(\.elements) == seen[best - 1].map(\.elements))
      #expect(kept.map(\.elements) != seen[seen.count - 1].map(\.elements))
    }
  }

  @Test func `a loss that is no number ends the training and says so`() throws {
    var network = start
    network.layers[0].weights[0, 0] = .nan
    let history = try fit(&network)
    #expect(history.ending == .diverged && history.epochs.count == 1)
    #expect(history.summary == "ended after 1 epoch: the loss is no finite number")
    #expect(history.best == nil)
  }

  @Test func `the schedule counts on from call to call, and the rate stays what it was`() throws {
    var (once, twice) = (start, start)
    let schedule = Schedule.exponential(0.9)
    let history = try fit(&once, epochs: 4, schedule: schedule)
    #expect(history.optimiser.learningRate == 0.05)
    var random = SplitMix64(seed: 6)
    var optimiser = Optimiser<Float>.adam(learningRate: 0.05)
    for epochs in [1, 3] {
      optimiser = try twice.fit(
        data, split: split, epochs: epochs, batchSize: 8, by: optimiser, schedule: schedule,
        using: &random
      ).optimiser
    }
    #expect(twice.hasSameParameters(as: once))
    var other = start
    _ = try fit(&other, epochs: 4)
    #expect(!other.hasSameParameters(as: once))
  }

  @Test func `a split needs no validation set, and numbers have no accuracy`() throws {
    var random = SplitMix64(seed: 7)
    var network = try Network<Float>([2, 3, .tanh, 2], loss: .halfSquaredError, using: &random)
    var all = split
    (all.training, all.validation) = (split.training + split.validation, [])
    let history = try fit(&network, epochs: 3, split: all, [StopEarly(patience: 1)])
    #expect(history.epochs.allSatisfy { $0.validation == nil && $0.training?.accuracy == nil })
    #expect(history.lossPlot.series.map(\.name) == ["training set"])
    #expect(history.errorPlot.series.isEmpty && history.best == nil)
  }

  @Test func `an error of a callback ends the training`() throws {
    struct Failing: Callback {
      typealias Scalar = Float
      func epochEnded(_ moment: Moment<Float>) throws -> Bool {
        throw InputError(.missing, "weights", "there is no such file")
      }
    }
    var network = start
    #expect(throws: InputError.self) { try fit(&network, [Failing()]) }
  }

  @Test func `Ctrl-C ends a training after its step, and what was learned stays`() async throws {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) {
      let tests = try FitTests()
      var network = tests.start
      let history = try tests.fit(
        &network, epochs: 50,
        [
          Each { moment in
            if moment.history.epochs.count == 3 { Self.typeControlC() }
            return false
          }
        ])
      let isSame = network.hasSameParameters(as: tests.start)
      print(history.summary, history.ending == .interrupted, isSame)
    }
    let words = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(
      words.contains("interrupted; what was learned in 3 epochs is kept"), "\(words)")
    #expect(words.contains(" true false"), "\(words)")
  }

  @Test func `a second Ctrl-C ends the program, and so does one behind a training`() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      Interruption.listen { isInterrupted in
        Self.typeControlC()
        precondition(isInterrupted())
        kill(getpid(), SIGINT)
        sleep(60)
      }
    }
    await #expect(processExitsWith: .signal(SIGINT)) {
      Interruption.listen { _ in Interruption.listen { _ in } }
      kill(getpid(), SIGINT)
      sleep(60)
    }
  }

  /// Interrupts this process, which listens, and waits until it has heard it.
  static func typeControlC() {
    kill(getpid(), SIGINT)
    Interruption.listen { isInterrupted in
      while !isInterrupted() { usleep(1_000) }
    }
  }
}
