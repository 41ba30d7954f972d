import Foundation
import Grading

extension Verdict {
  /// Returns the verdict on an answer that the compiler refused: its first error, and how many there are.
  init(_ output: CompilerOutput, file: String) {
    let errors = output.diagnostics
    let own = errors.first { $0.file == file }
    self.init(.didNotCompile, file: file, line: own?.line)
    if let own {
      message = own.message
    } else {
      message = "the check cannot use this file: \(errors.first?.message ?? "")"
      cause = "a name, or what goes in or comes out, has changed"
    }
    if let name = Self.nameOfBoth(output.text) {
      cause = "the check has something called \(name) too: give yours another name"
    }
    if errors.count > 1 { notes = ["\(errors.count) errors; this is the first"] }
  }

  /// Returns a name that both an answer and its judge have declared: they are one module.
  private static func nameOfBoth(_ text: String) -> Substring? {
    text.contains("/Judge.swift:")
      ? text.firstMatch(of: /invalid redeclaration of '([^'(<]+)/)?.1 : nil
  }

  /// Returns the verdict on an answer that ran.
  init(
    _ outcome: SandboxedProcess.Outcome, key: String, backtrace: Backtrace, sampledLine: Int?,
    file: String, cpuLimit: Double
  ) {
    let events = outcome.result.split(separator: 0x0A).compactMap { line in
      try? JSONDecoder().decode(ExamEvent.self, from: Data(line))
    }.filter { $0.key == key }
    self.init(.crashed, file: file)
    let parts = events.compactMap(\.part)
    let last = events.last { $0.ending != nil }
    if outcome.exceedsOutputLimit || outcome.isTimedOut || outcome.signal != 0 || last == nil {
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

  /// Says how an answer ended before its exam had.
  private mutating func end(
    _ outcome: SandboxedProcess.Outcome, _ backtrace: Backtrace, _ cpuLimit: Double
  ) {
    let words = String(decoding: outcome.error, as: UTF8.self)
    let fatal = words.matches(
      of: #/(?m)(?:Fatal error|Precondition failed|Assertion failed)(?:: (.*))?$/#
    ).last
    if outcome.exceedsOutputLimit {
      message = "it printed more than 64 MiB, and was stopped"
    } else if outcome.isTimedOut {
      state = .timedOut
      let seconds = cpuLimit.formatted()
      message = "it did not end within \(seconds) s"
      cause = line == nil ? nil : "an endless loop? This is the line where it was stopped"
    } else if words.contains(#/failed to allocate|Cannot allocate memory|could not allocate/#) {
      message = "it asked for more memory than the 2 GiB that an answer may have"
    } else if let fatal {
      message = fatal.1.map(String.init) ?? "it stopped itself"
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
