import Testing
import Workbook

/// Expects numbers to be within `tolerance` of a library's, as a share of its largest.
///
/// - Parameter what: What is compared, and with whom: a failure says so.
func expect(
  _ ours: [Double], near theirs: [Double], within tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(ours.count == theirs.count, "\(what)", sourceLocation: sourceLocation)
  let errors = zip(ours, theirs).map { abs($0 - $1) }
  let scale = theirs.map { abs($0) }.reduce(0, max)
  // What is not a number is not below any bound.
  #expect(
    errors.allSatisfy { $0 <= tolerance * scale },
    "\(what): off by \(errors.reduce(0, max)), of \(scale)", sourceLocation: sourceLocation)
}

/// Expects tensors to have the shapes of a library's, and its numbers within `tolerance`.
func expect(
  _ ours: [Tensor<Double>], near theirs: [Block], within tolerance: Double, _ whose: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(ours.map(\.shape) == theirs.map(\.shape), "\(whose)", sourceLocation: sourceLocation)
  for (tensor, block) in zip(ours, theirs) {
    expect(
      tensor.elements, near: block.values, within: tolerance, "\(whose) \(tensor.name)",
      sourceLocation: sourceLocation)
  }
}
