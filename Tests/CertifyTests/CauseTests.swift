import Testing
import Workbook

@testable import Certify

/// Where a wrong gradient breaks, and what is told of it.
@Suite struct CauseTests {
  /// Replaces the gradients of a right file by those of a pass with one wrong step.
  private func report(
    _ file: SmallFile, _ replacement: @escaping BackwardPass<Double>.Replacement
  ) throws -> GradientReport {
    var wrong = file
    let forward = ForwardPass<Double>(try file.read().network, .floating)
    wrong.take(gradientsOf: BackwardPass(forward, replacing: replacement))
    return try wrong.report()
  }

  /// What arrives at layer 0 is wrong, and the product there is right: with four inputs and a bias, a batch
  /// of three tells so.
  @Test func aLostMaskIsAWrongArrival() throws {
    let report = try report(SmallFile(sizes: (3, 4, 6, 2))) { step, _ in
      guard case .input(1, let arriving) = step else { return nil }
      return arriving
    }
    #expect(report.firstBreak?.part == .upstream)
    #expect(report.firstBreak?.layer == 0)
    #expect(report.firstBreak?.upTo == 2)
    #expect(report.firstBreak?.words.contains("so the product may be right") == true)
    #expect(report.causes.map(\.words) == ["the derivative of layer 1 (relu) is missing"])
    #expect(report.causes.first?.layer == 1)
  }

  /// A product with other numbers is no product of what the layer reads.
  @Test func aWrongProductIsTold() throws {
    let report = try report(SmallFile(sizes: (3, 4, 6, 2))) { step, pass in
      guard case .weight(0, let rows) = step else { return nil }
      return pass.weightGradient(0, rows).map { $0 * $0 }
    }
    #expect(report.firstBreak?.part == .weight)
    #expect(report.firstBreak?.layer == 0)
    #expect(report.causes.isEmpty)
  }

  /// Several explanations of the same numbers are all told.
  @Test func whatCannotBeToldApartIsToldTogether() throws {
    // Two outputs: a factor of 2 may be the outputs or a ½.
    let report = try report(SmallFile(sizes: (3, 4, 6, 2))) { step, pass in
      guard case .loss = step else { return nil }
      return 2 * pass.derivativeOfLoss
    }
    #expect(report.causes.count == 2)
    #expect(report.causes.first?.words.contains("twice") == true)
    #expect(report.causes.last?.words.contains("the number of classes, 2") == true)
  }

  /// A cause is told only where it explains every number.
  @Test func aMistakeWithOneMoreWrongNumberHasNoName() throws {
    var file = try SmallFile(sizes: (3, 4, 6, 2))
    file["0.weight.grad"] = file["0.weight.grad"].map { -$0 }
    let signed = try file.report()
    #expect(signed.causes.first?.words.contains("the sign is reversed") == true)
    file["0.weight.grad"][3] += 0.1
    let spoiled = try file.report()
    #expect(spoiled.causes.isEmpty)
  }

  @Test func updatedWeightsAreFound() throws {
    var file = try SmallFile()
    let network = try file.read().network
    let forward = ForwardPass<Double>(network, .floating)
    let right = BackwardPass(forward)
    let moved = forward.parameters[2].combining(right.gradients[2]) { $0 - 0.3 * $1 }
    let report = try report(file) { step, _ in
      guard case .input(2, let arriving) = step else { return nil }
      return matmul(arriving, moved.transposed)
    }
    #expect(
      report.causes.first?.words
        == "the weights of layer 2 (linear) were updated before the gradient went through them")
    file["0.bias.grad"][0] += 1
  }

  @Test func aTransposedGradientIsTold() throws {
    var file = try SmallFile()
    let index = try #require(file.arrays.firstIndex { $0.name == "0.weight.grad" })
    let (rows, columns) = (file.arrays[index].shape[0], file.arrays[index].shape[1])
    let old = file.arrays[index].numbers
    file.arrays[index] = (
      "0.weight.grad", [columns, rows],
      (0..<old.count).map { old[$0 % rows * columns + $0 / rows] }
    )
    let report = try file.report()
    #expect(report.verdict == .fail)
    #expect(report.causes.map(\.words) == ["0.weight.grad is transposed; its numbers are right"])
  }
}
