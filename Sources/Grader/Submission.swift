import Foundation

/// A folder that a learner handed in. Nothing in it is trusted.
package struct Submission: Sendable {
  /// The folder's name.
  package let name: String
  private let root: String

  /// Returns the submissions of a folder, by name: each of its folders is one.
  ///
  /// - Throws: `SetupError` where the folder cannot be read.
  package static func all(in folder: String) throws(SetupError) -> [Submission] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw SetupError("\(folder): there is no such folder, or it cannot be read")
    }
    return names.filter { !$0.hasPrefix(".") }
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
      .map { Submission(name: $0, root: "\(folder)/\($0)") }
      .filter { $0.mode(of: $0.root) == S_IFDIR }
  }

  /// Returns the answer to an exercise, from a clone of the book or from a folder of chapters.
  ///
  /// - Returns: The text; `nil` where there is none.
  /// - Throws: `SubmissionError` where something else than a file of text lies there.
  func answer(to exercise: Exercise) throws(SubmissionError) -> String? {
    for path in [exercise.path, exercise.stem + ".swift"] {
      if let data = try read(path) { return String(decoding: data, as: UTF8.self) }
    }
    return nil
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
      guard let answer = try? answer(to: exercise) else { return false }
      let statement = try? ExerciseStatement(of: answer, file: exercise.path)
      return statement?.lines.map(\.trimmed) != exercise.statement.map(\.trimmed)
    }
    return changed + statements.map { "the statement in \($0.path)" }
  }

  /// Reads a file, but no link, no pipe, no device, and nothing large.
  private func read(_ path: String) throws(SubmissionError) -> Data? {
    var folder = root
    for part in path.split(separator: "/").dropLast() {
      folder += "/\(part)"
      guard let mode = mode(of: folder) else { return nil }
      if mode != S_IFDIR { throw SubmissionError("\(path): \(part) is not a folder") }
    }
    do {
      return try UntrustedFile.contents(of: "\(root)/\(path)")
    } catch .missing {
      return nil
    } catch {
      throw SubmissionError("\(path) \(error.words)")
    }
  }

  /// Returns what lies at a path, without following a link.
  private func mode(of path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}

/// What is wrong with a file that was handed in.
struct SubmissionError: Error {
  let problem: String

  init(_ problem: String) { self.problem = problem }
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
