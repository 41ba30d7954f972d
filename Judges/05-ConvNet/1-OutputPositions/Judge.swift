import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  try judgeTable(exam)
  try judgeChain(exam)
  try judgePaddings(exam)
}

/// A window that moves along a number of entries.
private struct WindowGeometry {
  let n: Int
  let k: Int
  let p: Int
  let s: Int

  var room: Int { n + 2 * p - k }
  var positions: Int? { room >= 0 && room % s == 0 ? room / s + 1 : nil }
}

private func judgeTable(_ exam: Exam) throws {
  exam.part("the table")
  let rows = [
    WindowGeometry(n: 19, k: 3, p: 0, s: 1), WindowGeometry(n: 19, k: 5, p: 2, s: 1),
    WindowGeometry(n: 19, k: 3, p: 1, s: 2), WindowGeometry(n: 19, k: 4, p: 0, s: 2),
    WindowGeometry(n: 3, k: 6, p: 1, s: 1), WindowGeometry(n: 3, k: 6, p: 2, s: 1),
    WindowGeometry(n: 18, k: 4, p: 1, s: 4), WindowGeometry(n: 7, k: 7, p: 0, s: 3),
  ]
  try exam.expect(positions.count, equals: rows.count, of: "the number of rows")
  for (index, row) in rows.enumerated() {
    let (rest, fits) = (row.room % row.s, row.room >= 0)
    try exam.expectPrediction(
      positions[index], equals: row.positions, of: "row \(index + 1)",
      expectedMistakes: [
        "rounded down: a rest of \(rest) is never seen, so the window is refused":
          fits ? row.room / row.s + 1 : nil,
        "rounded up: the window would stick out": fits ? (row.room + row.s - 1) / row.s + 1 : nil,
        "the window is larger than what it moves over, padding and all": row.room + 1,
        "a window as large as what it moves over has one position": row.room == 0 ? nil : 1,
        "refused, and yet it fits without a rest": nil,
        "the +1 is missing: before the first step there is a position too": row.room / row.s,
        "padding is counted once, and it lies on both sides": (row.room - row.p) / row.s + 1,
        "padding is not counted": (row.room - 2 * row.p) / row.s + 1,
        "the stride is not counted": row.room + 1,
      ])
  }
}

private func judgeChain(_ exam: Exam) throws {
  exam.part("three windows, one after the other")
  let windows = [(k: 5, p: 0, s: 2), (k: 2, p: 1, s: 1), (k: 2, p: 0, s: 2)]
  var size = [33, 21]
  try exam.expect(sizes.count, equals: windows.count, of: "the number of sizes")
  for (index, (k, p, s)) in windows.enumerated() {
    let next = size.map { ($0 + 2 * p - k) / s + 1 }
    try exam.expectPrediction(
      sizes[index], equals: next, of: "the size after window \(index + 1)",
      expectedMistakes: [
        "height and width are exchanged: height comes first": Array(next.reversed()),
        "the +1 is missing: before the first step there is a position too": next.map { $0 - 1 },
        "padding is counted once, and it lies on both sides": size.map { ($0 + p - k) / s + 1 },
        "this window sees what the one before it made, not the first image":
          [33, 21].map { ($0 + 2 * p - k) / s + 1 },
      ])
    size = next
  }
}

private func judgePaddings(_ exam: Exam) throws {
  exam.part("paddings")
  let slides = [(n: 19, k: 5, s: 3), (n: 19, k: 4, s: 2)]
  try exam.expect(paddings.count, equals: slides.count, of: "the number of paddings")
  for (index, (n, k, s)) in slides.enumerated() {
    // The rest of n + 2p − k by s comes round again after s paddings.
    let smallest = (0..<s).first { WindowGeometry(n: n, k: k, p: $0, s: s).positions != nil }
    let oneSided = (0..<s).first { (n + $0 - k) % s == 0 }
    try exam.expectPrediction(
      paddings[index], equals: smallest, of: "padding \(index + 1)",
      expectedMistakes: [
        "with padding on one side it would fit, but it lies on both": oneSided,
        "there is a padding with which the rest is 0": nil,
        "that leaves a rest of \((n - k) % s)": 0,
      ])
  }
}
