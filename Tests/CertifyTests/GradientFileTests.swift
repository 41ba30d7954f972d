import Testing
import Workbook

@testable import Certify

/// What a file says is checked against its arrays, and what is ambiguous is asked for.
@Suite struct GradientFileTests {
  @Test func aRightFileIsRight() throws {
    let report = try SmallFile().report()
    #expect(report.verdict == .pass)
    #expect(report.loss.isRight)
    let wrong = report.tensors.filter { !$0.isRight }
    #expect(wrong.isEmpty)
    #expect(report.network.format == "float32")
  }

  /// Weights that are not square tell their layout; square ones do not.
  @Test func layoutIsReadOffTheShapesOrAskedFor() throws {
    var file = try SmallFile()
    file.description["layout"] = nil
    let told = try file.report()
    #expect(told.verdict == .pass)
    var square = try SmallFile(sizes: (7, 4, 4, 4))
    square.description["layout"] = nil
    let refusal = square.refusal()
    #expect(refusal?.contains("“layout” (“out,in” or “in,out”)") == true, "\(refusal ?? "")")
  }

  /// A batch that is square may have its examples as rows or as columns.
  @Test func examplesAreAskedForWhereBothFit() throws {
    var file = try SmallFile(sizes: (4, 4, 4, 4), examples: "rows")
    #expect(file.refusal() == nil)
    file.description["examples"] = nil
    #expect(file.refusal()?.contains("“examples” (“rows” or “columns”)") == true)
  }

  @Test(
    arguments: [
      (["loss": "hinge"], "takes mse, half-mse, mae, bce, bce-with-logits or cross-entropy"),
      (["loss": 3], "is no text"),
      (["layers": ["linear", "swish", "linear"]], "layer 1 of its description is “swish”"),
      (["layers": [] as [String]], "has no \"layers\""),
      (["layers": ["linear", "relu"]], "belongs to no layer"),
      (
        ["layers": [["kind": "linear", "size": 3] as [String: any Sendable]]],
        "the setting “size”; it takes no settings"
      ),
      (["reduction": "average"], "takes mean, mean over examples or sum"),
      (["l2": -1], "no number λ from 0 up"),
      (["l2": true], "no number λ from 0 up"),
      (["colour": "red"], "has “colour”, which is unknown"),
    ] as [([String: any Sendable], String)])
  func wrongDescriptionsAreToldInASentence(
    _ change: [String: any Sendable], _ words: String
  ) throws {
    var file = try SmallFile()
    for (key, value) in change { file.description[key] = value }
    let refusal = file.refusal() ?? "nothing"
    #expect(refusal.contains(words), "\(refusal)")
  }

  @Test func wrongArraysAreToldInASentence() throws {
    var file = try SmallFile()
    file["y"][2] = 3
    #expect(
      file.refusal()?.contains("the class 3 at example 2; with 3 outputs classes are 0 to 2")
        == true)
    file = try SmallFile()
    file["x"][5] = .nan
    #expect(file.refusal()?.contains("“x” holds nan") == true)
    file = try SmallFile()
    file.arrays.removeAll { $0.name == "loss" }
    #expect(file.refusal()?.contains("no array “loss”") == true)
    file = try SmallFile()
    file.arrays.removeAll { $0.name == "2.weight" }
    #expect(file.refusal()?.contains("no array “2.weight”") == true)
    file = try SmallFile()
    file.arrays.append(("1.weight", [2], [1, 2]))
    #expect(file.refusal()?.contains("“1.weight” belongs to no layer") == true)
  }

  /// The loss comes first: gradients of another loss are not judged.
  @Test(arguments: [
    (7.0, "with the reduction “sum”"), (-1, "with the sign reversed"), (0.5, "times ½"),
  ])
  func anotherLossIsNamed(_ factor: Double, _ words: String) throws {
    var file = try SmallFile()
    file["loss"] = file["loss"].map { $0 * factor }
    let report = try file.report()
    #expect(report.verdict == .fail)
    #expect(report.tensors.isEmpty)
    #expect(report.loss.conventions.first?.contains(words) == true, "\(report.loss.conventions)")
  }

  @Test func aLossThatIsNoNumberIsWrong() throws {
    var file = try SmallFile()
    file["loss"] = [.nan]
    let lost = try file.report()
    #expect(lost.verdict == .fail)
  }

  /// One entry that is off by a little more than what could hide is found.
  @Test func whatIsLargerThanTheBoundIsFound() throws {
    let file = try SmallFile()
    let right = try file.report()
    for tensor in right.tensors {
      let name = tensor.name
      let scale = file[name].map { abs($0) }.max() ?? 0
      var wrong = file
      wrong[name][1] += 1.5 * tensor.hidden * scale
      let report = try wrong.report()
      #expect(report.tensors.first { $0.name == name }?.verdict == .wrong)
      #expect(report.tensors.allSatisfy { $0.name == name || $0.isRight })
      #expect(report.verdict == .fail)
      var nearly = file
      nearly[name][1] += 1e-8 * scale
      let close = try nearly.report()
      #expect(close.verdict == .pass)
    }
  }

  @Test func whatIsNotFiniteIsWrong() throws {
    var file = try SmallFile()
    file["0.bias.grad"][0] = .infinity
    let report = try file.report()
    #expect(report.verdict == .fail)
    #expect(report.causes.first?.words.contains("not finite") == true)
  }

  /// A file without gradients isn't right, and one that lacks what is required is refused.
  @Test func missingGradientsAreTold() throws {
    var file = try SmallFile()
    file.arrays.removeAll { $0.name == "0.weight.grad" }
    let report = try file.report()
    #expect(report.verdict == .pass)
    #expect(report.tensors.first { $0.name == "0.weight.grad" }?.verdict == .missing)
    #expect(throws: InputError.self) { try file.read().require(["0.weight.grad"]) }
    try file.read().require(["2.weight.grad"])
    file.arrays.removeAll { $0.name.hasSuffix(".grad") }
    let empty = try file.report()
    #expect(empty.verdict == .undecided)
  }
}
