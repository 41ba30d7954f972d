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
    file.take(gradientsOf: BackwardPass(ForwardPass<Double>(network, arithmetic)))
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
    file.take(gradientsOf: BackwardPass(ForwardPass<Double>(network, arithmetic)))
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

  /// A convention for kinks excuses the entries that it touches, and no others.
  @Test func aKinkExcusesNothingElse() throws {
    // Only the first unit is at its kink, in every example.
    var file = try SmallFile()
    for index in file["0.weight"].indices where index % 6 == 0 { file["0.weight"][index] = 0 }
    file["0.bias"][0] = 0
    try file.fill()
    #expect(try file.report().kinks == 7)
    var network = try file.read().network
    var arithmetic = Arithmetic<Double>.floating
    arithmetic.step = { $0 >= 0 ? 1 : 0 }
    file.take(gradientsOf: BackwardPass(ForwardPass<Double>(network, arithmetic)))
    let right = try file.report()
    #expect(right.verdict == .pass)
    #expect(right.kinkConvention == "1 for the derivative of ReLU at 0")
    file["0.bias.grad"][3] *= 1.2
    let wrong = try file.report()
    #expect(wrong.verdict == .fail)
    file.description["precision"] = "bfloat16"
    network = try file.read().network
    for parameter in network.parameters {
      file[parameter.name + ".grad"] = file[parameter.name + ".grad"].map { -$0 }
    }
    #expect(try file.report().verdict != .pass)
  }

  /// A network that is fitted to the end has a gradient of rounding alone: no mistake is read into it.
  @Test func whatIsRoundingAloneHasNoCause() throws {
    var file = try SmallFile(sizes: (3, 4, 6, 2))
    file.description["layers"] = ["identity", "relu", "linear"]
    file.description["loss"] = "mse"
    file.arrays.removeAll { $0.name.hasPrefix("0.") || $0.name.hasPrefix("2.") || $0.name == "y" }
    file["x"] = file["x"].map { abs($0) }
    file.arrays.append(("2.weight", [4, 2], [0.3, 0.1, -0.7, 0.9, 0.2, -0.4, 0.6, 0.5]))
    file.arrays.append(("2.bias", [2], [0.1, -0.2]))
    file.arrays.append(("y", [3, 2], [0, 0, 0, 0, 0, 0]))
    let outputs = ForwardPass<Float>(try file.read().network, .floating).outputs
    file["y"] = outputs.elements.map { Double($0) }
    file["loss"] = [0]
    file.arrays.append(("2.weight.grad", [4, 2], [Double](repeating: 0, count: 8)))
    file.arrays.append(("2.bias.grad", [2], [0, 0]))
    let report = try file.report()
    #expect(report.verdict != .fail)
    #expect(report.causes.isEmpty)
  }

  /// A sigmoid that is all but 1 has a derivative that 256 bits do not hold; the loss's own does not need it.
  @Test func aSaturatedSigmoidIsRight() throws {
    var file = try SmallFile(sizes: (3, 4, 6, 2))
    file.description["layers"] = ["linear", "sigmoid"]
    file.description["loss"] = "bce"
    file.arrays.removeAll { $0.name.hasPrefix("2.") || $0.name == "y" }
    file["0.bias"] = file["0.bias"].map { _ in 400 }
    file.arrays.append(("y", [3, 6], [Double](repeating: 1, count: 18)))
    file["loss"] = [0]
    file.arrays.removeAll { $0.name.hasSuffix(".grad") }
    for (name, count) in [("0.weight", 24), ("0.bias", 6)] {
      let shape = name == "0.weight" ? [4, 6] : [6]
      file.arrays.append((name + ".grad", shape, [Double](repeating: 0, count: count)))
    }
    #expect(try file.report().verdict != .fail)
  }

  /// A coarser format than the file's loosens the limits, and is told.
  @Test func aCoarserPrecisionIsTold() throws {
    var file = try SmallFile()
    let plain = try file.report()
    #expect(plain.network.savedFormat == nil)
    file.description["precision"] = "bfloat16"
    let report = try file.report()
    #expect(report.network.savedFormat == "float32")
    let style = TerminalStyle(width: 80, hasColour: false, hasUnicode: true)
    let words = report.lines(of: "a.npz", in: style).flatMap { $0.split(separator: " ") }
    let text = words.joined(separator: " ")
    #expect(text.contains("The description says bfloat16, and the file holds float32"))
  }

  /// A shape that fits a mistake is no mistake: its numbers must fit too.
  @Test func aCauseOfAShapeNeedsTheNumbers() throws {
    var file = try SmallFile()
    let index = try #require(file.arrays.firstIndex { $0.name == "2.bias.grad" })
    let pass = BackwardPass(ForwardPass<Double>(try file.read().network, .floating))
    let arriving = pass.arriving[2]
    file.arrays[index] = ("2.bias.grad", [7, 3], arriving.elements)
    let unsummed = try file.report()
    #expect(unsummed.causes.first?.words.contains("the sum over the examples is missing") == true)
    let rows = (0..<7).map { row in (0..<3).reduce(0) { $0 + arriving[row, $1] } }
    file.arrays[index] = ("2.bias.grad", [7, 1], rows)
    let across = try file.report()
    #expect(across.causes.first?.words.contains("along the other axis") == true)
    file.arrays[index] = ("2.bias.grad", [7, 1], [Double](repeating: 1, count: 7))
    let other = try file.report()
    #expect(other.verdict == .fail && other.causes.isEmpty)
  }
}
