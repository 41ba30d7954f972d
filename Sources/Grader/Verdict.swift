import Foundation

/// What is said of an answer.
package struct Verdict: Equatable, Sendable {
  /// How an answer did.
  package enum State: String, CaseIterable, Codable, Sendable {
    case pass, fail
    case notAttempted = "not attempted"
    case didNotCompile = "did not compile"
    case crashed
    case timedOut = "timed out"
  }

  /// How the answer did.
  package var state: State
  /// The file, as its owner knows it.
  package var file: String
  /// The line, from 1.
  package var line: Int?
  /// What is wrong, in a sentence without its period; empty on a pass.
  package var message = ""
  /// What was expected.
  package var expected: String?
  /// What was received.
  package var received: String?
  /// The likely cause.
  package var cause: String?
  /// The part of the exam that the answer was in.
  package var part: String?
  /// The parts before it, which passed.
  package var passed: [String] = []
  /// What is said of each declaration that the exercise asks for, where it asks for more than one.
  package var parts: [Part] = []
  /// What else a reader may want to know, such as how many digits agree.
  package var notes: [String] = []
  /// What the answer printed, up to a limit.
  package var output = ""
  /// How long compiling and running took, in seconds of the clock.
  package var seconds = 0.0
  /// Whether the answer could write outside its folder or reach a network: `nil` where it did not run.
  package var isConfined: Bool?

  /// What is said of one declaration of an answer.
  package struct Part: Equatable, Codable, Sendable {
    /// The declaration's name.
    package let name: String
    /// The line at which it begins.
    package let line: Int?
    /// How it does beside the solution's other declarations.
    package let state: State
    /// What is wrong, in a sentence without its period; empty on a pass.
    package let message: String

    private enum CodingKeys: String, CodingKey {
      case name, line, message
      case state = "verdict"
    }
  }

  package init(_ state: State, file: String, line: Int? = nil, message: String = "") {
    self.state = state
    self.file = file
    self.line = line
    self.message = message
  }

  /// The file and line, as compilers write them.
  package var location: String { line.map { "\(file):\($0)" } ?? file }

  /// All that the verdict says of the answer, in which a diagnosis is looked for.
  package var words: String { [message, cause ?? ""].joined(separator: "\n") }
}

extension Verdict: Codable {
  private enum CodingKeys: String, CodingKey {
    case verdict, file, line, message, expected, received, diagnosis, part, passed, parts, notes
    case output
    case seconds, confined
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(state.rawValue, forKey: .verdict)
    try container.encode(file, forKey: .file)
    try container.encodeIfPresent(line, forKey: .line)
    if !message.isEmpty { try container.encode(message, forKey: .message) }
    try container.encodeIfPresent(expected, forKey: .expected)
    try container.encodeIfPresent(received, forKey: .received)
    try container.encodeIfPresent(cause, forKey: .diagnosis)
    try container.encodeIfPresent(part, forKey: .part)
    if !passed.isEmpty { try container.encode(passed, forKey: .passed) }
    if !parts.isEmpty { try container.encode(parts, forKey: .parts) }
    if !notes.isEmpty { try container.encode(notes, forKey: .notes) }
    if !output.isEmpty { try container.encode(output, forKey: .output) }
    try container.encode((seconds * 1000).rounded() / 1000, forKey: .seconds)
    try container.encodeIfPresent(isConfined, forKey: .confined)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    state = try container.decode(State.self, forKey: .verdict)
    file = try container.decode(String.self, forKey: .file)
    line = try container.decodeIfPresent(Int.self, forKey: .line)
    message = try container.decodeIfPresent(String.self, forKey: .message) ?? ""
    expected = try container.decodeIfPresent(String.self, forKey: .expected)
    received = try container.decodeIfPresent(String.self, forKey: .received)
    cause = try container.decodeIfPresent(String.self, forKey: .diagnosis)
    part = try container.decodeIfPresent(String.self, forKey: .part)
    passed = try container.decodeIfPresent([String].self, forKey: .passed) ?? []
    parts = try container.decodeIfPresent([Part].self, forKey: .parts) ?? []
    notes = try container.decodeIfPresent([String].self, forKey: .notes) ?? []
    output = try container.decodeIfPresent(String.self, forKey: .output) ?? ""
    seconds = try container.decode(Double.self, forKey: .seconds)
    isConfined = try container.decodeIfPresent(Bool.self, forKey: .confined)
  }
}
