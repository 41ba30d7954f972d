import BinaryClassifier
import Regression
import Workbook

/*:
 ## Clipping the gradient

 Some gradients are too large by powers of ten. One example with a misplaced
 decimal point is enough, or a place where the loss falls off like a cliff. The
 step that follows can undo a whole training. **Clipping**, as [Pascanu and
 others](cite:pascanu-2013) describe it, limits how long the gradient may be, and
 keeps its direction:

 $$
 g \leftarrow g \cdot \min\left(1, \frac{c}{\lVert g \rVert}\right)
 $$

 The **norm** $\lVert g \rVert$ is the root of the sum of the squares of *all*
 entries of *all* parameters. A gradient that is short enough stays as it is.
 */

extension Parameterised where Scalar: AnalyticField {
  /// The root of the sum of the squares of all entries.
  var norm: Scalar {
    Scalar.sqrt(
      tensors.flatMap(\.elements).reduce(0) { $0 + $1 * $1 })
  }
}

/*:
 All entries are multiplied by the same number, so the direction stays.
 */

extension Parameterised where Scalar: AnalyticField {
  /// Makes a gradient shorter that is longer than `limit`.
  mutating func clip(toNorm limit: Scalar) {
    let norm = norm
    if norm <= limit { return }
    forEachParameter { _, g in
      for index in g.indices { g[index] *= limit / norm }
    }
  }
}

/*:
 > **Guess:** The norm of a gradient is a hundred and the limit is one. How long
 > is the gradient if someone forgets the root, and divides by the squared norm?
 >
 > A hundredth. The worse the gradient, the shorter the step: at a cliff the
 > training stops.

 Another mistake clips each tensor by itself. Then each that is too long gets a
 factor of its own, and the step points elsewhere. Here is the gradient of a
 batch of \(clip.batch) examples, one of whose targets is
 \(clip.outlier) and not about one, clipped in three ways:

 ![A gradient clipped to the norm \(clip.norm): how long it is, and the angle
 by which it was turned](table:clipped)

 Now a training in which this batch comes once, at step \(clip.at). The loss is
 that on a fourth of the examples, with their right targets.

 ![A training with one bad batch, on a logarithmic axis](figure:clipping)

 Without clipping the bad step makes the loss \(clip.jump) times as high. The
 next batch is a good one, but there the gradient is large too, and in the figure
 its step takes the loss still higher. The
 mean loss of all steps behind it is \(clip.without) times that of a training
 without the bad batch. With clipping it is \(clip.with) times.

 Clipping is no cure for a gradient that is infinite or not a number: there is
 no direction left that could be kept.
 */

//#-hidden-code
/// A gradient, and how to clip it.
enum Clipping: String, CaseIterable {
  case none = "not clipped"
  case together = "all together"
  case apart = "each tensor by itself"
  case squared = "by the squared norm"

  /// Returns a gradient that was clipped in this way.
  func clip<Model: Parameterised>(
    _ gradient: Model, to limit: Model.Scalar
  ) -> Model where Model.Scalar: AnalyticField {
    var clipped = gradient
    switch self {
    case .none: break
    case .together: clipped.clip(toNorm: limit)
    case .apart:
      clipped.tensors = gradient.tensors.map { tensor in
        let norm = Model.Scalar.sqrt(
          tensor.elements.reduce(0) { $0 + $1 * $1 })
        var tensor = tensor
        if norm > limit {
          tensor.elements = tensor.elements.map { $0 * (limit / norm) }
        }
        return tensor
      }
    case .squared:
      let square = gradient.norm * gradient.norm
      if square > limit {
        clipped.forEachParameter { _, g in
          for index in g.indices { g[index] *= limit / square }
        }
      }
    }
    return clipped
  }
}

/// Returns the angle between two gradients, in degrees.
func angle<Model: Parameterised>(
  between a: Model, and b: Model
) -> Double where Model.Scalar: FloatingField {
  let numbers = { (model: Model) in
    model.tensors.flatMap { $0.elements.map { Double($0) } }
  }
  let (a, b) = (numbers(a), numbers(b))
  let square = { (v: [Double]) in v.reduce(0) { $0 + $1 * $1 } }
  // ‖a|b| ∓ b|a|‖: exact for small angles, where a cosine is not.
  let (lengthA, lengthB) = (square(a).squareRoot(), square(b).squareRoot())
  let apart = square(zip(a, b).map { $0 * lengthB - $1 * lengthA })
  let along = square(zip(a, b).map { $0 * lengthB + $1 * lengthA })
  return 2 * Double.atan2(y: apart.squareRoot(), x: along.squareRoot()) * 180
    / Double.pi
}

/// Clips the gradient of a bad batch, and trains through it.
func clipGradients<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Clipping the gradient")
  run.ask("The norm is 100, the limit 1. How long without the root?")
  let experiment = try ClippedTraining<Scalar>(on: &run)
  let gradient = experiment.start.lossAndGradient(on: experiment.bad).gradient
  var (norms, angles): ([Double], [Double]) = ([], [])
  for way in Clipping.allCases {
    let clipped = way.clip(gradient, to: experiment.limit)
    norms.append(Double(clipped.norm))
    angles.append(angle(between: gradient, and: clipped))
  }
  run.show(
    Table(
      "clipped", columns: ["clipped", "norm", "angle in degrees"],
      rows: Clipping.allCases.enumerated().map { index, way in
        [
          .text(way.rawValue), .number(norms[index], .significant(3)),
          .number(angles[index], .decimals(1)),
        ]
      }))
  let limit = Double(experiment.limit)
  run.check(
    "clipping makes the gradient as long as the limit and does not turn it",
    abs(norms[1] - limit) <= 1e-5 * limit && angles[1] < 1e-3,
    detail: "norm to a part of 10⁵, angle to a thousandth of a degree")
  run.check(
    "clipping each tensor by itself turns the gradient",
    angles[2] > 1, detail: "by more than a degree")
  experiment.compare(on: &run)
}

/// A training on which a bad batch comes once.
struct ClippedTraining<Scalar: FloatingField> {
  let start: Network<Scalar>
  let data: Dataset<Scalar>
  let bad: Dataset<Scalar>
  let limit: Scalar
  let rate: Scalar
  let at: Int
  let steps: Int
  let batches: [ArraySlice<Int>]

  init(on run: inout RunRecorder) throws {
    var random = run.random("clipping")
    let batch = run.setting(16, as: "clip.batch", label: "batch size")
    let outlier = run.setting(
      1_000, as: "clip.outlier", label: "target of the outlier")
    limit = Scalar(
      run.setting(1, .decimals(1), as: "clip.norm", label: "norm allowed"))
    steps = run.setting(
      run.repetitions(400), as: "clip.steps", label: "steps")
    rate = Scalar(
      run.setting(0.1, .decimals(1), as: "clip.rate", label: "learning rate"))
    at = max(1, steps / 4)
    run.record(at, as: "clip.at", label: "step of the bad batch")
    data = Dataset(Dataset<Double>.sine)
    start = try Network(
      [1, 16, .tanh, 16, .tanh, 1], loss: .halfSquaredError, using: &random)
    var batches: [ArraySlice<Int>] = []
    while batches.count < steps {
      batches += miniBatches(of: batch, from: data.count, using: &random)
    }
    self.batches = batches
    var bad = data.examples(at: batches[0])
    bad.y = Matrix(rows: bad.count, columns: 1) { row, _ in
      row == 0 ? Scalar(count: outlier) : bad.y[row, 0]
    }
    self.bad = bad
  }

  /// Returns the loss on all examples after each step.
  func losses(_ way: Clipping, withBadBatch: Bool) -> [Double] {
    // Every fourth of the examples is enough to see the loss.
    let sample = data.examples(
      at: Array(stride(from: 0, to: data.count, by: 4))[...])
    var (network, workspace) = (start, Workspace(for: start))
    return (1...max(steps, 1)).map { step in
      let batch =
        withBadBatch && step == at
        ? bad : data.examples(at: batches[step - 1])
      _ = network.lossAndGradient(from: batch.x, to: batch.y, on: &workspace)
      if way == .together { workspace.gradient.clip(toNorm: limit) }
      network.add(-rate, times: workspace.gradient)
      return Double(network.meanLoss(on: sample))
    }
  }

  /// Trains without the bad batch, and through it with clipping and without.
  func compare(on run: inout RunRecorder) {
    let clean = losses(.none, withBadBatch: false)
    let exploding = losses(.none, withBadBatch: true)
    let clipped = losses(.together, withBadBatch: true)
    run.show(
      Figure(
        "clipping",
        LinePlot(
          x: .linear("step"), y: .log("loss"),
          series: [
            .init("no bad batch", clean), .init("not clipped", exploding),
            .init("clipped", clipped),
          ])))
    let means = [clean, exploding, clipped].map { losses in
      losses.dropFirst(at).reduce(0, +) / Double(losses.count - at)
    }
    let around = exploding.indices.contains(at - 1) ? at - 1 : 0
    let jump = exploding[around] / exploding[max(around - 1, 0)]
    run.record(
      jump, .significant(2), as: "clip.jump", label: "after the bad step")
    run.record(
      means[1] / means[0], .significant(2), as: "clip.without",
      label: "mean loss behind it, not clipped")
    run.record(
      means[2] / means[0], .decimals(2), as: "clip.with",
      label: "mean loss behind it, clipped")
    // A loss that is no longer a number is a cost, too.
    let (cost, rest) = (means[1] - means[0], abs(means[2] - means[0]))
    run.checkWhenFull(
      "a bad batch more than doubles the loss, and clipping saves nine tenths",
      !(cost <= means[0]) && !(cost <= 10 * rest) && rest < means[0],
      detail: "of the mean loss behind it, beside that without the bad batch")
  }
}
//#-end-hidden-code
