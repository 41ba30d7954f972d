import Workbook

/*:
 ## Where it must fail

 Exclusive or is true when its two inputs differ. No line separates these four
 points: the two true corners have the same midpoint as the two false ones, and
 it cannot lie on both sides. What does a perceptron do with them?

 Its inputs are whole numbers, so its weights are whole numbers too. Integer
 arithmetic is exact, so a repeated state is identical. The next update depends
 only on the weights, the bias and the example whose turn it is. So if one state
 ever repeats, all states after it repeat forever.
 */

/// A run of states that repeats forever.
struct Cycle: Equatable {
  let start: Int
  let length: Int
}

/// Returns the cycle that a list of states enters, if a state repeats.
func cycle<State: Equatable>(in states: [State]) -> Cycle? {
  for (later, state) in states.enumerated() {
    if let earlier = states[..<later].firstIndex(of: state) {
      return Cycle(start: earlier, length: later - earlier)
    }
  }
  return nil
}

/*:
 A state does repeat, after \(xor.cycle.length) updates. The neuron is wrong
 about every point in turn and adds $y \tilde x$ each time. The four updates add
 up to zero, because both diagonals have the same sum of corners. Every epoch
 makes \(xor.mistakes) mistakes and ends with the weights that it began with.

 ![Two epochs of XOR: the weights after each update](table:xor)

 ![The weights after each update of XOR](figure:xor-weights)

 More epochs cannot help. Nor can a smaller step: it multiplies all weights by
 the same factor, since they start at zero. [Chapter 2](chapter:2) adds what a
 line lacks, and [chapter 3](chapter:3) solves these four points.
 [Minsky and Papert](cite:minsky-papert-1969) made the limits of such neurons
 famous.
 */

/// Shows that the weights repeat while a perceptron learns XOR.
func learnXor<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("XOR: the weights repeat forever")
  run.ask("What happens when no line exists?")
  let x = Matrix<Scalar>(rounding: LabelledPoints.xor.points)
  let y: Vector<Scalar> = signs(LabelledPoints.xor.labels)
  let epochs = 6
  let history = Perceptron.learning(from: x, y, atMost: epochs)
  run.show(xorTable(history, x, y))
  run.show(Figure("xor-weights", xorPlot(history)))

  // Each example comes every fourth time, so as long as every one is a mistake,
  // the example is the number of the update modulo 4.
  let start = Perceptron<Scalar>(weights: [0, 0], bias: 0)
  let states = [start] + history.updates.map(\.after)
  let isAlwaysWrong = history.mistakes.allSatisfy { $0 == 4 }
  let found = cycle(in: states)
  run.record(
    history.mistakes.first ?? 0, as: "xor.mistakes",
    label: "mistakes in each epoch")
  if let found {
    run.record(
      found.length, as: "xor.cycle.length",
      label: "updates until a state repeats")
  }
  run.check(
    "on XOR the weights run in a cycle of one epoch",
    isAlwaysWrong && found == Cycle(start: 0, length: 4),
    detail: "each of \(epochs) epochs ends at the weights it began with")
}

//#-hidden-code
/// Returns the first two epochs, an update a row.
func xorTable<Scalar: FloatingField>(
  _ history: LearningHistory<Scalar>, _ x: Matrix<Scalar>, _ y: Vector<Scalar>
) -> Table {
  var table = Table(
    "xor", columns: ["update", "point", "label", "w₁", "w₂", "b", "accuracy"])
  for (index, update) in history.updates.prefix(8).enumerated() {
    let point = x.row(update.example).elements.map { "\(Int($0))" }
    let line = update.after
    table.add([
      .count(index + 1), .text("(" + point.joined(separator: ", ") + ")"),
      .count(Int(y[update.example])), .count(Int(line.weights[0])),
      .count(Int(line.weights[1])), .count(Int(line.bias)),
      .number(line.accuracy(on: x, y), .percent(0)),
    ])
  }
  return table
}

/// Returns the three weights after each update as lines.
func xorPlot<Scalar: FloatingField>(
  _ history: LearningHistory<Scalar>
) -> LinePlot {
  let lines = history.updates.map(\.after)
  return LinePlot(
    x: .linear("update"), y: .linear("weight"),
    series: [
      .init("w₁", lines.map { Double($0.weights[0]) }),
      .init("w₂", lines.map { Double($0.weights[1]) }),
      .init("b", lines.map { Double($0.bias) }),
    ])
}
//#-end-hidden-code
