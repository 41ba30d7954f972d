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
 Halve $\gamma$ and the bound is four times as large. The generator was asked
 for a margin, which is only a lower limit. $\gamma$ is the margin that the
 points really have, measured with the bias as one more weight. The updates stay
 far below the bound, because the bound holds for the worst points in the worst
 order.

 ![Updates and the bound, for narrower and narrower margins](table:bound)

 A theorem is worth testing too. On \(bound.sets) random data sets, the largest
 ratio of updates to bound is \(bound.most).
 */

/// Compares the number of updates with the bound, as the margin shrinks.
func compareWithBound<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Updates beside the bound (R/γ)²")
  var random = run.random("bound")
  var table = Table(
    "bound", columns: ["margin asked for", "γ", "updates", "bound (R/γ)²"])
  for margin in [0.2, 0.1, 0.05, 0.02, 0.01] {
    let points = SeparablePoints<Scalar>(40, margin: margin, using: &random)
    let history = Perceptron.learning(
      from: points.x, points.y, atMost: 100_000)
    table.add([
      .number(margin, .decimals(2)),
      .number(Double(points.margin), .decimals(4)),
      .count(history.updates.count),
      .count(Int(points.updateBound)),
    ])
  }
  run.show(table)

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
