import Testing
import Workbook

@testable import ConvNet

/// Where a window stops, and what it is told where it cannot.
@Suite struct SlideTests {
  @Test(arguments: 1...9, 0...3)
  func `a window stops where it lies on entries and padding, until it has seen them all`(
    length: Int, padding: Int
  ) {
    for size in 1...6 {
      for step in 1...4 {
        let slide = Slide(size, stride: step, padding: padding)
        let starts = Array(stride(from: -padding, through: length + padding - size, by: step))
        let places = Result { () throws(SlideError) in try slide.places(along: length) }
        if let last = starts.last {
          #expect(
            places
              == (last + size == length + padding
                ? .success(starts.count) : .failure(.unseen(slide, length: length))))
        } else {
          #expect(places == .failure(.tooLarge(slide, length: length)))
        }
      }
    }
  }

  static let refused: [(Int, Slide, SlideError, String)] = [
    (
      5, Slide(0), .noWindow(Slide(0)),
      "a window of 0 with stride 1 and padding 0: size and stride are 1 or more, padding 0 or more"
    ),
    (
      5, Slide(2, stride: 0), .noWindow(Slide(2, stride: 0)),
      "a window of 2 with stride 0 and padding 0: size and stride are 1 or more, padding 0 or more"
    ),
    (
      5, Slide(2, padding: -1), .noWindow(Slide(2, padding: -1)),
      "a window of 2 with stride 1 and padding -1: size and stride are 1 or more, padding 0 or more"
    ),
    (
      5, Slide(8, padding: 1), .tooLarge(Slide(8, padding: 1), length: 5),
      "a window of 8 is larger than 5 entries with padding 1"
    ),
    (
      10, Slide(3, stride: 4), .unseen(Slide(3, stride: 4), length: 10),
      "a window of 3 with stride 4 and padding 0 never sees the last 3 of 10 entries"
    ),
    (
      28, Slide(3, stride: 2, padding: 1), .unseen(Slide(3, stride: 2, padding: 1), length: 28),
      "a window of 3 with stride 2 and padding 1 never sees the last 1 of 30 entries, "
        + "padding among them"
    ),
  ]

  @Test(arguments: refused.indices)
  func `a window that does not fit is refused with a sentence`(index: Int) {
    let (length, slide, expected, sentence) = Self.refused[index]
    let error = #expect(throws: SlideError.self) { try slide.places(along: length) }
    #expect(error == expected && error?.description == sentence)
  }

  @Test func `both directions of an image must fit`() {
    let slide = Slide(3, stride: 2)
    #expect(throws: SlideError.unseen(slide, length: 6)) {
      try WindowPath(of: Window(3, stride: 2), over: ImageShape(6, 7, 1))
    }
    #expect(throws: SlideError.unseen(slide, length: 8)) {
      try WindowPath(of: Window(3, stride: 2), over: ImageShape(7, 8, 1))
    }
    let path = try? WindowPath(of: Window(3, stride: 2), over: ImageShape(7, 9, 5))
    #expect(path?.rows == 3 && path?.columns == 4 && path?.places == 12 && path?.patchSize == 45)
  }
}

/// Patches, for windows of every kind, without a tolerance.
@Suite struct PatchTests {
  @Test func `the windows are of every kind`() {
    let windows = WindowCase.all.flatMap { [$0.path.window.down, $0.path.window.along] }
    #expect(Set(windows.map(\.size)) == [1, 2, 3, 4])
    #expect(Set(windows.map(\.stride)) == [1, 2, 3] && Set(windows.map(\.padding)) == [0, 1, 2])
    for test in WindowCase.all {
      let (image, window) = (test.path.image, test.path.window)
      #expect(image.height != image.width && image.channels != test.filters)
      #expect(window.down.size != window.along.size)
    }
    // Some windows lie in the padding altogether, and some maxima overlap.
    #expect(windows.contains { $0.size <= $0.padding })
    #expect(WindowCase.all.contains { $0.pooling.window.down.size > $0.pooling.window.down.stride })
  }

  @Test(arguments: WindowCase.all)
  func `a product of patches is what the loops say, in exact fractions`(test: WindowCase) {
    var random = test.random("loops")
    let path = test.path
    let x = Vector<Rational>(.dyadic(path.image.size, using: &random))
    let k = Matrix<Rational>(.dyadic(path.patchSize, test.filters, using: &random))
    let c = Vector<Rational>(.dyadic(test.filters, using: &random))
    #expect((path.patches(of: x) • k) + c == path.loops(over: x, k, c))
  }

  @Test(arguments: WindowCase.all)
  func `col2im is the adjoint of im2col, in exact fractions`(test: WindowCase) {
    var random = test.random("adjoint")
    let path = test.path
    let x = Vector<Rational>(.dyadic(path.image.size, using: &random))
    let y = Matrix<Rational>(.dyadic(path.places, path.patchSize, using: &random))
    #expect((path.patches(of: x) ⊙ y).sum == x.dot(path.image(of: y)))
  }

  @Test(arguments: WindowCase.all)
  func `patches are the same in registers as in exact fractions, there and back`(
    test: WindowCase
  ) {
    var random = test.random("registers")
    let path = test.path
    // Sums of at most a few dozen multiples of 2⁻⁷ are exact in every type.
    let x = Vector<Double>.dyadic(path.image.size, using: &random)
    let y = Matrix<Double>.dyadic(path.places, path.patchSize, using: &random)
    let patches = path.patches(of: x)
    #expect(Matrix<Rational>(patches) == path.patches(of: Vector<Rational>(x)))
    #expect(Matrix<Double>(rounding: path.patches(of: Vector<Float>(x))) == patches)
    let image = path.image(of: y)
    #expect(Vector<Rational>(image) == path.image(of: Matrix<Rational>(y)))
    #expect(Vector<Double>(rounding: path.image(of: Matrix<Float>(y))) == image)
  }

  @Test(arguments: WindowCase.all.prefix(12))
  func `each image of a batch has its own patches, whatever stood there before`(
    test: WindowCase
  ) {
    var random = test.random("batch")
    let path = test.path
    let x = Matrix<Float>(.dyadic(3, path.image.size, using: &random))
    var patches = Matrix<Float>(rows: path.places, columns: path.patchSize, repeating: .nan)
    for image in [2, 0, 1] {
      path.write(patchesOf: x, image: image, over: &patches)
      #expect(patches == path.patches(of: x.row(image)))
    }
    var sum = x
    path.add(patches: patches, to: &sum, image: 1)
    #expect(sum.row(0) == x.row(0) && sum.row(2) == x.row(2))
    #expect(sum.row(1) == x.row(1) + path.image(of: patches))
  }
}

/// The largest of a few, and who gets its slope.
@Suite struct PoolingTests {
  /// Returns the maxima of a way, and the slopes that upstream slopes become.
  func pooled<Scalar: OrderedField>(
    _ path: WindowPath, _ h: Matrix<Scalar>, slopes: Matrix<Scalar>
  ) -> (maxima: Matrix<Scalar>, dH: Matrix<Scalar>) {
    // What stood there before is of no account.
    var maxima = Matrix<Scalar>(rows: 1, columns: 1, repeating: 99)
    var winners = [Int32](repeating: 3, count: 5)
    path.write(maximaOf: h, count: h.rows, over: &maxima, winners: &winners)
    var dH = Matrix<Scalar>(rows: h.rows, columns: h.columns, repeating: 0)
    path.add(slopes, of: winners, to: &dH)
    return (maxima, dH)
  }

  /// Returns the same by looking at every entry of every window.
  func pooledByLoops<Scalar: OrderedField>(
    _ path: WindowPath, _ h: Matrix<Scalar>, slopes: Matrix<Scalar>
  ) -> (maxima: Matrix<Scalar>, dH: Matrix<Scalar>) {
    let (channels, down, along) = (path.image.channels, path.window.down, path.window.along)
    var dH = Matrix<Scalar>(rows: h.rows, columns: h.columns, repeating: 0)
    let maxima = Matrix(rows: h.rows, columns: path.places * channels) { image, out in
      let (place, channel) = (out / channels, out % channels)
      var best: (entry: Int, value: Scalar)?
      for row in 0..<down.size {
        for column in 0..<along.size {
          let y = place / path.columns * down.stride + row
          let x = place % path.columns * along.stride + column
          let entry = (y * path.image.width + x) * channels + channel
          if let old = best, !(old.value < h[image, entry]) { continue }
          best = (entry, h[image, entry])
        }
      }
      if let best { dH[image, best.entry] += slopes[image, out] }
      return best?.value ?? 0
    }
    return (maxima, dH)
  }

  @Test func `of several that are equally large the first wins, row after row`() throws {
    let path = try WindowPath(of: Window(2, stride: 2), over: ImageShape(2, 4, 1))
    let h: Matrix<Rational> = [[1, 4, 7, 7, 4, 4, 7, 7]]
    let (maxima, dH) = pooled(path, h, slopes: [[10, 20]])
    #expect(maxima == [[4, 7]])
    #expect(dH == [[0, 10, 20, 0, 0, 0, 0, 0]])
  }

  @Test func `a winner of windows that overlap gets the slope of each`() throws {
    let path = try WindowPath(
      of: Window(down: Slide(1), along: Slide(3)), over: ImageShape(1, 5, 1))
    let (maxima, dH) = pooled(path, [[-5, -1, -2, -1, -3]] as Matrix<Float>, slopes: [[1, 2, 4]])
    #expect(maxima == [[-1, -1, -1]])
    #expect(dH == [[0, 3, 0, 4, 0]])
  }

  func expectLoops<Scalar: OrderedField>(_ path: WindowPath, in _: Scalar.Type, seed: UInt64) {
    var random = SplitMix64(seed: seed, stream: "maxima")
    // Few different numbers, so that there are ties.
    let h = Matrix<Scalar>(rows: 2, columns: path.image.size) { _, _ in
      Scalar(Double(random.index(below: 4) - 3))
    }
    let slopes = Matrix<Scalar>(
      .dyadic(2, path.places * path.image.channels, using: &random))
    let (ours, loops) = (pooled(path, h, slopes: slopes), pooledByLoops(path, h, slopes: slopes))
    #expect(ours.maxima == loops.maxima && ours.dH == loops.dH)
  }

  @Test(arguments: WindowCase.all)
  func `maxima and their slopes are what the loops say, with ties`(test: WindowCase) {
    expectLoops(test.pooling, in: Rational.self, seed: test.seed)
    expectLoops(test.pooling, in: Float.self, seed: test.seed)
    expectLoops(test.pooling, in: Double.self, seed: test.seed)
  }

  @Test(arguments: [1, 7, 8, 9, 16, 20])
  func `many channels at once have their own maxima`(channels: Int) throws {
    let path = try WindowPath(
      of: Window(down: Slide(2, stride: 2), along: Slide(3)), over: ImageShape(6, 5, channels))
    expectLoops(path, in: Float.self, seed: 1)
    expectLoops(path, in: Double.self, seed: 1)
  }

  @Test func `a window of maxima with padding is refused`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let path = try WindowPath(
        of: Window(down: Slide(2), along: Slide(2, padding: 1)), over: ImageShape(2, 2, 1))
      var (maxima, winners) = (Matrix<Double>.empty, [Int32]())
      path.write(
        maximaOf: [[1, 2, 3, 4]], count: 1, over: &maxima, winners: &winners)
    }
    let words = String(
      decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(
      words.contains("a window of maxima with padding: nothing is larger than what is not there"))
  }
}
