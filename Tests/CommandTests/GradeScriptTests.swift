import Foundation
import Grader
import Testing

/// The scripts of `classroom`, as the platforms start them.
@Suite(.serialized) struct GradeScriptTests {
  private let files = FileManager.default

  private func object(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func `Gradescope's script writes a result, and none without a submission`() throws {
    try SubmittedClass.make(["submission": "1.25"]) { folder in
      try book(in: "\(folder)/class/source/book")
      let result = "\(folder)/class/results/results.json"
      let code = try script(
        "/bin/bash",
        ["\(SubmittedClass.package)/classroom/gradescope/run_autograder", "--exercises", "4.1"],
        ["AUTOGRADER": "\(folder)/class"])
      #expect(code == 0)
      let tests = try #require(object(result)["tests"] as? [[String: Any]])
      #expect(tests.map { $0["status"] as? String } == ["failed"])
      try files.removeItem(atPath: "\(folder)/class/submission")
      let again = try script(
        "/bin/bash",
        ["\(SubmittedClass.package)/classroom/gradescope/run_autograder", "--exercises", "4.1"],
        ["AUTOGRADER": "\(folder)/class"])
      #expect(again != 0 && !files.fileExists(atPath: result))
    }
  }

  @Test func `Classroom 50's script writes a result, and none where a variable is missing`() throws
  {
    try SubmittedClass.make(["nets-ada": nil]) { folder in
      try book(in: "\(folder)/book")
      let checkout = "\(folder)/class/nets-ada"
      let script = ["python3", "\(SubmittedClass.package)/classroom/classroom50/autograder.py"]
      var variables = [
        "BOOK": "\(folder)/book", "CLASSROOM": "nets", "ASSIGNMENT": "all", "OWNER": "ada",
        "SUBMISSION_TAG": "submit/x", "COMMIT_URL": "https://c", "RELEASE_URL": "https://r",
      ]
      #expect(try self.script("/usr/bin/env", script, variables, in: checkout) == 0)
      let file = try object("\(checkout)/result.json")
      #expect(file["schema"] as? String == "classroom50/result/v1" && file["score"] as? Int == 0)
      #expect((file["tests"] as? [Any] ?? []).count > 50)
      variables["CLASSROOM"] = ""
      #expect(try self.script("/usr/bin/env", script, variables, in: checkout) == 1)
      #expect(!files.fileExists(atPath: "\(checkout)/result.json"))
    }
  }

  /// Makes a folder that the platforms' scripts take for the book.
  private func book(in folder: String) throws {
    try files.createDirectory(atPath: "\(folder)/.build", withIntermediateDirectories: true)
    let program = BuildProducts.programFolder + "/chapter-runner"
    try Data("\(program)\n".utf8).write(to: URL(filePath: "\(folder)/.build/program"))
  }

  private func script(
    _ program: String, _ arguments: [String], _ variables: [String: String], in folder: String = "/"
  ) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    process.currentDirectoryURL = URL(filePath: folder)
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
