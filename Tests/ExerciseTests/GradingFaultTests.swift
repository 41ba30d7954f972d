import Foundation
import Testing

@testable import Grader

/// What fails for reasons of the machine is not told as the learner's.
@Suite struct GradingFaultTests {
  private static let sources = ["/build/Answer.swift", "/build/Judge.swift"]

  @Test(arguments: [
    "/build/Answer.swift:7:3: error: cannot find 'x' in scope",
    "/build/Judge.swift:9:1: error: cannot find 'twice' in scope",
    // What an answer prints of errors is not the system's.
    "/build/Answer.swift:7:3: error: No space left on device",
  ])
  func `an error in a source is the answer's`(line: String) {
    #expect(CompilerOutput(line + "\n  x\n  ^\n", sources: Self.sources).fault == nil)
  }

  @Test(arguments: [
    "<unknown>:0: error: unable to open output file 'exam': No space left on device",
    "ld.lld: error: failed to write to the output file: Read-only file system",
    "error: compile command failed due to signal 6 (use -v to see invocation)",
    "/usr/lib/swift/Glibc.swiftmodule:1:1: error: malformed module",
  ])
  func `an error elsewhere is not`(line: String) {
    #expect(CompilerOutput(line, sources: Self.sources).fault == line)
    #expect(CompilerOutput("", sources: Self.sources).fault == "it wrote no error")
  }

  @Test func `where a disk is full, errors in a source say nothing`() {
    let full = "<unknown>:0: error: error opening 'Glibc.pcm' for output: No space left on device"
    let output = CompilerOutput(
      "/build/Answer.swift:1:8: error: could not build C module 'Glibc'\n" + full,
      sources: Self.sources)
    #expect(output.fault == full)
  }

  @Test func `a compiler that dies is a fault, and no verdict is kept`() throws {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = """
      #!/bin/sh
      echo "<unknown>:0: error: unable to write exam: No space left on device" >&2
      exit 1
      """
    try Data(script.utf8).write(to: URL(filePath: "\(folder)/swiftc"))
    #expect(chmod("\(folder)/swiftc", 0o755) == 0)
    let exercise = try #require(Shared.exercises.first { $0.name == "4.1" })
    let grader = try Grader(Catalogue(), compiler: Compiler(path: folder))
    let cache = "\(folder)/verdicts"
    let fault = #expect(throws: GradingFault.self) {
      try grader.verdict(
        on: exercise, answer: exercise.template.solution, named: "answer.swift",
        cache: VerdictCache(folder: cache))
    }
    #expect(fault?.description.contains("No space left on device") == true)
    #expect(!FileManager.default.fileExists(atPath: cache))
  }

  @Test func `a compiler that the system ends is tried again`() throws {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let real = try Compiler().swiftc
    let script = """
      #!/bin/sh
      [ -e "$TMPDIR/once" ] && exec "\(real)" "$@"
      : >"$TMPDIR/once"
      kill -9 $$
      """
    try Data(script.utf8).write(to: URL(filePath: "\(folder)/swiftc"))
    #expect(chmod("\(folder)/swiftc", 0o755) == 0)
    let exercise = try #require(Shared.exercises.first { $0.name == "4.1" })
    let grader = try Grader(Catalogue(), compiler: Compiler(path: folder))
    let verdict = try grader.verdict(
      on: exercise, answer: "let n: Int = 1.5", named: "answer.swift")
    #expect(verdict.state == .didNotCompile && verdict.line == 1)
  }

  @Test func `one that it ends twice is a fault, and the signal is told`() throws {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("#!/bin/sh\nkill -9 $$\n".utf8).write(to: URL(filePath: "\(folder)/swiftc"))
    #expect(chmod("\(folder)/swiftc", 0o755) == 0)
    let exercise = try #require(Shared.exercises.first { $0.name == "4.1" })
    let grader = try Grader(Catalogue(), compiler: Compiler(path: folder))
    let fault = #expect(throws: GradingFault.self) {
      try grader.verdict(
        on: exercise, answer: exercise.template.solution, named: "answer.swift")
    }
    #expect(fault?.description.contains("was ended by the system (killed)") == true)
  }

  @Test func `an answer that is there and cannot be read is a fault`() throws {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let exercise = try #require(Shared.exercises.first { $0.name == "4.1" })
    let grader = try Grader(Catalogue())
    let directory = LearnerDirectory(root: folder)
    #expect(try grader.verdict(on: exercise, in: directory).state == .notAttempted)
    // A folder stands for all that cannot be read: a superuser can read any file.
    try FileManager.default.createDirectory(
      atPath: "\(folder)/\(exercise.path)", withIntermediateDirectories: true)
    let fault = #expect(throws: GradingFault.self) {
      try grader.verdict(on: exercise, in: directory)
    }
    #expect(fault?.description == "\(exercise.path) is not a regular file")
  }

  @Test func `a fault in a class is told beside the submission, with its reason`() throws {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("#!/bin/sh\nexit 1\n".utf8).write(to: URL(filePath: "\(folder)/swiftc"))
    #expect(chmod("\(folder)/swiftc", 0o755) == 0)
    let exercise = try #require(Shared.exercises.first { $0.name == "4.1" })
    let answer = "\(folder)/class/ada/\(exercise.stem).swift"
    try FileManager.default.createDirectory(
      at: URL(filePath: answer).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(exercise.template.solution.utf8).write(to: URL(filePath: answer))
    let book = Gradebook(
      of: try Submission.all(in: "\(folder)/class"), on: [exercise],
      by: try Grader(Catalogue(), compiler: Compiler(path: folder)), width: 1
    ) { _ in }
    #expect(book.results[0].verdicts[0].state == .notAttempted)
    #expect(book.results[0].faults.count == 1)
    #expect(book.results[0].faults[0].contains("4.1 could not be graded: the compiler failed"))
  }
}
