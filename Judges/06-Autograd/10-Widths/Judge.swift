import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("eight lines")
  let answers = fates()
  let lines = FirstDay.lines
  try exam.expect(answers.count, equals: lines.count, of: "the number of fates")
  for (answer, line) in zip(answers, lines) {
    try exam.check(
      answer == fate(of: line.make), "the fate of \(line.code) is not “\(answer.rawValue)”",
      cause: line.cause)
  }

  exam.part("the mended init")
  try exam.check(
    fate(of: { try LeakyReLU(leak: 0.25) }) == .runs, "LeakyReLU(leak: 0.25) is refused",
    cause: "the leak has no label yet, or another one, or is no Double any more")
  for leak in [0.25, 0.0625, -3] {
    try exam.expect(
      try LeakyReLU(leak: leak).leak, equals: leak, of: "the leak of LeakyReLU(leak: \(leak))",
      expectedMistakes: ["the number that is given is not used": 0.01])
  }
  try exam.check(
    fate(of: { try LeakyReLU() }) == .runs, "LeakyReLU() is refused",
    cause: "the leak has lost its default")
  try exam.expect(
    try LeakyReLU().leak, equals: 0.01, of: "the leak of LeakyReLU()")
  let unlabelled = "there is still an init that takes a number without a label"
  try exam.check(
    fate(of: { try LeakyReLU(7) }) == .refused, "LeakyReLU(7) compiles still", cause: unlabelled)
  let width = 7
  try exam.check(
    fate(of: { try LeakyReLU(width) }) == .refused,
    "let width = 7; LeakyReLU(width) compiles", cause: unlabelled)
  try exam.check(
    fate(of: { try LeakyReLU(true) }) == .refused, "LeakyReLU(true) compiles", cause: unlabelled)
}

/// Returns what becomes of a line. What the compiler would refuse is sent to the inits below.
private func fate(of line: () throws -> Any) -> Fate {
  do {
    _ = try line()
    return .runs
  } catch {
    return error is Refused ? .refused : .stops
  }
}

/// Thrown by inits that the compiler takes where nothing else fits.
private struct Refused: Error {}
private struct Stopped: Error {}

extension LeakyReLU {
  @_disfavoredOverload
  fileprivate init<each Argument>(_ arguments: repeat each Argument) throws { throw Refused() }
  @_disfavoredOverload
  fileprivate init<Argument>(leak: Argument) throws { throw Refused() }
}

/// The modules as the statement has them.
private enum FirstDay {
  struct Linear {
    init(_ inputs: Int, _ outputs: Int) {}
    @_disfavoredOverload
    init<each Argument>(_ arguments: repeat each Argument) throws { throw Refused() }
  }

  struct ReLU {
    init() {}
    @_disfavoredOverload
    init<each Argument>(_ arguments: repeat each Argument) throws { throw Refused() }
  }

  struct LeakyReLU {
    init(_ leak: Double = 0.01) {}
    @_disfavoredOverload
    init<each Argument>(_ arguments: repeat each Argument) throws { throw Refused() }
  }

  struct Dropout {
    init(_ rate: Double = 0.5) throws {
      if !(0..<1).contains(rate) { throw Stopped() }
    }
    @_disfavoredOverload
    init<each Argument>(_ arguments: repeat each Argument) throws { throw Refused() }
  }

  /// The lines, and what a wrong answer about each has overlooked.
  static var lines: [(code: String, make: () throws -> Any, cause: String)] {
    [
      ("Linear(4, 7)", { Linear(4, 7) }, "it has both widths, as whole numbers"),
      (
        "Linear(7)", { try Linear(7) },
        "neither width has a default, so both are to be said"
      ),
      (
        "ReLU(7)", { try ReLU(7) },
        "this init takes nothing: there is no other question here that 7 could answer"
      ),
      (
        "LeakyReLU(7)", { LeakyReLU(7) },
        "the literal 7 is a Double where a Double is asked for: a leak of 7, in silence"
      ),
      (
        "LeakyReLU(4, 7)", { try LeakyReLU(4, 7) },
        "there is one number to give, and two are given"
      ),
      (
        "let width = 7; LeakyReLU(width)",
        {
          let width = 7
          return try LeakyReLU(width)
        },
        "width is an Int by now, and no Int is taken for a Double; a literal is"
      ),
      (
        "Dropout(7)", { try Dropout(7) },
        "for the compiler 7 is a number as good as any; it is the precondition that knows better"
      ),
      (
        "LeakyReLU(true)", { try LeakyReLU(true) },
        "in Swift a Bool is no number, and true is not 1"
      ),
    ]
  }
}
