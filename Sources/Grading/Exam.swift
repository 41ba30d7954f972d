import Workbook

/// What a judge asks of a learner's answer, in order; the first thing that is wrong ends it.
public struct Exam {
  /// The seed of all that is drawn. A right answer passes with every seed.
  public let seed: UInt64

  init(seed: UInt64) { self.seed = seed }

  /// Returns the generator of a stream: one more draw in one changes nothing in another.
  public func random(_ stream: String) -> SplitMix64 { SplitMix64(seed: seed, stream: stream) }

  /// Begins a part of the exam. The verdict names it, and the parts before it as passed.
  public func part(_ name: String) { ExamProcess.send(ExamEvent(part: name)) }

  /// Notes something that a reader may want to know after a pass, such as `47 digits agree`.
  public func note(_ text: String) { ExamProcess.send(ExamEvent(note: text)) }

  /// Asks for a value.
  ///
  /// - Parameters:
  ///   - received: What the answer gives.
  ///   - expected: What it should give.
  ///   - tolerance: How far from it the answer may be.
  ///   - subject: What it is the value of, as in `logSoftmax(z)`.
  ///   - expectedMistakes: Likely mistakes, each with the value that it gives. The first that gives what was
  ///     received is told as the likely cause.
  ///   - mistakeTolerance: How far from what was received the value of an expected mistake may be.
  /// - Throws: What ends the exam, where the value is another.
  public func expect<Value: Gradable>(
    _ received: Value, equals expected: Value, within tolerance: Tolerance = .exactly,
    of subject: String, expectedMistakes: @autoclosure () -> KeyValuePairs<String, Value> = [:],
    mistakeTolerance: Tolerance = .relative(1e-9)
  ) throws {
    guard let difference = received.difference(from: expected, within: tolerance) else { return }
    let mistake = Self.mistake(
      that: received, is: expectedMistakes(), besides: expected, within: mistakeTolerance)
    throw ExamFailure(
      event: ExamEvent(
        ending: .fail, message: difference.sentence(about: subject), expected: difference.expected,
        received: difference.received, cause: mistake ?? difference.cause))
  }

  /// Asks for a value that the learner predicts: what is right is not told, or the second try would be a copy.
  ///
  /// - Parameters:
  ///   - received: What the answer says.
  ///   - expected: What is right.
  ///   - tolerance: How far from it the answer may be.
  ///   - subject: What it is the value of.
  ///   - expectedMistakes: Likely mistakes, each with the value that it gives.
  ///   - mistakeTolerance: How far from what was received the value of an expected mistake may be.
  /// - Throws: What ends the exam, where the value is another.
  public func expectPrediction<Value: Gradable>(
    _ received: Value, equals expected: Value, within tolerance: Tolerance = .exactly,
    of subject: String, expectedMistakes: @autoclosure () -> KeyValuePairs<String, Value> = [:],
    mistakeTolerance: Tolerance = .relative(1e-9)
  ) throws {
    guard let difference = received.difference(from: expected, within: tolerance) else { return }
    let mistake = Self.mistake(
      that: received, is: expectedMistakes(), besides: expected, within: mistakeTolerance)
    throw ExamFailure(
      event: ExamEvent(
        ending: .fail, message: "\(subject) is not right", received: difference.received,
        cause: mistake))
  }

  /// Returns the first mistake that gives what was received, of those that are not as near to what is right.
  private static func mistake<Value: Gradable>(
    that received: Value, is mistakes: KeyValuePairs<String, Value>, besides expected: Value,
    within tolerance: Tolerance
  ) -> String? {
    mistakes.first {
      received.difference(from: $0.value, within: tolerance) == nil
        && $0.value.difference(from: expected, within: tolerance) != nil
    }?.key
  }

  /// Asks that a claim holds.
  ///
  /// - Parameters:
  ///   - claim: Whether it does.
  ///   - sentence: What is wrong where it does not, as a sentence without its period.
  ///   - cause: The likely cause, if there is one.
  /// - Throws: What ends the exam, where the claim does not hold.
  public func check(
    _ claim: Bool, _ sentence: @autoclosure () -> String,
    cause: @autoclosure () -> String? = nil
  ) throws {
    if claim { return }
    throw ExamFailure(event: ExamEvent(ending: .fail, message: sentence(), cause: cause()))
  }

  /// Asks the same questions again, in an order that nobody knows.
  ///
  /// A check that a learner writes is shown what is right first and what is wrong after it. So one that only counts
  /// how often it was called would pass.
  ///
  /// - Parameters:
  ///   - questions: What is to be said, and what asks the learner's check.
  ///   - subject: The check's name.
  /// - Throws: What ends the exam, where an answer is another now.
  public func askAgain(
    _ questions: [(expected: Bool, ask: () -> Bool)], of subject: String
  ) throws {
    var random = random("asked again")
    for question in random.shuffled(questions) {
      try check(
        question.ask() == question.expected,
        "\(subject) says something else when it is shown the same again, in another order",
        cause: "what it says may depend on nothing but what it is given")
    }
  }

  /// Certifies a backward pass by every method of the book that applies to it.
  ///
  /// On a pass the digits are noted. Where it fails, the sentence says which slope is wrong, what it is
  /// and should be, and by which ratio; the cause is what the gradient looks like.
  ///
  /// - Parameter formula: The answer's own generic code, as a loss and a gradient.
  /// - Throws: What ends the exam, where a method fails or cannot decide.
  public func certify(_ formula: some Formula) throws {
    let certificate = Certificate(of: formula)
    switch certificate.verdict {
    case .pass: note(certificate.asCheck.detail)
    case .undecided:
      throw ExamFailure(
        event: ExamEvent(
          ending: .fail, message: "no method can decide: \(certificate.asCheck.detail)"))
    case .fail:
      let detail = certificate.findings.first { $0.verdict == .fail }?.detail ?? ""
      // The cause follows the sentence, after a semicolon.
      let parts = detail.split(separator: "; ", maxSplits: 1)
      let slopes = detail.firstMatch(of: /is (\S+) and should be (\S+), ratio/)
      throw ExamFailure(
        event: ExamEvent(
          ending: .fail,
          message: "the slopes of \(formula.name) are wrong: \(parts.first ?? "")",
          expected: slopes.map { String($0.2) }, received: slopes.map { String($0.1) },
          cause: parts.count > 1 ? String(parts[1]) : nil))
    }
  }
}
