/// What an exam's program tells the grader: one line of JSON each.
package struct ExamEvent: Codable, Equatable, Sendable {
  /// How an exam ended, as far as it can tell by itself.
  package enum Ending: String, Codable, Sendable {
    case pass, fail
    case notAttempted = "not attempted"
  }

  /// Proves that the exam wrote this and not the answer that it looks at.
  package var key = ""
  /// The part of the exam that begins.
  package var part: String?
  /// Something that a reader may want to know after a pass.
  package var note: String?
  /// The end.
  package var ending: Ending?
  /// What is wrong, in a sentence or two.
  package var message: String?
  /// What was expected.
  package var expected: String?
  /// What was received.
  package var received: String?
  /// The likely cause.
  package var cause: String?
  /// The file, if it is known.
  package var file: String?
  /// The line, if it is known.
  package var line: Int?

  package init(part: String) { self.part = part }
  package init(note: String) { self.note = note }

  package init(
    ending: Ending, message: String? = nil, expected: String? = nil, received: String? = nil,
    cause: String? = nil, file: String? = nil, line: Int? = nil
  ) {
    self.ending = ending
    self.message = message
    self.expected = expected
    self.received = received
    self.cause = cause
    self.file = file
    self.line = line
  }
}

/// What the grader asks of an exam: one line of JSON on standard input.
package struct ExamRequest: Codable, Sendable {
  /// To be given back with every event.
  package var key: String
  /// The seed of all that is drawn.
  package var seed: UInt64

  package init(key: String, seed: UInt64) {
    self.key = key
    self.seed = seed
  }
}
