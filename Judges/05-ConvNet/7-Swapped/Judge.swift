import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  for size in [
    Size(channels: 2, filters: 3, height: 4, width: 5, size: 3),
    Size(channels: 5, filters: 4, height: 3, width: 6, size: 2),
  ] {
    let formula = GradientsInImage(exam, size)
    exam.part("the forward pass, as it was given, of \(size.words)")
    try formula.judgeForwards(exam)
    exam.part("every gradient in the image, of \(size.words)")
    try exam.certify(formula)
  }
  exam.part("where the bug hides")
  try judgeHidden(exam)
  exam.part("where it shows")
  try judgeShown(exam)
}

private func judgeHidden(_ exam: Exam) throws {
  let (channels, filters) = hidden
  try judgeRange(exam, hidden, "hidden")
  try exam.check(
    channels * filters > 1, "with one channel and one filter there is nothing to exchange",
    cause: "not both are to be 1")
  let seen = seenGradients(exam, hidden)
  try exam.check(
    seen == 0,
    "with \(channels) channels and \(filters) filters \(seen) of \(channels * 12) gradients differ: "
      + "there the bug can be seen",
    cause: channels == filters
      ? "equal numbers keep the index inside, but the weight is another: that of (c, f) for (f, c)"
      : "the right index is f · channels + c and the wrong one c · filters + f: when are they equal "
        + "for all f and c?")
}

private func judgeShown(_ exam: Exam) throws {
  let (channels, filters) = shown
  try judgeRange(exam, shown, "shown")
  try exam.check(
    channels == filters, "\(channels) channels and \(filters) filters are not equal in number",
    cause: "a counterexample needs as many filters as channels")
  try exam.check(
    seenGradients(exam, shown) > 0, "with one channel and one filter no gradient differs",
    cause: "f and c are both 0, and so are both indices")
}

private func judgeRange(_ exam: Exam, _ numbers: (channels: Int, filters: Int), _ name: String)
  throws
{
  try exam.check(
    1..<10 ~= numbers.channels && 1..<10 ~= numbers.filters,
    "\(name) is (\(numbers.channels), \(numbers.filters)), and numbers from 1 to 9 are asked for")
}

/// Returns the number of gradients that the bug makes wrong, for random weights.
private func seenGradients(_ exam: Exam, _ numbers: (channels: Int, filters: Int)) -> Int {
  var random = exam.random("\(numbers)")
  let (channels, filters) = numbers
  let layer = Size(channels: channels, filters: filters, height: 3, width: 4, size: 2)
  let weights = Vector<Rational>(.dyadic(filters * channels * 4, using: &random)).elements
  let dZ = Vector<Rational>(.dyadic(filters * 6, using: &random)).elements
  let right = layer.gradients(from: dZ, through: weights) { f, c in f * channels + c }
  let wrong = layer.gradients(from: dZ, through: weights) { f, c in c * filters + f }
  return zip(right, wrong).count { $0 != $1 }
}

/// The answer as a formula of the image, under a random upstream.
private struct GradientsInImage: AlgebraicFormula {
  var name: String { "the image of \(layer.words)" }
  let evaluationPoint: [Tensor<Double>]
  let weights: [Double]
  let upstream: [Double]
  let layer: Size

  init(_ exam: Exam, _ size: Size) {
    var random = exam.random("gradients in the image of \(size.words)")
    layer = size
    evaluationPoint = [
      Tensor("x", .dyadic(layer.channels, layer.height * layer.width, using: &random))
    ]
    let count = layer.filters * layer.channels * layer.size * layer.size
    weights = Vector.dyadic(count, using: &random).elements
    upstream = Vector.dyadic(layer.filters * layer.down * layer.along, using: &random).elements
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let z = layer.correlation(of: w[0].elements, with: weights.map { Scalar($0) })
    return zip(z, upstream).reduce(0) { $0 + $1.0 * Scalar($1.1) }
  }

  func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    tensors(
      layer.asked.gradientsInImage(
        from: upstream.map { Scalar($0) }, through: weights.map { Scalar($0) }))
  }

  var clues: Clues {
    let (channels, filters) = (layer.channels, layer.filters)
    func mistake(
      _ name: String, isTurned: Bool = false, assigns: Bool = false,
      _ first: (_ f: Int, _ c: Int) -> Int
    ) -> Clues.Mistake {
      let gradients = layer.gradients(
        from: upstream, through: weights, isTurned: isTurned, assigns: assigns, first)
      return Clues.Mistake(name, gradient: tensors(gradients))
    }
    return Clues(
      counts: [("channels", channels), ("filters", filters)],
      mistakes: [
        mistake("channel and filter are exchanged in the index of the weight") { f, c in
          c * filters + f
        },
        mistake("c is multiplied by the number of channels; channels lie side by side in a filter")
        {
          f, c in c * channels + f
        },
        mistake("the index moves by one channel for each filter: a filter has several") { f, c in
          f + c
        },
        mistake("the kernel is turned round as well", isTurned: true) { f, c in f * channels + c },
        mistake("all filters are taken for the first") { _, c in c },
        mistake("all channels are taken for the first") { f, _ in f * channels },
        mistake("the weights are counted from the last filter") { f, c in
          (filters - 1 - f) * channels + c
        },
        mistake("the weights are counted from the last channel") { f, c in
          f * channels + channels - 1 - c
        },
        mistake("assigned where it should be added", assigns: true) { f, c in f * channels + c },
      ])
  }

  /// Asks whether the forward pass is still the one that was given. Nothing is rounded: all numbers
  /// are of few bits.
  func judgeForwards(_ exam: Exam) throws {
    let x = evaluationPoint[0].elements
    try exam.check(
      layer.asked.maps(of: x, by: weights) == layer.correlation(of: x, with: weights),
      "`maps` gives other maps than it did",
      cause: "the forward pass is right as it is given: put it back")
  }

  /// Returns gradients as a tensor with a row for each channel, `[channels, height · width]`.
  private func tensors<Scalar: Field>(_ gradients: [Scalar]) -> [Tensor<Scalar>] {
    [
      Tensor(
        "x",
        Matrix(rows: layer.channels, columns: gradients.count / layer.channels, elements: gradients)
      )
    ]
  }
}

/// A convolution of some size, as the judge computes it.
private struct Size {
  let channels, filters, height, width, size: Int

  var down: Int { height - size + 1 }
  var along: Int { width - size + 1 }
  var words: String { "\(channels) channels and \(filters) filters" }

  /// The learner's convolution of this size.
  var asked: FlatConvolution {
    FlatConvolution(
      channels: channels, filters: filters, height: height, width: width, size: size)
  }

  /// Returns the maps, `[filters, down, along]`.
  func correlation<Scalar: Field>(of x: [Scalar], with weights: [Scalar]) -> [Scalar] {
    (0..<filters * down * along).map { place in
      let (f, a, b) = (place / (down * along), place / along % down, place % along)
      return (0..<channels * size * size).reduce(0) { z, entry in
        let (c, i, j) = (entry / (size * size), entry / size % size, entry % size)
        let pixel = x[(c * height + a + i) * width + b + j]
        return z + weights[f * channels * size * size + entry] * pixel
      }
    }
  }

  /// Returns the gradients in the image, with the weights of filter f and channel c wherever
  /// `first` says.
  func gradients<Scalar: Field>(
    from dZ: [Scalar], through weights: [Scalar], isTurned: Bool = false, assigns: Bool = false,
    _ first: (_ f: Int, _ c: Int) -> Int
  ) -> [Scalar] {
    var dX = [Scalar](repeating: 0, count: channels * height * width)
    for f in 0..<filters {
      for position in 0..<down * along {
        let (a, b) = (position / along, position % along)
        for c in 0..<channels {
          for entry in 0..<size * size {
            let (i, j) = (entry / size, entry % size)
            let used = isTurned ? size * size - 1 - entry : entry
            let weight = weights[first(f, c) * size * size + used]
            let pixel = (c * height + a + i) * width + b + j
            dX[pixel] = (assigns ? 0 : dX[pixel]) + weight * dZ[(f * down + a) * along + b]
          }
        }
      }
    }
    return dX
  }
}
