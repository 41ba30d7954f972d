import BinaryClassifier
import Regression
import Workbook

/*:
 ## Finding a learning rate

 A rate that is too small wastes time, and one that is too large ends in noise
 or in infinity. [Smith's](cite:smith-2017) **range test** finds the region
 between them in one short training. The rate begins far too small and grows with every step by the same
 factor. The loss stays, falls, and at last shoots up. A good rate lies well
 before that: at a third or a tenth of the rate at which the loss is lowest.

 ![The loss while the learning rate grows, for SGD and for Adam: a running mean
 over about twenty steps, with losses above two counted as
 two](figure:range-test)

 The network has two hidden layers like those of the opening, with He's weights.
 For SGD the loss is lowest at a rate of \(range.sgd), for Adam at \(range.adam). The two are not
 the same number, and a rate does not carry over from one optimiser to another.

 ![What rates that are too small, good and too large look like, for ten hidden
 layers with He's weights](figure:rates)

 With a rate that is too small the loss falls so slowly that it looks constant.
 With one that is rather large it goes up and down. With the largest of these four
 nothing is learned. We repeat that from \(rates.starts) starts, for ten epochs.
 The number of trainings whose loss stays above ½ is \(rates.stuck). In
 \(rates.silent) of these the gradient of the first layer is zero: no example
 gets through the ReLUs any more. The number of trainings that end in NaN is
 \(rates.overflowed).

 ## Changing it on the way

 Large steps are good at the start and small ones at the end, because near the
 lowest point the noise of the mini-batches is larger than the way that is left.
 A **schedule** multiplies the rate by a factor that depends on the step:

 | schedule | factor at step $t$ of $T$ |
 |---|---|
 | exponential | $\gamma^{t}$, often counted in epochs |
 | step | $\gamma^{\lfloor (t - 1) / k \rfloor}$: a drop every $k$ steps |
 | [cosine](cite:loshchilov-hutter-2017) | $\tfrac12 (1 + \cos(\pi t / T))$ |
 | warm-up | $t / w$ for the first $w$ steps, then one of the others |

 The **warm-up** is for the first steps of Adam, whose averages know only a few
 gradients yet.

 ![Four schedules](figure:schedules)

 The steps are counted from one, and a schedule is off by one as easily as a
 loop is. Two values say whether it is right: at the last step of the warm-up
 the factor is one, and at the last step of the cosine it is zero.
 */

/// What multiplies the learning rate, step by step.
package enum Schedule: Sendable {
  case constant
  /// The factor of each step.
  case exponential(Double)
  /// A factor every so many steps.
  case steps(of: Int, factor: Double)
  /// A warm-up, then half a wave of the cosine down to 0 at the last step.
  case cosine(warmUp: Int, last: Int)
}

/*:
 The last case joins two pieces, and each is right at its end:
 */

extension Schedule {
  /// Returns the factor at a step, which is counted from 1.
  package func factor(at step: Int) -> Double {
    switch self {
    case .constant: return 1
    case .exponential(let γ): return Double.pow(γ, step)
    case .steps(let count, let γ):
      return Double.pow(γ, (step - 1) / max(count, 1))
    case .cosine(let warmUp, let last):
      if step <= warmUp { return Double(step) / Double(warmUp) }
      let part = Double(step - warmUp) / Double(max(last - warmUp, 1))
      return (1 + Double.cos(.pi * min(part, 1))) / 2
    }
  }
}

//#-hidden-code
extension Network where Scalar: FloatingField {
  /// Trains the network with a learning rate that follows a schedule.
  ///
  /// - Returns: The mean loss of each epoch, each mini-batch's before its step.
  @discardableResult
  package mutating func train(
    on data: Dataset<Scalar>, _ optimiser: Optimiser<Scalar>,
    _ loop: TrainingLoop, _ schedule: Schedule, using random: inout SplitMix64,
    afterStep: (Int, Scalar) -> Void = { _, _ in }
  ) -> [Scalar] {
    let rate = optimiser.learningRate
    var optimiser = optimiser
    var workspace = Workspace(for: self)
    var batch = Dataset<Scalar>(x: .empty, y: .empty)
    return loop.run(over: data.count, using: &random) { positions in
      data.write(positions, into: &batch)
      let loss = lossAndGradient(from: batch.x, to: batch.y, on: &workspace)
      let step = optimiser.steps + 1
      optimiser.learningRate = rate * Scalar(schedule.factor(at: step))
      optimiser.step(&self, against: workspace.gradient)
      afterStep(step, loss)
      return loss
    }
  }
}
//#-end-hidden-code

/// Finds learning rates by a range test, and draws schedules.
func findRates<Scalar: FloatingField>(
  on run: inout RunRecorder, _ patient: Patient<Scalar>
) {
  run.section("Finding a learning rate")
  let steps = run.setting(600, as: "range.steps", label: "steps of the test")
  let tests = [
    ("SGD", Optimiser<Scalar>.sgd(learningRate: 1)),
    ("Adam", Optimiser<Scalar>.adam(learningRate: 1)),
  ]
  var series: [LinePlot.Series] = []
  for (name, optimiser) in tests {
    let points = patient.rangeTest(optimiser, steps: steps)
    series.append(.init(name, points))
    let lowest = points.min { $0.y < $1.y }?.x ?? .nan
    run.record(
      lowest, .significant(2), as: "range.\(name.lowercased())",
      label: "\(name), rate where the loss is lowest")
    let (start, end) = (points.prefix(20).last?.y, points.last?.y)
    let least = points.map(\.y).min() ?? .nan
    run.check(
      "\(name): the loss of a range test falls by a third and more, and rises again",
      3 * least < 2 * (start ?? .nan) && 3 * least < 2 * (end ?? .nan),
      detail: [start, least, end].map {
        NumberFormat.decimals(2).text(of: $0 ?? .nan)
      }.joined(separator: ", ") + " after 20 steps, at its lowest, at the end")
  }
  run.show(
    Figure(
      "range-test",
      LinePlot(
        x: .log("learning rate"), y: .linear("loss"), series: series)))
  compareRates(on: &run, patient)
  drawSchedules(on: &run)
}

//#-hidden-code
extension Patient {
  /// Trains two hidden layers while the rate grows from 10⁻⁵ to 10 times that of the optimiser.
  ///
  /// - Returns: The rates with the loss at each, as a running mean over 20
  ///   steps that is corrected at its start as Adam's is, and no larger than 2.
  func rangeTest(
    _ optimiser: Optimiser<Scalar>, steps: Int
  ) -> [LinePlot.Point] {
    var random = random
    var network = StartingWeights.heNormal.network(
      [2, width, width, 1], .relu,
      ending: (.sigmoid, Loss<Scalar>.binaryCrossEntropy), using: &random)
    let data = training.binary(as: Scalar.self)
    let batches = max(1, data.count / loop.batchSize)
    let growth = Double.exp(Double.log(1e6) / Double(steps))
    var start = optimiser
    start.learningRate *= Scalar(1e-5)
    var (points, mean): ([LinePlot.Point], Double) = ([], 0)
    network.train(
      on: data, start,
      TrainingLoop(batchSize: loop.batchSize, epochs: 1 + steps / batches),
      .exponential(growth), using: &random
    ) { step, loss in
      if step > steps { return }
      let bounded = min(Double(loss).isNaN ? 2 : Double(loss), 2)
      mean = 0.95 * mean + 0.05 * bounded
      points.append(
        .init(
          1e-5 * Double.pow(growth, step), mean / (1 - Double.pow(0.95, step))))
    }
    return points
  }
}

/// Trains with rates that are too small, good and too large.
private func compareRates<Scalar: FloatingField>(
  on run: inout RunRecorder, _ patient: Patient<Scalar>
) {
  let rates = [0.0002, 0.02, 0.3, 2]
  let courses = rates.map {
    patient.train(.heNormal, .sgd(learningRate: Scalar($0)))
  }
  run.show(
    Figure(
      "rates",
      LinePlot(
        x: .linear("epoch"), y: .log("loss"),
        series: zip(rates, courses).map { rate, course in
          .init(
            "rate \(NumberFormat.significant(2).text(of: rate))",
            course.losses.map { Double($0) })
        })))
  let last = courses.map { Double($0.losses.last ?? .nan) }
  run.checkWhenFull(
    "a good rate learns, and one that is far too small does not",
    last[1] < 0.2 && last[0] > 0.5,
    detail: last.prefix(2).map { NumberFormat.decimals(3).text(of: $0) }
      .joined(separator: ", "))
  countFailures(on: &run, patient, rate: rates[3])
}

/// Counts how trainings from several starts fail with a rate that is too large.
private func countFailures<Scalar: FloatingField>(
  on run: inout RunRecorder, _ patient: Patient<Scalar>, rate: Double
) {
  let starts = run.setting(12, as: "rates.starts", label: "starts")
  var random = run.random("starts")
  let data = patient.training.binary(as: Scalar.self)
  let ends = (0..<starts).map { _ -> (loss: Double, isSilent: Bool) in
    var patient = patient
    patient.random = SplitMix64(seed: random.next())
    patient.loop.epochs = min(patient.loop.epochs, 10)
    let course = patient.train(.heNormal, .sgd(learningRate: Scalar(rate)))
    let gradient = course.network.lossAndGradient(on: data).gradient
    return (
      Double(course.losses.last ?? .nan),
      gradient.layers[0].weights.elements.allSatisfy { $0 == 0 }
    )
  }
  let stuck = ends.filter { $0.loss.isFinite && $0.loss > 0.5 }
  let overflowed = ends.count { !$0.loss.isFinite }
  run.record(
    stuck.count, as: "rates.stuck", label: "of them end near log 2")
  run.record(
    stuck.count { $0.isSilent }, as: "rates.silent",
    label: "of these have no gradient in the first layer")
  run.record(overflowed, as: "rates.overflowed", label: "of them end in NaN")
  run.checkWhenFull(
    "with a rate that is far too large no start learns",
    ends.allSatisfy { !($0.loss <= 0.5) },
    detail: "\(starts) starts, \(overflowed) of them end in NaN")
}

/// Draws four schedules, and checks their ends.
private func drawSchedules(on run: inout RunRecorder) {
  let last = 100
  let schedules: [(String, Schedule)] = [
    ("exponential, 0.97 a step", .exponential(0.97)),
    ("step, half every 25", .steps(of: 25, factor: 0.5)),
    ("cosine", .cosine(warmUp: 0, last: last)),
    ("cosine with warm-up", .cosine(warmUp: 10, last: last)),
  ]
  run.show(
    Figure(
      "schedules",
      LinePlot(
        x: .linear("step"), y: .linear("factor of the learning rate"),
        series: schedules.map { name, schedule in
          .init(name, (1...last).map { schedule.factor(at: $0) })
        })))
  let cosine = Schedule.cosine(warmUp: 10, last: last)
  run.check(
    "the warm-up ends at the factor 1, and the cosine at 0",
    cosine.factor(at: 1) == 0.1 && cosine.factor(at: 10) == 1
      && cosine.factor(at: 11) < 1 && cosine.factor(at: last - 1) > 0
      && cosine.factor(at: last) == 0
      && abs(cosine.factor(at: 55) - 0.5) < 1e-15,
    detail: "and is ½ halfway between")
}
//#-end-hidden-code
