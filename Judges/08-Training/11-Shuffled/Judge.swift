import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  for (n, features, outputs) in [(7, 3, 2), (12, 2, 5), (2, 4, 3)] {
    exam.part("shuffled, \(n) examples")
    try examineRows(exam, n: n, features: features, outputs: outputs)
  }
  exam.part("shuffled, all orders")
  try examineOrders(exam)

  exam.part("isRightShuffle, of functions that are right")
  for (name, shuffle) in Truth.right {
    try exam.check(
      isRightShuffle(shuffle), "your check refuses a shuffle that is right: \(name)",
      cause: "every order can come, also the one from before; and one order is not to be "
        + "expected more than others")
  }
  exam.part("isRightShuffle, of functions that are wrong")
  for (name, cause, shuffle) in Truth.wrong {
    try exam.check(
      !isRightShuffle(shuffle), "your check accepts a shuffle that is wrong: \(name)", cause: cause)
  }
  exam.part("isRightShuffle, in another order")
  try exam.askAgain(
    Truth.right.map { right in (true, { isRightShuffle(right.1) }) }
      + Truth.wrong.map { wrong in (false, { isRightShuffle(wrong.2) }) }, of: "isRightShuffle")
  exam.note(
    "your check refuses \(Truth.wrong.count) shuffles that are wrong and none that is right")
}

/// Looks whether the answer's function keeps rows, and keeps them together.
private func examineRows(_ exam: Exam, n: Int, features: Int, outputs: Int) throws {
  let x = Matrix<Double>(rows: n, columns: features) { Double(100 * ($0 + 1) + $1) }
  let y = Matrix<Double>(rows: n, columns: outputs) { -Double(100 * ($0 + 1) + $1) }
  var sent = exam.random("\(n) rows")
  var places: Set<[Int]> = []
  for _ in 0..<30 * n {
    let before = sent
    let (newX, newY) = shuffled(x, y, using: &sent)
    try exam.check(
      newX.rows == n && newX.columns == features && newY.rows == n && newY.columns == outputs,
      "of \(x.shape) and \(y.shape) shuffled makes \(newX.shape) and \(newY.shape)",
      cause: newX.rows < n || newY.rows < n ? "rows are lost" : nil)
    let order = (0..<n).map { Int(newX[$0, 0]) / 100 - 1 }
    try exam.check(
      order.sorted() == Array(0..<n), "of \(n) rows of inputs only \(Set(order).count) are there",
      cause: "a row may be drawn once only: an order is drawn, and not a row for each place")
    try exam.check(newX == x.rows(at: order[...]), "a row of inputs is not as it was")
    try exam.check(
      newY == y.rows(at: order[...]), "a row of inputs has the targets of another row",
      cause: pairingCause(order, targets: newY))
    for (place, row) in order.enumerated() { places.insert([place, row]) }
    var copy = before
    let again = shuffled(x, y, using: &copy)
    try exam.check(
      again == (newX, newY), "two generators with the same seed give two orders",
      cause: "all draws are to come from the generator that is handed in")
    try exam.check(
      before.following() != sent.following(), "the generator is as it was before the call",
      cause: "a copy of it was used: the next epoch would have the same order")
  }
  let never = (0..<n * n).map { [$0 / n, $0 % n] }.first { !places.contains($0) }
  try exam.check(
    never == nil, "in \(30 * n) calls row \(never?[1] ?? 0) never comes to place \(never?[0] ?? 0)",
    cause: never.map {
      $0[0] == $0[1]
        ? "a row may also stay where it is" : "every row must be able to go to every place"
    })
}

/// Returns how targets can have come to other inputs.
private func pairingCause(_ order: [Int], targets y: Matrix<Double>) -> String {
  let targets = (0..<y.rows).map { Int(-y[$0, 0]) / 100 - 1 }
  var inverse = order
  for (place, row) in order.enumerated() { inverse[row] = place }
  let unmoved = Array(0..<y.rows)
  if targets == unmoved { return "the targets stay where they are: they belong to their inputs" }
  if order == unmoved { return "the inputs stay where they are: they belong to their targets" }
  if targets == inverse {
    return "row i comes from order[i] in the one, and goes there in the other"
  }
  return "inputs and targets have an order each: one order is drawn, for both"
}

/// Counts how often each order of three rows comes.
private func examineOrders(_ exam: Exam) throws {
  var random = exam.random("orders")
  let calls = 18_000
  let x: Matrix<Double> = [[0, 5], [1, 6], [2, 7]]
  var counts = [Int](repeating: 0, count: 9)
  for _ in 0..<calls {
    let new = shuffled(x, x, using: &random).x
    counts[3 * Int(new[0, 0]) + Int(new[1, 0])] += 1
  }
  let orders = [1, 2, 3, 5, 6, 7]
  let missing = orders.count { counts[$0] == 0 }
  try exam.check(
    missing == 0, "\(missing) of the 6 orders of three rows never come in \(calls) calls",
    cause: "every order of the rows must be possible")
  // 3,000 are expected of each, with a deviation of 50.
  let off = orders.first { abs(counts[$0] - calls / 6) > 275 }
  try exam.check(
    off == nil,
    "of \(calls) calls one of the 6 orders comes in \(off.map { counts[$0] } ?? 0), and not in about "
      + "\(calls / 6)",
    cause: "where a row changes places with any of all rows, n to the n ways lead to n! orders, "
      + "which cannot be even: choose among the rows that are left")
}

extension SplitMix64 {
  /// What would be drawn next.
  fileprivate func following() -> UInt64 {
    var copy = self
    return copy.next()
  }
}

/// What the answer's check is shown, under a name that no answer is likely to use.
private enum Truth {
  typealias Rows = Matrix<Double>

  /// Returns the rows of both in the same order.
  static func both(_ x: Rows, _ y: Rows, _ order: [Int]) -> (x: Rows, y: Rows) {
    (x.rows(at: order[...]), y.rows(at: order[...]))
  }

  static var right: [(String, Shuffle)] {
    [
      ("one order for both", { x, y, random in both(x, y, random.shuffled(0..<x.rows)) }),
      (
        "rows sorted by numbers that were drawn",
        { x, y, random in
          let keys = (0..<x.rows).map { _ in random.next() }
          return both(x, y, (0..<x.rows).sorted { keys[$0] < keys[$1] })
        }
      ),
      (
        "one row after another drawn from those that are left",
        { x, y, random in
          var rest = Array(0..<x.rows)
          let order = (0..<x.rows).map { _ in rest.remove(at: random.index(below: rest.count)) }
          return both(x, y, order)
        }
      ),
      (
        "each row put somewhere between those before it",
        { x, y, random in
          var order: [Int] = []
          for row in 0..<x.rows { order.insert(row, at: random.index(below: order.count + 1)) }
          return both(x, y, order)
        }
      ),
    ]
  }

  static var wrong: [(String, String, Shuffle)] { unpaired + damaged + tooFewOrders }

  /// Rows that have lost their targets.
  static var unpaired: [(String, String, Shuffle)] {
    [
      (
        "only the inputs are shuffled", "are inputs and targets compared row by row?",
        { x, y, random in (x.rows(at: random.shuffled(0..<x.rows)[...]), y) }
      ),
      (
        "only the targets are shuffled", "are inputs and targets compared row by row?",
        { x, y, random in (x, y.rows(at: random.shuffled(0..<x.rows)[...])) }
      ),
      (
        "inputs and targets have an order each", "are inputs and targets compared row by row?",
        { x, y, random in
          let order = random.shuffled(0..<x.rows)
          return (x.rows(at: order[...]), y.rows(at: random.shuffled(0..<x.rows)[...]))
        }
      ),
      (
        "the targets are in the inverse order",
        "an order that only exchanges rows in pairs is its own inverse: call it more than once",
        { x, y, random in
          let order = random.shuffled(0..<x.rows)
          var inverse = order
          for (place, row) in order.enumerated() { inverse[row] = place }
          return (x.rows(at: order[...]), y.rows(at: inverse[...]))
        }
      ),
      (
        "in one call of four the targets have an order of their own", "call it many times",
        { x, y, random in
          let order = random.shuffled(0..<x.rows)
          let other = random.index(below: 4) == 0 ? random.shuffled(order) : order
          return (x.rows(at: order[...]), y.rows(at: other[...]))
        }
      ),
      (
        "the last row's targets stay last", "compare every row with its targets, also the last",
        { x, y, random in
          let order = random.shuffled(0..<x.rows)
          let rest = order.filter { $0 != x.rows - 1 } + [x.rows - 1]
          return (x.rows(at: order[...]), y.rows(at: rest[...]))
        }
      ),
      (
        "the second column of the inputs has an order of its own",
        "a row is more than its first column: compare all columns",
        { x, y, random in
          let order = random.shuffled(0..<x.rows)
          let other = random.shuffled(order)
          let mixed = Matrix(rows: x.rows, columns: x.columns) {
            x[$1 == 1 ? other[$0] : order[$0], $1]
          }
          return (mixed, y.rows(at: order[...]))
        }
      ),
      (
        "the last column of the targets has an order of its own",
        "a row is more than its first column: compare all columns",
        { x, y, random in
          let order = random.shuffled(0..<x.rows)
          let other = random.shuffled(order)
          let mixed = Matrix(rows: y.rows, columns: y.columns) {
            y[$1 == y.columns - 1 ? other[$0] : order[$0], $1]
          }
          return (x.rows(at: order[...]), mixed)
        }
      ),
    ]
  }

  /// Rows that are lost, doubled or changed.
  static var damaged: [(String, String, Shuffle)] {
    [
      (
        "a row is drawn for each place, so some come twice and others never",
        "is every row there once?",
        { x, y, random in both(x, y, (0..<x.rows).map { _ in random.index(below: x.rows) }) }
      ),
      (
        "the last row is lost", "count the rows that come back",
        { x, y, random in both(x, y, Array(random.shuffled(0..<x.rows).dropLast())) }
      ),
      (
        "the first row comes twice, once more at the end", "count the rows that come back",
        { x, y, random in
          let order = random.shuffled(0..<x.rows)
          return both(x, y, order + order.prefix(1))
        }
      ),
      (
        "the last row is a copy of the first", "is every row there once?",
        { x, y, random in
          let order = random.shuffled(0..<x.rows)
          return both(x, y, order.dropLast() + order.prefix(1))
        }
      ),
      (
        "the inputs change their signs", "compare rows with what they were",
        { x, y, random in
          let new = both(x, y, random.shuffled(0..<x.rows))
          return (-1 * new.x, new.y)
        }
      ),
      (
        "all targets are 0", "compare targets with what they were",
        { x, y, random in
          let new = both(x, y, random.shuffled(0..<x.rows))
          return (new.x, 0 * new.y)
        }
      ),
      (
        "the columns of the inputs change places", "compare rows with what they were",
        { x, y, random in
          let new = both(x, y, random.shuffled(0..<x.rows))
          let turned = Matrix(rows: x.rows, columns: x.columns) { new.x[$0, x.columns - 1 - $1] }
          return (turned, new.y)
        }
      ),
    ]
  }

  /// Rows that stay together, in too few orders.
  static var tooFewOrders: [(String, String, Shuffle)] {
    [
      (
        "nothing is moved", "an order that never changes is no shuffle",
        { x, y, _ in (x, y) }
      ),
      (
        "the rows are turned round, every time", "one new order is not every order",
        { x, y, _ in both(x, y, (0..<x.rows).reversed()) }
      ),
      (
        "the last row is never moved",
        "every order must be able to come: which came in many calls?",
        { x, y, random in both(x, y, random.shuffled(0..<x.rows - 1) + [x.rows - 1]) }
      ),
      (
        "the first row is never moved",
        "every order must be able to come: which came in many calls?",
        { x, y, random in both(x, y, [0] + random.shuffled(1..<x.rows)) }
      ),
      (
        "only the first half is shuffled",
        "every order must be able to come: which came in many calls?",
        { x, y, random in
          both(x, y, random.shuffled(0..<x.rows / 2) + Array(x.rows / 2..<x.rows))
        }
      ),
      (
        "the rows begin at another one, and keep their order",
        "each row comes to each place, and few orders come: count whole orders",
        { x, y, random in
          let start = random.index(below: x.rows)
          return both(x, y, (0..<x.rows).map { ($0 + start) % x.rows })
        }
      ),
      (
        "two rows change places, and no more",
        "every order must be able to come: which came in many calls?",
        { x, y, random in
          var order = Array(0..<x.rows)
          order.swapAt(random.index(below: x.rows), random.index(below: x.rows))
          return both(x, y, order)
        }
      ),
      (
        "no row can stay where it was",
        "every order must be able to come, also those in which a row stays",
        { x, y, random in
          var order = Array(0..<x.rows)
          for last in order.indices.dropFirst().reversed() {
            order.swapAt(last, random.index(below: last))
          }
          return both(x, y, order)
        }
      ),
      (
        "the order from before never comes",
        "every order must be able to come, also the one from before",
        { x, y, random in
          let order = random.shuffled(0..<x.rows)
          return both(x, y, order == Array(0..<x.rows) ? order.reversed() : order)
        }
      ),
      (
        "its generator begins anew in every call", "two calls must be able to give two orders",
        { x, y, _ in
          var own = SplitMix64(seed: 7)
          return both(x, y, own.shuffled(0..<x.rows))
        }
      ),
      (
        "it uses a copy of the generator, so that the next call draws the same",
        "call it again with the generator as the call before left it, as a training does",
        { x, y, random in
          var copy = random
          return both(x, y, copy.shuffled(0..<x.rows))
        }
      ),
    ]
  }
}
