import Foundation
import Testing

@testable import Grader

/// What lies in a folder of submissions, and what of it can be read.
struct SubmissionTests {
  private let files = FileManager.default

  /// Calls `body` with a folder that is removed afterwards.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try Shared.folder()
    defer { try? files.removeItem(atPath: folder) }
    try body(folder)
  }

  private func write(_ text: String, to path: String) throws {
    let place = URL(filePath: path)
    try files.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }

  @Test func `what cannot be read is named, and what is none is passed over`() throws {
    try withFolder { folder in
      try write("x", to: "\(folder)/ada/Exercises/x.swift")
      try write("x", to: "\(folder)/b.zip")
      try write("x", to: "\(folder)/notes.txt")
      try write("x", to: "\(folder)/.hidden/x")
      try write("x", to: "\(folder)/clone/book/.git/config")
      try write("x", to: "\(folder)/module/.git")
      try files.createDirectory(atPath: "\(folder)/empty", withIntermediateDirectories: false)
      try files.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "ada")
      try files.createSymbolicLink(atPath: "\(folder)/nowhere", withDestinationPath: "none")
      let bytes = Array(folder.utf8) + Array("/caf".utf8) + [0xE9, 0]
      let made = bytes.map(CChar.init(bitPattern:)).withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { mkdir($0, 0o755) }
      }
      // Some systems refuse such a name.
      let bare = made == 0 ? ["caf\\xE9": "has a name that is not UTF-8"] : [:]
      #if os(Linux)
        #expect(made == 0)
      #endif
      let problems = Dictionary(
        uniqueKeysWithValues: try Submission.all(in: folder).map { ($0.name, $0.problem ?? "") })
      #expect(
        problems.mapValues { $0.split(separator: ";")[...].first.map(String.init) ?? "" }
          == [
            "ada": "", "b.zip": "is an archive", "clone": "holds no file",
            "module": "holds no file",
            "empty": "holds no file", "link": "is a link", "nowhere": "is a link",
          ].merging(bare) { $1 })
    }
  }

  @Test func `submissions that cannot be read are in every file, and have no points`() throws {
    try withFolder { folder in
      try files.createDirectory(atPath: "\(folder)/empty", withIntermediateDirectories: false)
      let exercises = try GradebookSamples.exercises()
      let book = Gradebook(
        of: try Submission.all(in: folder), on: exercises, by: try Shared.grader(), width: 1
      ) { _ in }
      #expect(book.isComplete && book.results.map(\.name) == ["empty"])
      #expect(book.csv.contains("\r\nempty,,,,not graded,,,it holds no file; "))
      #expect(book.junit.contains("<error type=\"unreadable\" message=\"it holds no file; "))
      #expect(String(decoding: try book.json(), as: UTF8.self).contains("empty holds no file; "))
    }
  }

  @Test func `an answer is found in a clone, among chapters and among files`() throws {
    let exercise = try GradebookSamples.exercises()[0]
    for path in [exercise.path, exercise.stem + ".swift", exercise.fileName] {
      try withFolder { folder in
        try write("answer", to: "\(folder)/ada/\(path)")
        let answer = try Submission.all(in: folder)[0].answer(to: exercise)
        #expect(answer?.text == "answer" && answer?.path == path)
      }
    }
    #expect(Set(Shared.exercises.map(\.fileName)).count == Shared.exercises.count)
  }

  @Test func `hints are counted by the log that was handed in, as far as it is one`() throws {
    let exercises = try GradebookSamples.exercises()
    try withFolder { folder in
      let log = ProgressLog(file: "\(folder)/ada/.exercises/progress.jsonl")
      for level in [1, 3, 2] {
        try log.append(ProgressLog.Event(exercise: "4.2", kind: .hint, level: level))
      }
      try log.append(ProgressLog.Event(exercise: "4.1", kind: .hint, level: 99))
      try write("x", to: "\(folder)/bob/README.md")
      let all = try Submission.all(in: folder)
      #expect(all[0].hints(on: exercises) == [4, 3] && all[1].hints(on: exercises) == nil)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root reads everything"))
  func `folders that are locked are named, and nothing in them is missing`() throws {
    let exercise = try GradebookSamples.exercises()[0]
    try withFolder { folder in
      for name in ["all", "part"] { try write("x", to: "\(folder)/\(name)/\(exercise.path)") }
      let locked = ["\(folder)/all", "\(folder)/part/Exercises"]
      for path in locked { #expect(chmod(path, 0) == 0) }
      defer { for path in locked { chmod(path, 0o755) } }
      let all = try Submission.all(in: folder)
      #expect(all[0].problem == "cannot be read: Permission denied")
      let error = #expect(throws: SubmissionError.self) { try all[1].answer(to: exercise) }
      #expect(error?.problem.hasSuffix("cannot be read: Permission denied") == true)
      #expect(error?.isFault == false)
    }
  }
}
