import Testing
import Workbook

@testable import BinaryClassifier
@testable import Training

/// The recipe of chapter 8 on a training without a fault, and on one with each planted fault.
@Suite struct RecipeTests {
  /// Returns the steps that a training fails.
  func failures<Scalar: FloatingField>(
    _ fault: Fault, seed: UInt64, in scalar: Scalar.Type
  ) throws -> [RecipeStep] {
    var random = SplitMix64(seed: seed, stream: "recipe")
    let raw = ThreeSets<Scalar>.clouds(60, using: &random)
    let trainer = try Trainer<Scalar>.healthy(using: &random)
    return trainer.with(fault).recipe(on: raw).filter { !$0.isPassed }.map(\.step)
  }

  @Test(arguments: Fault.allCases, [UInt64(1), 2, 3])
  func `the recipe finds a fault by its own steps and no others`(
    fault: Fault, seed: UInt64
  ) throws {
    #expect(Set(try failures(fault, seed: seed, in: Float.self)) == fault.steps)
    #expect(Set(try failures(fault, seed: seed, in: Double.self)) == fault.steps)
  }

  @Test func `every step of the recipe finds a fault, and all but one find one that no other does`()
  {
    let found = Fault.allCases.map(\.steps)
    for step in RecipeStep.allCases { #expect(found.contains { $0.contains(step) }, "\(step)") }
    // All but one are the only ones to find some fault.
    let alone = RecipeStep.allCases.filter { found.contains([$0]) }
    #expect(alone == RecipeStep.allCases.filter { $0 != .byHeart })
  }

  @Test func `what is not a number passes no step`() {
    #expect(!Verdict(step: .start, found: .nan, limit: 2).isPassed)
    #expect(Verdict(step: .leak, found: 0, limit: 0).isPassed)
    #expect(!Verdict(step: .leak, found: 1e-300, limit: 0).isPassed)
  }

  @Test func `a gradient with one wrong entry of many fails its step`() throws {
    var random = SplitMix64(seed: 1, stream: "recipe")
    let raw = ThreeSets<Double>.clouds(60, using: &random)
    let healthy = try Trainer<Double>.healthy(using: &random)
    var wrong = healthy
    wrong.pass = { network, batch in
      var (loss, gradient) = healthy.pass(network, batch)
      gradient.layers[0].weights.withMutableElements { $0[7] *= -1 }
      return (loss, gradient)
    }
    let batch = healthy.prepare(raw).training.first(16)
    #expect(healthy.gradientError(on: batch) < 0.02 && wrong.gradientError(on: batch) > 0.02)
  }

  @Test func `standardised inputs have the mean 0 and the deviation 1, by the set that is given`() {
    let y = Matrix<Double>(rows: 2, columns: 1, repeating: 0)
    let data = { (x: Matrix<Double>) in Dataset(x: x, y: y) }
    let sets = ThreeSets(
      training: data([[1, 10], [3, 30]]), validation: data([[2, 20], [5, 50]]),
      test: data([[1, 1], [1, 1]]))
    let moved = sets.standardised(by: sets.training.x)
    let expected: [Matrix<Double>] = [
      [[-1, -1], [1, 1]], [[0, 0], [3, 3]], [[-1, -1.9], [-1, -1.9]],
    ]
    for (found, wanted) in zip([moved.training.x, moved.validation.x, moved.test.x], expected) {
      #expect((found - wanted).elements.allSatisfy { abs($0) < 1e-12 })
    }
  }
}
