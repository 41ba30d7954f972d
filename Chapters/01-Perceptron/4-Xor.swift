import Workbook

/*:
 ## Where it must fail

 Exclusive or is true when its two inputs differ. Four points, and no line:
 the midpoint of the two true corners is the midpoint of the two false ones,
 and it cannot lie on both sides. A perceptron cannot know that. What does it
 do?

 Its inputs are whole numbers, so its weights are too, and are computed exactly:
 what returns, returns to the last bit. And what it does next depends only on
 the weights, the bias, and the example whose turn it is. If the same state ever
 returns, everything after it returns as well, forever.
 */

/// A stretch of states that repeats forever.
struct Cycle: Equatable {
  let start: Int
  let length: Int
}

/// Returns the cycle that a list of states enters, if one returns.
func cycle<State: Equatable>(in states: [State]) -> Cycle? {
  for (later, state) in states.enumerated() {
    if let earlier = states[..<later].firstIndex(of: state) {
      return Cycle(start: earlier, length: later - earlier)
    }
  }
  return nil
}

/*:
 It does return, after \(xor.cycle.length) updates. The neuron is wrong about
 every point in turn, adds $y \tilde x$ each time, and the four steps add up to
 nothing: two corners of each kind, and the same sum on both diagonals. Every
 epoch makes \(xor.mistakes) mistakes and ends where it began.

 ![Two epochs of XOR: the weights after each update](table:xor)

 ![The weights after each update of XOR](figure:xor-weights)

 Waiting longer cannot help, and neither would a smaller step: started from
 zero, that scales all weights alike. [Chapter 2](chapter:2) bends the line, and
 [chapter 3](chapter:3) returns to these four points and solves them.
 [Minsky and Papert](cite:minsky-papert-1969) made the limits of such neurons
 famous.
 */

/// Shows that learning XOR runs in a circle.
func learnXor<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  page.section("XOR never settles")
  page.ask("What happens when no line exists?")
  let x = Matrix<Scalar>(rounding: LabelledPoints.xor.points)
  let y: Vector<Scalar> = signs(LabelledPoints.xor.labels)
  let epochs = 6
  let history = Perceptron.learning(from: x, y, atMost: epochs)
  page.show(xorTable(history, x, y))
  page.show(Figure("xor-weights", xorPlot(history)))

  // Four examples take turns, so the example is the number of the update
  // modulo 4 as long as each one is a mistake.
  let start = Perceptron<Scalar>(weights: [0, 0], bias: 0)
  let states = [start] + history.updates.map(\.after)
  let isAlwaysWrong = history.mistakes.allSatisfy { $0 == 4 }
  let found = cycle(in: states)
  page.record(
    history.mistakes[0], as: "xor.mistakes", label: "mistakes in each epoch")
  if let found {
    page.record(
      found.length, as: "xor.cycle.length", label: "updates until it returns")
  }
  page.check(
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

/// Returns the three weights as curves over the updates.
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
