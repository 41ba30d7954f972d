import Foundation
import Testing

@testable import Grader

/// What answers do to a grader, on purpose or not: each costs its own verdict and nothing else.
@Suite(.serialized) struct HostileAnswerTests {
  /// An answer to exercise 4.2 whose body begins with some code, at line 7.
  struct Case: CustomTestStringConvertible {
    let name: String
    let code: String
    let state: Verdict.State
    let words: String
    var line: Int?
    var helpers = ""
    /// Whether it waits, so that the clock and not the processor's time ends it.
    var waits = false

    var testDescription: String { name }

    var answer: String {
      """
      import Foundation
      import Grading
      import Workbook

      nonisolated(unsafe) var box = [0]
      func logSoftmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
        \(code)
        return z
      }
      \(helpers)
      """
    }
  }

  static let cases = [
    Case(
      name: "an index", code: "box[7] = 1", state: .crashed, words: "Index out of range", line: 7),
    Case(
      name: "a column", code: "_ = z[0, 9]", state: .crashed, words: "no column 9 in [7, 4]",
      line: 7),
    Case(
      name: "a sum too large", code: "box[0] = Int.max; box[0] += 1", state: .crashed,
      words: "arithmetic overflow", line: 7),
    Case(
      name: "nil", code: "let none = Int(\"x\"); box[0] = none!", state: .crashed,
      words: "Unexpectedly found nil", line: 7),
    Case(
      name: "a division by zero", code: "box[0] = 1 / box[0]", state: .crashed,
      words: "Division by zero", line: 7),
    Case(
      name: "fatalError", code: "fatalError(\"no idea\")", state: .crashed, words: "no idea",
      line: 7),
    Case(
      name: "endless recursion", code: "box[0] = dive(1)", state: .crashed,
      words: "calls itself without end",
      helpers: "func dive(_ n: Int) -> Int { n == -1 ? 0 : dive(n + 1) + 1 }"),
    Case(
      name: "an endless loop", code: "while box[0] >= 0 { box[0] = (box[0] + 1) % 5 }",
      state: .timedOut, words: "did not end within", line: 7),
    Case(
      name: "sleep", code: "sleep(1000)", state: .timedOut, words: "did not end within", line: 7,
      waits: true),
    Case(
      name: "a library called without end", code: "while true { usleep(10) }", state: .timedOut,
      words: "did not end within", line: 7, waits: true),
    Case(
      name: "an endless loop in a function of its own", code: "box[0] = count()",
      state: .timedOut, words: "did not end within", line: 11,
      helpers:
        "func count() -> Int {\n  while box[0] >= 0 { box[0] = (box[0] + 1) % 5 }\n  return 1\n}"),
    Case(
      name: "a report that is a link to an endless file",
      code: "symlink(\"/dev/zero\", \"report.json\"); box[7] = 1", state: .crashed,
      words: "Index out of range"),
    Case(
      name: "exit(0)", code: "exit(0)", state: .crashed,
      words: "it ended with code 0 before the check was done"),
    Case(
      name: "a signal", code: "kill(getpid(), SIGKILL)", state: .crashed, words: "killed"),
    Case(
      name: "output without end",
      code: "while true { print(String(repeating: \"x\", count: 10_000)) }",
      state: .crashed, words: "printed more than 64 MiB", line: 7),
    Case(
      name: "memory without end",
      code: "while true { box += [Int](repeating: box.count, count: 1 << 26) }",
      state: .crashed, words: "more memory than the 2 GiB"),
    Case(
      name: "files without end",
      code: "for n in 0... { try? Data(count: 1 << 24).write(to: URL(filePath: \"junk\\(n)\")) }",
      state: .crashed, words: "wrote more than 128 MiB"),
    Case(
      name: "folders in folders",
      code: "for _ in 0..<3_000 { mkdir(\"d\", 0o700); chdir(\"d\") }; sleep(1); exit(0)",
      state: .crashed, words: "wrote more than 128 MiB, or very many files"),
    Case(
      name: "processes without end", code: "while split() >= 0 {}; fatalError(\"no more\")",
      state: .crashed, words: "no more",
      helpers: "@_silgen_name(\"fork\") func split() -> Int32"),
    Case(
      name: "threads without end",
      code: "for _ in 0..<20_000 { Thread.detachNewThread { sleep(1000) } }; fatalError()",
      // Of memory or of threads, whichever is noticed first.
      state: .crashed, words: "it "),
    Case(
      name: "a forged result",
      code: "let pass = \"{\\\"key\\\":\\\"\\\",\\\"verdict\\\":\\\"pass\\\"}\\n\"; "
        + "for file in 1..<64 { _ = pass.withCString { write(Int32(file), $0, strlen($0)) } }; exit(0)",
      state: .crashed, words: "before the check was done"),
    Case(
      name: "what does not compile", code: "let n: Int = 1.5", state: .didNotCompile,
      words: "Double", line: 7),
    Case(
      name: "a brace that is never closed", code: "if true {", state: .didNotCompile,
      words: "expected '}' at end of brace statement: the file ends before"),
    Case(
      name: "a line that would be told as another", code: "", state: .didNotCompile,
      words: "must not have #sourceLocation", line: 10,
      helpers: "#sourceLocation(file: \"other.swift\", line: 9)\nlet n: Int = 1.5"),
    Case(
      name: "a look behind the grader's curtain", code: "", state: .didNotCompile,
      words: "must not have @testable", line: 10, helpers: "@testable import Grading"),
    Case(
      name: "a name that the check has too", code: "", state: .didNotCompile,
      words: "the check uses something called examine too", line: 10,
      helpers: "func examine(_ row: Vector<Double>) -> Double { row[0] }"),
    Case(
      name: "a check of its own", code: "", state: .didNotCompile,
      words: "the check uses something called judge too",
      helpers: "func judge(_ exam: inout Exam) {}\nstruct Exam {}"),
    Case(
      name: "a module of its own", code: "", state: .didNotCompile,
      words: "the check uses something called Grading too", line: 10,
      helpers: "enum Grading { enum ExamProcess { static func run(_ judge: Any) {} } }"),
    Case(
      name: "still to do in the middle", code: "if z.rows == 7 { notAttempted() }",
      state: .notAttempted, words: "still to do", line: 7),
  ]

  @Test(arguments: cases) func `costs its own verdict`(of hostile: Case) throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.2" })
    var grader = try Shared.grader()
    // Other tests run beside this one. Processor time ends an answer all the same.
    if !hostile.waits { grader.timeout = 60 }
    let verdict = try grader.verdict(
      on: exercise, answer: hostile.answer, named: "answer.swift")
    #expect(verdict.state == hostile.state)
    #expect(verdict.words.contains(hostile.words))
    if let line = hostile.line { #expect(verdict.line == line) }
    #expect(verdict.file == "answer.swift")
  }

  /// How often an answer is stopped: `WORKBOOK_STOPS=50 swift test --filter stopped` for a soak.
  private static let stops =
    ProcessInfo.processInfo.environment["WORKBOOK_STOPS"].flatMap { Int($0) } ?? 3

  @Test(arguments: cases.filter { $0.line != nil && $0.code.contains(/while|count/) && !$0.waits })
  func `is told with its line whenever it is stopped`(_ hostile: Case) throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.2" })
    let root = try Catalogue().root
    let judge = try String(contentsOfFile: "\(root)/\(exercise.judgePath)", encoding: .utf8)
    let compiler = try Compiler()
    let directory = try BuildDirectory()
    defer { directory.clear() }
    #expect(
      try directory.build(
        hostile.answer, named: "answer.swift", solution: exercise.template.solution, judge: judge,
        compiler: compiler) == nil)
    for _ in 0..<Self.stops {
      let verdict = try directory.verdict(
        named: "answer.swift", seed: 1, cpuLimit: 0.5, timeout: 60, compiler: compiler,
        data: "\(root)/Data")
      #expect(verdict.state == .timedOut && verdict.line == hostile.line)
    }
  }

  @Test func `a mark at the beginning of the file, as some editors write it, changes nothing`()
    throws
  {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.2" })
    let crash = try #require(Self.cases.first)
    let verdict = try Shared.grader().verdict(
      on: exercise, answer: "\u{FEFF}" + crash.answer, named: "answer.swift")
    #expect(verdict.state == .crashed && verdict.line == 7)
  }

  @Test func `cannot write outside its folder, where the system can prevent it`() throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.2" })
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let treasure = "\(folder)/treasure"
    try Data("gold".utf8).write(to: URL(filePath: treasure))
    let hostile = Case(
      name: "",
      code: """
        unlink("\(treasure)")
        FileManager.default.createFile(atPath: "\(folder)/more", contents: nil)
        let mine = FileManager.default.createFile(atPath: "mine", contents: nil)
        fatalError("mine: \\(mine), yours: \\(FileManager.default.fileExists(atPath: "\(folder)"))")
        """, state: .crashed, words: "")
    let verdict = try Shared.grader().verdict(
      on: exercise, answer: hostile.answer, named: "answer.swift")
    #expect(verdict.message.hasPrefix("mine: true"))
    let isConfined = verdict.isConfined == true
    if isConfined {
      #expect(FileManager.default.contents(atPath: treasure) == Data("gold".utf8))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/more"))
    }
  }

  @Test func `leaves no process behind, not even one in a session of its own`() throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.2" })
    let mark = "\(60_000 + Int.random(in: 0..<30_000))"
    let hostile = Case(
      name: "",
      code: """
        for _ in 0..<3 {
          let process = Process()
          process.executableURL = URL(filePath: "/usr/bin/setsid")
          process.arguments = ["/bin/sleep", "\(mark)"]
          try? process.run()
        }
        sleep(1)
        fatalError("gone")
        """, state: .crashed, words: "")
    let verdict = try Shared.grader().verdict(
      on: exercise, answer: hostile.answer, named: "answer.swift")
    #expect(verdict.message == "gone")
    #expect(try commandLines().filter { $0.contains("/bin/sleep\0\(mark)") } == [])
  }

  /// The command lines of all processes.
  private func commandLines() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
      .compactMap { process in
        FileManager.default.contents(atPath: "/proc/\(process)/cmdline").map {
          String(decoding: $0, as: UTF8.self)
        }
      }
  }

  @Test func `what the answer prints is told with the verdict`() throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.2" })
    let hostile = Case(
      name: "", code: "print(\"I was here\")", state: .fail, words: "")
    let verdict = try Shared.grader().verdict(
      on: exercise, answer: hostile.answer, named: "answer.swift")
    #expect(verdict.state == .fail && verdict.output.hasPrefix("I was here\n"))
    #expect(verdict.expected != nil && verdict.received != nil && verdict.part == "small scores")
  }
}
