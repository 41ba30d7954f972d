import Foundation

/// What a learner has done, in a file that only ever grows: one line of JSON for each event.
///
/// A line is written at once, under a lock, so two runs do not mix theirs. One that an interruption cut off
/// is passed over and ended by the next. The file stays on the machine and is sent nowhere.
package struct ProgressLog: Sendable {
  /// Something that was done.
  package struct Event: Codable, Equatable, Sendable {
    /// What was done.
    package enum Kind: String, Codable, Sendable { case verdict, hint, solution, reset }

    /// When, as ISO 8601 writes it.
    package var time = Date().formatted(.iso8601)
    /// The exercise's number, such as 4.2.
    package var exercise: String
    /// What was done.
    package var kind: Kind
    /// The verdict, of a check.
    package var verdict: Verdict.State?
    /// The level, of a hint.
    package var level: Int?

    package init(
      exercise: String, kind: Kind, verdict: Verdict.State? = nil, level: Int? = nil
    ) {
      self.exercise = exercise
      self.kind = kind
      self.verdict = verdict
      self.level = level
    }
  }

  private let file: String

  /// Keeps progress in a file, which need not exist.
  package init(file: String) { self.file = file }

  /// Everything that was done, in order.
  package var events: [Event] {
    let text = FileManager.default.contents(atPath: file) ?? Data()
    return text.split(separator: 0x0A).compactMap {
      try? JSONDecoder().decode(Event.self, from: Data($0))
    }
  }

  /// Adds an event.
  ///
  /// - Throws: `ProgressLogError` where the file cannot be written.
  package func append(_ event: Event) throws(ProgressLogError) {
    let folder = URL(filePath: file).deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let descriptor = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0, var line = try? encoder.encode(event) else {
      throw ProgressLogError(file: file, code: errno)
    }
    defer { close(descriptor) }
    flock(descriptor, LOCK_EX)
    line.append(0x0A)
    if Self.isTorn(descriptor) { line.insert(0x0A, at: 0) }
    let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written != line.count { throw ProgressLogError(file: file, code: errno) }
  }

  /// Whether a file ends within a line.
  private static func isTorn(_ descriptor: Int32) -> Bool {
    let end = lseek(descriptor, 0, SEEK_END)
    var last: UInt8 = 0x0A
    return end > 0 && pread(descriptor, &last, 1, end - 1) == 1 && last != 0x0A
  }
}

/// A file of progress that cannot be written.
package struct ProgressLogError: Error, CustomStringConvertible {
  let file: String
  let code: Int32

  package var description: String { "\(file): \(String(cString: strerror(code)))" }
}

/// How far a learner has come with one exercise.
package struct ExerciseProgress: Equatable, Sendable {
  /// The last verdict; `nil` where it was never checked, or not since a reset.
  package private(set) var verdict: Verdict.State?
  /// Whether it has ever passed.
  package private(set) var hasPassed = false
  /// The highest hint that was read, or 0.
  package private(set) var hints = 0

  /// Reads the progress with an exercise out of what was done.
  package init(_ exercise: Exercise, in events: [ProgressLog.Event]) {
    for event in events where event.exercise == exercise.name {
      switch event.kind {
      case .verdict:
        verdict = event.verdict
        if event.verdict == .pass { hasPassed = true }
      case .hint: hints = max(hints, event.level ?? 0)
      case .reset: verdict = nil
      case .solution: break
      }
    }
  }
}
