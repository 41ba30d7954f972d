import Workbook

/*:
 ## It learns

 > **Guess:** The \(learning.points) points keep a margin of
 > \(learning.margin) from the hidden line. How many updates does the perceptron
 > need until it is right about all of them?
 >
 > It needs \(learning.updates) updates, in \(learning.epochs) epochs. The last
 > epoch has no mistake, and so it changes nothing.

 Each update turns or moves the line.

 ![The neuron after each of its first updates](table:updates)

 Look at the accuracy: an update puts one point right, or nearer to right, and it
 can put others wrong. In \(learning.falls) of \(learning.sets) random data sets
 the accuracy fell at some update. Why training ends in spite of that is the
 question of the next section.

 ![Mistakes in each epoch](figure:mistakes)

 ![The line that was learned, the hidden line, and the
 points](figure:separated)

 The learned line is not the hidden one. Many lines separate these points, and
 the rule stops at the first that it finds.
 */

/// Learns to separate the points, and shows the first updates.
func learnToSeparate<Scalar: FloatingField>(
  on run: inout RunRecorder, _ points: SeparablePoints<Scalar>
) {
  run.section("Learning from mistakes")
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
  run.show(
    Figure(
      "separated",
      PlaneDiagram(
        points: points.groups,
        lines: [
          .init("learned line", history.result),
          .init("hidden line", points.separator),
        ])))
  run.check(
    "the perceptron separates the points",
    history.result.accuracy(on: points.x, points.y) == 1,
    detail: "right about "
      + NumberFormat.percent(1).text(
        of: history.result.accuracy(on: points.x, points.y))
      + " of \(points.y.count) points")
  watchAccuracy(on: &run, in: Scalar.self)
}

/// Counts the data sets in which accuracy falls at some update.
func watchAccuracy<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  let sets = run.setting(100, as: "learning.sets", label: "random data sets")
  var random = run.random("accuracy")
  let falls = (0..<sets).filter { _ in
    let points = SeparablePoints<Scalar>(40, margin: 0.05, using: &random)
    let updates = Perceptron.learning(
      from: points.x, points.y, atMost: 10_000
    ).updates.map { $0.after.accuracy(on: points.x, points.y) }
    return zip(updates, updates.dropFirst()).contains { $1 < $0 }
  }.count
  run.record(
    falls, as: "learning.falls", label: "sets in which accuracy fell")
  run.check(
    "an update can lower the accuracy, and in most data sets one does",
    2 * falls > sets, detail: "\(falls) of \(sets) random data sets")
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
      .count(points.y[update.example] > 0 ? 1 : -1),
      .number(Double(line.weights[0]), .decimals(3)),
      .number(Double(line.weights[1]), .decimals(3)),
      .number(Double(line.bias), .count),
      .number(line.accuracy(on: points.x, points.y), .percent(1)),
    ])
  }
  return table
}
//#-end-hidden-code

/*:
 And the points of the opening, with their many coordinates? The rule does not
 know how many there are. It finds a separating line each time.

 ![The best of \(blind.lines) random lines and the perceptron, on the same
 \(blind.points) points](table:inputs)
 */

/// Learns the points of the opening, with more and more coordinates.
func learnManyInputs<Scalar: FloatingField>(
  on run: inout RunRecorder, _ trials: [BlindTrial<Scalar>]
) {
  var table = Table(
    "inputs",
    columns: [
      "coordinates", "best random line", "perceptron", "updates", "epochs",
    ])
  var accuracies: [Double] = []
  for trial in trials {
    let history = Perceptron.learning(
      from: trial.points.x, trial.points.y, atMost: 10_000)
    accuracies.append(
      history.result.accuracy(on: trial.points.x, trial.points.y))
    table.add([
      .count(trial.inputs), .number(trial.best, .percent(1)),
      .number(accuracies[accuracies.count - 1], .percent(1)),
      .count(history.updates.count), .count(history.mistakes.count),
    ])
  }
  run.show(table)
  run.check(
    "the perceptron separates points with any of these numbers of coordinates",
    accuracies.allSatisfy { $0 == 1 },
    detail: trials.map { "\($0.inputs)" }.joined(separator: ", ")
      + " coordinates")
}
