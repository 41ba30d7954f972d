import Workbook

/*:
 ## Narrower margins

 Halve $\gamma$ and the bound is four times as large. Are there four times as
 many updates? To find out we need points whose $\gamma$ we know. A generator
 that keeps points away from a line gives only a lower limit. So after drawing
 the points we move the nearest one of each kind towards the line, to the margin
 that was asked for.

 > **Guess:** The margin becomes twenty times narrower, from the first row of the
 > table to the last. The bound becomes four hundred times larger. How many times
 > as many updates are needed?
 >
 > \(bound.growth) times as many. The updates grow somewhat more slowly than
 > $1/\gamma$, which becomes twenty times larger, and stay far below the bound.

 ![Updates and the bound for narrower and narrower margins: means over
 \(bound.drawn) data sets each](table:bound)

 A bound must hold in the worst case: for the worst points in the worst order.
 These points and their order are random. On \(bound.sets) more data sets, the
 largest ratio of updates to bound is \(bound.most).
 */

/// Counts updates for narrower and narrower margins, beside the bound.
func compareWithBound<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Updates beside the bound (R/γ)²")
  run.ask("A margin twenty times narrower: how many times as many updates?")
  var random = run.random("bound")
  narrowMargins(on: &run, in: scalar, using: &random)

  let sets = run.setting(100, as: "bound.sets", label: "random data sets")
  let used = (0..<sets).map { _ -> Double in
    let points = SeparablePoints<Scalar>(30, margin: 0.05, using: &random)
    let history = Perceptron.learning(
      from: points.x, points.y, atMost: 100_000)
    guard history.hasConverged else { return .infinity }
    return Double(history.updates.count) / Double(points.updateBound)
  }
  let most = used.reduce(0, max)
  run.record(
    most, .percent(1), as: "bound.most", label: "most of the bound used")
  run.check(
    "no perceptron needs more than (R/γ)² updates",
    used.allSatisfy { $0 <= 1 },
    detail: "\(sets) sets, at most "
      + "\(NumberFormat.percent(1).text(of: most)) of the bound used")
}

//#-hidden-code
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

/// Counts updates as the margin γ shrinks.
func narrowMargins<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type,
  using random: inout SplitMix64
) {
  let margins = [0.2, 0.1, 0.05, 0.02, 0.01]
  let sets = run.setting(
    200, as: "bound.drawn", label: "data sets for each margin")
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
  let growth = updates[updates.count - 1] / updates[0]
  run.record(
    growth, .decimals(1), as: "bound.growth",
    label: "updates at the narrowest margin over those at the widest")
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
  run.check(
    "updates grow about as 1/γ, not as the bound",
    (5...60).contains(growth),
    detail: "a margin 20 times narrower, "
      + "\(NumberFormat.decimals(1).text(of: growth)) times the updates, "
      + "400 times the bound")
}
//#-end-hidden-code
