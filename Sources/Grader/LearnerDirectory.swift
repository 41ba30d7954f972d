import Foundation
import Workbook

/// A learner's folder: the files of the exercises, the progress, and the verdicts.
package struct LearnerDirectory: Sendable {
  /// The folder that holds `Exercises`.
  package let root: String
  /// What was done, and when.
  package let progressLog: ProgressLog
  /// The verdicts on answers that have not changed since.
  package let cache: VerdictCache

  /// Points at a learner's folder, by default the package's.
  package init(root: String = BundledData.packageRoot) {
    self.root = root
    progressLog = ProgressLog(file: "\(root)/.exercises/progress.jsonl")
    cache = VerdictCache(folder: "\(root)/.exercises/verdicts")
  }

  /// Returns the text of an exercise's file; `nil` where it is gone or cannot be read.
  package func answer(to exercise: Exercise) -> String? {
    (try? readAnswer(to: exercise)) ?? nil
  }

  /// Returns the text of an exercise's file; `nil` where it is gone.
  ///
  /// - Throws: What keeps a file from being read that is there.
  fileprivate func readAnswer(to exercise: Exercise) throws(UntrustedFile.Failure) -> String? {
    do {
      // A learner may keep the file elsewhere.
      let path = "\(root)/\(exercise.path)"
      return String(
        decoding: try UntrustedFile.contents(of: path, followingLinks: true), as: UTF8.self)
    } catch .missing {
      return nil
    }
  }

  /// Replaces the file of an exercise by its stub, and keeps a copy of the answer.
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
    try progressLog.append(ProgressLog.Event(exercise: exercise.name, kind: .reset))
    return copy
  }

  private func write(_ text: String, to path: String) throws {
    let target = URL(filePath: "\(root)/\(path)")
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: target, options: .atomic)
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
  /// - Throws: `GradingFault` where no program can be run: not the learner's doing.
  package func verdict(on exercise: Exercise, in directory: LearnerDirectory) throws(GradingFault)
    -> Verdict
  {
    let answer: String?
    do {
      answer = try directory.readAnswer(to: exercise)
    } catch {
      throw GradingFault("\(exercise.path) \(error.words)")
    }
    guard let answer else {
      return Verdict(
        .notAttempted, file: exercise.path,
        message: "the file is gone; to have it again: \(command) reset \(exercise.name)")
    }
    return try verdict(on: exercise, answer: answer, named: exercise.path, cache: directory.cache)
  }
}
