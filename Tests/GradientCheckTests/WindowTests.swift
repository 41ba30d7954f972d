import Testing
import Workbook

@testable import ConvNet
@testable import Regression

/// The output positions of a window, and the errors where it does not fit.
@Suite struct WindowGeometryTests {
  @Test(arguments: 1...9, 0...3)
  func `a window has an output at every position inside the padded axis`(
    length: Int, padding: Int
  ) {
    for size in 1...6 {
      for step in 1...4 {
        let window = WindowGeometry(size, stride: step, padding: padding)
        let starts = Array(stride(from: -padding, through: length + padding - size, by: step))
        let positions = Result { () throws(WindowError) in
          try window.outputPositions(along: length)
        }
        if let last = starts.last {
          #expect(
            positions
              == (last + size == length + padding
                ? .success(starts.count) : .failure(.remainder(window, length: length))))
        } else {
          #expect(positions == .failure(.tooLarge(window, length: length)))
        }
      }
    }
  }

  static let refused: [(Int, WindowGeometry, WindowError, String)] = [
    (
      5, WindowGeometry(0), .invalid(WindowGeometry(0)),
      "a window of size 0, stride 1 and padding 0 is invalid: size and stride must be at least 1, "
        + "padding at least 0"
    ),
    (
      5, WindowGeometry(2, stride: 0), .invalid(WindowGeometry(2, stride: 0)),
      "a window of size 2, stride 0 and padding 0 is invalid: size and stride must be at least 1, "
        + "padding at least 0"
    ),
    (
      5, WindowGeometry(2, padding: -1), .invalid(WindowGeometry(2, padding: -1)),
      "a window of size 2, stride 1 and padding -1 is invalid: size and stride must be at least 1, "
        + "padding at least 0"
    ),
    (
      5, WindowGeometry(8, padding: 1), .tooLarge(WindowGeometry(8, padding: 1), length: 5),
      "a window of size 8, stride 1 and padding 1 does not fit: the axis has 5 entries, 7 with padding; "
        + "take a size of at most 7, or a padding of at least 2"
    ),
    (
      10, WindowGeometry(3, stride: 4), .remainder(WindowGeometry(3, stride: 4), length: 10),
      "a window of size 3, stride 4 and padding 0 does not cover the last 3 of 10 entries, "
        + "padding included: leave out its last 3, as PyTorch does unasked, add 1 to the axis of 10, "
        + "or take a stride of 1"
    ),
    (
      28, WindowGeometry(3, stride: 2, padding: 1),
      .remainder(WindowGeometry(3, stride: 2, padding: 1), length: 28),
      "a window of size 3, stride 2 and padding 1 does not cover the last 1 of 30 entries, "
        + "padding included: leave out its last 1, as PyTorch does unasked, add 1 to the axis of 28, "
        + "or take a stride of 1"
    ),
    (
      1, WindowGeometry(3, stride: 4, padding: 2),
      .remainder(WindowGeometry(3, stride: 4, padding: 2), length: 1),
      "a window of size 3, stride 4 and padding 2 does not cover the last 2 of 5 entries, "
        + "padding included: add 2 to the axis of 1, or take a stride of 1"
    ),
  ]

  @Test(arguments: refused.indices)
  func `a window that does not fit is an error that names both sizes`(index: Int) {
    let (length, window, expected, sentence) = Self.refused[index]
    let error = #expect(throws: WindowError.self) { try window.outputPositions(along: length) }
    #expect(error == expected && error?.description == sentence)
  }

  @Test(arguments: 1...9, 0...3)
  func `what an error advises fits, and what PyTorch leaves out changes no other output`(
    length: Int, padding: Int
  ) throws {
    for (size, step) in (1...5).flatMap({ size in (2...4).map { (size, $0) } }) {
      let window = WindowGeometry(size, stride: step, padding: padding)
      let room = length + 2 * padding - size
      if room < 0 {
        // The sentence names the largest size and the least padding.
        let most = WindowGeometry(length + 2 * padding, stride: step, padding: padding)
        #expect(try most.outputPositions(along: length) == 1)
        let least = WindowGeometry(size, padding: (size - length + 1) / 2)
        #expect(try least.outputPositions(along: length) >= 1)
      } else if room % step != 0 {
        let words = WindowError.remainder(window, length: length).description
        let (rest, missing) = (room % step, step - room % step)
        #expect(words.contains("does not cover the last \(rest) of"))
        #expect(words.contains("add \(missing) to the axis of \(length)"))
        #expect(try window.outputPositions(along: length + missing) == room / step + 2)
        if length > rest {
          #expect(words.contains("leave out its last \(rest), "))
          #expect(try window.outputPositions(along: length - rest) == room / step + 1)
        }
        #expect(try WindowGeometry(size, padding: padding).outputPositions(along: length) >= 1)
      }
    }
  }

  @Test func `a window must fit along both axes of an image`() {
    let axis = WindowGeometry(3, stride: 2)
    #expect(throws: WindowError.remainder(axis, length: 6)) {
      try ConvolutionGeometry(of: Window(3, stride: 2), over: ImageShape(6, 7, 1))
    }
    #expect(throws: WindowError.remainder(axis, length: 8)) {
      try ConvolutionGeometry(of: Window(3, stride: 2), over: ImageShape(7, 8, 1))
    }
    let geometry = try? ConvolutionGeometry(of: Window(3, stride: 2), over: ImageShape(7, 9, 5))
    #expect(geometry?.rows == 3 && geometry?.columns == 4)
    #expect(geometry?.outputPositions == 12 && geometry?.patchSize == 45)
  }
}

/// Patches, for windows of every kind, without a tolerance.
@Suite struct PatchTests {
  @Test func `the windows are of every kind`() {
    let windows = WindowCase.all.map(\.geometry.window).flatMap { [$0.vertical, $0.horizontal] }
    #expect(Set(windows.map(\.size)) == [1, 2, 3, 4])
    #expect(Set(windows.map(\.stride)) == [1, 2, 3] && Set(windows.map(\.padding)) == [0, 1, 2])
    for test in WindowCase.all {
      let (image, window) = (test.geometry.image, test.geometry.window)
      #expect(image.height != image.width && image.channels != test.filters)
      #expect(window.vertical.size != window.horizontal.size)
    }
    // Some windows lie in the padding entirely, and some pooling windows overlap.
    #expect(windows.contains { $0.size <= $0.padding })
    let poolings = WindowCase.all.map(\.pooling.window.vertical)
    #expect(poolings.contains { $0.size > $0.stride })
  }

  @Test(arguments: WindowCase.all)
  func `a product of patches equals the direct convolution, in exact fractions`(test: WindowCase) {
    var random = test.random("loops")
    let geometry = test.geometry
    let x = Vector<Rational>(.dyadic(geometry.image.size, using: &random))
    let k = Matrix<Rational>(.dyadic(geometry.patchSize, test.filters, using: &random))
    let c = Vector<Rational>(.dyadic(test.filters, using: &random))
    #expect((geometry.patches(of: x) • k) + c == geometry.directConvolution(over: x, k, c))
  }

  @Test(arguments: WindowCase.all)
  func `col2im is the adjoint of im2col, in exact fractions`(test: WindowCase) {
    var random = test.random("adjoint")
    let geometry = test.geometry
    let x = Vector<Rational>(.dyadic(geometry.image.size, using: &random))
    let y = Matrix<Rational>(.dyadic(geometry.outputPositions, geometry.patchSize, using: &random))
    #expect((geometry.patches(of: x) ⊙ y).sum == x.dot(geometry.image(of: y)))
  }

  @Test(arguments: WindowCase.all)
  func `patches and their adjoint are the same in Float and Double as in exact fractions`(
    test: WindowCase
  ) {
    var random = test.random("registers")
    let geometry = test.geometry
    // Sums of at most a few dozen multiples of 2⁻⁷ are exact in every type.
    let x = Vector<Double>.dyadic(geometry.image.size, using: &random)
    let y = Matrix<Double>.dyadic(geometry.outputPositions, geometry.patchSize, using: &random)
    let patches = geometry.patches(of: x)
    #expect(Matrix<Rational>(patches) == geometry.patches(of: Vector<Rational>(x)))
    #expect(Matrix<Double>(rounding: geometry.patches(of: Vector<Float>(x))) == patches)
    let image = geometry.image(of: y)
    #expect(Vector<Rational>(image) == geometry.image(of: Matrix<Rational>(y)))
    #expect(Vector<Double>(rounding: geometry.image(of: Matrix<Float>(y))) == image)
  }

  @Test(arguments: WindowCase.all.prefix(12))
  func `each image of a batch has its own patches, whatever the matrix held before`(
    test: WindowCase
  ) {
    var random = test.random("batch")
    let geometry = test.geometry
    let x = Matrix<Float>(.dyadic(3, geometry.image.size, using: &random))
    var patches = Matrix<Float>(
      rows: geometry.outputPositions, columns: geometry.patchSize, repeating: .nan)
    for image in [2, 0, 1] {
      geometry.write(patchesOf: x, image: image, into: &patches)
      #expect(patches == geometry.patches(of: x.row(image)))
    }
    var sum = x
    geometry.add(patches: patches, to: &sum, image: 1)
    #expect(sum.row(0) == x.row(0) && sum.row(2) == x.row(2))
    #expect(sum.row(1) == x.row(1) + geometry.image(of: patches))
  }
}

/// Max-pooling, and the entry that receives its gradient.
@Suite struct PoolingTests {
  /// Returns the maxima, and the gradient of the images from that of the maxima.
  func pooled<Scalar: OrderedField>(
    _ geometry: ConvolutionGeometry, _ h: Matrix<Scalar>, dY: Matrix<Scalar>
  ) -> (maxima: Matrix<Scalar>, dH: Matrix<Scalar>) {
    // What the buffers held before must not matter.
    var maxima = Matrix<Scalar>(rows: 1, columns: 1, repeating: 99)
    var argmax = [Int32](repeating: 3, count: 5)
    geometry.write(maximaOf: h, count: h.rows, into: &maxima, argmax: &argmax)
    var dH = Matrix<Scalar>(rows: h.rows, columns: h.columns, repeating: 0)
    geometry.add(dY, of: argmax, to: &dH)
    return (maxima, dH)
  }

  /// Returns the same by looking at every entry of every window.
  func pooledByLoops<Scalar: OrderedField>(
    _ geometry: ConvolutionGeometry, _ h: Matrix<Scalar>, dY: Matrix<Scalar>
  ) -> (maxima: Matrix<Scalar>, dH: Matrix<Scalar>) {
    let (channels, window) = (geometry.image.channels, geometry.window)
    let (vertical, horizontal) = (window.vertical, window.horizontal)
    var dH = Matrix<Scalar>(rows: h.rows, columns: h.columns, repeating: 0)
    let maxima = Matrix(rows: h.rows, columns: geometry.outputPositions * channels) { image, out in
      let (position, channel) = (out / channels, out % channels)
      var best: (entry: Int, value: Scalar)?
      for row in 0..<vertical.size {
        for column in 0..<horizontal.size {
          let y = position / geometry.columns * vertical.stride + row - vertical.padding
          let x = position % geometry.columns * horizontal.stride + column - horizontal.padding
          guard 0..<geometry.image.height ~= y, 0..<geometry.image.width ~= x else { continue }
          let entry = (y * geometry.image.width + x) * channels + channel
          if let old = best, !(old.value < h[image, entry]) { continue }
          best = (entry, h[image, entry])
        }
      }
      if let best { dH[image, best.entry] += dY[image, out] }
      return best?.value ?? 0
    }
    return (maxima, dH)
  }

  @Test func `of several equal maxima the first is taken, row after row`() throws {
    let geometry = try ConvolutionGeometry(of: Window(2, stride: 2), over: ImageShape(2, 4, 1))
    let h: Matrix<Rational> = [[1, 4, 7, 7, 4, 4, 7, 7]]
    let (maxima, dH) = pooled(geometry, h, dY: [[10, 20]])
    #expect(maxima == [[4, 7]])
    #expect(dH == [[0, 10, 20, 0, 0, 0, 0, 0]])
  }

  @Test func `the maximum of windows that overlap receives the gradient of each`() throws {
    let geometry = try ConvolutionGeometry(
      of: Window(vertical: WindowGeometry(1), horizontal: WindowGeometry(3)),
      over: ImageShape(1, 5, 1))
    let (maxima, dH) = pooled(geometry, [[-5, -1, -2, -1, -3]] as Matrix<Float>, dY: [[1, 2, 4]])
    #expect(maxima == [[-1, -1, -1]])
    #expect(dH == [[0, 3, 0, 4, 0]])
  }

  func expectLoops<Scalar: OrderedField>(
    _ geometry: ConvolutionGeometry, in _: Scalar.Type, seed: UInt64
  ) {
    var random = SplitMix64(seed: seed, stream: "maxima")
    // Few distinct numbers, so that there are ties.
    let h = Matrix<Scalar>(rows: 2, columns: geometry.image.size) { _, _ in
      Scalar(Double(random.index(below: 4) - 3))
    }
    let dY = Matrix<Scalar>(
      .dyadic(2, geometry.outputPositions * geometry.image.channels, using: &random))
    let (ours, loops) = (pooled(geometry, h, dY: dY), pooledByLoops(geometry, h, dY: dY))
    #expect(ours.maxima == loops.maxima && ours.dH == loops.dH)
  }

  @Test(arguments: WindowCase.all)
  func `maxima and their gradient equal those of loops, with ties`(test: WindowCase) {
    expectLoops(test.pooling, in: Rational.self, seed: test.seed)
    expectLoops(test.pooling, in: Float.self, seed: test.seed)
    expectLoops(test.pooling, in: Double.self, seed: test.seed)
  }

  @Test(arguments: [1, 7, 8, 9, 16, 20])
  func `each of many channels has its own maxima`(channels: Int) throws {
    let geometry = try ConvolutionGeometry(
      of: Window(vertical: WindowGeometry(2, stride: 2), horizontal: WindowGeometry(3)),
      over: ImageShape(6, 5, channels))
    expectLoops(geometry, in: Float.self, seed: 1)
    expectLoops(geometry, in: Double.self, seed: 1)
  }

  /// Windows that reach over the edges, each axis in its own way.
  static let padded: [(image: ImageShape, window: Window)] = [
    (ImageShape(4, 6, 1), Window(2, stride: 2, padding: 1)),
    (ImageShape(5, 3, 2), Window(3, stride: 2, padding: 1)),
    (
      ImageShape(3, 4, 9),
      Window(
        vertical: WindowGeometry(2, padding: 1),
        horizontal: WindowGeometry(3, stride: 3, padding: 1))
    ),
    (
      ImageShape(2, 5, 3),
      Window(vertical: WindowGeometry(2), horizontal: WindowGeometry(4, padding: 3))
    ),
    // Here some windows have nothing but padding in them.
    (ImageShape(3, 2, 2), Window(vertical: WindowGeometry(1, padding: 2), horizontal: .init(2))),
  ]

  @Test(arguments: padded.indices)
  func `windows that reach into the padding have the maxima and the gradient of loops`(
    index: Int
  ) throws {
    let geometry = try ConvolutionGeometry(
      of: Self.padded[index].window, over: Self.padded[index].image)
    for seed in 1...3 as ClosedRange<UInt64> {
      expectLoops(geometry, in: Rational.self, seed: seed)
      expectLoops(geometry, in: Float.self, seed: seed)
      expectLoops(geometry, in: Double.self, seed: seed)
    }
    // The plain form too, image by image.
    var random = SplitMix64(seed: 1, stream: "padded")
    let h = Matrix<Rational>(.dyadic(2, geometry.image.size, using: &random))
    let dY = Matrix<Rational>(
      .dyadic(2, geometry.outputPositions * geometry.image.channels, using: &random))
    let fast = pooled(geometry, h, dY: dY)
    for image in 0..<2 {
      let (maxima, argmax) = geometry.maxima(of: h.row(image))
      #expect(maxima == fast.maxima.row(image))
      #expect(geometry.gradient(from: dY.row(image), argmax: argmax) == fast.dH.row(image))
    }
  }

  @Test func `padding is never the largest, not even among negative numbers`() throws {
    // By hand: the windows hold 1, 2 and 1 entries of each row, and the first column and the last alone.
    let geometry = try ConvolutionGeometry(
      of: Window(2, stride: 2, padding: 1), over: ImageShape(2, 4, 1))
    let h: Matrix<Double> = [[-1, -2, -3, -4, -5, -6, -7, -8]]
    let (maxima, dH) = pooled(geometry, h, dY: [[1, 2, 4, 8, 16, 32]])
    #expect(maxima == [[-1, -2, -4, -5, -6, -8]])
    #expect(dH == [[1, 2, 0, 4, 8, 16, 0, 32]])
  }

  @Test func `pooling of padding alone is an error before a network is made, not a trap`() {
    for window in [
      Window(2, padding: 2), Window(vertical: .init(3), horizontal: .init(1, padding: 1)),
    ] {
      let axis = window.vertical.padding > 0 ? window.vertical : window.horizontal
      #expect(throws: WindowError.nothingInside(axis)) {
        try ConvolutionDescription<Algebraic>(2, Window(1), pooling: window)
          .geometries(over: ImageShape(5, 5, 1))
      }
    }
    #expect(
      WindowError.nothingInside(WindowGeometry(2, padding: 2)).description
        == "a window of size 2, stride 1 and padding 2 is invalid for max-pooling: at the ends "
        + "there would be nothing but padding in it; take a padding below 2")
  }

  @Test func `a network with padded max-pooling has the gradient of dual numbers`() throws {
    let formula = try ConvolutionFormula(
      "padded maxima", 2, ImageShape(5, 4, 2), Window(2), filters: 3, .relu,
      pooling: Window(vertical: .init(2, stride: 2, padding: 1), horizontal: .init(3, padding: 1)))
    for finding in [formula.exactFinding(), formula.plain.exactFinding()] {
      #expect(finding.verdict == .pass, "\(finding)")
    }
    #expect(formula.doubleDifferencesFinding().verdict == .pass)
  }
}
