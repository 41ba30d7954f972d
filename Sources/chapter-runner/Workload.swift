import Workbook

/// A piece of work whose speed is measured: a network, examples for it, and a step of its training.
struct Workload: Sendable {
  /// What a reader types.
  let name: String
  /// What it is, in a line.
  let summary: String
  /// How many steps are timed unless somebody asks for another number.
  let steps: Int
  /// Makes the inputs, the same every time, and gets ready for the first step.
  let prepare: @Sendable () throws -> Prepared

  /// A workload that is ready to go.
  struct Prepared {
    /// Whatever a peer needs to do the same work, by name.
    let inputs: [String: NpyArray]
    /// Takes a step, and returns the loss before it.
    let step: () -> Float
  }

  /// All there are.
  static let all: [Workload] = [.catsAndDogs] + convolutions + small
}

extension SplitMix64 {
  /// Returns labels, 0 or 1 with the same chance.
  mutating func labels(_ count: Int) -> [Int] { (0..<count).map { _ in index(below: 2) } }
}
