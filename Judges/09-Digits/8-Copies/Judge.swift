import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let sets = [
    Truth(exam, n: 11, m: 7, features: 3, kinds: 9),
    Truth(exam, n: 5, m: 9, features: 4, kinds: 8),
    Truth(exam, n: 8, m: 6, features: 2, kinds: 30),
  ]
  for set in sets {
    exam.part("copied, \(set.words)")
    try set.examineCopied(exam)
  }
  for set in sets {
    exam.part("groups, \(set.words)")
    try set.examineGroups(exam)
  }
  for (numbers, testCount) in [
    ([0, 1, 2, 1, 3, 0, 4, 0, 5, 5, 6, 1, 0], 4), ([0, 0, 1, 2, 3, 2, 4, 4, 4, 5, 1], 5),
  ] {
    exam.part("split, \(numbers.count) examples in \(Set(numbers).count) groups")
    try examineSplit(exam, numbers, testCount)
  }
}

/// Two sets with rows in common.
private struct Truth {
  let training: Matrix<Double>  // [n, features]
  let test: Matrix<Double>  // [m, features]

  /// Draws rows of some kinds.
  init(_ exam: Exam, n: Int, m: Int, features: Int, kinds: Int) {
    var random = exam.random("rows of \(kinds) kinds")
    // Kinds 0 and 1, 2 and 3, … have the same numbers in other columns.
    let all = (0..<kinds).map { kind in
      (0..<features).map { column in
        Double(column == (kind / 2 + kind % 2) % features ? kind / 2 + 2 : 1) / 4
      }
    }
    func draw(_ rows: Int, _ own: [Int]) -> Matrix<Double> {
      let others = (0..<rows - own.count).map { _ in 6 + random.index(below: kinds - 6) }
      let inner = random.shuffled(own.dropFirst().dropLast() + others)
      let chosen = [own[0]] + inner + [own[own.count - 1]]
      return Matrix(rows: rows, columns: features) { all[chosen[$0]][$1] }
    }
    // Each set has copies of its own, and kinds 1 and 5 are in both, in the first row and in the last.
    training = draw(n, [1, 0, 0, 2, 5])
    test = draw(m, [1, 1, 3, 3, 4, 5])
  }

  var words: String { "[\(training.rows), \(training.columns)] and \(test.shape)" }

  private func isSame(_ a: Matrix<Double>, _ i: Int, _ b: Matrix<Double>, _ j: Int) -> Bool {
    (0..<a.columns).allSatisfy { a[i, $0] == b[j, $0] }
  }

  private func found(
    in other: Matrix<Double>, _ rows: Matrix<Double>,
    _ isSame: (Int, Int) -> Bool
  ) -> [Int] {
    (0..<rows.rows).filter { row in (0..<other.rows).contains { isSame(row, $0) } }
  }

  func examineCopied(_ exam: Exam) throws {
    let right = found(in: training, test) { isSame(test, $0, training, $1) }
    let fromTraining = found(in: test, training) { isSame(training, $0, test, $1) }
    var seen: [Int] = []
    for row in right where !seen.contains(where: { isSame(test, $0, test, row) }) {
      seen.append(row)
    }
    try exam.expect(
      copied(test: test, training: training), equals: right, of: "copied(…)",
      expectedMistakes: [
        "these are positions in the training set": fromTraining,
        "these are test rows that do not occur in training":
          (0..<test.rows).filter { !right.contains($0) },
        "only the first column is compared":
          found(in: training, test) { test[$0, 0] == training[$1, 0] },
        "one equal number is no copy: all are to be equal": found(in: training, test) { i, j in
          (0..<test.columns).contains { test[i, $0] == training[j, $0] }
        },
        "only rows at the same position are compared":
          found(in: training, test) { $0 == $1 && isSame(test, $0, training, $1) },
        "rows with the same sum need not be the same":
          found(in: training, test) { test.row($0).sum == training.row($1).sum },
        "rows with the same numbers in another order are not the same":
          found(in: training, test) {
            test.row($0).elements.sorted() == training.row($1).elements.sorted()
          },
        "a row that occurs twice in the test set is to be told twice": seen,
        "test rows that occur twice in the test set are not meant":
          (0..<test.rows).filter { row in
            right.contains(row) || (0..<row).contains { isSame(test, $0, test, row) }
          },
        "test rows that occur twice in the test set are not meant, nor is the first of them":
          (0..<test.rows).filter { row in
            right.contains(row)
              || (0..<test.rows).contains { $0 != row && isSame(test, $0, test, row) }
          },
      ])
  }

  func examineGroups(_ exam: Exam) throws {
    let x = Matrix(
      rows: training.rows + test.rows, columns: test.columns,
      elements: training.elements + test.elements)
    let first = (0..<x.rows).map { row in
      (0...row).first { isSame(x, $0, x, row) } ?? row
    }
    let order = Set(first).sorted()
    let right = first.map { own in order.count { $0 < own } }
    var adjacent = [0]
    for row in 1..<x.rows {
      let last = adjacent[row - 1]
      adjacent.append(isSame(x, row - 1, x, row) ? last : last + 1)
    }
    let columns = Set(x.column(0).elements).sorted()
    try exam.expect(
      groups(x), equals: right, of: "groups(…)",
      expectedMistakes: [
        "these are the positions of the first rows; groups are numbered 0, 1, 2, …": first,
        "groups are numbered from 0": right.map { $0 + 1 },
        "copies need not stand next to each other": adjacent,
        "every row has a group of its own; copies share one": Array(0..<x.rows),
        "this is how often a row occurs": first.map { own in first.count { $0 == own } },
        "only the first column is compared":
          x.column(0).elements.map { columns.firstIndex(of: $0) ?? 0 },
      ])
  }
}

private func examineSplit(_ exam: Exam, _ numbers: [Int], _ testCount: Int) throws {
  var random = exam.random("\(numbers.count) examples")
  var parts: [(training: [Int], test: [Int])] = []
  for _ in 0..<400 {
    var copy = random
    parts.append(split(groups: numbers, testCount: testCount, using: &random))
    let (again, last) = (
      split(groups: numbers, testCount: testCount, using: &copy), parts[parts.count - 1]
    )
    try exam.check(
      again == last, "two generators with the same seed give two splits",
      cause: "all draws are to come from the generator that is handed in")
  }
  let countsGroups = parts.allSatisfy { Set($0.test.map { numbers[$0] }).count == testCount }
  for part in parts {
    try examine(
      part, exam, numbers, testCount,
      countCause: countsGroups ? "testCount counts examples, and not groups" : nil)
  }

  let results = Set(parts.map(\.test))
  try exam.check(
    results.count > 1, "in 400 calls the split is always the same",
    cause: "nothing is drawn, or the draws come from a copy of the generator, or from one with a "
      + "seed of its own")
  let groups = Set(numbers).sorted()
  for group in groups {
    let tested = parts.count { $0.test.contains { numbers[$0] == group } }
    try exam.check(
      tested > 0 && tested < parts.count,
      "in 400 calls group \(group) is never in the \(tested > 0 ? "training" : "test") set",
      cause: "the order of all groups is to be random")
  }
  for a in groups {
    for b in groups where a != b {
      let isParted = parts.contains { part in
        part.test.contains { numbers[$0] == a } && part.training.contains { numbers[$0] == b }
      }
      try exam.check(
        isParted, "in 400 calls group \(b) is in the test set whenever group \(a) is",
        cause: "every order of the groups must be possible")
    }
  }
  try exam.check(
    results.count > 2 * groups.count, "in 400 calls there are only \(results.count) splits",
    cause: "every order of the groups must be possible")
}

/// Looks at one split.
private func examine(
  _ part: (training: [Int], test: [Int]), _ exam: Exam, _ numbers: [Int], _ testCount: Int,
  countCause: String?
) throws {
  let (training, test) = part
  let places = training + test
  try exam.check(
    places.sorted() == Array(numbers.indices),
    "of \(numbers.count) examples \(Set(places).count) are in some part, in \(places.count) places",
    cause: Set(places).count < places.count
      ? "an example is in both parts, or twice in one" : "some examples are lost")
  let right = Set(test.map { numbers[$0] })
  let shared = right.intersection(training.map { numbers[$0] }).sorted()
  try exam.check(
    shared.isEmpty, "group \(shared.first ?? 0) is on both sides",
    cause: "a group is taken whole, also where the test set is then larger than asked for")
  try exam.check(
    test.count >= testCount,
    "the test set has \(test.count) examples; at least \(testCount) were asked for",
    cause: countCause ?? "a group that makes it larger than asked for is taken, too")
  let sizes = right.map { group in numbers.count { $0 == group } }
  try exam.check(
    test.count - (sizes.max() ?? 0) < testCount,
    "the test set has \(test.count) examples in \(sizes.count) groups, and without its largest "
      + "group it would have enough",
    cause: countCause ?? "as soon as there are enough examples no other group is taken")
  try exam.check(
    training == training.sorted() && test == test.sorted(),
    "the positions of a part are not in ascending order")
}
