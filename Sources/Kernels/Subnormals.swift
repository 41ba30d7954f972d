internal import Processor

/// Calls `body` while numbers too small to be held with all their digits, below 2⁻¹²⁶ in `Float`, count as 0.
///
/// The averages of a unit that is dead, and the gradients of a network that is sure of its answers, shrink until
/// they are such numbers. Some processors take a hundred times as long for them as for others. The setting is
/// this thread's alone, and afterwards it is what it was.
public func flushingSubnormals<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = processor_flush_subnormals()
  defer { processor_restore_arithmetic(before) }
  return try body()
}
