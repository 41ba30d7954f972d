import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("oneHot, of 7 labels among 5 classes")
  try examine(exam, [2, 0, 4, 1, 3, 0, 2], classes: 5)
  exam.part("oneHot, of 6 labels among 9 classes, some of which are missing")
  try examine(exam, [3, 7, 0, 5, 5, 2], classes: 9)
  exam.part("oneHot, of 4 labels of which none is 0")
  try examine(exam, [2, 1, 2, 1], classes: 3)

  var random = exam.random("scores")
  for (n, classes) in [(7, 4), (3, 8)] {
    exam.part("argmaxOfRows, [\(n), \(classes)]")
    for sign in [1.0, -1.0] {
      // All scores of a matrix differ, and all have the same sign.
      let places = random.shuffled(0..<n * classes)
      try examine(
        exam,
        Matrix(rows: n, columns: classes) { sign * Double(1 + places[$0 * classes + $1]) / 4 })
    }
  }
  exam.part("argmaxOfRows, where two scores are equal")
  try examine(
    exam, [[1, 5, 5, 2], [3, 3, 3, 3], [-2, -7, -2, -1], [0, 4, 0, 4], [9, 1, 1, 9]])
  exam.part("argmaxOfRows, of scores that are −∞")
  try examine(exam, [[-.infinity, -1e300, -.infinity], [-.infinity, -.infinity, -5]])

  exam.part("one after the other")
  let labels = (0..<11).map { _ in random.index(below: 6) }
  try exam.expect(
    argmaxOfRows(oneHot(labels, classes: 6)), equals: labels, of: "argmaxOfRows(oneHot(…))")
}

private func examine(_ exam: Exam, _ labels: [Int], classes: Int) throws {
  let n = labels.count
  func hot(_ columns: Int, _ isOne: (Int, Int) -> Bool) -> Matrix<Double> {
    Matrix(rows: n, columns: columns) { isOne($0, $1) ? 1 : 0 }
  }
  let (largest, distinct) = (labels.reduce(0, max) + 1, Set(labels).count)
  let sorted = Set(labels).sorted()
  try exam.expect(
    oneHot(labels, classes: classes), equals: hot(classes) { labels[$0] == $1 },
    of: "oneHot(\(labels), classes: \(classes))",
    expectedMistakes: [
      "the label 0 is column 0: every 1 stands a column too far to the left":
        hot(classes) { labels[$0] == $1 + 1 },
      "the label 0 is column 0: every 1 stands a column too far to the left, and round the end":
        hot(classes) { (labels[$0] + classes - 1) % classes == $1 },
      "the label 0 is column 0: every 1 stands a column too far to the right":
        hot(classes) { labels[$0] + 1 == $1 },
      "the label 0 is column 0: every 1 stands a column too far to the right, and round the end":
        hot(classes) { (labels[$0] + 1) % classes == $1 },
      "a column too many: labels are counted from 0": hot(classes + 1) { labels[$0] == $1 },
      "a column too many: labels are counted from 0, and the label 0 is column 0":
        hot(classes + 1) { labels[$0] + 1 == $1 },
      "the number of columns is taken from the largest label of this batch": hot(largest) {
        labels[$0] == $1
      },
      "the number of columns is that of the classes in this batch": hot(distinct) {
        sorted.firstIndex(of: labels[$0]) == $1
      },
      "a column means a class of this batch, and not the label of that number": hot(classes) {
        sorted.firstIndex(of: labels[$0]) == $1
      },
      "the entry is the label; it should be 1": Matrix(rows: n, columns: classes) {
        labels[$0] == $1 ? Double(labels[$0]) : 0
      },
      "0 and 1 are exchanged": hot(classes) { labels[$0] != $1 },
      "every column up to the label is 1; only its own should be": hot(classes) {
        labels[$0] >= $1
      },
      "the columns are counted from the right": hot(classes) { classes - 1 - labels[$0] == $1 },
      "the other entries should be 0": Matrix(rows: n, columns: classes) {
        labels[$0] == $1 ? 1 : -1
      },
    ])
}

private func examine(_ exam: Exam, _ scores: Matrix<Double>) throws {
  let rows = (0..<scores.rows).map { scores.row($0).elements }
  let columns = (0..<scores.columns).map { scores.column($0).elements }
  func first(of values: [Double]) -> Int { values.firstIndex(of: values.max() ?? 0) ?? 0 }
  func last(of values: [Double]) -> Int { values.lastIndex(of: values.max() ?? 0) ?? 0 }
  let right = rows.map(first)
  try exam.expect(
    argmaxOfRows(scores), equals: right, of: "argmaxOfRows(\(scores.shape))",
    expectedMistakes: [
      "along the wrong axis: this is the row of the largest score of each column":
        columns.map(first),
      "along the wrong axis, and the last of equal scores": columns.map(last),
      "of equal scores the first is to be returned": rows.map(last),
      "the largest so far starts at 0, and all scores of a row may be below that":
        rows.map { row in (row.max() ?? 0) > 0 ? first(of: row) : 0 },
      "the largest by magnitude; a score below 0 is a small one": rows.map {
        first(of: $0.map(abs))
      },
      "the least score, not the largest": rows.map { first(of: $0.map { -$0 }) },
      "the position in the whole matrix; the column is asked for": right.enumerated().map {
        $0 * scores.columns + $1
      },
      "columns are counted from 0": right.map { $0 + 1 },
      "the last column is never looked at": rows.map { first(of: Array($0.dropLast())) },
      "the first column is never looked at": rows.map { first(of: Array($0.dropFirst())) + 1 },
      "one column for all rows: each row has its own": rows.map { _ in
        first(of: rows.flatMap(\.self)) % scores.columns
      },
    ])
}
