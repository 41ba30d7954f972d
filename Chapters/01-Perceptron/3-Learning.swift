import Workbook

/*:
 ## The update rule

 Suppose the neuron is wrong about a point $x$ with label $y$. Its score should
 move towards $y$. Add $y x$ to the weights and $y$ to the bias. Then the score
 of $x$ changes by

 $$
 \Delta s = y \, x \cdot x + y = y \, (\lVert x \rVert^2 + 1),
 $$

 a step towards $y$. A point about which the neuron is right changes nothing.
 That is the whole rule. The neuron that learns by it is the **perceptron**
 ([Rosenblatt 1958](cite:rosenblatt-1958)).
 */

extension Perceptron {
  /// Learns from one example, and returns whether it was a mistake.
  mutating func learn(from x: Vector<Scalar>, _ y: Scalar) -> Bool {
    if isRight(about: x, y) { return false }
    weights.add(y, times: x)
    bias += y
    return true
  }
}

/*:
 Here is one update as a picture. To keep it in the plane we leave the bias out.
 The point $x$ has the label $+1$, and the old weights $w$ put it on the minus
 side. Adding the vector $x$ turns $w$ towards it. The line turns too, because it
 stays perpendicular to the weights, and now the point is on the plus side.

 ![One update: the weights before and after it, and the line of
 each](figure:update)

 The score of $x$ was \(update.before) and is \(update.after). A point with the
 label $-1$ turns the weights away from itself.
 */

/// Makes one update without a bias and draws it.
func showUpdate<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("One update")
  let x: Vector<Scalar> = [-1, 1.5]
  let before = Perceptron<Scalar>(weights: [2, 1], bias: 0)
  var after = before
  let isMistake = after.learn(from: x, 1)
  after.bias = 0
  run.record(
    Double(before.score(of: x)), .decimals(2), as: "update.before",
    label: "score before the update")
  run.record(
    Double(after.score(of: x)), .decimals(2), as: "update.after",
    label: "score after the update")
  run.show(
    Figure(
      "update",
      PlaneDiagram(
        points: [.init("label −1", []), .init("label +1", [.init(x)])],
        lines: [.init("line after", after), .init("line before", before)],
        arrows: [
          .init("w + x", to: .init(after.weights)),
          .init("w", to: .init(before.weights)),
          .init("x", to: .init(x)),
        ])))
  let step = after.score(of: x) - before.score(of: x)
  run.check(
    "without a bias an update moves the score by ‖x‖²",
    isMistake && step == x.squaredNorm,
    detail: "from \(before.score(of: x)) to \(after.score(of: x))")
}

/*:
 It matters that a score of zero is a mistake. A neuron of zeros gives every
 point the score zero. If that were right, it would never make an update.

 ## Epochs

 One pass over all examples is an **epoch**. Training repeats epochs until one
 has no mistake. We keep a history, to look at it afterwards.
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

/*:
 Training begins with weights of zero. A limit on the number of epochs ends it
 where no epoch is without mistakes.
 */

extension Perceptron {
  /// Learns from weights of zero until an epoch has no mistake.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func learning(
    from x: Matrix<Scalar>, _ y: Vector<Scalar>, atMost limit: Int
  ) -> LearningHistory<Scalar> {
    let zeros = Vector<Scalar>(repeating: 0, count: x.columns)
    var history = LearningHistory(result: Perceptron(weights: zeros, bias: 0))
    for _ in 0..<limit where !history.hasConverged {
      history.addEpoch(x, y)
    }
    return history
  }
}

/*:
 An epoch shows the perceptron each row of `x` once.
 */

extension LearningHistory {
  /// Learns from each row of `x`, `[n, features]`, and its label once.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func addEpoch(_ x: Matrix<Scalar>, _ y: Vector<Scalar>) {
    var count = 0
    for example in 0..<x.rows
    where result.learn(from: x.row(example), y[example]) {
      count += 1
      updates.append((example, result))
    }
    mistakes.append(count)
  }
}
