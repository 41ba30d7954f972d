import Testing
import Workbook

@Suite struct BinomialTests {
  @Test func `the probabilities of four fair coins are 1, 4, 6, 4 and 1 sixteenths`() {
    let coins = Binomial(trials: 4, probability: 0.5)
    for (mass, count) in zip(coins.masses, [1.0, 4, 6, 4, 1]) {
      #expect(abs(mass - count / 16) < 1e-15)
    }
    #expect(abs(coins.probability(ofAtLeast: 3) - 5.0 / 16) < 1e-15)
    #expect(abs(coins.probability(ofAtMost: 1) - 5.0 / 16) < 1e-15)
  }

  @Test(arguments: [(7, 0.3), (360, 0.97), (5_000, 0.001), (20, 0.999)])
  func `mean and variance are n p and n p (1 − p)`(trials: Int, probability: Double) {
    let masses = Binomial(trials: trials, probability: probability).masses
    let mean = masses.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    let squares = masses.enumerated().reduce(0) {
      $0 + (Double($1.offset) - mean) * (Double($1.offset) - mean) * $1.element
    }
    let n = Double(trials)
    #expect(abs(mean - n * probability) < 1e-11 * n)
    #expect(abs(squares - n * probability * (1 - probability)) < 1e-10 * n)
  }

  @Test func `what is certain has the probability 1, and no trial has one outcome`() {
    #expect(Binomial(trials: 3, probability: 0).masses == [1, 0, 0, 0])
    #expect(Binomial(trials: 3, probability: 1).masses == [0, 0, 0, 1])
    #expect(Binomial(trials: 0, probability: 0.3).masses == [1])
  }

  @Test func `counts outside 0 to n are never or always reached`() {
    let coins = Binomial(trials: 4, probability: 0.5)
    #expect(coins.probability(ofAtLeast: -1) == 1 && coins.probability(ofAtLeast: 5) == 0)
    #expect(coins.probability(ofAtMost: -1) == 0 && coins.probability(ofAtMost: 9) == 1)
  }

  @Test func `a probability that is none is refused`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Binomial(trials: 3, probability: .nan)
    }
    #expect(try words(of: result).contains("a probability of nan is not in 0…1"))
  }
}

@Suite struct AccuracyIntervalTests {
  /// The three ways to make an interval.
  static let rules: [@Sendable (Int, Int) -> AccuracyInterval] = [
    { .wilson($0, of: $1) }, { .exact($0, of: $1) }, { .naive($0, of: $1) },
  ]

  @Test func `Wilson's interval by hand`() {
    // k = 1, n = 4, z = 2: (1 + 2 ± 2 √(3/4 + 1)) / 8.
    let interval = AccuracyInterval.wilson(1, of: 4, z: 2)
    #expect(abs(interval.low - (3 - 7.0.squareRoot()) / 8) < 1e-15)
    #expect(abs(interval.high - (3 + 7.0.squareRoot()) / 8) < 1e-15)
    #expect(interval.accuracy == 0.25)
  }

  @Test(arguments: [(350, 360), (1, 7), (19, 20), (500, 1_000)])
  func `at the ends of Wilson's interval the measured accuracy is z deviations away`(
    right: Int, count: Int
  ) {
    let interval = AccuracyInterval.wilson(right, of: count)
    for p in [interval.low, interval.high] {
      let deviation = (p * (1 - p) / Double(count)).squareRoot()
      let distance = abs(Double(right) / Double(count) - p)
      #expect(abs(distance / deviation - AccuracyInterval.deviatesFor95Percent) < 1e-11)
    }
  }

  @Test(arguments: [(350, 360), (1, 7), (19, 20), (500, 1_000)])
  func `at the ends of the exact interval a tail has the promised probability`(
    right: Int, count: Int
  ) {
    let interval = AccuracyInterval.exact(right, of: count)
    let low = Binomial(trials: count, probability: interval.low)
    let high = Binomial(trials: count, probability: interval.high)
    #expect(abs(low.probability(ofAtLeast: right) - 0.025) < 1e-11)
    #expect(abs(high.probability(ofAtMost: right) - 0.025) < 1e-11)
  }

  @Test func `where all are right the exact lower end is the root of the tail`() {
    // pⁿ = 0.025, and Wilson's lower end is n / (n + z²).
    let root = Double.exp(Double.log(0.025) / 20)
    #expect(abs(AccuracyInterval.exact(20, of: 20).low - root) < 1e-14)
    let wilson = AccuracyInterval.wilson(20, of: 20, z: 2)
    #expect(abs(wilson.low - 20.0 / 24) < 1e-15 && wilson.high == 1)
  }

  @Test func `all right and all wrong are mirror images, and the textbook's is one point`() {
    for rule in Self.rules {
      let (all, none) = (rule(9, 9), rule(0, 9))
      #expect(abs(all.low + none.high - 1) < 1e-14)
      #expect(all.high == 1 && none.low == 0)
    }
    #expect(AccuracyInterval.naive(9, of: 9).low == 1)
  }

  @Test func `without examples every accuracy is possible, and none is measured`() {
    for interval in [AccuracyInterval.wilson(0, of: 0), .exact(0, of: 0)] {
      #expect(interval.low == 0 && interval.high == 1)
      #expect(interval.accuracy == nil && interval.text == "–")
    }
  }

  @Test func `the text has the accuracy and both ends in percent`() {
    #expect(AccuracyInterval.wilson(350, of: 360).text == "97.2 % (95.0–98.5)")
    #expect(AccuracyInterval.wilson(360, of: 360).text == "100.0 % (98.9–100.0)")
  }

  @Test func `a confusion matrix gives the interval of its accuracy and of a recall`() {
    let confusion = ConfusionMatrix(
      actual: [0, 0, 0, 1, 1], predicted: [0, 0, 1, 1, 0], classes: 3)
    #expect(confusion.accuracyInterval == .wilson(3, of: 5))
    #expect(confusion.recallInterval(of: 0) == .wilson(2, of: 3))
    #expect(confusion.recallInterval(of: 2).accuracy == nil)
  }

  @Test func `more right than there are is refused`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = AccuracyInterval.wilson(5, of: 4)
    }
    #expect(try words(of: result).contains("5 right of 4 examples"))
  }
}
