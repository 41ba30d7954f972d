import Foundation
import Grading

extension Compiler.Result {
  /// Returns the verdict on an answer of which no program could be made; `nil` where one was.
  func verdict(on file: String) -> Verdict? {
    switch self {
    case .program: nil
    case .errors(let output): Verdict(output, file: file)
    case .stopped(let reason): Verdict(.timedOut, file: file, message: reason)
    }
  }
}

extension Verdict {
  /// Returns the verdict on an answer that the compiler refused: its first error, and how many there are.
  init(_ output: CompilerOutput, file: String) {
    let errors = output.diagnostics
    let own = errors.first { $0.file == file }
    self.init(.didNotCompile, file: file, line: own?.line)
    if let own {
      message = own.message
    } else if let first = errors.first, first.message.hasPrefix("expected '") {
      // Of a brace that is never closed the end is missed where the file ends.
      message = "\(first.message): the file ends before"
    } else {
      message = "the check cannot use this file: \(errors.first?.message ?? "")"
      cause = "a name, or what goes in or comes out, has changed"
    }
    if errors.count > 1 { notes = ["\(errors.count) errors; this is the first"] }
  }

  /// Returns the verdict on an answer that adds a name which its check uses.
  init(_ clash: NameClash, file: String) {
    self.init(.didNotCompile, file: file, line: clash.line)
    message = "the check uses something called \(clash.name) too"
    cause =
      clash.isOperator
      ? "the check compares with it: leave it as the compiler makes it"
      : "give yours another name, or make it private"
  }

  /// Returns the verdict on an answer with something that no answer may have.
  init(_ word: RefusedWord, file: String) {
    self.init(.didNotCompile, file: file, line: word.line)
    message = word.sentence
  }

  /// Returns the verdict on an answer that ran.
  init(
    _ outcome: SandboxedProcess.Outcome, key: String, backtrace: Backtrace, sampledLine: Int?,
    file: String, cpuLimit: Double
  ) {
    let events = Self.events(in: outcome.result, key: key)
    self.init(.crashed, file: file)
    let parts = events.compactMap(\.part)
    let last = events.last { $0.ending != nil }
    let isStopped =
      outcome.exceedsOutputLimit || outcome.isTimedOut || outcome.exceeded != nil
    if isStopped || outcome.signal != 0 || last == nil {
      line = sampledLine ?? backtrace.line(in: file)
      end(outcome, backtrace, cpuLimit)
    } else if let last, let ending = last.ending {
      state = State(rawValue: ending.rawValue) ?? .crashed
      message = last.message ?? ""
      (expected, received, cause) = (last.expected, last.received, last.cause)
      if last.file == file { line = last.line }
    }
    passed = state == .pass ? parts : parts.dropLast()
    part = state == .pass ? nil : parts.last
    notes = events.compactMap(\.note)
    output = String(decoding: outcome.output, as: UTF8.self)
    isConfined = outcome.isConfined
    if state == .notAttempted && message.isEmpty { message = "still to do" }
  }

  /// Returns the events that carry a key, of lines that anybody can have written.
  ///
  /// A line is only decoded where it has the key: there can be a million of others.
  private static func events(in lines: Data, key: String) -> [ExamEvent] {
    let key = Array(key.utf8)
    return lines.split(separator: 0x0A).compactMap { line in
      guard line.range(of: Data(key)) != nil,
        let event = try? JSONDecoder().decode(ExamEvent.self, from: Data(line)),
        event.key.utf8.elementsEqual(key)
      else { return nil }
      return event
    }
  }

  /// Returns what the last line of a fatal error says: nothing where it says no more.
  private static func fatalError(in text: Data) -> String? {
    for line in text.split(separator: 0x0A).reversed() {
      for mark: StaticString in ["Fatal error", "Precondition failed", "Assertion failed"] {
        guard let place = line.firstIndex(of: mark) else { continue }
        let rest = line[place...].dropFirst(mark.utf8CodeUnitCount)
        if rest.isEmpty { return "" }
        if rest.begins(with: ": ") { return String(decoding: rest.dropFirst(2), as: UTF8.self) }
      }
    }
    return nil
  }

  /// Says how an answer ended before its exam had.
  private mutating func end(
    _ outcome: SandboxedProcess.Outcome, _ backtrace: Backtrace, _ cpuLimit: Double
  ) {
    let words = outcome.error
    let isOutOfMemory =
      outcome.exceeded == .memory || words.holds("failed to allocate")
      || words.holds("Cannot allocate memory") || words.holds("could not allocate")
    if outcome.exceedsOutputLimit {
      message = "it printed more than 64 MiB, and was stopped"
    } else if outcome.exceeded == .disk {
      message = "it wrote more than \(SandboxedProcess.diskLimit >> 20) MiB, or very many files"
    } else if outcome.exceeded == .threads {
      message = "it had more than \(SandboxedProcess.threadLimit) threads at once"
    } else if outcome.isTimedOut {
      state = .timedOut
      let seconds = cpuLimit.formatted()
      message = "it did not end within \(seconds) s"
      cause = line == nil ? nil : "an endless loop? This is the line where it was stopped"
    } else if isOutOfMemory {
      message = "it asked for more memory than the 2 GiB that an answer may have"
    } else if let fatal = Self.fatalError(in: words) {
      message = fatal.isEmpty ? "it stopped itself" : fatal
    } else if let function = backtrace.recursion {
      message = "the stack is full"
      cause = "\(function) calls itself without end"
    } else if let reason = backtrace.reason {
      message = reason
    } else if outcome.signal != 0 {
      message = String(cString: strsignal(outcome.signal)).lowercased()
    } else {
      message = "it ended with code \(outcome.code) before the check was done"
      cause = "a call of exit()?"
    }
  }
}
