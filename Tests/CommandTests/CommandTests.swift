import Foundation
import Grader
import Testing

/// The command as a reader meets it: what it prints, where, and with which exit code.
@Suite struct CommandTests {
  struct Outcome {
    let code: Int32
    let output: String
    let error: String
  }

  /// Runs chapter-runner, without a terminal.
  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    try run(arguments, environment)
  }

  func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: BuildProducts.programFolder + "/chapter-runner")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (output, error) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, error)
    try process.run()
    let words = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: String(decoding: words, as: UTF8.self),
      error: String(decoding: complaints, as: UTF8.self))
  }

  @Test func `a chapter whose checks pass ends with 0, and says so last`() throws {
    let outcome = try run("1")
    #expect(outcome.code == 0 && outcome.error.isEmpty)
    #expect(outcome.output.hasPrefix("1 · Learning from mistakes\n"))
    #expect(outcome.output.contains(/\n(\d+) of \1 checks pass/))
    #expect(!outcome.output.contains("✓"))
  }

  @Test func `--verbose shows each check, and a short run says so`() throws {
    let short = try run("1", environment: ["WORKBOOK_COMMAND": "scripts/run"])
    #expect(short.output.hasSuffix("every check: scripts/run 1 --verbose\n"))
    let verbose = try run("1", "--verbose")
    let count = try #require(
      Int(verbose.output.firstMatch(of: /\n(\d+) of \d+ checks pass/)?.1 ?? ""))
    #expect(count > 0 && verbose.output.matches(of: #/\n  ✓ /#).count == count)
    #expect(short.output.split(separator: "\n").count < verbose.output.split(separator: "\n").count)
  }

  @Test func `--set changes a setting, and an unknown one is told with those that there are`()
    throws
  {
    let outcome = try run("1", "--json", "--set", "xor.epochs=7")
    #expect(outcome.output.contains("\"xor.epochs\" : 7"))
    let unknown = try run("1", "--quick", "--set", "no.such=7")
    #expect(unknown.code == 64)
    #expect(unknown.error.hasPrefix("Chapter 1 has no setting “no.such”. It has "))
    #expect(unknown.error.contains("xor.epochs"))
  }

  @Test(arguments: ["xor.epochs", "xor.epochs=", "=7", "xor.epochs=-1", "xor.epochs=nan", "a=1=2"])
  func `--set takes a name and a number`(argument: String) throws {
    let outcome = try run("1", "--set", argument)
    #expect(outcome.code == 64 && outcome.error.contains("--set"))
  }

  @Test func `--set is for one chapter`() throws {
    let outcome = try run("--all", "--set", "xor.epochs=7")
    #expect(outcome.code == 64 && outcome.error.contains("--set changes one chapter"))
  }

  @Test func `run 1 is 1`() throws {
    func words(_ outcome: Outcome) -> String {
      outcome.output.replacing(/· [0-9.]+ s/, with: "")
    }
    #expect(words(try run("run", "1")) == words(try run("1")))
  }

  @Test func `in a pipe there are no escape codes and no progress bar`() throws {
    let outcome = try run("1", environment: ["TERM": "xterm-256color"])
    #expect(!outcome.output.contains("\u{1B}") && !outcome.error.contains("\u{1B}"))
  }

  @Test func `a dumb terminal gets figures in ASCII`() throws {
    let outcome = try run("1", environment: ["TERM": "dumb"])
    let isBraille = { (scalar: Unicode.Scalar) in (0x2800...0x28FF).contains(scalar.value) }
    #expect(!outcome.output.unicodeScalars.contains(where: isBraille))
    #expect(try run("1", "--verbose", environment: ["TERM": "dumb"]).output.contains("pass: "))
  }

  @Test func `JSON is all that --json writes`() throws {
    let outcome = try run("1", "--json")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let report = try #require(object as? [String: Any])
    #expect(report["schema"] as? String == "workbook-report/1")
    #expect(report["chapter"] as? Int == 1 && outcome.error.isEmpty)
  }

  @Test func `several chapters are a list in JSON`() throws {
    let outcome = try run("1", "1", "--json")
    let list = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [Any]
    #expect(list?.count == 2)
  }

  @Test func `--figures draws each figure, and the report names its file`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "backprop-checked-\(UUID().uuidString)").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let outcome = try run("1", "--json", "--figures", folder)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let figures = try #require((object as? [String: Any])?["figures"] as? [[String: String]])
    #expect(!figures.isEmpty)
    for figure in figures {
      let file = try #require(figure["file"])
      #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("<svg"))
    }
    let refused = try run("1", "--figures", "/dev/null/figures")
    #expect(refused.code == 73 && refused.error.contains("cannot be drawn"))
  }

  @Test(arguments: [
    (["10"], "There is no chapter 10; the book has chapters 1 to 9."),
    (["0"], "There is no chapter 0"),
    (["nine"], "nine"),
    (["1", "--frob"], "--frob"),
    (["1", "--all"], "not both"),
    (["1", "--threads", "0"], "--threads takes a number from 1 to 1024"),
    (["1", "--seed", "-1"], "'-1' is invalid for '--seed <n>'"),
    (["--json"], "Name a chapter"),
    (["run"], "Name a chapter"),
    (["book", "--check", "--literal-numbers"], "--check or --literal-numbers, not both"),
    (["book", "--output", "/"], "--output takes a folder"),
    (["1", "--seed", "99999999999999999999"], "--seed"),
    (["1", "--precision", "half"], "half"),
    (["1", "--guess"], "--guess waits for your answers"),
    (["1", "--guess", "--json"], "--json asks no questions"),
    (["1", "--data"], "--data"),
    (["3", "--images", ""], "--images takes a folder of photographs"),
    (["1", "--images", "/nowhere"], "--images is for chapters 3, 5 and 9; chapter 1"),
    (["3", "4", "--images", "/nowhere"], "chapter 4 has no use for photographs"),
    (["--all", "--images", "/nowhere"], "--images is for chapters 3, 5 and 9"),
    (["bench", "slow-cnn"], "There is no workload slow-cnn; there are: cats-dogs-mlp, small-cnn"),
    (["bench", "small-cnn", "--threads", "0"], "--threads takes a number from 1 to 1024"),
    (["bench", "small-cnn", "--repeat", "0"], "--repeat takes a number from 1 to 1,000,000"),
    (["bench", "small-cnn", "--export", ""], "--export takes a folder"),
  ])
  func `wrong usage is 64, with a sentence and nothing on standard output`(
    arguments: [String], words: String
  ) throws {
    let outcome = try run(arguments)
    #expect(outcome.code == 64 && outcome.output.isEmpty)
    #expect(outcome.error.contains(words))
  }

  @Test func `no argument at all is answered with help`() throws {
    let outcome = try run()
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("USAGE") && outcome.output.contains("Exit codes"))
  }

  @Test func `list names every chapter and every exercise`() throws {
    let outcome = try run("list")
    let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let chapters = try FileManager.default.contentsOfDirectory(
      atPath: package.appending(path: "Chapters").path
    ).filter { $0.contains(/^\d+-/) }
    #expect(outcome.output.matches(of: /(?m)^\d+  \S/).count == chapters.count)
    let solutions =
      FileManager.default.subpaths(
        atPath: package.appending(path: "Judges").path)?.filter { $0.hasSuffix("/Solution.swift") }
      ?? []
    #expect(outcome.output.matches(of: /(?m)^     \d+\.\d+  \S/).count == solutions.count)
  }

  @Test func `the doctor finds this machine well`() throws {
    let outcome = try run("doctor")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("1797 digits, 2000 silhouettes"))
    #expect(outcome.output.contains(/processor: built for .*, and this one has all of it/))
    #expect(outcome.output.contains(/exercises: .* the build system is (native|Swift Build)\n/))
    #expect(outcome.output.contains(/confinement: answers run (confined|with limits)/))
  }

  @Test(arguments: ["scripts/run", "../scripts/run"])
  func `messages and help name the command as it was typed`(name: String) throws {
    let environment = ["WORKBOOK_COMMAND": name]
    let usage = try run("--json", environment: environment)
    #expect(usage.error.contains("Name a chapter, as in \(name) 4, or all"))
    #expect(!usage.error.contains("chapter-runner"))
    let help = try run("--help", environment: environment)
    #expect(help.output.contains("\n\(name) 4   ") && help.output.contains("USAGE: \(name) "))
    #expect(!help.output.contains("chapter-runner"))
  }

  @Test func `a command whose path a shell would break is quoted`() throws {
    let outcome = try run("--help", environment: ["WORKBOOK_COMMAND": "/my book/scripts/run"])
    #expect(outcome.output.contains("\n'/my book/scripts/run' 4   "))
  }

  @Test func `missing data is 66, and the sentence names the file`() throws {
    let outcome = try run("3", "--data", "/nowhere")
    #expect(outcome.code == 66)
    #expect(outcome.error.contains("/nowhere/cats-dogs-silhouettes/images.npy"))
    #expect(try run("doctor", "--data", "/nowhere").code == 1)
  }

  @Test(arguments: [0, 5, 40, 127, 128, 100_000])
  func `a file cut short is 65, and the sentence names it`(length: Int) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "backprop-checked-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let set = folder.appending(path: "cats-dogs-silhouettes")
    try FileManager.default.createDirectory(at: set, withIntermediateDirectories: true)
    let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let original = package.appending(path: "Data/cats-dogs-silhouettes")
    for file in ["images.npy", "labels.npy", "groups.npy"] {
      try FileManager.default.copyItem(
        at: original.appending(path: file), to: set.appending(path: file))
    }
    let images = set.appending(path: "images.npy")
    try Data(contentsOf: images).prefix(length).write(to: images)

    let outcome = try run("3", "--json", "--data", folder.path())
    #expect(outcome.code == 65 && outcome.output.isEmpty)
    #expect(outcome.error.contains(images.path()))
  }
}
