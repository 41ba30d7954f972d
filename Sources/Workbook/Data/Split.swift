import Numbers
import Text

/// The positions of a data set, dealt out for training, validation and test.
public struct Split: Equatable, Sendable {
  /// What the network learns from.
  public var training: [Int]
  /// What choices between networks are made by.
  public var validation: [Int]
  /// What is looked at once, at the end.
  public var test: [Int]

  /// Deals out `count` examples at random.
  ///
  /// - Parameters:
  ///   - count: The number of examples.
  ///   - validation: The fraction kept for validation.
  ///   - test: The fraction kept for the test.
  ///   - random: The generator of the order.
  /// - Precondition: The fractions are not negative and add up to at most 1.
  public init(
    _ count: Int, validation: Double = 0, test: Double, using random: inout SplitMix64
  ) {
    self.init(groups: Array(0..<count), validation: validation, test: test, using: &random)
  }

  /// Deals out examples a whole group at a time, so that near-copies never sit on both sides.
  ///
  /// Groups are dealt in random order: to the test until it holds its fraction, then to validation,
  /// then to training. A large group may overshoot a fraction by less than its size.
  ///
  /// - Parameters:
  ///   - groups: The group of each example; examples of a group are near-copies of each other.
  ///   - validation: The fraction kept for validation.
  ///   - test: The fraction kept for the test.
  ///   - random: The generator of the order.
  /// - Precondition: The fractions are not negative and add up to at most 1.
  public init(
    groups: [Int], validation: Double = 0, test: Double, using random: inout SplitMix64
  ) {
    precondition(
      validation >= 0 && test >= 0 && validation + test <= 1,
      "fractions \(validation) and \(test) of one data set")
    let members = Dictionary(grouping: groups.indices) { groups[$0] }
    let testCount = (Double(groups.count) * test).rounded()
    let validationCount = (Double(groups.count) * validation).rounded()
    (training, self.validation, self.test) = ([], [], [])
    for group in random.shuffled(members.keys.sorted()) {
      let positions = members[group, default: []]
      if Double(self.test.count) < testCount {
        self.test += positions
      } else if Double(self.validation.count) < validationCount {
        self.validation += positions
      } else {
        training += positions
      }
    }
  }

  /// Deals out the examples of each class by themselves, so that every part has nearly the same fraction
  /// of every class.
  ///
  /// The counts of a class are rounded to whole examples. Each part is in random order, so its classes
  /// are mixed.
  ///
  /// - Parameters:
  ///   - labels: The class of each example.
  ///   - validation: The fraction kept for validation.
  ///   - test: The fraction kept for the test.
  ///   - random: The generator of the order.
  /// - Precondition: The fractions are not negative and add up to at most 1.
  public init(
    stratifying labels: [Int], validation: Double = 0, test: Double, using random: inout SplitMix64
  ) {
    (training, self.validation, self.test) = ([], [], [])
    let members = Dictionary(grouping: labels.indices) { labels[$0] }
    for label in members.keys.sorted() {
      let positions = members[label, default: []]
      let part = Split(positions.count, validation: validation, test: test, using: &random)
      training += part.training.map { positions[$0] }
      self.validation += part.validation.map { positions[$0] }
      self.test += part.test.map { positions[$0] }
    }
    random.shuffle(&training)
    random.shuffle(&self.validation)
    random.shuffle(&self.test)
  }
}
