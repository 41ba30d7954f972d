import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("patches")
  for path in [
    Path(height: 4, width: 6, size: 2, stride: 2), Path(height: 4, width: 3, size: 2, stride: 1),
    Path(height: 5, width: 7, size: 3, stride: 2), Path(height: 8, width: 5, size: 2, stride: 3),
    Path(height: 7, width: 9, size: 5, stride: 2), Path(height: 6, width: 5, size: 4, stride: 1),
  ] {
    exam.part("windows of \(path.size), stride \(path.stride), on \(path.height) × \(path.width)")
    let y = Matrix<Rational>(
      rows: path.down * path.along, columns: path.size * path.size
    ) { _, _ in Rational((1 + random.index(below: 9)) * (random.index(below: 3) == 0 ? -1 : 1), 1) }
    let x = Matrix<Rational>(rows: path.height, columns: path.width) {
      Rational(count: 1 + 10 * $0 + $1)
    }
    try exam.check(
      path.asked.patches(of: x) == path.seen(x), "`patches(of:)` gives other patches than it did",
      cause: "the way there is right as it is given: put it back")
    try exam.expect(
      path.asked.image(of: y), equals: path.sums(y), of: "image(of: patches)",
      expectedMistakes: [
        "the last window wins where several saw a pixel: assigned, not added": path.last(y),
        "the first window wins where several saw a pixel": path.first(y),
        "each pixel is the mean of what the windows say; gradients add up": path.mean(y),
        "the sign is turned": path.sums(y).map { -$0 },
        "nothing arrives": path.sums(y).map { 0 * $0 },
      ])
  }
  for pair in Pair.all {
    exam.part("your test, on \(pair.words)")
    try pair.judge(exam)
  }
  exam.part("your test, in another order")
  try exam.askAgain(
    Pair.all.map { pair in (pair.belongTogether, { pair.answer(seenBy: Witness()) }) },
    of: "areAdjoint")
}

/// Two functions that a learner's test is tried on.
private struct Pair {
  let words: String
  let belongTogether: Bool
  let window: Path
  var there: ((Matrix<Rational>) -> Matrix<Rational>)?
  let back: (Matrix<Rational>) -> Matrix<Rational>

  static var all: [Pair] {
    let overlap = Path(height: 5, width: 4, size: 3, stride: 1)
    let gaps = Path(height: 4, width: 8, size: 2, stride: 2)
    return [
      Pair(
        words: "windows that overlap, and are added", belongTogether: true, window: overlap,
        back: overlap.sums),
      Pair(
        words: "windows side by side, assigned: here nothing is lost", belongTogether: true,
        window: gaps, back: gaps.last),
      Pair(
        words: "twice the patches there, and twice the sum back", belongTogether: true,
        window: overlap, there: { 2 * overlap.seen($0) }, back: { 2 * overlap.sums($0) }),
      Pair(
        words: "windows that overlap, and are assigned", belongTogether: false, window: overlap,
        back: overlap.last),
      Pair(
        words: "the mean of the windows that overlap", belongTogether: false, window: overlap,
        back: overlap.mean),
      Pair(
        words: "a backward pass on which nothing arrives", belongTogether: false, window: gaps,
        back: { 0 * gaps.sums($0) }),
      Pair(
        words: "a backward pass that exchanges rows and columns within each patch",
        belongTogether: false, window: overlap, back: { overlap.sums(overlap.turned($0)) }),
      Pair(
        words: "a backward pass that takes the positions in reverse", belongTogether: false,
        window: gaps,
        back: { gaps.sums(gaps.reversed($0)) }),
      Pair(
        words: "a backward pass of the wrong sign", belongTogether: false, window: overlap,
        back: { overlap.sums($0).map { -$0 } }),
      Pair(
        words: "a backward pass that forgets the last pixel", belongTogether: false,
        window: overlap, back: { forgetting(overlap.sums($0), 4, 3) }),
      Pair(
        words: "a backward pass that forgets the first pixel", belongTogether: false, window: gaps,
        back: { forgetting(gaps.sums($0), 0, 0) }),
      Pair(
        words: "a way there that gives the patches twice as large", belongTogether: false,
        window: overlap, there: { 2 * overlap.seen($0) }, back: overlap.sums),
      Pair(
        words: "a way there that exchanges rows and columns within each patch, and back as well",
        belongTogether: true, window: overlap, there: { overlap.turned(overlap.seen($0)) },
        back: { overlap.sums(overlap.turned($0)) }),
    ]
  }

  func judge(_ exam: Exam) throws {
    let witness = Witness()
    let answer = answer(seenBy: witness)
    try exam.check(
      answer == belongTogether,
      "areAdjoint says \(answer) of \(words)",
      cause: answer ? witness.whyNothingWasSeen : witness.whyAccused)
  }

  /// What the learner's test says.
  func answer(seenBy witness: Witness) -> Bool {
    areAdjoint(
      there: { x in
        witness.images.append(x)
        let patches = there?(x) ?? window.seen(x)
        witness.made.append(patches)
        return patches
      },
      back: { y in
        witness.patches.append(y)
        return back(y)
      },
      image: (window.height, window.width),
      patches: (window.down * window.along, window.size * window.size))
  }
}

/// Returns an image in which one pixel is 0.
private func forgetting(_ image: Matrix<Rational>, _ row: Int, _ column: Int) -> Matrix<Rational> {
  var image = image
  image[row, column] = 0
  return image
}

/// What a test gave to the two functions.
private final class Witness {
  var images: [Matrix<Rational>] = []
  var made: [Matrix<Rational>] = []
  var patches: [Matrix<Rational>] = []

  var whyAccused: String {
    patches.contains { made.contains($0) }
      ? "the patches of x went back and came as another image: a pixel that several windows saw has "
        + "a sum, and is right"
      : "the two sides are ⟨there(x), y⟩ and ⟨x, back(y)⟩: multiply entry by entry and add up"
  }

  var whyNothingWasSeen: String {
    func all(_ matrices: [Matrix<Rational>], _ test: (Matrix<Rational>) -> Bool) -> Bool {
      matrices.allSatisfy(test)
    }
    func isEven(_ matrix: Matrix<Rational>) -> Bool {
      matrix.elements.allSatisfy { $0 == matrix.elements.first }
    }
    if images.isEmpty || patches.isEmpty { return "one of the two functions is never called" }
    if (images + patches).contains(where: { $0.elements.allSatisfy { $0 == 0 } }) {
      return "with an x or a y of zeros both sides are 0, whatever the functions do"
    }
    if all(images, isEven) || all(patches, isEven) {
      return "all entries of x, or of y, are equal: code that mixes them up is not noticed"
    }
    return "the two sides are to be compared as numbers, for an x and a y without a pattern"
  }
}

/// The way of a window, as the judge computes it.
private struct Path {
  let height, width, size, stride: Int

  var down: Int { (height - size) / stride + 1 }
  var along: Int { (width - size) / stride + 1 }

  /// The learner's window of this size.
  var asked: SlidingWindow {
    SlidingWindow(height: height, width: width, size: size, stride: stride)
  }

  /// Returns where an entry of a patch comes from.
  private func origin(_ position: Int, _ entry: Int) -> (row: Int, column: Int) {
    (
      position / along * stride + entry / size, position % along * stride + entry % size
    )
  }

  /// Returns the patches of an image.
  func seen(_ x: Matrix<Rational>) -> Matrix<Rational> {
    Matrix(rows: down * along, columns: size * size) {
      let place = origin($0, $1)
      return x[place.row, place.column]
    }
  }

  /// Returns the image that patches add up to.
  func sums(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    folded(patches) { $0 + $1 }
  }

  /// Returns the image that the last patches leave.
  func last(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    folded(patches) { $1 }
  }

  /// Returns the image that the first patches leave; none of their entries may be 0.
  func first(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    folded(patches) { $0 == 0 ? $1 : $0 }
  }

  /// Returns the image of the means of all patches that meet a pixel.
  func mean(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    let ones = Matrix<Rational>(rows: patches.rows, columns: patches.columns, repeating: 1)
    return sums(patches).combining(sums(ones)) { $1 == 0 ? 0 : $0 / $1 }
  }

  /// Returns the patches with the rows and columns of each exchanged.
  func turned(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    Matrix(rows: patches.rows, columns: patches.columns) { position, entry in
      patches[position, entry % size * size + entry / size]
    }
  }

  /// Returns the patches, the last first.
  func reversed(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    Matrix(rows: patches.rows, columns: patches.columns) { patches[patches.rows - 1 - $0, $1] }
  }

  private func folded(
    _ patches: Matrix<Rational>, by combine: (Rational, Rational) -> Rational
  ) -> Matrix<Rational> {
    var x = Matrix<Rational>(rows: height, columns: width, repeating: 0)
    for position in 0..<patches.rows {
      for entry in 0..<patches.columns {
        let (row, column) = origin(position, entry)
        x[row, column] = combine(x[row, column], patches[position, entry])
      }
    }
    return x
  }
}
