import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("patches")
  for window in [
    SlidingWindow(height: 4, width: 6, size: 2, stride: 2),
    SlidingWindow(height: 4, width: 3, size: 2, stride: 1),
    SlidingWindow(height: 5, width: 7, size: 3, stride: 2),
  ] {
    exam.part("windows of \(window.size), stride \(window.stride)")
    let y = Matrix<Rational>(
      rows: window.rows * window.columns, columns: window.size * window.size
    ) { _, _ in Rational(count: 1 + random.index(below: 9)) }
    let x = Matrix<Rational>(rows: window.height, columns: window.width) { _, _ in
      Rational(count: 1 + random.index(below: 9))
    }
    try exam.check(
      (window.patches(of: x) ⊙ y).sum == (x ⊙ window.sums(y)).sum,
      "`patches(of:)` gives other patches than it did",
      cause: "the way there is right as it is given: put it back")
    try exam.expect(
      window.image(of: y), equals: window.sums(y), of: "image(of: patches)",
      expectedMistakes: [
        "the last window wins where several saw a pixel: assigned, not added": window.last(y),
        "the first window wins where several saw a pixel": window.first(y),
        "each pixel is the mean of what the windows say; gradients add up": window.mean(y),
      ])
  }
  for pair in Pair.all {
    exam.part("your test, on \(pair.words)")
    try pair.judge(exam)
  }
}

/// Two functions that a learner's test is tried on.
private struct Pair {
  let words: String
  let belongTogether: Bool
  let window: SlidingWindow
  var there: ((Matrix<Rational>) -> Matrix<Rational>)?
  let back: (Matrix<Rational>) -> Matrix<Rational>

  static var all: [Pair] {
    let overlap = SlidingWindow(height: 5, width: 4, size: 3, stride: 1)
    let gaps = SlidingWindow(height: 4, width: 6, size: 2, stride: 2)
    return [
      Pair(
        words: "windows that overlap, and are added", belongTogether: true, window: overlap,
        back: overlap.sums),
      Pair(
        words: "windows side by side, assigned: here nothing is lost", belongTogether: true,
        window: gaps, back: gaps.last),
      Pair(
        words: "twice the patches there, and twice the sum back", belongTogether: true,
        window: overlap, there: { 2 * overlap.patches(of: $0) }, back: { 2 * overlap.sums($0) }),
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
    ]
  }

  func judge(_ exam: Exam) throws {
    let witness = Witness()
    let answer = areAdjoint(
      there: { x in
        witness.images.append(x)
        let patches = there?(x) ?? window.patches(of: x)
        witness.made.append(patches)
        return patches
      },
      back: { y in
        witness.patches.append(y)
        return back(y)
      },
      image: (window.height, window.width),
      patches: (window.rows * window.columns, window.size * window.size))
    try exam.check(
      answer == belongTogether,
      "areAdjoint says \(answer) of \(words)",
      cause: answer ? witness.whyNothingWasSeen : witness.whyAccused)
  }
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

extension SlidingWindow {
  /// Returns the image that patches add up to.
  fileprivate func sums(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    folded(patches) { $0 + $1 }
  }

  /// Returns the image that the last patches leave.
  fileprivate func last(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    folded(patches) { $1 }
  }

  /// Returns the image that the first patches leave; none of their entries may be 0.
  fileprivate func first(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    folded(patches) { $0 == 0 ? $1 : $0 }
  }

  /// Returns the image of the means of all patches that meet a pixel.
  fileprivate func mean(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    let ones = Matrix<Rational>(rows: patches.rows, columns: patches.columns, repeating: 1)
    return sums(patches).combining(sums(ones)) { $1 == 0 ? 0 : $0 / $1 }
  }

  /// Returns the patches with the rows and columns of each exchanged.
  fileprivate func turned(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    Matrix(rows: patches.rows, columns: patches.columns) { position, entry in
      patches[position, entry % size * size + entry / size]
    }
  }

  /// Returns the patches, the last first.
  fileprivate func reversed(_ patches: Matrix<Rational>) -> Matrix<Rational> {
    Matrix(rows: patches.rows, columns: patches.columns) { patches[patches.rows - 1 - $0, $1] }
  }

  private func folded(
    _ patches: Matrix<Rational>, by combine: (Rational, Rational) -> Rational
  ) -> Matrix<Rational> {
    var x = Matrix<Rational>(rows: height, columns: width, repeating: 0)
    for position in 0..<patches.rows {
      for entry in 0..<patches.columns {
        let row = position / columns * stride + entry / size
        let column = position % columns * stride + entry % size
        x[row, column] = combine(x[row, column], patches[position, entry])
      }
    }
    return x
  }
}
