import Workbook

/*:
 ## Why it must end

 The number of updates has a limit that does not depend on how many points
 there are, only on how they lie. Write $\tilde x = (x, 1)$ and
 $\tilde w = (w, b)$, so that the bias is one more weight. Let $R$ be the length
 of the longest $\tilde x$, and let $u$ be any unit vector that separates the
 points with a margin $\gamma$, which means $y \, u \cdot \tilde x \ge \gamma$
 for all of them. Look at $\tilde w$, which begins at zero, after $k$ updates,
 from two sides.

 Each update adds $y \tilde x$, and so at least $\gamma$ to $u \cdot \tilde w$.
 Each happens at a mistake, where $y \, \tilde w \cdot \tilde x \le 0$, and so
 $\lVert \tilde w \rVert^2$ grows by
 $2 y \, \tilde w \cdot \tilde x + \lVert \tilde x \rVert^2 \le R^2$. After $k$
 updates

 $$
 u \cdot \tilde w \ge k \gamma
 \qquad \text{and} \qquad
 \lVert \tilde w \rVert^2 \le k R^2 .
 $$

 A vector is at least as long as its projection on $u$. So
 $k \gamma \le \lVert \tilde w \rVert \le \sqrt{k} \, R$, and

 $$
 k \le \left( \frac{R}{\gamma} \right)^2 .
 $$

 This is [Novikoff's theorem](cite:novikoff-1962). We know a separator, the
 hidden line, so we can compute the bound and watch it hold.
 */

extension SeparablePoints {
  /// The bound (R/γ)² on the number of updates, with the hidden line as u.
  var updateBound: Scalar {
    let squaredRadii = (0..<x.rows).map { x.row($0).squaredNorm + 1 }
    return squaredRadii.reduce(0, max) / margin.squared
  }

  /// The margin γ of the points from the hidden line, with the bias as a weight.
  var margin: Scalar {
    let length = Scalar.sqrt(
      separator.weights.squaredNorm + separator.bias.squared)
    let margins = (0..<x.rows).map { row in
      y[row] * separator.score(of: x.row(row)) / length
    }
    return margins.reduce(.infinity, min)
  }
}

/*:
 Halve $\gamma$ and the bound is four times as large. To see what that does to
 the updates, we need points with a known $\gamma$. A generator that keeps points
 away from a line gives only a lower limit. So after drawing the points, we move
 the nearest one of each kind towards the line, to the margin that was asked
 for.
 */

extension SeparablePoints {
  /// Draws a line at random, and `count` points with the margin γ from it, with
  /// the bias as a weight.
  init(_ count: Int, exactMargin γ: Double, using random: inout SplitMix64) {
    let angle = random.uniform(in: 0...2 * Double.pi)
    let normal: Vector<Double> = [Double.cos(angle), Double.sin(angle)]
    let offset = random.uniform(in: -0.3...0.3)
    let distance = γ * Double.sqrt(1 + offset.squared)
    let data = LabelledPoints.separable(
      count, normal: normal, offset: offset, margin: distance, using: &random)

    var points = data.points  // [count, 2]
    let distances = (0..<count).map { normal.dot(points.row($0)) + offset }
    for side in [-1.0, 1] {
      let nearest = (0..<count).filter { side * distances[$0] > 0 }
        .min { abs(distances[$0]) < abs(distances[$1]) }
      guard let nearest else { continue }
      let step = side * distance - distances[nearest]
      for axis in 0..<2 { points[nearest, axis] += step * normal[axis] }
    }
    x = Matrix(rounding: points)
    y = signs(data.labels)
    separator = Perceptron(
      weights: Vector(rounding: normal), bias: Scalar(offset))
  }
}

/*:
 A narrower margin needs more updates. But they stay far below the bound, because
 the bound holds for the worst points in the worst order.

 ![Updates and the bound for narrower and narrower margins: means over
 \(bound.drawn) data sets each](table:bound)

 A theorem is worth testing too. On \(bound.sets) random data sets, the largest
 ratio of updates to bound is \(bound.most).
 */

/// Compares the number of updates with the bound, as the margin shrinks.
func compareWithBound<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Updates beside the bound (R/γ)²")
  var random = run.random("bound")
  narrowMargins(on: &run, in: scalar, using: &random)

  let sets = 100
  let used = (0..<sets).map { _ -> Double in
    let points = SeparablePoints<Scalar>(30, margin: 0.05, using: &random)
    let history = Perceptron.learning(
      from: points.x, points.y, atMost: 100_000)
    guard history.hasConverged else { return .infinity }
    return Double(history.updates.count) / Double(points.updateBound)
  }
  let most = used.reduce(0, max)
  run.record(sets, as: "bound.sets", label: "random data sets")
  run.record(
    most, .percent(1), as: "bound.most", label: "most of the bound used")
  run.check(
    "no perceptron needs more than (R/γ)² updates",
    used.allSatisfy { $0 <= 1 },
    detail: "\(sets) sets, at most "
      + "\(NumberFormat.percent(1).text(of: most)) of the bound used")
}

//#-hidden-code
/// Counts updates as the margin γ shrinks.
func narrowMargins<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type,
  using random: inout SplitMix64
) {
  let margins = [0.2, 0.1, 0.05, 0.02, 0.01]
  let sets = 200
  run.record(sets, as: "bound.drawn", label: "data sets for each margin")
  var table = Table(
    "bound", columns: ["γ", "measured γ", "updates", "bound (R/γ)²"])
  func mean(_ numbers: [Double]) -> Double {
    numbers.reduce(0, +) / Double(numbers.count)
  }
  var updates: [Double] = []
  var worst = 0.0
  for γ in margins {
    let drawn = (0..<sets).map { _ in
      SeparablePoints<Scalar>(40, exactMargin: γ, using: &random)
    }
    let measured = drawn.map { Double($0.margin) }
    worst = measured.map { abs($0 - γ) }.reduce(worst, max)
    let counts = drawn.map {
      Perceptron.learning(from: $0.x, $0.y, atMost: 100_000).updates.count
    }
    updates.append(mean(counts.map { Double($0) }))
    table.add([
      .number(γ, .decimals(2)), .number(mean(measured), .decimals(4)),
      .number(mean(counts.map { Double($0) }), .decimals(1)),
      .number(mean(drawn.map { Double($0.updateBound) }), .count),
    ])
  }
  run.show(table)
  run.check(
    "each data set has the margin that was asked for", worst <= 1e-6,
    detail: "off by \(NumberFormat.scientific(1).text(of: worst)) at most, "
      + "10⁻⁶ allowed")
  run.check(
    "narrower margins need more updates",
    zip(updates, updates.dropFirst()).allSatisfy { $0 < $1 },
    detail: "means of \(sets) sets: "
      + updates.map { NumberFormat.decimals(1).text(of: $0) }
      .joined(separator: ", "))
}
//#-end-hidden-code
