import Foundation
import Grader
import Testing

/// The commands about exercises, as a learner and a teacher meet them.
@Suite(.serialized) struct ExerciseCommandTests {
  private static let exercise = "Exercises/04-Multiclass/1-LossAtStart.swift"

  /// Calls `body` with a learner's folder that holds exercise 4.1, solved or not.
  private func withFolder(_ answer: Double?, _ body: (String) throws -> Void) throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "learner-\(UUID().uuidString)").path
    defer { try? files.removeItem(atPath: folder) }
    _ = try run("reset", "4.1", in: folder)
    if let answer {
      let stub = try String(contentsOfFile: "\(folder)/\(Self.exercise)", encoding: .utf8)
      #expect(stub.contains("notAttempted()"))
      try stub.replacing("notAttempted()", with: "\(answer)").write(
        toFile: "\(folder)/\(Self.exercise)", atomically: true, encoding: .utf8)
    }
    try body(folder)
  }

  private func run(_ arguments: String..., in folder: String) throws -> CommandTests.Outcome {
    try CommandTests().run(arguments + ["--folder", folder])
  }

  @Test func `an untouched exercise is not attempted, and is not wrong`() throws {
    try withFolder(nil) { folder in
      let outcome = try run("check", "4.1", in: folder)
      #expect(outcome.code == 0 && outcome.output.contains("not attempted 4.1"))
      #expect(outcome.output.contains("\(Self.exercise):18: begin here"))
      let next = try run("next", in: folder).output
      #expect(next.contains(/^1\.1 .*\nOpen Exercises\/01-Perceptron\/1-\w+\.swift:\d+\n/))
    }
  }

  @Test func `help says that an exercise that is not attempted ends with 0`() throws {
    let help = try CommandTests().run("check", "--help").output
    let words = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("Exit code 0 says that no answer is wrong, also where one is not att"))
  }

  @Test(arguments: [
    (["dev", "check", "4.1", "--seeds", "1"], "answers"),
    (["dev", "check", "--stress", "4.1", "--mutants", "1"], "1 mutants of 4.1"),
  ])
  func `dev check shows at a terminal how far it has come, and elsewhere what came out`(
    arguments: [String], steps: String
  ) throws {
    let outcome = try CommandTests().run(arguments)
    #expect(outcome.code == 0 && outcome.error.isEmpty)
    #expect(outcome.output.contains("1 exercise, 1 "))
    let shown = try atTerminal(arguments)
    #expect(shown.contains("╌ 0 % 0 of ") && shown.contains(steps))
    #expect(shown.hasSuffix("\r\u{1B}[2K"))
  }

  /// Runs chapter-runner with a terminal for its standard error, and returns what that was sent.
  private func atTerminal(_ arguments: [String]) throws -> String {
    var (terminal, child): (Int32, Int32) = (-1, -1)
    try #require(openpty(&terminal, &child, nil, nil, nil) == 0)
    defer { close(terminal) }
    let process = Process()
    process.executableURL = URL(filePath: BuildProducts.programFolder + "/chapter-runner")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm"]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(fileDescriptor: child, closeOnDealloc: true)
    try process.run()
    process.waitUntilExit()
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(terminal, &bytes, bytes.count)
    return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
  }

  @Test func `a wrong prediction ends with 1, and is told without the right one`() throws {
    try withFolder(1.25) { folder in
      let outcome = try run("check", "4.1", in: folder)
      #expect(outcome.code == 1 && outcome.error.isEmpty)
      let words = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("is not right; your answer is 1.25") && !words.contains("1.0986"))
      #expect(try run("list", in: folder).output.contains("★  fail"))
    }
  }

  @Test func `an answer that does not compile ends with 75, also as JSON`() throws {
    try withFolder(1) { folder in
      try "let lossFor3Classes: Int = 1.5".write(
        toFile: "\(folder)/\(Self.exercise)", atomically: true, encoding: .utf8)
      let outcome = try run("check", "4.1", "--json", in: folder)
      #expect(outcome.code == 75)
      let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      let report = try #require(object as? [String: Any])
      let entry = try #require((report["exercises"] as? [[String: Any]])?.first)
      #expect(report["schema"] as? String == "workbook-exercises/1")
      #expect(entry["verdict"] as? String == "did not compile" && entry["line"] as? Int == 1)
    }
  }

  @Test func `a solution is shown after a pass, or if one insists`() throws {
    try withFolder(1) { folder in
      let refused = try run("solution", "4.1", in: folder)
      #expect(refused.code == 1 && refused.output.isEmpty && refused.error.contains("--anyway"))
      let solution = try run("solution", "4.1", "--anyway", in: folder)
      #expect(solution.code == 0 && solution.output.contains("lossFor10Classes = "))
      try solution.output.write(
        toFile: "\(folder)/\(Self.exercise)", atomically: true, encoding: .utf8)
      #expect(try run("check", "4.1", in: folder).output.contains("pass 4.1"))
      #expect(try run("solution", "4.1", in: folder).code == 0)
    }
  }

  @Test func `each call of hint tells the next, and the last again`() throws {
    try withFolder(nil) { folder in
      for level in [1, 2, 3, 4, 4] {
        let outcome = try run("hint", "4.1", in: folder)
        #expect(outcome.output.hasPrefix("Hint \(level) of 4 for 4.1"))
      }
      let second = try run("hint", "4.1", "--level", "2", in: folder)
      #expect(second.output.hasPrefix("Hint 2"))
    }
  }

  @Test func `a hint without a number is one for the exercise that was checked last`() throws {
    try withFolder(1.25) { folder in
      #expect(try run("check", "4.1", in: folder).code == 1)
      #expect(try run("hint", in: folder).output.hasPrefix("Hint 1 of 4 for 4.1"))
      let first = try run("hint", in: folder + "/other").output
      #expect(first.hasPrefix("Hint 1 of 4 for 1.1"))
    }
  }

  @Test func `an exercise is also named by its file, and those of a chapter by their folder`()
    throws
  {
    try withFolder(1.25) { folder in
      for path in [Self.exercise, "\(folder)/\(Self.exercise)"] {
        #expect(try run("check", path, in: folder).output.contains("4.1 · "))
      }
      let chapter = try run("check", "Exercises/04-Multiclass", in: folder).output
      #expect(chapter.matches(of: #/(?m)^\S.* 4\.\d+ · /#).count > 3)
    }
  }

  @Test func `a book without exercises is the machine's fault, not a success`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for arguments in [
      ["check", "--all"], ["next"], ["watch"], ["hint"], ["list"], ["dev", "stubs"],
    ] {
      let outcome = try CommandTests().run(arguments + ["--package", folder, "--folder", folder])
      #expect(outcome.code == 70 && outcome.output.isEmpty)
      #expect(outcome.error.contains("\(folder)/Judges holds no exercise"))
    }
  }

  @Test func `a folder that cannot be written is the machine's fault, and nothing is kept`() throws
  {
    try withFolder(1.25) { folder in
      let outcome = try CommandTests().run(
        ["check", "4.1", "--folder", folder], ["TMPDIR": "/dev/null/nowhere"])
      #expect(outcome.code == 70 && outcome.output.isEmpty)
      #expect(outcome.error.contains("4.1 was not checked: /dev/null/nowhere/"))
      let log = try String(contentsOfFile: "\(folder)/.exercises/progress.jsonl", encoding: .utf8)
      #expect(!log.contains("verdict"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/.exercises/verdicts"))
    }
  }

  @Test func `messages name the command as the reader typed it`() throws {
    try withFolder(nil) { folder in
      let environment = ["WORKBOOK_COMMAND": "scripts/run"]
      for arguments in [["next"], ["hint", "4.1"]] {
        let outcome = try CommandTests().run(arguments + ["--folder", folder], environment)
        #expect(outcome.output.contains(": scripts/run "))
        #expect(!outcome.output.contains("chapter-runner"))
      }
    }
  }

  @Test func `without a screen to clear, watch takes letters and clears nothing`() throws {
    try withFolder(1.25) { folder in
      let outcome = try CommandTests().run(
        ["watch", "4.1", "--folder", folder], ["TERM": "dumb"])
      #expect(outcome.code == 0 && !outcome.output.contains("\u{1B}"))
      #expect(outcome.output.contains("0 of 1\n\(Self.exercise)\n"))
    }
  }

  @Test func `grade writes into a pipe and to standard output as they are`() throws {
    try withFolder(1.25) { folder in
      let pipe = "\(folder)/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      let reader = open(pipe, O_RDWR | O_NONBLOCK)
      defer { close(reader) }
      let outcome = try CommandTests().run(
        [
          "grade", URL(filePath: folder).deletingLastPathComponent().path, "--only",
          URL(filePath: folder).lastPathComponent, "--exercises", "4.1", "--csv", pipe, "--junit",
          "/dev/stdout",
        ])
      #expect(outcome.code == 0 && outcome.output.hasPrefix("<?xml"))
      #expect(outcome.output.hasSuffix(": 1 fail\n"))
      var bytes = [UInt8](repeating: 0, count: 1 << 14)
      let count = read(reader, &bytes, bytes.count)
      #expect(String(decoding: bytes[..<max(count, 0)], as: UTF8.self).contains(",fail,"))
      var status = stat()
      #expect(lstat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }
  }

  @Test func `a reset keeps a copy of the answer`() throws {
    try withFolder(1.25) { folder in
      let outcome = try run("reset", "4.1", in: folder)
      let copy = try #require(outcome.output.firstMatch(of: /kept in (\S+)\.\n/)?.1)
      let kept = try String(contentsOfFile: "\(folder)/\(copy)", encoding: .utf8)
      #expect(kept.contains("= 1.25"))
      let now = try String(contentsOfFile: "\(folder)/\(Self.exercise)", encoding: .utf8)
      #expect(now.contains("notAttempted()"))
    }
  }

  @Test func `grade writes its files and ends with 0, whatever the verdicts`() throws {
    try withFolder(1.25) { folder in
      let outcome = try CommandTests().run(
        [
          "grade", URL(filePath: folder).deletingLastPathComponent().path, "--only",
          URL(filePath: folder).lastPathComponent, "--exercises", "4.1", "--csv",
          "\(folder)/grades.csv",
        ])
      #expect(outcome.code == 0 && outcome.output.hasSuffix(": 1 fail\n"))
      #expect(
        try String(contentsOfFile: "\(folder)/grades.csv", encoding: .utf8).contains(",fail,"))
    }
  }

  @Test(arguments: [
    (["check"], 64, "Name a chapter or an exercise"),
    (["check", "4.99"], 64, "There is no exercise 4.99"),
    (["check", "4", "--all"], 64, "Name a chapter or an exercise"),
    (["hint", "4.1", "--level", "5"], 64, "--level takes a number from 1 to 4"),
    (["check", "Exercises/nowhere.swift"], 64, "There is no file Exercises/nowhere.swift"),
    (["check", "/etc/passwd"], 64, "/etc/passwd is not an exercise"),
    (["hint", "4"], 64, "Name one exercise, such as 4.1"),
    (["dev", "check", "--seeds", "0"], 64, "--seeds takes a number from 1 to 100,000"),
    (["grade", "/nowhere"], 66, "/nowhere"),
    (["grade", "/", "--only", "nobody"], 64, "There is no submission nobody"),
    (["grade", "/", "--threads", "0"], 64, "--threads takes a number from 1 to 1024"),
  ])
  func `wrong usage is told in a sentence`(
    arguments: [String], code: Int32, words: String
  ) throws {
    let outcome = try CommandTests().run(arguments)
    #expect(outcome.code == code && outcome.output.isEmpty && outcome.error.contains(words))
  }
}
