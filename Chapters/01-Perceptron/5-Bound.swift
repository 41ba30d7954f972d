import Workbook

/*:
 ## Why it must end

 An update that corrects one point can spoil others. Could the neuron go on like
 that forever? Not if a separating line exists:

 > **Novikoff's theorem** ([1962](cite:novikoff-1962)). Let a line separate the
 > points with a margin $\gamma$, and let no point be longer than $R$. Then the
 > perceptron makes at most $(R/\gamma)^2$ updates, whatever the order of the
 > points and however many there are.

 To say exactly what $\gamma$ and $R$ are, treat the bias as one more weight, of
 an input that is always one: write $\tilde x = (x, 1)$ and $\tilde w = (w, b)$.
 The score is $\tilde w \cdot \tilde x$, and an update adds $y \tilde x$. Now $R$
 is the largest $\lVert \tilde x \rVert$. The separating line is a vector $u$ of
 length one, with $y \, u \cdot \tilde x \ge \gamma$ for every point.

 The proof watches $\tilde w$, which begins at zero, in two ways.

 *It comes closer to u.* Each update adds $y \tilde x$ to $\tilde w$, and so it
 adds $y \, u \cdot \tilde x \ge \gamma$ to $u \cdot \tilde w$. After $k$ updates

 $$
 u \cdot \tilde w \ge k \gamma .
 $$

 *It grows slowly.* An update is made at a mistake, where
 $y \, \tilde w \cdot \tilde x \le 0$. So the square of the length becomes

 $$
 \lVert \tilde w + y \tilde x \rVert^2
 = \lVert \tilde w \rVert^2
 + \underbrace{2 y \, \tilde w \cdot \tilde x}_{\le 0}
 + \underbrace{\lVert \tilde x \rVert^2}_{\le R^2},
 $$

 at most $R^2$ more than before. After $k$ updates
 $\lVert \tilde w \rVert \le \sqrt{k} \, R$.

 A vector is at least as long as its projection on $u$. Put together,

 $$
 k \gamma \le u \cdot \tilde w \le \lVert \tilde w \rVert \le \sqrt{k} \, R .
 $$

 The left end grows like $k$ and the right end like $\sqrt{k}$, so the chain can
 hold only for a while. Divide by $\sqrt{k} \, \gamma$ and square:
 $k \le (R / \gamma)^2$. ∎

 Here is the chain in the training of the last section, on logarithmic axes.
 The floor and the ceiling meet at the bound, \(squeeze.bound) updates.
 Training ended long before.

 ![Between floor and ceiling: the length of the weights and their projection on
 the hidden line's](figure:squeeze)
 */

/// Watches the length of the weights between the two bounds of the proof.
func watchProof<Scalar: FloatingField>(
  on run: inout RunRecorder, _ points: SeparablePoints<Scalar>
) {
  run.section("Why training ends: a floor and a ceiling")
  let history = Perceptron.learning(from: points.x, points.y, atMost: 10_000)
  let (γ, bound) = (Double(points.margin), Double(points.updateBound))
  let radius = Double.sqrt(bound) * γ
  run.record(bound, .count, as: "squeeze.bound", label: "bound (R/γ)²")
  let chain = points.chain(of: history)
  let curve = { (value: (ChainLink) -> Double) in
    chain.enumerated().map { LinePlot.Point(Double($0 + 1), value($1)) }
  }
  run.show(
    Figure(
      "squeeze",
      LinePlot(
        x: .log("updates k"), y: .log("length"),
        series: [
          .init(
            "ceiling √k R", [1, bound].map { .init($0, .sqrt($0) * radius) }),
          .init("length of w̃", curve(\.length)),
          .init("u · w̃", curve(\.projection)),
          .init("floor k γ", [1, bound].map { .init($0, $0 * γ) }),
        ])))
  let holds = chain.enumerated().allSatisfy { index, link in
    let k = Double(index + 1)
    return k * γ <= link.projection + 1e-4
      && link.projection <= link.length + 1e-4
      && link.length <= Double.sqrt(k) * radius + 1e-4
  }
  run.check(
    "every update keeps k γ ≤ u · w̃ ≤ ‖w̃‖ ≤ √k R", holds,
    detail: "\(chain.count) updates")
}

//#-hidden-code
/// The two middle terms of the proof's chain after an update.
struct ChainLink {
  let projection: Double
  let length: Double
}

extension SeparablePoints {
  /// The separator's length, with the bias as a weight.
  var separatorLength: Scalar {
    Scalar.sqrt(separator.weights.squaredNorm + separator.bias.squared)
  }

  /// Returns u · w̃ and ‖w̃‖ after each update.
  func chain(of history: LearningHistory<Scalar>) -> [ChainLink] {
    history.updates.map { update in
      let (w, b) = (update.after.weights, update.after.bias)
      let projection =
        (separator.weights.dot(w) + separator.bias * b) / separatorLength
      return ChainLink(
        projection: Double(projection),
        length: Double(Scalar.sqrt(w.squaredNorm + b.squared)))
    }
  }
}
//#-end-hidden-code

/*:
 The theorem holds for every separating $u$, and the best one gives the smallest
 bound. We know the hidden line, so we take that. In the plane its nearest point
 has a distance $d$ from it. The vector $u$ is $(w, b)$ divided by its length, so
 $\gamma = d \, / \sqrt{1 + b^2}$ where $\lVert w \rVert = 1$: a little smaller
 than $d$.
 */

extension SeparablePoints {
  /// The bound (R/γ)² on the number of updates, with the hidden line as u.
  var updateBound: Scalar {
    let squaredRadii = (0..<x.rows).map { x.row($0).squaredNorm + 1 }
    return squaredRadii.reduce(0, max) / margin.squared
  }
}

/*:
 The margin is the least $y \, u \cdot \tilde x$. Score divided by length is
 $u \cdot \tilde x$.
 */

extension SeparablePoints {
  /// The margin γ of the points: the least y u · x̃.
  var margin: Scalar {
    let margins = (0..<x.rows).map { row in
      y[row] * separator.score(of: x.row(row)) / separatorLength
    }
    return margins.reduce(.infinity, min)
  }
}
