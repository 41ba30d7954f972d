/// One part of a list, of as many as there are jobs: 2/5 is the second fifth.
package struct Part: Sendable {
  /// Which part it is, from 1.
  package let number: Int
  /// How many parts there are.
  package let count: Int

  /// Reads a part as it is typed: 2/5. `nil` where it is none.
  package init?(_ text: String) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let number = numbers[0], let count = numbers[1],
      1...100_000 ~= count, 1...count ~= number
    else { return nil }
    (self.number, self.count) = (number, count)
  }

  /// Returns the elements of this part: each is in one part, whatever it is.
  package func chosen<Element>(from all: [Element]) -> [Element] {
    all.indices.filter { $0 % count == number - 1 }.map { all[$0] }
  }
}
