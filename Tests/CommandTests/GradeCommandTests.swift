import Foundation
import Grader
import Testing

/// The command `grade`, as a teacher and a teacher's platforms meet it.
@Suite(.serialized) struct GradeCommandTests {
  private let files = FileManager.default

  private func grade(_ folder: String, _ arguments: String...) throws -> CommandTests.Outcome {
    try CommandTests().run(["grade", "\(folder)/class", "--exercises", "4.1"] + arguments)
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private func object(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func `results are kept when the command is killed, and the rest is graded later`() throws {
    let names = ["s0", "s1", "s2", "s3", "s4"]
    try SubmittedClass.make(Dictionary(uniqueKeysWithValues: names.map { ($0, "1.25") })) {
      folder in
      let process = Process()
      process.executableURL = URL(filePath: BuildProducts.programFolder + "/chapter-runner")
      process.arguments = [
        "grade", "\(folder)/class", "--exercises", "4.1", "--threads", "1", "--json",
        "\(folder)/g.json", "--junit", "\(folder)/g.xml", "--csv", "\(folder)/g.csv",
      ]
      process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": folder]) { $1 }
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      // The table is the last file that is written.
      let end = Date(timeIntervalSinceNow: 600)
      while Date.now < end, (try? text("\(folder)/g.csv").contains("\ns1,")) != true {
        usleep(1_000)
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal)

      let rows = try text("\(folder)/g.csv").split(separator: "\r\n")
      #expect(rows.dropFirst().map { $0.prefix(2) } == names.prefix(rows.count - 1).map { $0[...] })
      #expect(3..<6 ~= rows.count)
      let file = try object("\(folder)/g.json")
      #expect(file["complete"] as? Bool == false)
      #expect(try text("\(folder)/g.xml").hasSuffix("</testsuites>\n"))

      // What has a result is not graded again, not even if its answer is gone.
      try files.removeItem(atPath: "\(folder)/class/s0")
      try files.createDirectory(atPath: "\(folder)/class/s0/x/y", withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: "\(folder)/class/s0/x/y/z"))
      let outcome = try grade(
        folder, "--only", "s0", "s1", "s4", "--resume", "\(folder)/g.json", "--json",
        "\(folder)/g.json")
      #expect(outcome.code == 0)
      #expect(
        outcome.output.split(separator: "\n").sorted() == [
          "s0: 1 fail", "s1: 1 fail", "s4: 1 fail",
        ])
      #expect(try object("\(folder)/g.json")["complete"] as? Bool == true)
    }
  }

  @Test func `an answer that changed since is graded again, and the others are not`() throws {
    try SubmittedClass.make(["ada": "1.25", "bob": "1.25"]) { folder in
      let results = "\(folder)/g.json"
      #expect(try grade(folder, "--json", results).code == 0)
      let place = "Exercises/04-Multiclass/1-LossAtStart.swift"
      let stub = try text("\(SubmittedClass.package)/\(place)")
      try Data(stub.utf8).write(to: URL(filePath: "\(folder)/class/bob/\(place)"))
      // What stands in the file is believed of an answer that did not change.
      let kept = try text(results).replacing(
        "\"verdict\" : \"fail\"", with: "\"verdict\" : \"crashed\"")
      try Data(kept.utf8).write(to: URL(filePath: results))
      let outcome = try grade(folder, "--resume", results)
      #expect(
        outcome.output.split(separator: "\n").sorted() == [
          "ada: 1 crashed", "bob: 1 not attempted",
        ])
    }
  }

  @Test(arguments: [
    "", "{", "[]", "{\"submissions\": []}", "{\"schema\": \"x\", \"submissions\": []}",
  ])
  func `what --json never wrote is refused before anything is graded`(text: String) throws {
    try SubmittedClass.make(["ada": "1.25"]) { folder in
      let file = "\(folder)/other.json"
      try Data(text.utf8).write(to: URL(filePath: file))
      let outcome = try grade(folder, "--resume", file, "--json", "\(folder)/g.json")
      #expect(outcome.code == 65 && outcome.output.isEmpty)
      #expect(outcome.error.hasPrefix("\(file): it cannot be read as what grade --json writes.\n"))
      #expect(outcome.error.contains("Nothing was graded."))
      #expect(!files.fileExists(atPath: "\(folder)/g.json"))
    }
  }

  @Test func `what cannot be read is named, and ends with 65 beside the verdicts`() throws {
    try SubmittedClass.make(["ada": nil, "eve\u{1B}[2J\n::error::\u{202E}": nil]) { folder in
      let place = "\(folder)/class"
      try files.createSymbolicLink(atPath: "\(place)/link", withDestinationPath: "ada")
      try files.createDirectory(atPath: "\(place)/empty", withIntermediateDirectories: false)
      let outcome = try grade(
        folder, "--wide-csv", "\(folder)/wide.csv", "--csv-bom", "--pages", "\(folder)/pages",
        "--annotations")
      #expect(outcome.code == 65)
      #expect(outcome.output.contains("link: not graded: it is a link; a folder is expected\n"))
      #expect(outcome.output.contains("empty: not graded: it holds no file; "))
      #expect(outcome.output.contains("eve\\u{1B}[2J\\n::error::\\u{202E}: 1 not attempted\n"))
      #expect(
        !outcome.output.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0 == "\u{202E}" })
      #expect(outcome.output.contains("/class/link,title=not graded::it is a link"))
      let wide = try Data(contentsOf: URL(filePath: "\(folder)/wide.csv"))
      #expect(wide.starts(with: [0xEF, 0xBB, 0xBF] + Array("submission,4.1 · ".utf8)))
      #expect(try text("\(folder)/pages/README.md").contains("[` ada `](ada.md) | 0 |"))
      #expect(try text("\(folder)/pages/ada.md").contains("| not attempted | 0 of 1 |"))
    }
  }

  @Test func `jobs grade a part each, and one table is made of what they wrote`() throws {
    try SubmittedClass.make(["ada": nil, "bob": nil, "-carl": nil, "dora": nil]) { folder in
      for part in ["1/3", "2/3"] {
        let json = "\(folder)/\(part.first ?? "0").json"
        #expect(try grade(folder, "--part", part, "--json", json).code == 0)
      }
      let outcome = try grade(
        folder, "--collect", "--csv", "\(folder)/all.csv", "--wide-csv", "\(folder)/wide.csv",
        "--resume", "\(folder)/1.json", "\(folder)/2.json", "\(folder)/none.json")
      #expect(outcome.code == 70)
      #expect(
        outcome.output.contains("bob: not graded: it has no result in the files of --resume\n"))
      #expect(outcome.error.contains("none.json: it cannot be read as what grade --json writes."))
      let rows = try text("\(folder)/wide.csv").split(separator: "\r\n")
      #expect(rows.dropFirst().map { $0.prefix { $0 != "," } } == ["'-carl", "ada", "bob", "dora"])
      #expect(try text("\(folder)/all.csv").contains("\r\nbob,,,,not graded,,,"))
      #expect(try grade(folder, "--part", "4/3").code == 64)
      #expect(try grade(folder, "--collect").code == 64)
    }
  }

  @Test func `a regular file is written whole or not at all, and its rights and links are kept`()
    throws
  {
    try SubmittedClass.make(["ada": nil]) { folder in
      let names = (0..<40).map { "s\($0)" }
      for name in names {
        try files.copyItem(atPath: "\(folder)/class/ada", toPath: "\(folder)/class/\(name)")
      }
      #expect(try grade(folder, "--json", "\(folder)/new.json").code == 0)
      try Data("old".utf8).write(to: URL(filePath: "\(folder)/old.json"))
      #expect(chmod("\(folder)/old.json", 0o600) == 0)
      try files.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "old.json")
      // A file may have 512 or 1024 bytes; the signal that tells of more is passed over.
      let program = BuildProducts.programFolder + "/chapter-runner"
      let arguments = [
        "grade", "\(folder)/class", "--exercises", "4.1", "--collect", "--resume",
        "\(folder)/new.json", "--json", "\(folder)/link",
      ]
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments =
        ["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", program] + arguments
      process.standardOutput = FileHandle.nullDevice
      let error = Pipe()
      process.standardError = error
      try process.run()
      let words = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(
        process.terminationStatus == 73
          && words.contains("link: it cannot be written: File too large"))
      #expect(try text("\(folder)/old.json") == "old")
      #expect(try !files.contentsOfDirectory(atPath: folder).contains { $0.hasSuffix(".part") })

      #expect(try CommandTests().run(arguments).code == 0)
      #expect(try object("\(folder)/old.json")["complete"] as? Bool == true)
      var status = stat()
      #expect(stat("\(folder)/old.json", &status) == 0 && status.st_mode & 0o777 == 0o600)
      #expect(lstat("\(folder)/link", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }
  }

  @Test
  func `devices stay devices, and a file that cannot be written is told before anything is graded`()
    throws
  {
    try SubmittedClass.make(["ada": nil]) { folder in
      var before = stat()
      #expect(lstat("/dev/null", &before) == 0)
      #expect(try grade(folder, "--json", "/dev/null").code == 0)
      var after = stat()
      #expect(lstat("/dev/null", &after) == 0 && after.st_ino == before.st_ino)
      for (path, words) in [
        (folder, "Is a directory"), ("\(folder)/none/x", "No such file or directory"),
      ] {
        let outcome = try grade(folder, "--csv", path)
        #expect(outcome.code == 73 && outcome.output.isEmpty)
        #expect(outcome.error == "\(path): it cannot be written: \(words)\n")
      }
      #if os(Linux)
        let full = try grade(folder, "--csv", "/dev/full")
        #expect(
          full.code == 73 && full.error.contains("/dev/full: it cannot be written: No space left"))
      #endif
    }
  }
}
