internal import Processor

/// Calls `body` while subnormal numbers, below 2⁻¹²⁶ in `Float`, count as 0.
///
/// The averages of the weights of a dead unit, and the gradients of a network that is sure of its answers, shrink
/// until they are such numbers, and many processors take longer for them than for others. The setting is this
/// thread's alone, and afterwards it is what it was.
@inline(never)  // What is computed in `body` stays between the two calls.
public func flushingSubnormals<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = processor_flush_subnormals()
  defer { processor_restore_arithmetic(before) }
  return try body()
}
