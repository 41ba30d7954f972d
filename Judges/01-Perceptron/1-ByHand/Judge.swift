import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("labels −1 and +1")
  let right = Truth.Pass()
  try exam.expectPrediction(
    afterEachExample, equals: right.states, of: "afterEachExample",
    expectedMistakes: [
      "a score of 0 is a mistake too: the test is y s ≤ 0, or nothing would ever begin":
        Truth.Pass(isMistake: { $0 < 0 }).states,
      "an example that is already right changes nothing": Truth.Pass(isMistake: { _ in true })
        .states,
      "the bias moves as well, by y": Truth.Pass(biasStep: { _ in 0 }).states,
      "the bias moves by y, which is −1 for a minus": Truth.Pass(biasStep: { _ in 1 }).states,
      "x is added with the sign of its label": Truth.Pass(weightStep: { _ in 1 }).states,
      "the step goes towards the label: y x is added, not taken off":
        Truth.Pass(weightStep: { -$0 }, biasStep: { -$0 }).states,
    ])

  exam.part("labels 0 and 1")
  let silenced = Truth.Pass(lowLabel: 0)
  try exam.expectPrediction(
    afterLabelsOfZero, equals: silenced.end, of: "afterLabelsOfZero",
    expectedMistakes: [
      "that is the end with labels −1 and +1; a label of 0 adds 0 x, which is nothing": right.end,
      "with y = 0 nothing is added to the bias either, whose step is y":
        Truth.Pass(lowLabel: 0, biasStep: { $0 == 0 ? -1 : 1 }).end,
      "example 3 is right by the time it is shown, and adds nothing":
        Truth.Pass(lowLabel: 0, isMistake: { _ in true }).end,
    ])
  try exam.expectPrediction(
    silentUpdates, equals: silenced.silent, of: "silentUpdates",
    expectedMistakes: [
      "y s is 0 where y is 0, and 0 ≤ 0: the rule takes each of these for a mistake": 0,
      "an example that is right is no mistake; count those that are taken for one and add nothing":
        silenced.silent + 1,
    ])
  exam.note("half of the examples have fallen silent: labels of 0 teach nothing")
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// A pass through the four examples by some rule, right or wrong.
  struct Pass {
    /// The state after each example: w₁, w₂, b.
    var states: [[Int]] = []
    /// How many mistakes changed nothing.
    var silent = 0

    var end: [Int] { states[states.count - 1] }

    init(
      lowLabel: Int = -1, isMistake: (Int) -> Bool = { $0 <= 0 },
      weightStep: (Int) -> Int = { $0 }, biasStep: (Int) -> Int = { $0 }
    ) {
      var state = [0, 0, 0]
      for (x, sign) in [([2, 1], 1), ([1, 3], -1), ([3, 4], 1), ([0, -3], -1)] {
        let y = sign < 0 ? lowLabel : 1
        if isMistake(y * (state[0] * x[0] + state[1] * x[1] + state[2])) {
          let before = state
          state[0] += weightStep(y) * x[0]
          state[1] += weightStep(y) * x[1]
          state[2] += biasStep(y)
          silent += state == before ? 1 : 0
        }
        states.append(state)
      }
    }
  }
}
