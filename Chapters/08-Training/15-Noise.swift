import BinaryClassifier
import Regression
import Workbook

/*:
 ## Gradient noise

 The gradient $g_B$ of a mini-batch is the mean of $B$ gradients, one for each
 example. On average it is the gradient $g$ of the whole set. How far off is it?
 The variance of a mean of $B$ independent numbers is a $B$-th of the variance
 of one, and the same holds for vectors:

 $$
 \mathrm{E} \, \lVert g_B - g \rVert^2 = \frac{\sigma^2}{B}, \qquad
 \sigma^2 = \frac{1}{n} \sum_i \lVert g_i - g \rVert^2
 $$

 So the **gradient noise**, the deviation of $g_B$ from $g$, falls as
 $B^{-1/2}$. In a plot with two logarithmic axes that is a line of the slope
 $-\frac{1}{2}$.

 > **Guess:** How many times as many examples does it take to have half the
 > noise?
 >
 > Four times as many. The first examples buy much, the later ones little.

 That holds for examples drawn **with replacement**, where one example may be
 in a batch twice. A training shuffles and deals out, so it draws without
 replacement. Then the last examples of an epoch are known from the others, and
 the batch of all examples has no noise. The variance has one factor more:

 $$
 \mathrm{E} \, \lVert g_B - g \rVert^2 = \frac{\sigma^2}{B} \cdot
 \frac{n - B}{n - 1}
 $$

 For a small batch out of many examples the factor is almost one.

 ![The gradient noise of mini-batches out of \(noise.examples) examples:
 measured, and by the formulas](figure:noise)

 The formulas contain nothing that was fitted. A line through the measured
 points with replacement has the slope \(noise.slope). From
 \(noise.draws) batches of each size we can expect $-\frac{1}{2}$ to about
 \(noise.error).
 */

/// Measures how far the gradients of random mini-batches are from that of the
/// whole.
func measureNoise<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Gradient noise")
  run.ask("How many times as many examples halve the noise?")
  var random = run.random("noise")
  let count = run.setting(
    256, as: "noise.examples", label: "examples", least: 2)
  let draws = run.setting(
    200, as: "noise.draws", label: "batches of each size", least: 2)
  let data = LabelledPoints.circles(count, using: &random)
    .binary(as: Scalar.self)
  let network = try Network<Scalar>(
    [2, 8, .tanh, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
  let gradients = GradientsOfExamples(of: network, on: data)
  let sizes = Array(sequence(first: 1) { 2 * $0 }.prefix { $0 <= count })
  let drawn = sizes.map { size in
    Noise(draws) { gradients.squareOff(at: size.drawn(from: count, &random)) }
  }
  let dealt = sizes.map { size in
    Noise(draws) {
      gradients.squareOff(at: random.shuffled(0..<count).prefix(size))
    }
  }
  showNoise(on: &run, gradients, sizes, drawn, dealt)
  checkNoise(on: &run, gradients, sizes, drawn, dealt)
  let all = network.lossAndGradient(on: data.first(sizes[sizes.count / 2]))
  let mean = gradients.mean(at: Array(0..<sizes[sizes.count / 2])[...])
  let apart = zip(all.gradient.tensors.flatMap(\.elements), mean)
    .map { abs(Double($0) - $1) }.reduce(0, max)
  run.check(
    "the gradient of a mini-batch is the mean of its examples' gradients",
    apart <= 64 * Double(Scalar.ulpOfOne), detail: "within 64 ulp of one")
}

/*:
 ## Large batches or many steps

 Is a large batch worth its price? One network is trained with batches of
 several sizes, always with the learning rate \(batches.rate), until the loss on
 all examples is below \(batches.target).

 ![Steps to the same loss, which is looked at every few steps, and examples
 looked at; one training each](table:batch-sizes)

 The largest batch is \(batches.larger) times as large as the smallest. It saves
 a factor of \(batches.saved) in steps and looks at \(batches.cost) times as many
 examples. The loss of small batches jumps, but the noise of one step is averaged
 over the next ones. What speaks for a large batch is that its examples can be
 computed side by side, and that it allows a larger learning rate. At this rate
 and without either, the smallest batch needed the fewest examples.
 */

//#-hidden-code
/// The gradient of the loss of each example by itself.
struct GradientsOfExamples {
  /// A gradient for each example, all parameters in a row, `[n, parameters]`.
  let each: [[Double]]
  /// Their mean, the gradient of the whole.
  let whole: [Double]
  /// The mean squared distance of a gradient from the mean.
  let variance: Double

  init<Scalar: FloatingField>(
    of network: Network<Scalar>, on data: Dataset<Scalar>
  ) {
    let each = (0..<data.count).map { index in
      network.lossAndGradient(on: data.examples(at: [index])).gradient.tensors
        .flatMap { $0.elements.map { Double($0) } }
    }
    let whole = Self.mean(of: each)
    self.each = each
    self.whole = whole
    variance =
      each.map { Self.square($0, whole) }.reduce(0, +) / Double(each.count)
  }

  /// Returns the gradient of a mini-batch.
  func mean(at positions: ArraySlice<Int>) -> [Double] {
    Self.mean(of: positions.map { each[$0] })
  }

  /// Returns ‖g_B − g‖² of a mini-batch.
  func squareOff(at positions: ArraySlice<Int>) -> Double {
    Self.square(mean(at: positions), whole)
  }

  private static func mean(of vectors: [[Double]]) -> [Double] {
    var sum = [Double](repeating: 0, count: vectors.first?.count ?? 0)
    for vector in vectors {
      for index in sum.indices { sum[index] += vector[index] }
    }
    return sum.map { $0 / Double(vectors.count) }
  }

  private static func square(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}

extension Int {
  /// Draws as many positions as this number says, with replacement.
  fileprivate func drawn(
    from count: Int, _ random: inout SplitMix64
  ) -> ArraySlice<Int> {
    (0..<self).map { _ in random.index(below: count) }[...]
  }
}

/// A mean of squared distances, measured on a sample.
struct Noise {
  let mean: Double
  /// The standard error of the mean, as the sample shows it.
  let error: Double

  init(_ draws: Int, _ draw: () -> Double) {
    let squares = (0..<draws).map { _ in draw() }
    let n = Double(draws)
    let mean = squares.reduce(0, +) / n
    let variance = squares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    (self.mean, error) = (mean, (variance / (n - 1) / n).squareRoot())
  }

  var deviation: Double { mean.squareRoot() }
}

/// A line through points by least squares, with the error of its slope.
struct FittedSlope {
  let slope: Double
  let error: Double

  /// - Parameter points: Places, values and the standard error of each value.
  init(_ points: [(x: Double, y: Double, error: Double)]) {
    let mean = points.map(\.x).reduce(0, +) / Double(points.count)
    let square = points.reduce(0) { $0 + ($1.x - mean) * ($1.x - mean) }
    slope = points.reduce(0) { $0 + ($1.x - mean) * $1.y } / square
    error = points.map { ($0.x - mean) * $0.error / square }
      .reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Fits the slope of the deviation on two logarithmic axes. The logarithm of
  /// a root has half the relative error of what is under it.
  init(_ sizes: [Int], _ noise: [Noise]) {
    self.init(
      zip(sizes, noise).map {
        (
          Double.log(Double($0)), Double.log($1.deviation),
          $1.error / $1.mean / 2
        )
      })
  }
}

/// Draws measured and expected noise.
private func showNoise(
  on run: inout RunRecorder, _ gradients: GradientsOfExamples,
  _ sizes: [Int], _ drawn: [Noise], _ dealt: [Noise]
) {
  let n = Double(gradients.each.count)
  let expected = { (size: Int, isDealt: Bool) in
    (gradients.variance / Double(size)
      * (isDealt ? (n - Double(size)) / (n - 1) : 1)).squareRoot()
  }
  let line = { (name: String, values: [Double], isJoined: Bool) in
    LinePlot.Series(
      name,
      zip(sizes, values).map { .init(Double($0), $1) }.filter { $0.y > 1e-12 },
      isJoined: isJoined)
  }
  run.show(
    Figure(
      "noise",
      LinePlot(
        x: .log("batch size"), y: .log("noise"),
        series: [
          line("σ / √B", sizes.map { expected($0, false) }, true),
          line("drawn with replacement", drawn.map(\.deviation), false),
          line("dealt out, formula", sizes.map { expected($0, true) }, true),
          line("dealt out", dealt.map(\.deviation), false),
        ])))
}

/// Compares measured noise with the formulas.
private func checkNoise(
  on run: inout RunRecorder, _ gradients: GradientsOfExamples,
  _ sizes: [Int], _ drawn: [Noise], _ dealt: [Noise]
) {
  let fit = FittedSlope(sizes, drawn)
  run.record(fit.slope, .decimals(3), as: "noise.slope", label: "slope")
  run.record(
    fit.error, .decimals(3), as: "noise.error", label: "its standard error")
  run.check(
    "gradient noise falls with the slope −½ on two logarithmic axes",
    abs(fit.slope + 0.5) <= 4 * fit.error && fit.error < 0.05,
    detail: "within four standard errors of the slope")
  let n = Double(gradients.each.count)
  let far = zip(sizes, zip(drawn, dealt)).map { size, noise in
    let expected = gradients.variance / Double(size)
    let factor = (n - Double(size)) / (n - 1)
    return max(
      abs(noise.0.mean - expected) / noise.0.error,
      abs(noise.1.mean - expected * factor)
        / (noise.1.error + 1e-12 * gradients.variance))
  }
  run.check(
    "the noise is that of the formulas, with replacement and without",
    (far.max() ?? .nan) <= 5,
    detail: "within five standard errors, for \(sizes.count) batch sizes")
  let half = sizes.count - 2
  run.check(
    "half of all examples, dealt out, have less noise than drawn ones",
    dealt[half].mean < 0.75 * drawn[half].mean,
    detail: "by the factor that the formula has")
}

/// Trains with batches of several sizes until the loss is below a target.
func compareBatchSizes<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Large batches or many steps")
  var random = run.random("batches")
  let rate = run.setting(
    0.5, .decimals(1), as: "batches.rate", label: "learning rate")
  let target = run.setting(
    0.2, .decimals(1), as: "batches.target", label: "loss to reach")
  let most = run.setting(
    4_000, as: "batches.most", label: "steps at most")
  let data = LabelledPoints.circles(256, using: &random)
    .binary(as: Scalar.self)
  let network = try Network<Scalar>(
    [2, 16, .tanh, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
  let sizes = [4, 16, 64, 256]
  let steps = sizes.map {
    network.steps(
      to: Scalar(target), on: data, batch: $0, Scalar(rate), most, &random)
  }
  run.show(
    Table(
      "batch-sizes", columns: ["batch", "steps", "examples"],
      rows: zip(sizes, steps).map { size, steps in
        [
          .count(size), .init(steps.map { Double($0) }, .count),
          .init(steps.map { Double($0 * size) }, .count),
        ]
      }))
  let found = steps.compactMap { $0 }
  let saved =
    found.count == sizes.count
    ? Double(found[0]) / Double(found[3]) : .nan
  let larger = sizes[3] / sizes[0]
  run.record(larger, as: "batches.larger", label: "times as large a batch")
  run.record(
    saved, .decimals(1), as: "batches.saved", label: "times fewer steps")
  run.record(
    Double(larger) / saved, .decimals(1), as: "batches.cost",
    label: "times as many examples")
  run.check(
    "a batch 64 times as large does not save an eighth of that in steps",
    saved < 8, detail: "the same learning rate, to the same loss")
}

extension Network where Scalar: FloatingField {
  /// Returns after how many steps the loss on all examples is below a target,
  /// looked at every twenty steps, or `nil`.
  fileprivate func steps(
    to target: Scalar, on data: Dataset<Scalar>, batch: Int, _ rate: Scalar,
    _ most: Int, _ random: inout SplitMix64
  ) -> Int? {
    var (network, steps) = (self, 0)
    var optimiser = Optimiser<Scalar>.sgd(learningRate: rate)
    var workspace = Workspace(for: self)
    while steps < most {
      for positions in miniBatches(of: batch, from: data.count, using: &random)
      {
        let some = data.examples(at: positions)
        _ = network.lossAndGradient(from: some.x, to: some.y, on: &workspace)
        optimiser.step(&network, against: workspace.gradient)
        steps += 1
        if steps % 20 == 0 && network.meanLoss(on: data) < target {
          return steps
        }
      }
    }
    return nil
  }
}
//#-end-hidden-code
