import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let corners: [Vector<Rational>] = [[0, 0], [4, 1], [1, 4]]
  for (name, proof, plus, minus) in [
    ("A", { proofForA }, [[1, 2], [3, 1]], [[0, 0], [2, 0]]),
    ("B", { proofForB }, corners, [[2, 2]]),
    ("C", { proofForC }, corners, [[3, 3]]),
    ("D", { proofForD }, [[0, 0], [6, 3]], [[0, 3], [4, -1]]),
  ] as [(String, () -> SeparabilityProof, [Vector<Rational>], [Vector<Rational>])] {
    exam.part("set \(name)")
    switch proof() {
    case .line(let weights, let bias):
      try examine(weights, bias, plus, minus, exam)
      exam.note("set \(name): the line parts the points")
    case .meeting(let first, let second):
      try exam.check(
        first.count == plus.count && second.count == minus.count,
        "there are \(first.count) coefficients for \(plus.count) plus points, and "
          + "\(second.count) for \(minus.count) minus points",
        cause: first.count == minus.count ? "plus and minus are exchanged" : nil)
      let place = try mixture(of: plus, first, kind: "plus", exam)
      let other = try mixture(of: minus, second, kind: "minus", exam)
      try exam.check(
        place == other,
        "the mixture of the plus points is \(Truth.text(place)), that of the minus points "
          + "\(Truth.text(other))",
        cause: "the two have to be one and the same place")
      exam.note(
        "set \(name): \(Truth.text(place)) is a mixture of both kinds, so no line parts them")
    }
  }
}

/// Looks at a line.
private func examine(
  _ weights: Vector<Rational>, _ bias: Rational, _ plus: [Vector<Rational>],
  _ minus: [Vector<Rational>], _ exam: Exam
) throws {
  try exam.check(weights.count == 2, "there are \(weights.count) weights for two coordinates")
  let scores = plus.map { weights.dot($0) + bias } + minus.map { -(weights.dot($0) + bias) }
  guard let wrong = scores.firstIndex(where: { $0 <= 0 }) else { return }
  let point = (plus + minus)[wrong]
  let kind = wrong < plus.count ? "plus" : "minus"
  let score = weights.dot(point) + bias
  var cause: String {
    if weights.elements.allSatisfy({ $0 == 0 }) { return "weights of 0 are no line" }
    if scores.allSatisfy({ $0 < 0 }) { return "plus and minus are exchanged: turn all signs" }
    if score == 0 { return "the point lies on the line, and y s > 0 is asked for" }
    return scores.allSatisfy { $0 != 0 }
      ? "a point lies on the wrong side; is there a line at all?"
      : "some points lie on the line or beyond it"
  }
  try exam.check(
    false, "the \(kind) point \(Truth.text(point)) has the score \(score)", cause: cause)
}

/// Returns a mixture of points, where the coefficients are those of one.
private func mixture(
  of points: [Vector<Rational>], _ coefficients: Vector<Rational>, kind: String, _ exam: Exam
) throws -> Vector<Rational> {
  let negative = coefficients.elements.first { $0 < 0 }
  try exam.check(
    negative == nil, "a coefficient of the \(kind) points is \(negative ?? 0)",
    cause: "with negative coefficients any place of the plane is reached; a mixture has none")
  try exam.check(
    coefficients.sum == 1,
    "the coefficients of the \(kind) points add up to \(coefficients.sum)",
    cause: "a mixture's add up to 1; others lead to places that lie outside the points")
  return zip(points, coefficients.elements).reduce(Vector<Rational>([0, 0])) { $0 + $1.1 * $1.0 }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  static func text(_ point: Vector<Rational>) -> String { "(\(point[0]), \(point[1]))" }
}
