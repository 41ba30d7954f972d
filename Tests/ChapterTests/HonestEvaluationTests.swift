import BinaryClassifier
import Digits
import Testing
import Workbook

/// The permutation test, the coverage of an interval and the temperature of chapter 9, by hand.
@Suite struct HonestEvaluationTests {
  @Test func `of the six orders of two zeros and two ones, one agrees everywhere`() {
    var random = SplitMix64(seed: 1)
    let p = permutationPValue(
      actual: [0, 0, 1, 1], predicted: [0, 0, 1, 1], shuffles: 60_000, using: &random)
    // Four standard deviations of a fraction of 1/6.
    let deviation = (5.0 / 36 / 60_000).squareRoot()
    #expect(abs(p - 1.0 / 6) < 4 * deviation)
  }

  @Test func `a constant, and what is always wrong, have the p-value 1`() {
    var random = SplitMix64(seed: 2)
    let labels = [0, 1, 1, 0, 1, 0]
    let constant = permutationPValue(
      actual: labels, predicted: [1, 1, 1, 1, 1, 1], shuffles: 50, using: &random)
    let wrong = permutationPValue(
      actual: labels, predicted: labels.map { 1 - $0 }, shuffles: 50, using: &random)
    #expect(constant == 1 && wrong == 1)
  }

  @Test func `no p-value is below one by the number of orders looked at`() {
    var random = SplitMix64(seed: 3)
    let labels = (0..<60).map { $0 % 3 }
    let p = permutationPValue(actual: labels, predicted: labels, shuffles: 99, using: &random)
    #expect(p == 0.01)
  }

  @Test(arguments: [0.01, 0.05, 0.2, 0.5])
  func `labels without a relation have a p-value below a level no more often than it says`(
    level: Double
  ) {
    var random = SplitMix64(seed: 4)
    let found = (0..<4_000).count { _ in
      let labels = (0..<20).map { _ in random.index(below: 3) }
      let predicted = (0..<20).map { _ in random.index(below: 3) }
      return permutationPValue(
        actual: labels, predicted: predicted, shuffles: 99, using: &random) <= level
    }
    #expect(AccuracyInterval.wilson(found, of: 4_000, z: 4).low <= level)
  }

  @Test func `the textbook's interval of one coin never holds a half, and Wilson's always`() {
    func covered(_ interval: @escaping (Int, Int) -> AccuracyInterval) -> Double {
      coverage(of: interval, accuracy: 0.5, examples: 1)
    }
    #expect(covered { .naive($0, of: $1) } == 0)
    #expect(abs(covered { .wilson($0, of: $1) } - 1) < 1e-15)
  }

  @Test func `the temperature is the factor by which true logits were multiplied`() {
    var random = SplitMix64(seed: 5)
    let z = Matrix<Double>.normal(20_000, 4, using: &random)
    let labels = (0..<z.rows).map { row in
      // The largest of logit plus Gumbel noise is a draw from the softmax.
      let noisy = (0..<4).map { z[row, $0] - Double.log(-Double.log(1 - random.uniform())) }
      return noisy.indices.reduce(0) { noisy[$1] > noisy[$0] ? $1 : $0 }
    }
    let y = Matrix<Double>(rows: z.rows, columns: 4) { labels[$0] == $1 ? 1 : 0 }
    let found = temperature(of: z.map { 3 * $0 }, to: y)
    #expect(abs(found - 3) < 0.15)
    #expect(abs(temperature(of: z, to: y) - found / 3) < 1e-9)
  }

  @Test func `where all are right by far, the temperature ends at its lowest`() {
    let z: Matrix<Double> = [[5, 0], [0, 5]]
    #expect(abs(temperature(of: z, to: [[1, 0], [0, 1]]) - 0.01) < 1e-6)
    #expect(abs(temperature(of: z, to: [[0, 1], [1, 0]]) - 100) < 1e-3)
  }
}
