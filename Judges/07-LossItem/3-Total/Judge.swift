import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("batches")
  exam.part("what the old code holds")
  for k in [5 + random.index(below: 9), 1, 2] {
    try exam.expect(
      nodesHeld(after: k), equals: heldByOldCode(after: k), of: "nodesHeld(after: \(k))",
      expectedMistakes: [
        "the first share is no sum: there is one + fewer than batches": 7 * k,
        "the count becomes a node when it is put in": 6 * k - 1,
        "a product with the count is a node as well": 5 * k - 1,
        "each + and each * makes a node of its own": 4 * k,
        "each + makes a node of its own": 6 * k,
        "the total is one number, but it holds what it was made of": 1,
      ])
  }

  exam.part("the mended code")
  let training = Training()
  var epoch = EpochLoss()
  var (sum, plain, examples, batches) = (0.0, 0.0, 0, 0)
  try exam.expect(epoch.mean, equals: 0, of: "mean, before the first batch,")
  for size in [4, 1, 7, 3, 2] {
    let x = 1 + random.dyadic() / 4
    let loss = training.loss(x).data
    epoch.add(training.loss(x), of: size)
    batches += 1
    sum += loss * Double(size)
    plain += loss
    examples += size
    // After one batch, a total that grows cannot be told from one that does not.
    if batches == 1 { continue }
    try exam.expect(
      training.counter.alive, equals: 2,
      of: "the number of nodes alive after batch \(batches), with 2 parameters,",
      expectedMistakes: [
        "the total holds every loss, and each loss its graph": 2 + 7 * batches - 1,
        "the total is a node still: it grows no more, but a number is enough": 3,
        "the total holds two nodes for each batch, a number and a +": 2 + 2 * batches - 1,
        "the total holds two nodes for each batch, a number and a +": 2 + 2 * batches + 1,
        "the losses are kept, to be added up later": 2 + 4 * batches,
      ])
    try exam.expect(
      epoch.mean, equals: sum / Double(examples), within: .relative(1e-13),
      of: "mean, after \(batches) batches of different sizes,",
      expectedMistakes: [
        "a mean of means: each batch counts as often as it has examples": plain / Double(batches),
        "divided by the number of batches": sum / Double(batches),
        "the sum is not divided by the number of examples": sum,
        "this is the mean loss of the last batch": loss,
      ])
  }
  exam.note("2 nodes after every batch, where the old code had up to \(2 + 7 * batches - 1)")
}

/// A line of one input that learns.
private struct Training {
  let counter = Counter()
  let w: Value
  let b: Value

  init() {
    w = Value(0.5, counter)
    b = Value(0.25, counter)
  }

  /// Returns a loss, (w x − b)², in 4 new nodes.
  func loss(_ x: Double) -> Value {
    let residual = w * Value(x, counter) - b
    return residual * residual
  }
}

/// Returns how many nodes the total of the statement holds.
private func heldByOldCode(after batches: Int) -> Int {
  let training = Training()
  var total: Value?
  for batch in 1...batches {
    let share = training.loss(1) * Value(Double(batch), training.counter)
    total = total.map { $0 + share } ?? share
  }
  return withExtendedLifetime(total) { training.counter.alive - 2 }
}
