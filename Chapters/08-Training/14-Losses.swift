import BinaryClassifier
import Regression
import Workbook

/*:
 ## Losses that bear an outlier

 Squares weigh a large error heavily: an error of ten counts as much as a
 hundred errors of one. One wrong number in the data, an **outlier**, can then
 decide what is learned. The **mean absolute error**, MAE, counts an error as
 what it is:

 $$
 L = \frac{1}{n} \sum_i |z_i - y_i|, \qquad
 \frac{\partial L}{\partial z_i} = \frac{1}{n} \, \mathrm{sign}(z_i - y_i)
 $$

 Its gradient is plus or minus $1/n$, however large the error. At zero there is
 a kink. Each number between the derivatives on both sides is a **subgradient**
 there, and the code takes the zero in the middle, as PyTorch does.

 > **Guess:** One number is to stand for $1, 2, 3, 4$ and $100$. Which is best by
 > the squared error, and which by the absolute error?
 >
 > The mean, \(middle.mean), and the median, \(middle.median). The gradient of
 > the absolute error counts: those below minus those above. It is zero where
 > there are as many on both sides.

 ![A line with one outlier, fitted with three losses](figure:outlier)

 ![The slope of the fitted line, whose true slope is one half, with the outlier
 and without it](table:outlier)

 Squares turn the line towards the one wrong point. The absolute error passes
 by it.

 ## Huber's loss

 The absolute error has a disadvantage at its minimum. Its gradient does not
 shrink there, so a step of fixed length jumps over the minimum and back.
 [Huber](cite:huber-1964) joined the two: **Huber's loss** is a half of the square
 up to an error of $\delta$, and from there on straight:

 $$
 \ell(d) = \begin{cases} d^2 / 2 & |d| \le \delta \\
 \delta \, (|d| - \delta / 2) & |d| > \delta \end{cases}
 \qquad
 \ell'(d) = \begin{cases} d & |d| \le \delta \\
 \delta \, \mathrm{sign}(d) & |d| > \delta \end{cases}
 $$

 Both parts have the value $\delta^2/2$ at $|d| = \delta$, and the derivative
 $\delta$. So Huber's loss has no kink. Its gradient is that of the squares, with
 every entry clipped.

 ![One number on its way to zero, by steps with the learning rate
 \(kink.rate)](table:kink)
 */

/// Huber's loss of one error, and its derivative.
func huber<Scalar: OrderedField>(
  _ d: Scalar, _ δ: Scalar
) -> (value: Scalar, derivative: Scalar) {
  if d > δ { return (δ * (d - δ / 2), δ) }
  if d < -δ { return (δ * (-d - δ / 2), -δ) }
  return (d * d / 2, d)
}

/*:
 NaN fails both comparisons and comes out as NaN. As `Loss` values of
 [chapter 3](chapter:3) both losses train any network whose last activation is
 the identity. They are sums over the outputs and means over the examples.
 */

//#-hidden-code
/// The absolute value of an error, and its derivative: 0 at the kink.
func absolute<Scalar: OrderedField>(
  _ d: Scalar
) -> (value: Scalar, derivative: Scalar) {
  if d > 0 { return (d, 1) }
  if d < 0 { return (-d, -1) }
  return (d, d)  // 0, or not a number
}

extension Loss where Scalar: Comparable {
  /// Σ |Z − Y| / n, for the identity. At the kink the gradient is 0.
  package static var meanAbsoluteError: Loss {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Loss(
        "mean absolute error", matchingActivation: "identity",
        value: { z, y in
          z.sum(with: y) { absolute($0 - $1).value } / Scalar(count: z.rows)
        },
        gradient: { z, y, dZ in
          let n = Scalar(count: z.rows)
          z.combining(y, into: &dZ) { absolute($0 - $1).derivative / n }
        })
    }
  }

  /// Huber's loss, Σ ℓ(Z − Y) / n, for the identity.
  ///
  /// - Parameter δ: The error from which on the loss is straight.
  /// - Precondition: δ is positive.
  /// - Source: Huber, “Robust estimation of a location parameter”, Annals of
  ///   Mathematical Statistics 35 (1964). doi:10.1214/aoms/1177703732
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func huber(_ δ: Scalar) -> Loss {
    precondition(δ > 0, "Huber's loss needs a positive δ; given \(δ)")
    return Loss(
      "Huber", matchingActivation: "identity",
      value: { z, y in
        z.sum(with: y) { Training.huber($0 - $1, δ).value }
          / Scalar(count: z.rows)
      },
      gradient: { z, y, dZ in
        let n = Scalar(count: z.rows)
        z.combining(y, into: &dZ) { Training.huber($0 - $1, δ).derivative / n }
      })
  }
}

extension LossKind {
  /// The mean absolute error.
  package static var meanAbsoluteError: Self { Self(MeanAbsoluteError()) }

  /// Huber's loss.
  package static func huber(_ δ: Double) -> Self { Self(HuberLoss(δ: δ)) }
}

private struct MeanAbsoluteError: AlgebraicLossMaker {
  func loss<Scalar: OrderedField>(in scalar: Scalar.Type) -> Loss<Scalar> {
    .meanAbsoluteError
  }

  func loss<Scalar: AnalyticField>(in scalar: Scalar.Type) -> Loss<Scalar> {
    .meanAbsoluteError
  }
}

private struct HuberLoss: AlgebraicLossMaker {
  let δ: Double

  func loss<Scalar: OrderedField>(in scalar: Scalar.Type) -> Loss<Scalar> {
    .huber(Scalar(δ))
  }

  func loss<Scalar: AnalyticField>(in scalar: Scalar.Type) -> Loss<Scalar> {
    .huber(Scalar(δ))
  }
}
//#-end-hidden-code

/// Shows which number is best for five, by two losses, on exact fractions.
func findTheMiddle(on run: inout RunRecorder) {
  run.section("Losses that bear an outlier")
  run.ask("One number for 1, 2, 3, 4 and 100: which is best by each loss?")
  let y: Matrix<Rational> = [[1], [2], [3], [4], [100]]
  let mean = y.sum / 5
  let median = y[2, 0]
  /// The derivative of a loss in the one number that stands for all.
  func derivative(_ loss: Loss<Rational>, at number: Rational) -> Rational {
    loss.gradient(at: Matrix(rows: 5, columns: 1, repeating: number), y).sum
  }
  run.record(Double(mean), .count, as: "middle.mean", label: "mean")
  run.record(Double(median), .count, as: "middle.median", label: "median")
  run.check(
    "the mean is best by squares, the median by absolute errors",
    derivative(.halfSquaredError, at: mean) == 0
      && derivative(.meanAbsoluteError, at: median) == 0
      && derivative(.meanAbsoluteError, at: mean) == Rational(3, 5),
    detail: "derivatives of zero, on exact fractions; at the mean that of the "
      + "absolute error is three fifths")
}

/// Fits a line to points of which one is wrong, with three losses.
func fitOutlier<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("A line and an outlier")
  var random = run.random("outlier")
  let count = run.setting(
    15, as: "outlier.points", label: "points", least: 4)
  let steps = run.setting(
    run.repetitions(600), as: "outlier.steps", label: "steps")
  let x = Matrix(rows: count, columns: 1) { row, _ in
    2 * Double(row) / Double(count - 1) - 1
  }
  var y = x.map { 0.5 * $0 + 0.05 * random.normal() }
  let clean = y
  y[count - 2, 0] = 5
  let losses: [(String, Loss<Scalar>)] = [
    ("squares", .halfSquaredError), ("absolute", .meanAbsoluteError),
    ("Huber, δ = 0.1", .huber(Scalar(0.1))),
  ]
  let lines = losses.map { _, loss in
    [clean, y].map { y in
      Line(x: x, y: y, loss, steps: steps)
    }
  }
  let ends = [-1.0, 1]
  run.show(
    Figure(
      "outlier",
      LinePlot(
        x: .linear("x"), y: .linear("y"),
        series: [
          .init(
            "points", (0..<count).map { .init(x[$0, 0], y[$0, 0]) },
            isJoined: false)
        ]
          + zip(losses, lines).map { loss, lines in
            .init(loss.0, ends.map { .init($0, lines[1].value(at: $0)) })
          })))
  var table = Table(
    "outlier", columns: ["loss", "slope without", "slope with", "moved by"])
  let moved = lines.map { abs($0[1].slope - $0[0].slope) }
  for (index, line) in lines.enumerated() {
    table.add(
      [.text(losses[index].0)]
        + [line[0].slope, line[1].slope, moved[index]].map {
          .number($0, .decimals(2))
        })
  }
  run.show(table)
  run.checkWhenFull(
    "an outlier turns the line of squares, and hardly those of the others",
    moved[0] > 0.3 && moved[1] < moved[0] / 5 && moved[2] < moved[0] / 5,
    detail: "less than a fifth as far, with one wrong point of \(count)")
}

//#-hidden-code
/// A line that was fitted to points.
private struct Line {
  let slope: Double
  let offset: Double

  /// Takes steps along the gradient of all points, each shorter than the last.
  init<Scalar: FloatingField>(
    x: Matrix<Double>, y: Matrix<Double>, _ loss: Loss<Scalar>, steps: Int
  ) {
    let data = Dataset(
      x: Matrix<Scalar>(rounding: x), y: Matrix<Scalar>(rounding: y))
    var network = Network(
      layers: [Layer(weights: [[0]], bias: [0], activation: .identity)],
      loss: loss)
    var optimiser = Optimiser<Scalar>.sgd(learningRate: 1)
    for step in 0..<steps {
      optimiser.learningRate = 1 / (1 + Scalar(step) / 10)
      optimiser.step(
        &network, against: network.lossAndGradient(on: data).gradient)
    }
    slope = Double(network.layers[0].weights[0, 0])
    offset = Double(network.layers[0].bias[0])
  }

  func value(at x: Double) -> Double { slope * x + offset }
}
//#-end-hidden-code

/// Follows one number to the minimum of three losses, by steps of one rate.
func jumpOverKink(on run: inout RunRecorder) {
  run.section("A kink at the minimum")
  let rate = run.setting(
    0.3, .decimals(1), as: "kink.rate", label: "learning rate")
  let losses: [Loss<Double>] = [
    .halfSquaredError, .meanAbsoluteError, .huber(0.5),
  ]
  var table = Table(
    "kink", columns: ["steps", "squares", "absolute", "Huber, δ = 0.5"])
  var numbers = losses.map { _ in [1.0] }
  for (index, loss) in losses.enumerated() {
    for step in 0..<40 {
      let z = numbers[index][step]
      numbers[index].append(z - rate * loss.gradient(at: [[z]], [[0]])[0, 0])
    }
  }
  for step in [0, 1, 2, 3, 4, 5, 10, 40] {
    table.add(
      [.count(step)] + numbers.map { .number($0[step], .decimals(3)) })
  }
  run.show(table)
  let last = numbers.map { $0.suffix(2).map { abs($0) }.reduce(0, max) }
  run.check(
    "steps of one rate end at the minimum of Huber's loss, not of the absolute",
    last[2] < 1e-3 && last[1] > 0.1 * rate,
    detail: "after 40 steps")
}
