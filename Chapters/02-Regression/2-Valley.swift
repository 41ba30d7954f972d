import Workbook

/*:
 ## The valley of the loss

 How large may a step be? A straight line with one input has two parameters, $w$
 and $b$, and its loss is a height above the plane $(w, b)$. The landscape is a
 valley with one lowest point. A **contour** joins points of equal height; here
 each is an ellipse. The gradient stands at right angles to the contour. So it
 points straight uphill, but not straight away from the lowest point.

 For the figure the curve is measured from another origin, so that $x$ runs from
 \(valley.low) to \(valley.high). All three paths start at the same point and
 take \(valley.steps) steps. Only their rates differ.

 ![Three descents into the valley: a rate too small, a good one, and one too
 large](figure:valley)

 With a rate that is too small the path creeps. With a good one it falls to the
 floor of the valley at once and then follows it. With a rate that is too large
 each step crosses the floor and ends farther away from it.

 The loss is a quadratic function. Write $\delta$ for the vector from the
 lowest point to $(w, b)$, and $\tilde X$ for the inputs and a column of ones:

 $$
 L = L_{\min} + \tfrac{1}{2} \delta^\top A \, \delta, \qquad
 A = \frac{1}{n} \tilde X^\top \tilde X, \qquad
 \frac{\partial L}{\partial \delta} = A \delta
 $$

 The matrix $A$ holds the second derivatives of the loss. It is called the
 **Hessian**. One step of gradient descent gives

 $$
 \delta \leftarrow \delta - \eta A \delta = (I - \eta A) \, \delta
 $$

 Along an eigenvector of $A$ with the eigenvalue $\lambda$, each step
 multiplies that component of $\delta$ by $1 - \eta \lambda$. It shrinks if
 that factor lies between minus one and one. So descent converges exactly if

 $$
 \eta < \frac{2}{\lambda_{\max}}
 $$

 The steepest direction sets the largest rate. The flattest one sets how long
 descent takes, because there the factor is close to one. In this valley
 $\lambda_{\max}$ is \(valley.steepest), so the largest rate is
 \(valley.largest). The run tries both sides of it. One percent below, descent
 reaches the lowest point. One percent above, the loss grows without end.

 > **Guess:** The origin of $x$ does not change the best line. With $x$ from
 > $-2$ to $2$, does descent need more steps, fewer, or as many, until its height
 > above the lowest point is a millionth of that at the start?
 >
 > Fewer: \(valley.centred.count) instead of \(valley.shifted.count), each time
 > at half of its own largest rate. The mean of $x$ is then zero. The
 > eigenvalues are \(valley.centred.steepest) and \(valley.centred.flattest),
 > so the contours are nearly circles.

 That is why inputs are centred, and scaled to a similar size, before training.
 The valley of a network has no constant Hessian. But there too the steepest
 direction limits the rate, and long flat directions make training slow.
 */

//#-hidden-code
/// The loss of a straight line with one input, as a valley over (w, b).
struct Valley {
  let data: Dataset<Double>
  /// The entries of the Hessian: of w twice, of w and b, of b twice.
  let hessian: (ww: Double, wb: Double, bb: Double)
  /// The parameters at the lowest point.
  let lowest: LinePlot.Point

  /// Takes the loss on some data; `nil` where it has no single lowest point.
  init?(of data: Dataset<Double>) {
    guard let line = LinearModel.closedForm(from: data.x, to: data.y)
    else { return nil }
    self.data = data
    let n = Double(data.count)
    hessian = (data.x.squaredNorm / n, data.x.sum / n, 1)
    lowest = .init(line.weights[0, 0], line.bias[0])
  }

  /// The eigenvalues of the Hessian, the larger one first.
  var eigenvalues: (steepest: Double, flattest: Double) {
    let middle = (hessian.ww + hessian.bb) / 2
    let half = (hessian.ww - hessian.bb) / 2
    let radius = (half * half + hessian.wb * hessian.wb).squareRoot()
    return (middle + radius, middle - radius)
  }

  /// The largest learning rate: descent converges below it.
  var largestRate: Double { 2 / eigenvalues.steepest }

  /// Returns how much higher the loss is than at the lowest point.
  func height(at point: LinePlot.Point) -> Double {
    let (w, b) = (point.x - lowest.x, point.y - lowest.y)
    return hessian.ww * w * w / 2 + hessian.wb * w * b + hessian.bb * b * b / 2
  }

  /// Returns the points that steps of gradient descent reach, and their start.
  ///
  /// The steps are those of the model itself.
  func path(
    from start: LinePlot.Point, rate: Double, steps: Int
  ) -> [LinePlot.Point] {
    var line = LinearModel<Double>(weights: [[start.x]], bias: [start.y])
    var points = [start]
    for _ in 0..<steps {
      line.train(from: data.x, to: data.y, learningRate: rate, steps: 1)
      points.append(.init(line.weights[0, 0], line.bias[0]))
    }
    return points
  }

  /// Returns how many steps descent needs until the height is a part of what it
  /// was; no more than `limit`.
  func steps(
    from start: LinePlot.Point, rate: Double, to part: Double, limit: Int
  ) -> Int {
    let end = part * height(at: start)
    let path = path(from: start, rate: rate, steps: limit)
    return path.firstIndex { height(at: $0) <= end } ?? limit
  }

  /// Returns the contour at a height: an ellipse, made of a circle by the square
  /// root of the Hessian (Cholesky's).
  func contour(at height: Double) -> LinePlot.Contour {
    let first = hessian.ww.squareRoot()
    let mixed = hessian.wb / first
    let second = (hessian.bb - mixed * mixed).squareRoot()
    let radius = (2 * height).squareRoot()
    let points = (0...120).map { step -> LinePlot.Point in
      let turn = Double(step) / 120 * 2 * Double.pi
      let b = radius * Double.sin(turn) / second
      let w = (radius * Double.cos(turn) - mixed * b) / first
      return .init(lowest.x + w, lowest.y + b)
    }
    return .init(at: height, points.map(\.swapped))
  }
}
extension LinePlot.Point {
  /// The point with w upwards and b to the right: the valley is wide then.
  fileprivate var swapped: LinePlot.Point { .init(y, x) }
}
//#-end-hidden-code

/// Takes steps into the valley with three learning rates.
func descendIntoValley(on run: inout RunRecorder) {
  run.section("The valley of the loss")
  let shifted = Dataset<Double>(
    x: bentLine.x.map { $0 + 2 }, y: bentLine.y)
  guard let valley = Valley(of: shifted), let centred = Valley(of: bentLine)
  else { return }
  let steps = run.setting(16, as: "valley.steps", label: "steps of a path")
  run.record(
    shifted.x.elements.reduce(.infinity, min), .count, as: "valley.low",
    label: "the smallest x")
  run.record(
    shifted.x.elements.reduce(-.infinity, max), .count, as: "valley.high",
    label: "the largest x")
  let rates = [
    (
      "rate too small",
      run.setting(
        0.04, .decimals(2), as: "valley.small",
        label: "a small rate, as a part of the largest")
    ),
    (
      "good rate",
      run.setting(
        0.5, .decimals(2), as: "valley.good", label: "a good rate, likewise")
    ),
    (
      "rate too large",
      run.setting(
        1.03, .decimals(2), as: "valley.large", label: "a large rate, likewise")
    ),
  ]
  let start = LinePlot.Point(0.7, -0.5)
  let contours = [0.003, 0.01, 0.03, 0.06, 0.1, 0.15].map(valley.contour)
  let paths = rates.map { name, part in
    let path = valley.path(
      from: start, rate: part * valley.largestRate, steps: steps)
    return LinePlot.Series(
      name,
      path.prefix { abs($0.x) < 2 && abs($0.y) < 2 }.map(\.swapped))
  }
  run.show(
    Figure(
      "valley",
      LinePlot(
        x: .linear("bias b"), y: .linear("weight w"),
        series: paths + [
          .init("lowest point", [valley.lowest.swapped], isJoined: false)
        ], contours: contours)))

  run.record(
    valley.eigenvalues.steepest, .decimals(3), as: "valley.steepest",
    label: "largest eigenvalue of the Hessian")
  run.record(
    valley.largestRate, .decimals(4), as: "valley.largest",
    label: "largest learning rate")
  checkLargestRate(on: &run, valley, from: start)
  compareOrigins(on: &run, centred: centred, shifted: valley, from: start)
}

/// Checks that descent converges below the largest rate and not above it.
func checkLargestRate(
  on run: inout RunRecorder, _ valley: Valley, from start: LinePlot.Point
) {
  let ends = [0.99, 1.01].map { part in
    let path = valley.path(
      from: start, rate: part * valley.largestRate, steps: 1_000)
    return path.last.map(valley.height) ?? .nan
  }
  let before = valley.height(at: start)
  run.check(
    "descent converges one percent below the largest rate, not above it",
    ends[0] < 1e-6 * before && ends[1] > 1e6 * before,
    detail: "after 1,000 steps the height is "
      + ends.map { NumberFormat.scientific(1).text(of: $0 / before) }
      .joined(separator: " and ") + " times that of the start")
}

/// Counts the steps that descent needs from two origins of x.
func compareOrigins(
  on run: inout RunRecorder, centred: Valley, shifted: Valley,
  from start: LinePlot.Point
) {
  run.ask("Does descent need more steps or fewer where the mean of x is 0?")
  let counts = [centred, shifted].map { valley in
    valley.steps(
      from: start, rate: valley.largestRate / 2, to: 1e-6, limit: 10_000)
  }
  run.record(
    counts[0], as: "valley.centred.count", label: "steps where the mean is 0")
  run.record(
    counts[1], as: "valley.shifted.count", label: "steps where it is not")
  run.record(
    centred.eigenvalues.steepest, .decimals(2), as: "valley.centred.steepest",
    label: "largest eigenvalue where the mean is 0")
  run.record(
    centred.eigenvalues.flattest, .decimals(2), as: "valley.centred.flattest",
    label: "smallest eigenvalue there")
  run.check(
    "centred inputs need at most a tenth of the steps",
    10 * counts[0] <= counts[1],
    detail: "\(counts[0]) steps against \(counts[1]), until the height is a "
      + "millionth of that of the start")
}
