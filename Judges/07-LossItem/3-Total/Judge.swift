import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("batches")
  exam.part("what the old code holds")
  for k in [5 + random.index(below: 9), 1, 2, 30 + random.index(below: 70)] {
    try exam.expect(
      nodesHeld(after: k), equals: heldByOldCode(after: k), of: "nodesHeld(after: \(k))",
      expectedMistakes: [
        "the first share is no sum: there is one + fewer than batches": 7 * k,
        "the count becomes a node when it is put in": 6 * k - 1,
        "a product with the count is a node as well": 5 * k - 1,
        "each + and each * makes a node of its own": 4 * k,
        "each + makes a node of its own": 6 * k,
        "the total is one number, but it holds what it was made of": 1,
        "the parameters are not to be counted here": 7 * k + 1,
        "there is one + fewer than batches, and not one more": 7 * k + 2,
      ])
  }

  exam.part("the mended code")
  for sizes in [[4, 3, 7, 6, 2], [5, 2, 9, 11], [2 + random.index(below: 9)]] {
    try expectMeans(exam, sizes, &random)
  }
  exam.note("2 nodes after every batch, where the old code had up to \(2 + 7 * 5 - 1)")
}

/// Takes batches of some sizes, and looks at nodes and means.
private func expectMeans(_ exam: Exam, _ sizes: [Int], _ random: inout SplitMix64) throws {
  let training = Training()
  var epoch = EpochLoss()
  var losses: [Double] = []
  try exam.expect(epoch.mean, equals: 0, of: "mean, before the first batch,")
  for (index, size) in sizes.enumerated() {
    let x = 1 + random.dyadic() / 4
    let residual = 0.5 * x - 0.25
    losses.append(residual * residual)
    epoch.add(training.loss(x), of: size)
    // After one batch of several, a total that grows cannot be told from one that does not.
    if index == 0 && sizes.count > 1 { continue }
    try expectNodes(exam, training.counter.alive, batches: index + 1)
    try expectMean(exam, epoch, losses, Array(sizes[...index]))
  }
}

private func expectNodes(_ exam: Exam, _ alive: Int, batches: Int) throws {
  try exam.expect(
    alive, equals: 2, of: "the number of nodes alive after batch \(batches), with 2 parameters,",
    expectedMistakes: [
      "the total holds every loss, and each loss its graph": 2 + 7 * batches - 1,
      "the total is a node still: it grows no more, but a number is enough": 3,
      "the total holds two nodes for each batch, a number and a +": 2 + 2 * batches - 1,
      "the total holds two nodes for each batch, a number and a +": 2 + 2 * batches + 1,
      "the losses are kept, to be added up later": 2 + 4 * batches,
    ])
}

private func expectMean(
  _ exam: Exam, _ epoch: EpochLoss, _ losses: [Double], _ sizes: [Int]
) throws {
  let sum = zip(losses, sizes).map { $0 * Double($1) }.reduce(0, +)
  let (plain, examples) = (losses.reduce(0, +), Double(sizes.reduce(0, +)))
  let (batches, last) = (sizes.count, Double(sizes.last ?? 0))
  try exam.expect(
    epoch.mean, equals: sum / examples, within: .relative(1e-13),
    of: batches == 1
      ? "mean, after one batch," : "mean, after \(batches) batches of different sizes,",
    expectedMistakes: [
      "a mean of means: each batch counts as often as it has examples": plain / Double(batches),
      "divided by the number of batches": sum / Double(batches),
      "the sum is not divided by the number of examples": sum,
      "this is the mean loss of the last batch": losses.last ?? 0,
      "each loss is the mean of its batch: multiply it by the number of examples, and then add":
        plain / examples,
      "divided by the size of the last batch, and not by all examples": sum / last,
      "each loss is divided by its size, and is a mean already":
        zip(losses, sizes).map { $0 / Double($1) }.reduce(0, +) / Double(batches),
      "the losses are added up, and no mean is taken": plain,
      "the last batch is left out": (sum - (losses.last ?? 0) * last) / max(examples - last, 1),
      "the first batch is left out":
        (sum - losses[0] * Double(sizes[0])) / max(examples - Double(sizes[0]), 1),
    ])
  // Somebody may read it at any time, twice too.
  try exam.expect(
    epoch.mean, equals: sum / examples, within: .relative(1e-13),
    of: "mean, read once more after \(batches) batches,")
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
  // w x, x, − b, the square; the count, the product with it; a sum from the second batch on.
  (1...batches).map { batch in 4 + 2 + (batch == 1 ? 0 : 1) }.reduce(0, +)
}
