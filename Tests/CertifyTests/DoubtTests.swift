import Testing
import Workbook

@testable import Certify

/// What rounding or a kink could explain, but probably does not, is neither right nor wrong.
@Suite struct DoubtTests {
  /// With weights of 0 every input of ReLU is at the kink.
  private func zeroed() throws -> SmallFile {
    var file = try SmallFile()
    for name in ["0.weight", "0.bias"] { file[name] = file[name].map { _ in 0 } }
    try file.fill()
    return file
  }

  /// Each program takes one number for the derivative of ReLU at 0, the same everywhere.
  @Test(arguments: [0, 0.5, 1])
  func anyDerivativeAtZeroIsRightIfItIsOne(_ atZero: Double) throws {
    var file = try zeroed()
    let network = try file.read().network
    var arithmetic = Arithmetic<Double>.floating
    arithmetic.step = { $0 == 0 ? atZero : $0 > 0 ? 1 : 0 }
    let pass = BackwardPass(ForwardPass<Double>(network, arithmetic))
    for (parameter, gradient) in zip(network.parameters, pass.gradients) {
      file[parameter.name + ".grad"] = gradient.elements
    }
    let report = try file.report()
    #expect(report.verdict == .pass)
    #expect((report.kinkConvention == nil) == (atZero == 0))
    #expect(report.kinks == 7 * 6)
  }

  /// A library may take 0 for ReLU and 1 for leaky ReLU.
  @Test func eachKindOfStepHasADerivativeOfItsOwn() throws {
    var file = try zeroed()
    file.description["layers"] = ["linear", "leaky relu", "linear", "relu"]
    file["2.bias"] = [0, 0.5, 0.25]
    try file.fill()
    let network = try file.read().network
    var arithmetic = Arithmetic<Double>.floating
    arithmetic.leakyStep = { $0 >= 0 ? 1 : 0 }
    let pass = BackwardPass(ForwardPass<Double>(network, arithmetic))
    for (parameter, gradient) in zip(network.parameters, pass.gradients) {
      file[parameter.name + ".grad"] = gradient.elements
    }
    let report = try file.report()
    #expect(report.verdict == .pass)
    let words = try #require(report.kinkConvention)
    #expect(words == "1 for the derivative of leaky ReLU at 0")
  }

  @Test func otherNumbersAtAKinkAreNotRight() throws {
    var file = try zeroed()
    file["0.weight.grad"] = file["0.weight.grad"].indices.map { Double($0 % 5) / 50 - 0.04 }
    let report = try file.report()
    #expect(report.verdict != .pass)
    #expect(report.firstBreak == nil)
  }

  /// In a network whose bound is a million times what rounding does, a claim that is off by much less than
  /// the bound is not decided, and one that is off by what is usual is right.
  @Test func whatIsUnusualIsNotRight() throws {
    var file = try SmallFile(sizes: (3, 40, 60, 3))
    let right = try file.report()
    #expect(right.verdict == .pass)
    let tensor = try #require(right.tensors.first { $0.name == "0.weight.grad" })
    let scale = file["0.weight.grad"].map { abs($0) }.max() ?? 0
    #expect(tensor.hidden < 1e-3)
    file["0.weight.grad"][7] += 2 * tensor.hidden * scale
    let report = try file.report()
    #expect(report.verdict != .pass)
  }

  /// A loss that only the bound of a coarse format excuses is not right, nor one that is no number.
  @Test func aLossIsRightWhereItIsNear() throws {
    var file = try SmallFile()
    file.description["precision"] = "bfloat16"
    let truth = file["loss"][0]
    #expect(try file.report().loss.verdict == .pass)
    file["loss"] = [truth * 1.2]
    #expect(try file.report().loss.verdict != .pass)
    file["loss"] = [.infinity]
    #expect(try file.report().loss.verdict == .fail)
  }

  /// A decay that the loss does not have is named, with its rate.
  @Test func aDecayThatTheLossLacksIsNamed() throws {
    var file = try SmallFile()
    for name in ["0.weight", "2.weight"] {
      file[name + ".grad"] = zip(file[name + ".grad"], file[name]).map { $0 + 0.01 * $1 }
    }
    let report = try file.report()
    #expect(report.verdict == .fail)
    #expect(report.causes.first?.words.contains("0.0100 times each weight") == true)
  }

  /// A gradient of another shape is wrong at a kink too.
  @Test func anotherShapeIsWrongAtAKink() throws {
    var file = try zeroed()
    let index = try #require(file.arrays.firstIndex { $0.name == "2.bias.grad" })
    file.arrays[index] = ("2.bias.grad", [7, 1], [Double](repeating: 0, count: 7))
    #expect(try file.report().verdict == .fail)
  }
}
