import Workbook

/*:
 ## The update rule

 Suppose the neuron is wrong about a point $x$ with label $y$. Then $y s \le 0$,
 and the score should move towards $y$. Adding $y x$ to the weights and $y$ to the
 bias does that: the score of $x$ changes by

 $$
 \Delta s = y \, x \cdot x + y = y \, (\lVert x \rVert^2 + 1),
 $$

 a step of known length towards $y$. A point that is already on the right side
 changes nothing. That is the whole rule. It made the neuron learn, and the
 neuron that learns by it is the **perceptron**
 ([Rosenblatt 1958](cite:rosenblatt-1958)).
 */

extension Perceptron {
  /// Learns from one example, and returns whether it was a mistake.
  ///
  /// - Parameters:
  ///   - x: The point, `[features]`.
  ///   - y: Its label, −1 or +1.
  mutating func learn(from x: Vector<Scalar>, _ y: Scalar) -> Bool {
    if isRight(about: x, y) { return false }
    weights.add(y, times: x)
    bias += y
    return true
  }
}

/*:
 Here it matters that a score of zero is a mistake. A neuron of zeros gives every
 point the score zero. If that were right, it would never make an update.

 One pass over all examples is an **epoch**. Training repeats epochs until
 one has no mistake.
 */

/// What happened while a perceptron learned.
struct LearningHistory<Scalar: OrderedField>: Sendable {
  /// The perceptron at the end.
  var result: Perceptron<Scalar>
  /// The number of mistakes in each epoch.
  var mistakes: [Int] = []
  /// The perceptron after each update.
  var updates: [(example: Int, after: Perceptron<Scalar>)] = []
  /// Whether the last epoch had no mistake.
  var hasConverged: Bool { mistakes.last == 0 }
}

extension Perceptron {
  /// Learns from weights of zero until an epoch has no mistake.
  ///
  /// - Parameters:
  ///   - x: The points, `[n, features]`.
  ///   - y: Their labels, each −1 or +1, `[n]`.
  ///   - limit: The largest number of epochs.
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

 It took \(learning.updates), in \(learning.epochs) epochs. The last epoch has
 no mistake and so changes nothing. Each update turns the line.

 ![The neuron after each of its first updates](table:updates)

 ![Mistakes in each epoch](figure:mistakes)

 ![The line that was learned, and the points](figure:separated)
 */

/// Learns to separate the points, and shows the first updates.
func learnToSeparate<Scalar: FloatingField>(
  on run: inout RunRecorder, _ points: SeparablePoints<Scalar>, margin: Double
) {
  run.section("Learning from mistakes")
  run.record(
    margin, .decimals(2), as: "learning.margin", label: "margin of the points")
  run.ask("How many updates will the perceptron need?")
  let history = Perceptron.learning(from: points.x, points.y, atMost: 10_000)
  run.record(
    history.updates.count, as: "learning.updates", label: "updates")
  run.record(
    history.mistakes.count, as: "learning.epochs", label: "epochs")

  run.show(updatesTable(history, points))
  run.show(
    Figure(
      "mistakes",
      LinePlot(
        x: .linear("epoch"), y: .linear("mistakes"),
        series: [.init("mistakes", history.mistakes.map { Double($0) })])))
  run.show(Figure("separated", regions(of: history.result, points)))

  run.check(
    "the perceptron separates the points",
    history.result.accuracy(on: points.x, points.y) == 1,
    detail: "right about "
      + NumberFormat.percent(1).text(
        of: history.result.accuracy(on: points.x, points.y))
      + " of \(points.y.count) points")
}

//#-hidden-code
/// Returns the first updates: the point that was wrong, and the line after it.
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
  return RegionPlot(labelled, names: ["label −1", "label +1"]) { points in
    (0..<points.rows).map { row in
      neuron.prediction(for: Vector(rounding: points.row(row))) > 0 ? 1 : 0
    }
  }
}
//#-end-hidden-code
