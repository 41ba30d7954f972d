import Foundation
import Grading

extension Verdict {
  /// Returns the verdict on an answer that the compiler refused: its first error, and how many there are.
  init(complaint: String, file: String) {
    let places = complaint.matches(of: #/(?m)^(.+?):(\d+):(\d+): error: (.+)$/#)
    let own = places.first { $0.1 == file } ?? places.first
    guard let own else {
      let line = complaint.split(separator: "\n").first { $0.contains("error:") } ?? ""
      self.init(.didNotCompile, file: file, message: String(line))
      return
    }
    let isOwn = own.1 == file
    self.init(
      .didNotCompile, file: file, line: isOwn ? Int(own.2) : nil,
      message: isOwn
        ? String(own.4) : "the check cannot use what stands here: \(own.4)")
    if !isOwn { cause = "a name, or what goes in or comes out, has changed" }
    if let name = Self.nameOfBoth(complaint) {
      cause = "the check has something called \(name) too: give yours another name"
    }
    if places.count > 1 { notes = ["\(places.count) errors; this is the first"] }
  }

  /// Returns a name that both an answer and its judge have declared: they are one module.
  private static func nameOfBoth(_ complaint: String) -> Substring? {
    complaint.contains("/Judge.swift:")
      ? complaint.firstMatch(of: /invalid redeclaration of '([^'(<]+)/)?.1 : nil
  }

  /// Returns the verdict on an answer that ran.
  init(
    _ outcome: Child.Outcome, key: String, backtrace: Backtrace, file: String, limit: Double
  ) {
    let messages = outcome.result.split(separator: 0x0A).compactMap { line in
      try? JSONDecoder().decode(Message.self, from: Data(line))
    }.filter { $0.key == key }
    self.init(.crashed, file: file)
    let parts = messages.compactMap(\.part)
    let last = messages.last { $0.verdict != nil }
    if outcome.isFlood || outcome.isLate || outcome.signal != 0 || last == nil {
      end(outcome, backtrace, limit)
    } else if let last, let verdict = last.verdict {
      state = State(rawValue: verdict.rawValue) ?? .crashed
      message = last.message ?? ""
      (expected, received, cause) = (last.expected, last.received, last.cause)
      if last.file == file { line = last.line }
    }
    passed = state == .pass ? parts : parts.dropLast()
    part = state == .pass ? nil : parts.last
    notes = messages.compactMap(\.note)
    output = String(decoding: outcome.output, as: UTF8.self)
    isConfined = outcome.isConfined
    if state == .notAttempted && message.isEmpty { message = "still to do" }
  }

  /// Says how an answer ended before its exam had.
  private mutating func end(_ outcome: Child.Outcome, _ backtrace: Backtrace, _ limit: Double) {
    line = backtrace.line(in: file)
    let words = String(decoding: outcome.error, as: UTF8.self)
    let fatal = words.matches(
      of: #/(?m)(?:Fatal error|Precondition failed|Assertion failed)(?:: (.*))?$/#
    ).last
    if outcome.isFlood {
      message = "it printed without end, and was stopped"
    } else if outcome.isLate {
      state = .timedOut
      let seconds = limit.formatted()
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
      message = "it ended, with code \(outcome.code), before the check had"
      cause = "exit() is called?"
    }
  }
}
