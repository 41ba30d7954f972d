import Regression
import Workbook

/*:
 ## Five paths into one valley

 Here is a valley that is \(paths.condition) times as steep across as along. Its
 lowest point is zero:

 $$
 L = \tfrac12 x^2 + \tfrac{\kappa}{2} y^2
 $$

 In the figure $\kappa$ is \(paths.condition). Five optimisers start at the same
 point. Each has its own best learning rate of a grid: the one that brings it
 below \(paths.part) of the start's height in the fewest steps, and keeps it there
 up to step \(paths.limit).

 ![The paths of five optimisers over the contours of the valley, their first
 \(paths.shown) steps](figure:paths)

 SGD must choose: its rate has to suit the steep direction, and is small for the
 flat one. Momentum crosses the floor at first, and gathers speed along it. Adam
 and RMSprop divide each coordinate by its own size, so they begin with equal
 steps in both. Adam's first step is one learning rate. RMSprop has no correction
 of its cold start: with $\alpha = 0.99$ its first step is
 $1 / \sqrt{1 - \alpha}$ learning rates, which is ten.

 > **Guess:** Now make the valley steeper across, up to a thousand times. Which of
 > the five need more steps?
 >
 > SGD above all: its steps grow with $\kappa$. Those of momentum hardly grow, and
 > those of Nesterov late. Adam needs nearly the same number for any $\kappa$: a
 > coordinate that is made steeper is divided by what it was multiplied with.

 ![Steps that each optimiser needs with its best rate, in valleys that are more
 and more narrow; in the last column the last of them is turned by half a right
 angle, so both coordinates are steep](table:paths-steps)

 The last column is the control. The valley has the same shape and is turned by
 half a right angle. SGD and momentum know no axes and need as many steps as
 before. Adam needs \(paths.turned) times as many, and \(paths.turned.longer)
 times if it must stay down up to step \(paths.longer). It has a rate for each
 *coordinate*, and no such rates make a turned valley round. So Adam is not
 faster by nature. It is faster where the weights themselves have gradients of
 different sizes, as those of different layers have.

 RMSprop never comes to rest. Near the floor its steps keep the length $\eta$,
 because a small gradient is divided by a small root. So the rate must be small
 from the start. Adam averages gradients whose signs change, and so it can come
 to rest.

 > **Guess:** Adam has come down, and keeps its learning rate. Does it stay
 > there?
 >
 > Not for ever. Its average of squares forgets how large the gradients were. So
 > its steps grow again, until they are too long for the valley. It is thrown up
 > the walls, its average of squares grows, and it comes down again.

 ![The largest height between the steps \(paths.limit) and \(paths.end), as a part
 of the start's, with the best rates of the table before](table:paths-later)

 The last row of this table is the control, with Adam's rates: an average of
 squares that never falls. It never climbs. It is slow instead: in the turned
 valley it has not yet come down at step \(paths.limit). [Reddi and
 others](cite:reddi-2018) proposed such a rule, AMSGrad. Another cure is a rate
 that falls.
 */

//#-hidden-code
/// A quadratic valley over two numbers, turned by an angle.
private struct Bowl {
  let condition: Double
  let turn: Double

  /// Returns the coordinates along and across the valley.
  private func turned(_ x: Double, _ y: Double) -> (Double, Double) {
    let (c, s) = (Double.cos(turn), Double.sin(turn))
    return (c * x + s * y, c * y - s * x)
  }

  func height(at θ: [Double]) -> Double {
    let (u, v) = turned(θ[0], θ[1])
    return u * u / 2 + condition * v * v / 2
  }

  func gradient(at θ: [Double]) -> [Double] {
    let (u, v) = turned(θ[0], θ[1])
    let (c, s) = (Double.cos(turn), Double.sin(turn))
    return [c * u - s * condition * v, s * u + c * condition * v]
  }

  /// The start of all paths: the same place in the valley, whatever its turn.
  var start: [Double] {
    let (c, s) = (Double.cos(turn), Double.sin(turn))
    let (u, v) = (-2.0, 0.6)
    return [c * u - s * v, s * u + c * v]
  }

  /// Returns the places that steps reach, and the start.
  func path(
    _ rule: any UpdateRule<Double>, rate: Double, steps: Int
  ) -> [[Double]] {
    var optimiser = Optimiser(rule, learningRate: rate)
    var θ = start
    var places = [θ]
    for _ in 0..<steps {
      let g = gradient(at: θ)
      optimiser.step { visit in
        θ.withUnsafeMutableBufferPointer { θ in
          g.withUnsafeBufferPointer { visit(.bias, .vector(2), θ, $0) }
        }
      }
      places.append(θ)
    }
    return places
  }

  /// Returns how many steps a rule needs to come down to a part of its height
  /// and stay there, `limit` where it does not.
  func steps(
    _ rule: any UpdateRule<Double>, rate: Double, to part: Double, limit: Int
  ) -> Int {
    let end = part * height(at: start)
    let heights = path(rule, rate: rate, steps: limit).map(height)
    guard let last = heights.lastIndex(where: { !($0 <= end) })
    else { return 0 }
    return min(last + 1, limit)
  }

  /// Returns the best rate of a grid, and its number of steps.
  func best(
    _ rule: any UpdateRule<Double>, to part: Double, limit: Int
  ) -> (rate: Double, steps: Int) {
    // Ten rates in each power of ten, from 10⁻⁴ to 1.
    let rates = (0...40).map { Double.exp10(-Double($0) / 10) }
    return rates.map { rate in
      (rate, steps(rule, rate: rate, to: part, limit: limit))
    }.min { $0.1 < $1.1 } ?? (rates[0], limit)
  }

  /// Returns the contour at a height.
  func contour(at height: Double) -> LinePlot.Contour {
    let (along, across) = (
      (2 * height).squareRoot(), (2 * height / condition).squareRoot()
    )
    let points = (0...120).map { step -> LinePlot.Point in
      let angle = Double(step) / 120 * 2 * Double.pi
      return .init(along * Double.cos(angle), across * Double.sin(angle))
    }
    return .init(at: height, points)
  }
}

private let rules: [(String, any UpdateRule<Double>)] = [
  ("SGD", GradientStep()), ("momentum", Momentum(0.9)),
  ("Nesterov", Momentum(0.9, .nesterov)),
  ("RMSprop", RMSprop(α: 0.99, ε: 1e-8)), ("Adam", Adam<Double>.usual),
]
//#-end-hidden-code

/// Takes five optimisers down valleys that are more and more narrow.
func comparePaths(on run: inout RunRecorder) {
  run.section("Five paths into one valley")
  let condition = run.setting(
    30, as: "paths.condition", label: "how much steeper across than along")
  let shown = run.setting(40, as: "paths.shown", label: "steps that are drawn")
  let part = run.setting(
    0.0001, .decimals(4), as: "paths.part", label: "height at the end")
  let limit = 2_000
  run.record(
    limit, as: "paths.limit", label: "step up to which it must stay there")
  run.ask("Which optimisers need more steps in a valley that is more narrow?")
  drawPaths(
    on: &run, Bowl(condition: Double(condition), turn: 0), steps: shown,
    to: part, limit: limit)

  let bowls = [10.0, 100, 1_000].map { Bowl(condition: $0, turn: 0) }
  let turned = Bowl(condition: 1_000, turn: .pi / 4)
  let best = rules.map { rule in
    (bowls + [turned]).map { $0.best(rule.1, to: part, limit: limit) }
  }
  let steps = best.map { $0.map(\.steps) }
  run.show(
    Table(
      "paths-steps",
      columns: ["optimiser", "κ = 10", "κ = 100", "κ = 1,000", "turned"],
      rows: zip(rules, steps).map { rule, steps in
        [.text(rule.0)] + steps.map { .count($0) }
      }))
  let (sgd, momentum, adam) = (steps[0], steps[1], steps[4])
  run.record(
    Double(adam[3]) / Double(adam[2]), .decimals(1), as: "paths.turned",
    label: "times as many steps of Adam, turned")
  run.check(
    "SGD and momentum need as many steps in the turned valley",
    steps[..<3].allSatisfy { abs($0[2] - $0[3]) <= 1 },
    detail: "to one step, which rounding may add")
  run.check(
    "Adam needs as many steps for every κ, and more where the valley is turned",
    abs(adam[0] - adam[2]) <= adam[2] / 10 && 2 * adam[2] <= adam[3],
    detail: "\(adam) steps")
  run.check(
    "SGD needs ever more steps in a narrower valley, momentum hardly more",
    8 * sgd[0] <= sgd[2] && momentum[2] <= 2 * momentum[0],
    detail: "\(sgd) steps, and \(momentum)")
  stayLonger(
    on: &run, [bowls[2], turned], best.map { Array($0[2...]) }, part, limit)
}

//#-hidden-code
/// Adam with an average of squares that never falls.
///
/// - Source: Reddi, Kale and Kumar 2018, https://arxiv.org/abs/1904.09237
private struct AMSGrad: UpdateRule {
  let adam = Adam<Double>.usual
  let slots = 3

  func update(
    _ θ: UnsafeMutableBufferPointer<Double>, by g: UnsafeBufferPointer<Double>,
    _ memory: inout [[Double]], rate: Double, step: Int
  ) {
    let (correction1, correction2) = adam.corrections(at: step)
    for i in 0..<θ.count {
      memory[0][i] = adam.β1 * memory[0][i] + (1 - adam.β1) * g[i]
      memory[1][i] = adam.β2 * memory[1][i] + (1 - adam.β2) * g[i] * g[i]
      memory[2][i] = max(memory[2][i], memory[1][i] / correction2)
      θ[i] -=
        rate * (memory[0][i] / correction1)
        / (memory[2][i].squareRoot() + adam.ε)
    }
  }
}
//#-end-hidden-code

/// Shows how high the optimisers climb again, with the rates that are best up to
/// a limit.
private func stayLonger(
  on run: inout RunRecorder, _ bowls: [Bowl],
  _ best: [[(rate: Double, steps: Int)]], _ part: Double, _ limit: Int
) {
  run.ask("Adam has come down, and keeps its rate. Does it stay there?")
  let end = 10 * limit
  let all = rules + [("Adam, squares never fall", AMSGrad())]
  let heights = zip(all, best + [best[4]]).map { rule, best in
    zip(bowls, best).map { bowl, best in
      bowl.path(rule.1, rate: best.rate, steps: end).map {
        bowl.height(at: $0) / bowl.height(at: bowl.start)
      }
    }
  }
  let later = heights.map { $0.map { $0[limit...].max() ?? .nan } }
  run.record(end, as: "paths.end", label: "last step of a longer run")
  run.show(
    Table(
      "paths-later", columns: ["optimiser", "κ = 1,000", "turned"],
      rows: zip(all, later).map { rule, later in
        [.text(rule.0)] + later.map { .number($0, .scientific(1)) }
      }))
  let longer = bowls.map {
    Double($0.best(rules[4].1, to: part, limit: 2 * limit).steps)
  }
  run.record(2 * limit, as: "paths.longer", label: "a later step")
  run.record(
    longer[1] / longer[0], .decimals(1), as: "paths.turned.longer",
    label: "times as many, if it must stay down up to there")
  run.check(
    "Adam does not stay down, and with squares that never fall it never climbs",
    later[4].allSatisfy { $0 > 10 * part }
      && zip(later[5], heights[5]).allSatisfy { later, heights in
        later <= (heights[..<limit].suffix(100).max() ?? 0)
      },
    detail: "heights after step \(limit), and in the hundred steps before it")
  run.check(
    "SGD and momentum stay down",
    later[..<3].allSatisfy { $0.allSatisfy { $0 <= part } },
    detail: "up to step \(end)")
}

/// Draws the paths of all rules, each with its best rate.
private func drawPaths(
  on run: inout RunRecorder, _ bowl: Bowl, steps: Int, to part: Double,
  limit: Int
) {
  let series = rules.map { rule in
    let rate = bowl.best(rule.1, to: part, limit: limit).rate
    let places = bowl.path(rule.1, rate: rate, steps: steps)
    return LinePlot.Series(
      rule.0,
      places.map { .init($0[0], $0[1]) }.filter {
        abs($0.x) < 4 && abs($0.y) < 4
      })
  }
  run.show(
    Figure(
      "paths",
      LinePlot(
        x: .linear("x"), y: .linear("y"), series: series,
        contours: [0.05, 0.2, 0.6, 1.2, 2, 3.5].map(bowl.contour))))
}
