import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("z of 95 %")
  try exam.expectPrediction(
    z95, equals: 1.959964, within: .absolute(0.001), of: "z95",
    expectedMistakes: [
      "95 % lie below that: on both sides together 5 % are to be left out, on each side 2.5 %":
        1.644854,
      "that holds 99 %": 2.575829,
      "that holds 68 %": 1,
      "that holds 95.4 %; three decimals are asked for": 2,
      "that holds 99.7 %": 3,
      "that is the probability; z is a number of standard deviations": 0.95,
    ], mistakeTolerance: .absolute(0.006))

  for z in [1.96, 2.5758, 1] {
    exam.part("some are right and some wrong, z = \(z)")
    for (k, n) in [(352, 360), (5, 9), (54, 100), (2, 23)] {
      try examine(exam, correct: k, of: n, z: z)
    }
  }
  exam.part("none is right")
  for n in [14, 300, 2] { try examine(exam, correct: 0, of: n, z: 1.96) }
  exam.part("all are right")
  for n in [23, 170, 3] { try examine(exam, correct: n, of: n, z: 1.96) }
}

private func examine(_ exam: Exam, correct k: Int, of n: Int, z: Double) throws {
  let received = wilson(correct: k, of: n, z: z)
  let truth = Truth(k: Double(k), n: Double(n), z: z)
  for (name, ours, sign, right) in [
    ("low", received.low, -1.0, truth.low), ("high", received.high, 1.0, truth.high),
  ] {
    try exam.expect(
      ours, equals: right, within: .absolute(1e-9),
      of: "wilson(correct: \(k), of: \(n), z: \(z)).\(name)",
      expectedMistakes: truth.mistakes(sign))
  }
}

/// The ends of an interval, found without solving the equation, and what wrong formulas give.
private struct Truth {
  let k, n, z: Double

  private var p: Double { k / n }

  /// Returns how far a measured accuracy is beyond z deviations from a true one.
  private func excess(_ q: Double) -> Double { (p - q).squared - z * z * q * (1 - q) / n }

  /// Halves an interval at whose one end accuracies are too far off, and at whose other they are not.
  private func border(_ outside: Double, _ inside: Double) -> Double {
    var (far, near) = (outside, inside)
    for _ in 0..<200 {
      let middle = (far + near) / 2
      if excess(middle) > 0 { far = middle } else { near = middle }
    }
    return near
  }

  var low: Double { k == 0 ? 0 : border(0, p) }
  var high: Double { k == n ? 1 : border(1, p) }

  private func ends(
    _ sign: Double, p: Double, n: Double, shift: Double = 2, inside: Double = 4,
    below: Double = 1
  ) -> Double {
    let square = z * z / n
    let half = z * Double.sqrt(max(0, p * (1 - p) / n + (inside > 0 ? square / n / inside : 0)))
    return (p + (shift > 0 ? square / shift : 0) + sign * half) / (1 + below * square)
  }

  func mistakes(_ sign: Double) -> KeyValuePairs<String, Double> {
    let square = z * z / n
    let plain = p + sign * z * Double.sqrt(p * (1 - p) / n)
    let moved = (k + z * z / 2) / (n + z * z)
    let (centre, half) = (
      (p + square / 2) / (1 + square),
      z * Double.sqrt(p * (1 - p) / n + square / n / 4) / (1 + square)
    )
    return [
      // Of an interval in between no end is there.
      "where none or all are right the interval has a width, too":
        k == 0 || k == n ? p : -.infinity,
      "this is the textbook's interval, with the deviation at the measured accuracy": plain,
      "this is the textbook's interval, cut off at 0 and 1": min(1, max(0, plain)),
      "the ends are exchanged": ends(-sign, p: p, n: n),
      "a quotient of whole numbers is a whole number: make Doubles of both first":
        ends(sign, p: 0, n: n),
      "n − 1 for n": ends(sign, p: k / (n - 1), n: n - 1),
      "n − 1 for n in all but the measured accuracy": ends(sign, p: p, n: n - 1),
      "this is the fraction of wrong ones": ends(sign, p: 1 - p, n: n),
      "not divided by 1 + z²/n": ends(sign, p: p, n: n, below: 0),
      "the centre is shifted by z²/n, and not by half of it": ends(sign, p: p, n: n, shift: 1),
      "the centre is not shifted": ends(sign, p: p, n: n, shift: 0),
      "the term z²/4n² is missing under the root": ends(sign, p: p, n: n, inside: 0),
      "under the root is z²/n², and not a quarter of it": ends(sign, p: p, n: n, inside: 1),
      "under the root is z²/2n², and not half of that": ends(sign, p: p, n: n, inside: 2),
      "z, and not its square, is divided by n": {
        let square = z / n
        return (p + square / 2 + sign * z * Double.sqrt(p * (1 - p) / n + square / n / 4))
          / (1 + square)
      }(),
      "the root is missing": centre + sign * half * half,
      "only the half width is divided by 1 + z²/n": p + square / 2 + sign * half,
      "only the centre is divided by 1 + z²/n": centre + sign * half * (1 + square),
      "the centre is the measured accuracy": p + sign * half,
      "this is the interval of Agresti and Coull, which is near it":
        moved + sign * z * Double.sqrt(moved * (1 - moved) / (n + z * z)),
      "this is the half width": half,
      "this is the centre; z is not used for the width": centre,
      "this is the measured accuracy": p,
      "in per cent": 100 * ends(sign, p: p, n: n),
      "a fixed z is used, and not the one that is given": Truth(k: k, n: n, z: 1.96).ends(
        sign, p: p, n: n),
      "half of the width": centre + sign * half / 2,
      "the whole width on either side": centre + 2 * sign * half,
    ]
  }
}
