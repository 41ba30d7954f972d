import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("points")
  let sets = [(6, 2), (8, 3)].map {
    Truth.Points(count: $0.0, features: $0.1, using: &random)
  }

  exam.part("train")
  for points in sets {
    for epochs in [1, 3, 2] { try examine(points, epochs: epochs, exam) }
  }

  exam.part("keepsTheBound, on random points")
  for points in sets { try examineBound(points, exam) }

  exam.part("keepsTheBound, where the bound is a whole number")
  // R² = 2 and γ = 1: a second update is allowed, a third is not.
  try examineBound(Truth.Points(x: [[1], [-1]], y: [1, -1], line: [1, 0]), exam)
  // A line that is wrong by its length alone: γ is 1 again.
  try examineBound(Truth.Points(x: [[1], [-1]], y: [1, -1], line: [3, 0]), exam)
  // The longest and the nearest point stand last, first, and apart.
  for turn in 0..<4 {
    let points: [[Rational]] = [[1, 5], [2, -1], [-3, 2], [-2, -7]]
    let turned = (0..<4).map { points[($0 + turn) % 4] }
    let y = Vector(turned.map { $0[0] > 0 ? 1 : -1 as Rational })
    try examineBound(
      Truth.Points(
        x: Matrix(rows: 4, columns: 2, elements: turned.flatMap(\.self)), y: y, line: [2, 0, 1]),
      exam)
  }

  for points in sets {
    let right = points.train(epochs: 99) { $0 <= 0 }
    let wrong = points.train(epochs: 99) { _ in true }
    exam.note(
      "\(points.y.count) points, (R/γ)² = \(points.most): \(right.updates) updates by mistakes, "
        + "\(wrong.updates) by the trainer as it was")
  }
}

/// Compares the answer's training with ours.
private func examine(_ points: Truth.Points, epochs: Int, _ exam: Exam) throws {
  let ours = points.train(epochs: epochs) { $0 <= 0 }
  let theirs = train(on: points.x, points.y, epochs: epochs)
  try exam.expect(
    theirs, equals: ours, of: "train(on: x, y, epochs: \(epochs))",
    expectedMistakes: [
      "it learns from every example, and only mistakes should teach":
        points.train(epochs: epochs) { _ in true },
      "a score of 0 is a mistake too: the test is y s ≤ 0, or nothing would ever begin":
        points.train(epochs: epochs) { $0 < 0 },
      "it learns from what is right, and leaves its mistakes alone":
        points.train(epochs: epochs) { $0 > 0 },
      "the score is compared with 0, and should be after it is multiplied by the label":
        points.train(epochs: epochs, isLabelled: false) { $0 <= 0 },
    ])
}

extension Training: Gradable {
  public func difference(from expected: Training, within tolerance: Tolerance) -> Difference? {
    var difference = weights.difference(from: expected.weights, within: tolerance)
    if let location = difference?.location { difference?.location = ".weights" + location }
    if difference != nil { return difference }
    difference = updates.difference(from: expected.updates, within: tolerance)
    difference?.location = ".updates"
    return difference
  }
}

/// Finds how many updates the answer's check allows, and compares that with the bound.
private func examineBound(_ points: Truth.Points, _ exam: Exam) throws {
  let far = 2 * points.limits.compactMap(\.value).reduce(points.most, max) + 9
  let refused = (0...far).first {
    !keepsTheBound($0, on: points.x, points.y, separatedBy: points.line)
  }
  try exam.expect(
    refused.map { $0 - 1 }, equals: points.most,
    of: "the largest number that keepsTheBound accepts, where (R/γ)² is \(points.bound),",
    expectedMistakes: points.limits)
}

extension Truth.Points {
  /// Draws whole points and a whole line, until every mistake in the bound would be seen.
  init(count: Int, features: Int, using random: inout SplitMix64) {
    func whole(_ range: ClosedRange<Int>) -> Rational {
      Rational(range.lowerBound + random.index(below: range.count), 1)
    }
    while true {
      let line = Vector([2] + (0..<features).map { _ in whole(-3...3) })
      var points: [[Rational]] = []
      while points.count < count {
        let point = (0..<features).map { _ in whole(-4...4) }
        if abs(line.dot(Vector(point + [1]))) >= 2 { points.append(point) }
      }
      let x = Matrix(rows: count, columns: features, elements: points.flatMap(\.self))
      let y = Vector(points.map { line.dot(Vector($0 + [1])) > 0 ? 1 : -1 as Rational })
      self.init(x: x, y: y, line: line)
      if Set(y.elements.map(\.sign)).count < 2 || !(8...99 ~= most) { continue }
      if Rational(count: most) == bound || train(epochs: 99, { $0 <= 0 }).updates < 3 { continue }
      let allowed = [most] + limits.dropFirst().dropLast(2).compactMap(\.value)
      let passes = [
        train(epochs: 1) { $0 <= 0 }, train(epochs: 1) { _ in true },
        train(epochs: 1, isLabelled: false) { $0 <= 0 },
      ]
      let ends = passes.map { "\($0.weights.elements)" }
      if Set(allowed).count == allowed.count && Set(ends).count == ends.count { return }
    }
  }

  private var extended: [Vector<Rational>] {
    (0..<x.rows).map { Vector(x.row($0).elements + [1]) }
  }

  private var scores: [Rational] { extended.indices.map { y[$0] * line.dot(extended[$0]) } }

  /// (R/γ)².
  var bound: Rational { bound() }

  /// The most updates that the bound allows.
  var most: Int { Truth.floor(bound) }

  /// What somebody would allow who takes another bound.
  var limits: KeyValuePairs<String, Int?> {
    let lengths = extended.map(\.squaredNorm)
    return [
      "as many updates as the bound are allowed: ≤ and not <":
        Rational(count: most) == bound ? most - 1 : most,
      "R is the length of (x, 1): the 1 belongs to it":
        Truth.floor(bound(squaredRadius: squaredRadius - 1)),
      "γ is measured with a line of length 1: divide by ‖u‖": Truth.floor(bound / line.squaredNorm),
      "the bound is the square of R/γ": (0...most).last { Rational(count: $0 * $0) <= bound } ?? 0,
      "γ is the least margin of all points, not the largest":
        Truth.floor(bound(score: scores.reduce(0, max))),
      "R is the length of the longest point, not of the shortest":
        Truth.floor(bound(squaredRadius: lengths.reduce(squaredRadius, min))),
      "a check that never refuses finds no bug": nil,
      "the comparison is turned around": -1,
    ]
  }

  private var squaredRadius: Rational { extended.map(\.squaredNorm).reduce(0, max) }

  private func bound(squaredRadius: Rational? = nil, score: Rational? = nil) -> Rational {
    let least = score ?? scores.reduce(scores[0], min)
    return (squaredRadius ?? self.squaredRadius) * line.squaredNorm / least.squared
  }

  /// Returns a training by some rule, right or wrong.
  func train(
    epochs: Int, isLabelled: Bool = true, _ isMistake: (Rational) -> Bool
  ) -> Training {
    var training = Training(weights: Vector(repeating: 0, count: x.columns + 1), updates: 0)
    for _ in 0..<epochs {
      for (point, label) in zip(extended, y.elements)
      where isMistake((isLabelled ? label : 1) * training.weights.dot(point)) {
        training.weights.add(label, times: point)
        training.updates += 1
      }
    }
    return training
  }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// Points on both sides of a line.
  struct Points {
    let x: Matrix<Rational>
    let y: Vector<Rational>
    /// The line, its bias last.
    let line: Vector<Rational>
  }

  static func floor(_ fraction: Rational) -> Int {
    var whole = Int(Double(fraction)) + 1
    while Rational(count: whole) > fraction { whole -= 1 }
    return whole
  }
}
