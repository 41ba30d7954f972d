import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let paths = [
    Path(
      name: "a window that overlaps itself", channels: 2, height: 6, width: 5, k: 3, l: 4),
    Path(
      name: "three channels, a window that is not square", channels: 3, height: 5, width: 6, k: 2,
      l: 4),
    Path(
      name: "padding 1, stride 2", channels: 4, height: 5, width: 6, k: 3, l: 2, stride: 2,
      padding: 1),
    Path(
      name: "stride 3, wider than the window", channels: 2, height: 8, width: 5, k: 2, l: 2,
      stride: 3),
    Path(
      name: "padding 2, stride 3", channels: 5, height: 7, width: 8, k: 5, l: 3, stride: 3,
      padding: 2),
  ]
  for path in paths {
    exam.part("patches: \(path.name)")
    try path.judgePatches(exam)
  }
  for path in paths {
    exam.part("and back: \(path.name)")
    var random = exam.random(path.name)
    for _ in 0..<2 { try path.judgeImage(exam, &random) }
  }
}

/// A window, the images that it moves over, and how the learner's geometry is called for it.
private struct Path {
  let name: String
  let channels, height, width, k, l: Int
  var stride = 1
  var padding = 0

  /// The number of positions down and along.
  var down: Int { (height + 2 * padding - k) / stride + 1 }
  var along: Int { (width + 2 * padding - l) / stride + 1 }

  var geometry: ConvolutionGeometry {
    ConvolutionGeometry(
      channels: channels, height: height, width: width, k: k, l: l, stride: stride,
      padding: padding)
  }

  /// Asks for the patches of an image whose entries say where they stand.
  func judgePatches(_ exam: Exam) throws {
    let x = (1...channels).map { channel in
      Matrix<Rational>(rows: height, columns: width) { row, column in
        Rational(count: 100 * channel + 10 * row + column)
      }
    }
    func expected(_ sight: Sight = Sight()) -> Matrix<Rational> {
      Matrix(rows: down * along, columns: channels * k * l) { position, entry in
        let (channel, row, column) = origin(sight, position, entry)
        if sight.clamps {
          return x[channel][max(0, min(height - 1, row)), max(0, min(width - 1, column))]
        }
        return 0..<height ~= row && 0..<width ~= column ? x[channel][row, column] : 0
      }
    }
    try exam.expect(
      geometry.patches(of: x), equals: expected(),
      of: "patches",
      expectedMistakes: [
        "the channels of a pixel stand side by side; here all of a channel stands together":
          expected(Sight(channelsAreLast: true)),
        "the window is read column after column": expected(Sight(readsColumns: true)),
        "the positions are counted column after column": expected(Sight(countsColumns: true)),
        "the padding is not taken off: the first window begins outside the image":
          expected(Sight(shift: padding)),
        "the stride is left out where the window begins": expected(Sight(stride: (1, 1))),
        "the stride is left out downwards": expected(Sight(stride: (1, stride))),
        "the stride is left out along": expected(Sight(stride: (stride, 1))),
        "beyond the edge the edge is repeated; it should be 0": expected(Sight(clamps: true)),
      ])
  }

  /// Asks whether the backward pass is the adjoint of the way there.
  func judgeImage(_ exam: Exam, _ random: inout SplitMix64) throws {
    func wholes(_ rows: Int, _ columns: Int) -> Matrix<Rational> {
      Matrix(rows: rows, columns: columns) { _, _ in Rational(random.index(below: 199) - 99, 1) }
    }
    let x = (0..<channels).map { _ in wholes(height, width) }
    let y = wholes(down * along, channels * k * l)
    let back = geometry.image(of: y)
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
    func product(_ a: [Rational], _ b: [Rational]) -> Rational {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let there = product(geometry.patches(of: x).elements, y.elements)
    let here = product(x.flatMap(\.elements), back.flatMap(\.elements))
    func cause() -> String? { mistakes(with: y).first { $0.value == back }?.key }
    try exam.check(
      there == here, "⟨im2col(x), y⟩ is \(there), and ⟨x, col2im(y)⟩ is \(here)", cause: cause())
    // One x can overlook what another would not.
    let right = added(y, by: +)
    for channel in back.indices {
      try exam.expect(
        back[channel], equals: right[channel], of: "channel \(channel) of col2im(y)",
        expectedMistakes: cause().map { [$0: back[channel]] } ?? [:])
    }
  }

  /// Returns the images that likely mistakes make.
  private func mistakes(with y: Matrix<Rational>) -> KeyValuePairs<String, [Matrix<Rational>]> {
    [
      "where windows overlap the last one wins: assigned where it should be added":
        added(y, by: { $1 }),
      "each pixel is the mean of what the windows say, not the sum": mean(y),
      "nothing arrives": added(y, by: { old, _ in old }),
      "all channels are added to the first": added(y, intoFirst: true, by: +),
      "the padding is not taken off: pixels stand too far to the lower right":
        added(y, Sight(shift: padding), by: +),
      "the stride is left out where the window begins": added(y, Sight(stride: (1, 1)), by: +),
      "the stride is left out downwards": added(y, Sight(stride: (1, stride)), by: +),
      "the stride is left out along": added(y, Sight(stride: (stride, 1)), by: +),
      "the channels of a pixel stand side by side; here all of a channel stands together":
        added(y, Sight(channelsAreLast: true), by: +),
      "the window is read column after column": added(y, Sight(readsColumns: true), by: +),
      "the positions are counted column after column": added(y, Sight(countsColumns: true), by: +),
      "the sign is turned": added(y, by: -),
    ]
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
        let (channel, row, column) = origin(sight, position, entry)
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
  private func origin(
    _ sight: Sight, _ position: Int, _ entry: Int
  ) -> (channel: Int, row: Int, column: Int) {
    let channel = sight.channelsAreLast ? entry % channels : entry / (k * l)
    let pixel = sight.channelsAreLast ? entry / channels : entry % (k * l)
    let (i, j) = sight.readsColumns ? (pixel % k, pixel / k) : (pixel / l, pixel % l)
    let (a, b) =
      sight.countsColumns
      ? (position % down, position / down) : (position / along, position % along)
    let step = sight.stride ?? (stride, stride)
    return (
      channel, a * step.0 - padding + i + sight.shift, b * step.1 - padding + j + sight.shift
    )
  }
}

/// How a window sees an image: rightly, unless told otherwise.
private struct Sight {
  var channelsAreLast = false
  var readsColumns = false
  var countsColumns = false
  var clamps = false
  var shift = 0
  var stride: (Int, Int)?
}
