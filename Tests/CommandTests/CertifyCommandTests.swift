import Foundation
import Testing

/// `certify`, as a reader types it.
extension CommandTests {
  private var root: String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
      .standardizedFileURL.path(percentEncoded: false)
  }
  private var folder: String { root + "/Data/Certify" }

  @Test func `a right gradient file is 0, and a wrong one 1 with place and cause`() throws {
    let right = try run("certify", folder + "/right.npz")
    #expect(right.code == 0 && right.error.isEmpty)
    #expect(right.output.contains("All 4 gradients are right."))
    let wrong = try run("certify", folder + "/wrong.npz")
    #expect(wrong.code == 1 && wrong.error.isEmpty)
    #expect(wrong.output.contains("The derivative of layer 1 (relu) is missing."))
    #expect(wrong.output.contains("Where it breaks first"))
    let both = try run("certify", folder + "/right.npz", folder + "/wrong.npz", "--json")
    #expect(both.code == 1)
    let object = try JSONSerialization.jsonObject(with: Data(both.output.utf8))
    let verdicts = (object as? [[String: Any]])?.compactMap { $0["verdict"] as? String }
    #expect(verdicts == ["pass", "fail"])
  }

  @Test func `what a course requires must be in the file`() throws {
    let file = folder + "/right.npz"
    let given = try run("certify", "--require", "0.weight.grad, 2.bias.grad", file)
    #expect(given.code == 0)
    let missing = try run("certify", "--require", "4.weight.grad", file)
    #expect(missing.code == 65 && missing.output.isEmpty)
    #expect(missing.error.contains("it lacks “4.weight.grad”, which is required"))
  }

  @Test(arguments: [
    (["certify"], 64, "Name a file"),
    (["certify", "--explain", "a.npz"], 64, "--explain takes no file."),
    (["certify", "", "a.npz"], 64, "A file has no name."),
    (["certify", "--require", ",", "a.npz"], 64, "--require takes names"),
    (["certify", "/nowhere.npz"], 66, "there is no such file"),
    (["certify", "/dev/null"], 65, "/dev/null: "),
  ])
  func `wrong use of certify is told in a sentence`(
    _ arguments: [String], _ code: Int, _ words: String
  ) throws {
    let outcome = try run(arguments)
    #expect(outcome.code == code && outcome.output.isEmpty)
    #expect(outcome.error.contains(words), "\(outcome.error)")
  }

  @Test func `certify --explain names every kind of layer and loss`() throws {
    let outcome = try run("certify", "--explain")
    #expect(outcome.code == 0)
    let text = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for word in [
      "linear, conv2d, relu, leaky relu, tanh, sigmoid, softmax, identity, maxpool2d, flatten,",
      "batch norm or dropout", "mse, half-mse, mae, bce", "bce-with-logits", "mean over examples",
    ] {
      #expect(text.contains(word), "\(word)")
    }
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  /// README shows what the command prints.
  @Test func `README shows the verdict of the wrong file as it is`() throws {
    let readme = try String(contentsOfFile: root + "/README.md", encoding: .utf8)
    let blocks = readme.components(separatedBy: "```text\n").dropFirst()
    let shown = try #require(
      blocks.compactMap { $0.components(separatedBy: "\n```").first }
        .first { $0.contains("certify Data/Certify/wrong.npz") })
    let output = try run("certify", folder + "/wrong.npz").output
    for line in shown.split(separator: "\n").dropFirst() where line != "  …" {
      #expect(output.contains(line), "\(line)")
    }
  }
}
