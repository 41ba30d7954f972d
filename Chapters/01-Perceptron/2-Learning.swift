import Workbook

/*:
 ## The update rule

 Suppose a point $x$ with label $y$ is on the wrong side. Then $y s \le 0$, and
 the score should move towards $y$. Adding $y x$ to the weights and $y$ to the
 bias does that: the score of $x$ changes by

 $$
 \Delta s = y \, x \cdot x + y = y \, (\lVert x \rVert^2 + 1),
 $$

 a step towards $y$ of a known length. Points that are already right teach
 nothing, and the line stays where it is. That is the whole rule, and it is as
 old as the neuron ([Rosenblatt 1958](cite:rosenblatt-1958)).
 */

extension Perceptron {
  /// Learns from one example, and returns whether it was a mistake.
  ///
  /// - Parameters:
  ///   - x: The point, `[features]`.
  ///   - y: Its label, −1 or +1.
  mutating func learn(from x: Vector<Scalar>, _ y: Scalar) -> Bool {
    guard y * score(of: x) <= 0 else { return false }
    weights.add(y, times: x)
    bias += y
    return true
  }
}

/*:
 The test is `<=`, not `<`. A neuron of zeros gives every point the score zero,
 and with `<` it would never begin.

 One walk through all examples is an **epoch**. Training repeats epochs until
 one passes without a mistake.
 */

/// What happened while a perceptron learned.
struct LearningHistory<Scalar: OrderedField>: Sendable {
  /// The perceptron as it ended.
  var result: Perceptron<Scalar>
  /// The number of mistakes in each epoch.
  var mistakes: [Int] = []
  /// The perceptron after each update.
  var updates: [(example: Int, after: Perceptron<Scalar>)] = []
  /// Whether the last epoch had no mistake.
  var hasConverged: Bool { mistakes.last == 0 }
}

extension Perceptron {
  /// Returns the history of learning from zero until an epoch has no mistake.
  ///
  /// - Parameters:
  ///   - x: The points, `[n, features]`.
  ///   - y: Their labels, each −1 or +1, `[n]`.
  ///   - limit: The most epochs, should the mistakes never end.
  static func learning(
    from x: Matrix<Scalar>, _ y: Vector<Scalar>, atMost limit: Int
  ) -> LearningHistory<Scalar> {
    var neuron = Perceptron(
      weights: Vector(repeating: 0, count: x.columns), bias: 0)
    var history = LearningHistory(result: neuron)
    for _ in 0..<limit where !history.hasConverged {
      var mistakes = 0
      for example in 0..<x.rows
      where neuron.learn(from: x.row(example), y[example]) {
        mistakes += 1
        history.updates.append((example, neuron))
      }
      history.mistakes.append(mistakes)
    }
    history.result = neuron
    return history
  }
}

/*:
 ## It learns

 Before you read on: the \(blind.points) points keep a margin of
 \(learning.margin) from the hidden line. How many updates will it take?

 It took \(learning.updates), in \(learning.epochs) epochs, the last of which
 only confirms that nothing is left to learn. The line turns with each mistake.

 ![The neuron after each of its first updates](table:updates)

 ![Mistakes in each epoch](figure:mistakes)

 ![The line that was learned, and the points](figure:separated)
 */

/// Learns to separate the points, and shows each step.
func learnToSeparate<Scalar: FloatingField>(
  on page: inout Page, _ points: SeparablePoints<Scalar>, margin: Double
) {
  page.section("Learning from mistakes")
  page.record(
    margin, .decimals(2), as: "learning.margin", label: "margin of the points")
  page.ask("How many updates will the perceptron need?")
  let history = Perceptron.learning(from: points.x, points.y, atMost: 10_000)
  page.record(
    history.updates.count, as: "learning.updates", label: "updates")
  page.record(
    history.mistakes.count, as: "learning.epochs", label: "epochs")

  page.show(updatesTable(history, points))
  page.show(
    Figure(
      "mistakes",
      LinePlot(
        x: .linear("epoch"), y: .linear("mistakes"),
        series: [.init("mistakes", history.mistakes.map { Double($0) })])))
  page.show(Figure("separated", regions(of: history.result, points)))

  page.check(
    "the perceptron separates the points",
    history.result.accuracy(on: points.x, points.y) == 1,
    detail: "right about "
      + NumberFormat.percent(1).text(
        of: history.result.accuracy(on: points.x, points.y))
      + " of \(points.y.count) points")
}

//#-hidden-code
/// Returns the first updates: the point that was wrong, and the line since.
func updatesTable<Scalar: FloatingField>(
  _ history: LearningHistory<Scalar>, _ points: SeparablePoints<Scalar>
) -> Table {
  var table = Table(
    "updates",
    columns: ["update", "point", "label", "w₁", "w₂", "b", "accuracy"])
  for (index, update) in history.updates.prefix(8).enumerated() {
    let line = update.after
    table.add([
      .count(index + 1), .count(update.example),
      .count(Int(points.y[update.example])),
      .number(Double(line.weights[0]), .decimals(3)),
      .number(Double(line.weights[1]), .decimals(3)),
      .count(Int(line.bias)),
      .number(line.accuracy(on: points.x, points.y), .percent(1)),
    ])
  }
  return table
}

/// Returns the two sides of the line, with the points on them.
func regions<Scalar: FloatingField>(
  of neuron: Perceptron<Scalar>, _ points: SeparablePoints<Scalar>
) -> RegionPlot {
  let labelled = LabelledPoints(
    points: Matrix(rounding: points.x),
    labels: points.y.elements.map { $0 > 0 ? 1 : 0 }, classes: 2)
  return RegionPlot(labelled) { places in
    (0..<places.rows).map { row in
      neuron.prediction(for: Vector(rounding: places.row(row))) > 0 ? 1 : 0
    }
  }
}
//#-end-hidden-code
