import Workbook

/*:
 ## Where it must fail

 **Exclusive or** is true where its two inputs differ. Two of these four points
 have the label $+1$, and they lie on a diagonal of the square. No line
 separates them from the other two. For suppose that one does. Its scores of the
 two true corners add up to more than zero, those of the two false corners to
 less. But both sums are the same number:

 $$
 s(0, 1) + s(1, 0) = w_1 + w_2 + 2 b = s(0, 0) + s(1, 1).
 $$

 So training cannot end. What does it do?

 > **Guess:** The four points come in turn, again and again. Do the weights grow
 > without limit, wander about, or come back to where they were?
 >
 > They come back. After \(xor.cycle.length) updates all weights are zero again,
 > and the next epoch repeats the last.

 ![Two epochs of XOR: the weights after each update](table:xor)

 ![The weights after each update of XOR](figure:xor-weights)

 The neuron is wrong about every point in turn, \(xor.mistakes) mistakes in each
 epoch. Each time it adds $y \tilde x$, and the four of them add up to zero,
 because both diagonals have the same sum of corners.

 How do we know that it goes on like that forever? The next update depends on the
 weights, the bias and the example whose turn it is, and on nothing else. So if
 this state ever repeats, all states after it repeat. The inputs are whole
 numbers, and so are the weights. Arithmetic of small whole numbers is exact, so
 a state that repeats is identical to the last bit.
 */

/// A run of states that repeats forever.
struct Cycle: Equatable {
  let start: Int
  let length: Int
}

/*:
 To find the cycle, look for the first state that has been there before.
 */

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
 More epochs cannot help. A smaller step does not help either. It multiplies
 every update by the same factor, and so all weights, since they start at zero.
 The line stays the same.

 [Minsky and Papert](cite:minsky-papert-1969) made the limits of such neurons
 famous. [Chapter 2](chapter:2) adds what a line lacks, and
 [chapter 3](chapter:3) solves these four points.
 */

/// Trains on XOR and looks for a state that repeats.
func learnXor<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("XOR: the weights repeat forever")
  run.ask("What happens when no line exists?")
  let x = Matrix<Scalar>(rounding: LabelledPoints.xor.points)
  let y: Vector<Scalar> = signs(LabelledPoints.xor.labels)
  let epochs = run.setting(6, as: "xor.epochs", label: "epochs of XOR")
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
  run.record(
    found?.length ?? 0, as: "xor.cycle.length",
    label: "updates until a state repeats")
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
