import Foundation

/// A folder that a learner handed in. Nothing in it is trusted.
package struct Submission: Sendable {
  /// The folder's name. Where it is no UTF-8, each byte that is not stands as `\xE9`.
  package let name: String
  /// The folder.
  package let root: String
  /// Why nothing in it can be read, in a sentence without its subject; `nil` where it can.
  package let problem: String?

  /// Returns the submissions of a folder, by name: each of its folders is one.
  ///
  /// What was meant for one and cannot be read is one too, with its problem: a name that is no UTF-8, a link, a
  /// folder that is locked or holds no file, an archive.
  ///
  /// - Throws: `SetupError` where the folder cannot be read.
  package static func all(in folder: String) throws(SetupError) -> [Submission] {
    guard let entries = FolderEntry.all(in: folder) else {
      throw SetupError("\(folder): there is no such folder, or it cannot be read")
    }
    return entries.filter { !$0.name.hasPrefix(".") && $0.isSubmission }
      .sorted { $0.name.compare($1.name, options: .numeric) == .orderedAscending }
      .map { Submission(name: $0.name, root: "\(folder)/\($0.name)", problem: $0.problem) }
  }

  /// Returns the answer to an exercise, from a clone of the book, from a folder of chapters, or from a folder of files.
  ///
  /// - Returns: The path in the submission and the text; `nil` where there is none.
  /// - Throws: `SubmissionError` where something else than a file of text lies there.
  func answer(
    to exercise: Exercise
  ) throws(SubmissionError) -> (path: String, text: String)? {
    for path in [exercise.path, exercise.stem + ".swift", exercise.fileName] {
      if let data = try read(path) { return (path, String(decoding: data, as: UTF8.self)) }
    }
    return nil
  }

  /// Returns the highest hint that was read of each exercise, or 0, as the submission's own log has it; `nil` where
  /// no log was handed in.
  func hints(on exercises: [Exercise]) -> [Int]? {
    guard let log = try? read(".exercises/progress.jsonl") else { return nil }
    let events = log.split(separator: 0x0A).compactMap {
      try? JSONDecoder().decode(ProgressLog.Event.self, from: Data($0))
    }
    return exercises.map { exercise in
      min(max(ExerciseProgress(exercise, in: events).hints, 0), exercise.hints.count)
    }
  }

  /// Returns the files that should have stayed as they are, and did not: judges, statements, the grader.
  ///
  /// They are not used, for those of the teacher are. It is worth a word all the same.
  package func changes(against catalogue: Catalogue) -> [String] {
    let sealed = ["Judges", "Sources", "Tests", "Package.swift"]
    let files = sealed.flatMap { catalogue.files(under: $0) }
    let changed = files.filter { path in
      guard let theirs = try? read(path) else { return false }
      return theirs != FileManager.default.contents(atPath: "\(catalogue.root)/\(path)")
    }
    let statements = catalogue.exercises.filter { exercise in
      guard let answer = try? answer(to: exercise)?.text else { return false }
      let statement = try? ExerciseStatement(of: answer, file: exercise.path)
      return statement?.lines.map(\.trimmed) != exercise.statement.map(\.trimmed)
    }
    return changed + statements.map { "the statement in \($0.path)" }
      + catalogue.exercises.flatMap(reachings)
  }

  /// What in an answer reaches for its exam, or imports what no exercise needs.
  private func reachings(in exercise: Exercise) -> [String] {
    guard let answer = try? answer(to: exercise)?.text else { return [] }
    return AnswerScan(answer).findings.map { "\(exercise.path), \($0.words)" }
  }

  /// Reads a file, but no link, no pipe, no device, and nothing large.
  ///
  /// - Returns: What it holds; `nil` where there is no such file.
  private func read(_ path: String) throws(SubmissionError) -> Data? {
    var folder = root
    for part in path.split(separator: "/").dropLast() {
      folder += "/\(part)"
      var status = stat()
      if lstat(folder, &status) != 0 {
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw SubmissionError("\(path) cannot be read: \(String(cString: strerror(errno)))", errno)
      }
      if status.st_mode & S_IFMT != S_IFDIR {
        throw SubmissionError("\(path): \(part) is not a folder")
      }
    }
    do {
      return try UntrustedFile.contents(of: "\(root)/\(path)")
    } catch .missing {
      return nil
    } catch .unreadable(let code) {
      throw SubmissionError("\(path) \(UntrustedFile.Failure.unreadable(code).words)", code)
    } catch {
      throw SubmissionError("\(path) \(error.words)")
    }
  }
}

/// What is wrong with a file that was handed in.
struct SubmissionError: Error {
  let problem: String
  /// Whether this machine is at fault, and another try may succeed.
  let isFault: Bool

  init(_ problem: String, _ code: Int32? = nil) {
    self.problem = problem
    isFault = code.map([EMFILE, ENFILE, ENOMEM, EIO].contains) ?? false
  }
}

extension Catalogue {
  /// Returns the files of a folder of the package, or the one file, by their paths in the package.
  fileprivate func files(under name: String) -> [String] {
    guard let paths = FileManager.default.enumerator(atPath: "\(root)/\(name)") else {
      return [name]
    }
    var files: [String] = []
    while let path = paths.nextObject() as? String {
      if path.hasSuffix(".swift") || path.hasSuffix(".c") || path.hasSuffix(".md") {
        files.append("\(name)/\(path)")
      }
    }
    return files.isEmpty ? [name] : files.sorted()
  }
}
