import Foundation
import Workbook

/// A learner's folder: the exercises as they stand there, and what was kept of the work on them.
package struct Home: Sendable {
  /// The folder that holds `Exercises`.
  package let root: String
  /// What was done, and when.
  package let logbook: Logbook
  /// The verdicts on answers that have not changed since.
  package let shelf: Shelf

  /// Points at a learner's folder, by default the package's.
  package init(root: String = EmbeddedData.packageFolder) {
    self.root = root
    logbook = Logbook(file: "\(root)/.exercises/progress.jsonl")
    shelf = Shelf(folder: "\(root)/.exercises/verdicts")
  }

  /// Returns the text of an exercise's file; `nil` where it is gone.
  package func answer(to exercise: Exercise) -> String? {
    FileManager.default.contents(atPath: "\(root)/\(exercise.path)").map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// Puts an exercise back to its stub, and keeps a copy of what stood there.
  ///
  /// - Returns: The copy's path, from the folder; `nil` where nothing was lost.
  /// - Throws: The file system's error. Then nothing has changed.
  package func reset(_ exercise: Exercise) throws -> String? {
    var copy: String?
    if let answer = answer(to: exercise), !exercise.template.isUntouched(answer) {
      let path = ".exercises/kept/\(exercise.stem)-\(Self.stamp).swift"
      try write(answer, to: path)
      copy = path
    }
    try write(exercise.template.stub, to: exercise.path)
    try logbook.append(Logbook.Event(exercise: exercise.name, kind: .reset))
    return copy
  }

  private func write(_ text: String, to path: String) throws {
    let place = URL(filePath: "\(root)/\(path)")
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place, options: .atomic)
  }

  /// The time, such that two copies are never one file.
  private static var stamp: String {
    let format = Date.ISO8601FormatStyle(
      dateSeparator: .omitted, timeSeparator: .omitted, includingFractionalSeconds: true)
    return Date().formatted(format)
  }
}

extension Grader {
  /// Returns the verdict on a learner's own file.
  ///
  /// - Throws: `ChildError` where no program can be run: not the learner's doing.
  package func verdict(on exercise: Exercise, in home: Home) throws(ChildError) -> Verdict {
    guard let answer = home.answer(to: exercise) else {
      return Verdict(
        .notAttempted, file: exercise.path,
        message: "the file is gone; to have it again: chapter-runner reset \(exercise.name)")
    }
    return try verdict(on: exercise, answer: answer, named: exercise.path, shelf: home.shelf)
  }
}
