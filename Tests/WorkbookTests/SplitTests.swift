import Testing
import Workbook

@Test(arguments: [
  (100, 0, 0.2), (1797, 0.1, 0.2), (7, 0.3, 0.3), (10, 0, 1), (5, 0, 0), (0, 0, 0.5),
])
func `a split deals out every position once, in the fractions asked for`(
  count: Int, validation: Double, test: Double
) {
  var random = SplitMix64(seed: 1)
  let split = Split(count, validation: validation, test: test, using: &random)
  #expect((split.training + split.validation + split.test).sorted() == Array(0..<count))
  #expect(split.test.count == Int((Double(count) * test).rounded()))
  #expect(split.validation.count == Int((Double(count) * validation).rounded()))
}

@Test func `another seed splits otherwise`() {
  let tests = ([1, 1, 2] as [UInt64]).map { seed in
    var random = SplitMix64(seed: seed)
    return Split(1000, test: 0.1, using: &random).test
  }
  #expect(tests[0] == tests[1] && tests[0] != tests[2])
}

@Test func `each position is as likely to be tested`() {
  var random = SplitMix64(seed: 2)
  var counts = [Int](repeating: 0, count: 10)
  for _ in 0..<2000 {
    for position in Split(10, test: 0.3, using: &random).test { counts[position] += 1 }
  }
  // Binomial with n = 2000, p = 0.3: 600 ± 4 · √420.
  #expect(counts.allSatisfy { abs($0 - 600) < 82 })
}

@Test(arguments: 1...20 as ClosedRange<UInt64>)
func `a group is never on two sides, and overshoots by less than its size`(seed: UInt64) {
  var random = SplitMix64(seed: seed)
  // Groups of 1, 2, …, 9 examples, mixed up.
  let groups = random.shuffled((1...9).flatMap { Array(repeating: $0 * 7, count: $0) })
  let split = Split(groups: groups, validation: 0.25, test: 0.25, using: &random)
  expectGroupsKept(split, groups)
  // 45 / 4 = 11.25 rounds to 11.
  #expect((11..<11 + 9).contains(split.test.count))
  #expect((11..<11 + 9).contains(split.validation.count))
}

@Test(arguments: 1...5 as ClosedRange<UInt64>)
func `near-copies of a silhouette stay on one side`(seed: UInt64) throws {
  let groups = try BundledData().catsAndDogs().groups
  var random = SplitMix64(seed: seed)
  let split = Split(groups: groups, validation: 0.1, test: 0.2, using: &random)
  expectGroupsKept(split, groups)
  let largest = Dictionary(grouping: groups, by: \.self).values.map(\.count).max() ?? 0
  #expect((400..<400 + largest).contains(split.test.count))
  #expect((200..<200 + largest).contains(split.validation.count))
}

private func expectGroupsKept(_ split: Split, _ groups: [Int]) {
  let sides = [split.training, split.validation, split.test]
  #expect(sides.flatMap(\.self).sorted() == Array(groups.indices))
  let groupsOfSides = sides.map { side in Set(side.map { groups[$0] }) }
  #expect(groupsOfSides.map(\.count).reduce(0, +) == Set(groups).count)
}

@Test func `fractions beyond the whole are refused`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var random = SplitMix64(seed: 1)
    _ = Split(10, validation: 0.5, test: 0.75, using: &random)
  }
  #expect(try words(of: result).contains("fractions 0.5 and 0.75 of one data set"))
}
