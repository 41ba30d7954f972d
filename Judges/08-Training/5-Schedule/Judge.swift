import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("rates")
  func drawn(warmup: Int, total: Int) -> Plan {
    let floor = 0.01 + random.uniform()
    return Plan(warmup: warmup, total: total, peak: floor + 1 + random.uniform(), floor: floor)
  }
  let plans = [
    drawn(warmup: 5, total: 23), drawn(warmup: 3, total: 10), drawn(warmup: 8, total: 19),
  ]
  for plan in plans {
    exam.part("the warm-up of \(plan.words)")
    try plan.expect(1...plan.warmup, exam, Plan.warmupMistakes)
    exam.part("the cosine of \(plan.words)")
    try plan.expect(plan.warmup + 1...plan.total, exam, Plan.cosineMistakes)
    exam.part("after \(plan.words)")
    try plan.expect(plan.total + 1...plan.total + 30, exam, Plan.endMistakes)
  }

  exam.part("no warm-up")
  for total in [6, 13, 1] {
    let plan = drawn(warmup: 0, total: total)
    try plan.expect(1...total, exam, Plan.cosineMistakes)
    try plan.expect(total + 1...total + 3, exam, Plan.endMistakes)
  }
  exam.part("nothing but warm-up")
  for total in [7, 4, 1] {
    let plan = drawn(warmup: total, total: total)
    try plan.expect(1...total, exam, Plan.warmupMistakes)
    try plan.expect(total + 1...total + 3, exam, Plan.endMistakes)
  }
  exam.part("a warm-up of one step, and one step behind it")
  for plan in [drawn(warmup: 1, total: 9), drawn(warmup: 8, total: 9)] {
    try plan.expect(1...plan.total + 2, exam)
  }
  exam.part("a peak that is the floor, and a floor of 0")
  try Plan(warmup: 4, total: 9, peak: 0.25, floor: 0.25).expect(1...11, exam)
  try Plan(warmup: 2, total: 8, peak: 0.5, floor: 0).expect(1...11, exam)

  exam.part("step decay")
  for decay in [
    Decay(start: Rational(1, 2), factor: Rational(1, 10), period: 3),
    Decay(start: 3, factor: Rational(2, 3), period: 7),
    Decay(start: Rational(4, 5), factor: Rational(1, 2), period: 1),
    Decay(start: Rational(1, 7), factor: Rational(5, 4), period: 4),
  ] { try decay.examine(exam) }
  exam.note("at the first and the last step, and at both ends of warm-ups from none to all steps")
}

/// A warm-up and a cosine, as the judge computes them.
private struct Plan {
  let warmup, total: Int
  let peak, floor: Double

  var words: String { "\(warmup) of \(total) steps" }

  func expect(
    _ steps: ClosedRange<Int>, _ exam: Exam, _ mistakes: (Plan) -> Mistakes = { _ in Mistakes() }
  ) throws {
    let received = steps.map {
      warmupThenCosine($0, warmup: warmup, total: total, peak: peak, floor: floor)
    }
    let mistake = mistakes(self).first(giving: received, in: steps)
    // One step after the other, so that a verdict names the step.
    for (step, rate) in zip(steps, received) {
      let wrong = mistake?.rate(step)
      try exam.expect(
        rate, equals: truth(step), within: .absolute(1e-12),
        of: "the rate of step \(step), with warmup: \(warmup), total: \(total),",
        expectedMistakes: [mistake?.cause ?? "": wrong ?? truth(step)])
    }
  }

  private func truth(_ step: Int) -> Double {
    if step <= warmup { return ramp(Double(step) / Double(warmup)) }
    return step > total ? floor : cosine(Double(step - warmup) / Double(total - warmup))
  }

  private func ramp(_ part: Double) -> Double { part * peak }

  private func cosine(_ progress: Double) -> Double {
    // With 1 + cos x = 2 cos² x/2, another formula than the statement's.
    let half = Double.cos(progress * .pi / 2)
    return floor + (peak - floor) * half * half
  }

  /// The wave of the statement, of an angle.
  private func wave(_ angle: Double, from top: Double, to bottom: Double) -> Double {
    bottom + (top - bottom) * (1 + Double.cos(angle)) / 2
  }

  static func warmupMistakes(_ plan: Plan) -> Mistakes {
    let (w, total) = (Double(plan.warmup), plan.total)
    var all = Mistakes()
    all.add("steps are numbered from 1: here the first has a rate of 0, and is wasted") {
      plan.ramp(($0 - 1) / w)
    }
    all.add("the first step has a rate of 0, and is wasted") { plan.ramp(($0 - 1) / max(1, w - 1)) }
    all.add("the peak is to be reached at the last step of the warm-up, and not behind it") {
      plan.ramp($0 / (w + 1))
    }
    all.add("this is the rate of the step behind it") { plan.ramp(($0 + 1) / w) }
    all.add("the warm-up begins at 0, and not at the floor") {
      plan.floor + (plan.peak - plan.floor) * $0 / w
    }
    all.add(
      "step / warmup divides whole numbers, and drops what is behind the point: make a Double of "
        + "each first"
    ) { $0 < w ? 0 : plan.peak }
    all.add("the warm-up is missing") { _ in plan.peak }
    all.add("the cosine has begun already") { plan.cosine($0 / Double(total)) }
    all.add("the last step of the warm-up has the peak, also where the training ends with it") {
      $0 < Double(total) ? plan.ramp($0 / w) : plan.floor
    }
    all.add("where all steps are warm-up, the cosine divides 0 by 0") {
      $0 < Double(total) ? plan.ramp($0 / w) : .nan
    }
    return all
  }

  static func cosineMistakes(_ plan: Plan) -> Mistakes {
    let (w, total) = (Double(plan.warmup), Double(plan.total))
    let (top, bottom) = (plan.peak, plan.floor)
    let rest = total - w
    func angle(_ step: Double) -> Double { Double.pi * (step - w) / rest }
    var all = Mistakes()
    all.add("without a warm-up 0 is divided by 0, which is NaN") { _ in .nan }
    all.add("the step behind the warm-up still has the peak, and the floor is never reached") {
      plan.cosine(($0 - w - 1) / rest)
    }
    all.add("the step behind the warm-up still has the peak: the first step down is missing") {
      plan.cosine(($0 - w - 1) / max(1, rest - 1))
    }
    all.add("the floor is to be reached at the last step, and not behind it") {
      plan.cosine(($0 - w) / (rest + 1))
    }
    all.add("p begins at 0 with the end of the warm-up, and not with the first step") {
      plan.cosine($0 / total)
    }
    all.add("the cosine has T − w steps, and not T") { plan.cosine(($0 - w) / total) }
    all.add("p counts the steps behind the warm-up, k − w") { plan.cosine($0 / rest) }
    all.add("a cosine takes radians: half a turn is π, and not 180") {
      plan.wave(180 * ($0 - w) / rest, from: top, to: bottom)
    }
    all.add("half a turn is π: the cosine of p itself hardly falls") {
      plan.wave(($0 - w) / rest, from: top, to: bottom)
    }
    all.add("half a turn is π, and not π/2") { plan.wave(angle($0) / 2, from: top, to: bottom) }
    all.add("half a turn is π, and not 2π") { plan.wave(2 * angle($0), from: top, to: bottom) }
    all.add("this is a quarter of a cosine wave; half of one begins and ends flat") {
      bottom + (top - bottom) * Double.cos(angle($0) / 2)
    }
    all.add("the cosine falls from the peak to the floor: its height is the difference") {
      bottom + plan.wave(angle($0), from: top, to: 0)
    }
    all.add("the rate is cut off at the floor; it should come down to it along the whole cosine") {
      max(bottom, plan.wave(angle($0), from: top, to: 0))
    }
    all.add("the cosine ends at the floor, and not at 0") {
      plan.wave(angle($0), from: top, to: 0)
    }
    all.add("1 + cos is at most 2: the half is missing") {
      plan.wave(angle($0), from: 2 * top - bottom, to: bottom)
    }
    all.add("the 1 is missing: a cosine falls below 0") {
      bottom + (top - bottom) * Double.cos(angle($0)) / 2
    }
    all.add("the sign: the rate rises from the floor to the peak") {
      plan.wave(angle($0), from: bottom, to: top)
    }
    all.add("this is a straight line") { top + (bottom - top) * ($0 - w) / rest }
    all.add(
      "p divides whole numbers, and drops what is behind the point: make a Double of each first"
    ) { $0 < total ? top : bottom }
    all.add("after the warm-up the rate stays at the peak") { _ in top }
    return all
  }

  static func endMistakes(_ plan: Plan) -> Mistakes {
    let (w, total) = (Double(plan.warmup), Double(plan.total))
    var all = Mistakes()
    all.add("the cosine rises again: after the last step the rate stays at the floor") {
      plan.cosine(($0 - w) / (total - w))
    }
    all.add("after the last step the rate is the floor, and not 0") { _ in 0 }
    all.add("where all steps are warm-up, the floor comes behind them") { _ in plan.peak }
    return all
  }
}

/// What likely mistakes give at each step.
private struct Mistakes {
  typealias Mistake = (cause: String, rate: (Int) -> Double)
  private var all: [Mistake] = []

  mutating func add(_ cause: String, _ rate: @escaping (_ step: Double) -> Double) {
    all.append((cause, { rate(Double($0)) }))
  }

  /// The first that gives such rates. The last rate may be right by a line of its own.
  func first(giving received: [Double], in steps: ClosedRange<Int>) -> Mistake? {
    func matching(_ count: Int) -> Mistake? {
      all.first { mistake in
        let wrong = Vector(steps.prefix(count).map(mistake.rate))
        return Vector(Array(received.prefix(count)))
          .difference(from: wrong, within: .relative(1e-9)) == nil
      }
    }
    return matching(received.count) ?? (received.count > 3 ? matching(received.count - 1) : nil)
  }
}

/// A learning rate that is multiplied after every period.
private struct Decay {
  let start, factor: Rational
  let period: Int

  func examine(_ exam: Exam) throws {
    let steps = 1...2 * period + 6
    let linear = Vector<Rational>(
      steps.map { step in
        let periods = (step - 1) / period
        return periods == 0 ? start : start * factor * Rational(periods, 1)
      })
    try exam.expect(
      Vector(steps.map { stepDecay($0, from: start, times: factor, every: period) }),
      equals: rates { step in (1..<step).count { $0 % period == 0 } },
      of: "the rates of step decay every \(period) steps, from index 0 for step 1: η",
      expectedMistakes: [
        "the rate falls a step early: the first period has one step too few": rates(early),
        "the rate falls a step late: the first period has one step too many": rates(late),
        "the first period has the rate of the start": rates { before($0) + 1 },
        "the rate falls at every step, and not at the end of a period": rates { $0 - 1 },
        "the rate falls once only: every period multiplies again": rates { min(1, before($0)) },
        "the rate never changes": rates { _ in 0 },
        "the rate is divided by the factor": rates { -before($0) },
        "the factor is multiplied by the number of periods; it should be multiplied by itself":
          linear,
      ])
  }

  private func before(_ step: Int) -> Int { (step - 1) / period }
  private func early(_ step: Int) -> Int { step / period }
  private func late(_ step: Int) -> Int { max(0, step - 2) / period }

  private func rates(_ periods: (Int) -> Int) -> Vector<Rational> {
    Vector<Rational>(
      (1...2 * period + 6).map { step in
        let count = periods(step)
        let one: Rational = count < 0 ? 1 / factor : factor
        return (0..<abs(count)).reduce(start) { rate, _ in rate * one }
      })
  }
}
