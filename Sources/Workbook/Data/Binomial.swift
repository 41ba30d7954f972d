import Numbers
import Text

/// The number of successes in independent trials that succeed with one probability each.
public struct Binomial: Equatable, Sendable {
  /// The number of trials.
  public let trials: Int
  /// The probability that a trial succeeds.
  public let probability: Double
  /// The probability of each number of successes, `[trials + 1]`.
  ///
  /// Each follows from its neighbour, from the most probable outwards, and their sum is brought to 1; so
  /// there is no factorial to overflow. Probabilities below 10⁻³⁰⁸ are 0.
  public let masses: [Double]

  /// Creates the distribution of `trials` trials.
  ///
  /// - Precondition: `trials` is not negative, and `probability` is from 0 to 1.
  /// - Complexity: O(trials).
  public init(trials: Int, probability: Double) {
    precondition(trials >= 0, "\(trials) trials; there must be 0 or more")
    precondition(0...1 ~= probability, "a probability of \(probability) is not in 0…1")
    let mode = min(trials, Int(Double(trials + 1) * probability))
    var masses = [Double](repeating: 0, count: trials + 1)
    masses[mode] = 1
    for k in stride(from: mode, to: trials, by: 1) {
      masses[k + 1] =
        masses[k] * Double(trials - k) / Double(k + 1) * probability / (1 - probability)
    }
    for k in stride(from: mode, to: 0, by: -1) {
      masses[k - 1] =
        masses[k] * Double(k) / Double(trials - k + 1) * (1 - probability) / probability
    }
    let sum = masses.reduce(0, +)
    (self.trials, self.probability) = (trials, probability)
    self.masses = masses.map { $0 / sum }
  }

  /// Returns the probability of `successes` successes or more.
  public func probability(ofAtLeast successes: Int) -> Double {
    min(1, masses.suffix(from: max(0, min(successes, trials + 1))).reduce(0, +))
  }

  /// Returns the probability of `successes` successes or fewer.
  public func probability(ofAtMost successes: Int) -> Double {
    min(1, masses.prefix(max(0, successes + 1)).reduce(0, +))
  }
}
