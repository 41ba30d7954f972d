import Testing
import Workbook

/// Expects numbers to be within `tolerance` of a library's, as a fraction of its largest.
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

/// Expects what all libraries say to a network, to 10⁻¹² of the largest entry of each tensor.
func expect(
  _ test: GradientCase<some NamedSubject>, _ loss: Double, _ slopes: [Tensor<Double>],
  _ prediction: Matrix<Double>, sourceLocation: SourceLocation = #_sourceLocation
) {
  for (whose, theirs) in test.answers {
    expect(
      [loss], near: [theirs.loss], within: 1e-12, "\(whose) loss", sourceLocation: sourceLocation)
    expect(
      slopes, near: theirs.gradient, within: 1e-12, "\(whose) gradient of",
      sourceLocation: sourceLocation)
    expect(
      [Tensor("answers", prediction)], near: [theirs.prediction], within: 1e-12, whose,
      sourceLocation: sourceLocation)
  }
}

/// Takes the steps of a case, and expects every loss on the way and the weights at the end to be
/// those of all libraries, to 10⁻⁹.
///
/// - Parameter step: Takes a step on a mini-batch, and returns the loss before it.
func expectSameTraining<Model: Parameterised<Double>>(
  _ test: TrainingCase<some NamedSubject>, of start: Model,
  step: (inout Model, Dataset<Double>) -> Double
) throws {
  let data = try test.subject.data
  var model = start
  let losses = test.training.batches.map { step(&model, data.examples(at: $0[...])) }
  #expect(losses.count == 50)
  for (whose, theirs) in test.arrivals {
    #expect(theirs.losses.count == 50)
    let firstApart = zip(losses, theirs.losses).map { abs($0 - $1) <= 1e-9 * abs($1) }
      .firstIndex(of: false)
    #expect(firstApart == nil, "the step, from 0, whose loss is not \(whose)")
    expect(model.tensors, near: theirs.parameters, within: 1e-9, "\(whose)")
  }
}
