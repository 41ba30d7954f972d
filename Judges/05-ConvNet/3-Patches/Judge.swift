import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let paths = [
    (
      "a window that overlaps itself",
      ConvolutionGeometry(channels: 1, height: 4, width: 3, k: 2, l: 2, stride: 1, padding: 0)
    ),
    (
      "three channels, a window that is not square",
      ConvolutionGeometry(channels: 3, height: 4, width: 5, k: 2, l: 3, stride: 1, padding: 0)
    ),
    (
      "padding 1, stride 2",
      ConvolutionGeometry(channels: 2, height: 3, width: 6, k: 3, l: 2, stride: 2, padding: 1)
    ),
    (
      "stride 3, wider than the window",
      ConvolutionGeometry(channels: 2, height: 8, width: 5, k: 2, l: 2, stride: 3, padding: 0)
    ),
  ]
  for (name, path) in paths {
    exam.part("patches: \(name)")
    try path.judgePatches(exam)
  }
  for (name, path) in paths {
    exam.part("and back: \(name)")
    var random = exam.random(name)
    try path.judgeImage(exam, &random)
  }
}

extension ConvolutionGeometry {
  /// Asks for the patches of an image whose entries say where they stand.
  fileprivate func judgePatches(_ exam: Exam) throws {
    let x = (1...channels).map { channel in
      Matrix<Rational>(rows: height, columns: width) { row, column in
        Rational(count: 100 * channel + 10 * row + column)
      }
    }
    func expected(_ sight: Sight = Sight()) -> Matrix<Rational> {
      Matrix(rows: rows * columns, columns: channels * k * l) { position, entry in
        let (channel, row, column) = source(sight, position, entry)
        if sight.clamps {
          return x[channel][max(0, min(height - 1, row)), max(0, min(width - 1, column))]
        }
        let isInside = 0..<height ~= row && 0..<width ~= column
        return isInside ? x[channel][row, column] : 0
      }
    }
    try exam.expect(
      patches(of: x), equals: expected(),
      of: "patches",
      expectedMistakes: [
        "the channels of a pixel stand side by side; here all of a channel stands together":
          expected(Sight(channelsAreLast: true)),
        "the window is read column after column": expected(Sight(readsColumns: true)),
        "the positions are counted column after column": expected(Sight(countsColumns: true)),
        "the padding is not taken off: the first window begins outside the image":
          expected(Sight(shift: padding)),
        "the stride is left out where the window begins": expected(Sight(stride: 1)),
        "beyond the edge the edge is repeated; it should be 0": expected(Sight(clamps: true)),
      ])
  }

  /// Asks whether the backward pass is the adjoint of the way there.
  fileprivate func judgeImage(_ exam: Exam, _ random: inout SplitMix64) throws {
    func wholes(_ rows: Int, _ columns: Int) -> Matrix<Rational> {
      Matrix(rows: rows, columns: columns) { _, _ in Rational(count: 1 + random.index(below: 99)) }
    }
    let x = (0..<channels).map { _ in wholes(height, width) }
    let y = wholes(rows * columns, channels * k * l)
    let back = image(of: y)
    try exam.expect(back.count, equals: channels, of: "the number of channels of col2im(y)")
    for channel in back.indices {
      try exam.expect(
        [back[channel].rows, back[channel].columns], equals: [height, width],
        of: "the size of col2im(y)",
        expectedMistakes: [
          "the zeros around the image belong to the padding and are dropped":
            [height + 2 * padding, width + 2 * padding]
        ])
    }
    let there = (patches(of: x) ⊙ y).sum
    let here = zip(x, back).map { ($0 ⊙ $1).sum }.reduce(0, +)
    let expectedMistakes: KeyValuePairs = [
      "where windows overlap the last one wins: assigned where it should be added":
        added(y, by: { $1 }),
      "each pixel is the mean of what the windows say, not the sum": mean(y),
      "nothing arrives": added(y, by: { old, _ in old }),
      "all channels are added to the first": added(y, intoFirst: true, by: +),
      "the padding is not taken off: pixels stand too far to the lower right":
        added(y, Sight(shift: padding), by: +),
      "the stride is left out where the window begins": added(y, Sight(stride: 1), by: +),
    ]
    try exam.check(
      there == here, "⟨im2col(x), y⟩ is \(there), and ⟨x, col2im(y)⟩ is \(here)",
      cause: expectedMistakes.first { $0.value == back }?.key)
  }

  /// Returns the image that patches make, each entry put to what is there by `combine`.
  private func added(
    _ y: Matrix<Rational>, _ sight: Sight = Sight(), intoFirst: Bool = false,
    by combine: (Rational, Rational) -> Rational
  ) -> [Matrix<Rational>] {
    let blank = Matrix<Rational>(rows: height, columns: width, repeating: 0)
    var x = Array(repeating: blank, count: channels)
    for position in 0..<y.rows {
      for entry in 0..<y.columns {
        let (channel, row, column) = source(sight, position, entry)
        if 0..<height ~= row && 0..<width ~= column {
          let target = intoFirst ? 0 : channel
          x[target][row, column] = combine(x[target][row, column], y[position, entry])
        }
      }
    }
    return x
  }

  private func mean(_ y: Matrix<Rational>) -> [Matrix<Rational>] {
    let ones = Matrix<Rational>(rows: y.rows, columns: y.columns, repeating: 1)
    return zip(added(y, by: +), added(ones, by: +)).map { sums, counts in
      sums.combining(counts) { $1 == 0 ? 0 : $0 / $1 }
    }
  }

  /// Returns where an entry of a patch is copied from.
  private func source(
    _ sight: Sight, _ position: Int, _ entry: Int
  ) -> (channel: Int, row: Int, column: Int) {
    let channel = sight.channelsAreLast ? entry % channels : entry / (k * l)
    let pixel = sight.channelsAreLast ? entry / channels : entry % (k * l)
    let (i, j) = sight.readsColumns ? (pixel % k, pixel / k) : (pixel / l, pixel % l)
    let (a, b) =
      sight.countsColumns
      ? (position % rows, position / rows) : (position / columns, position % columns)
    let step = sight.stride ?? stride
    return (channel, a * step - padding + i + sight.shift, b * step - padding + j + sight.shift)
  }
}

/// How a window sees an image: rightly, unless told otherwise.
private struct Sight {
  var channelsAreLast = false
  var readsColumns = false
  var countsColumns = false
  var clamps = false
  var shift = 0
  var stride: Int?
}
