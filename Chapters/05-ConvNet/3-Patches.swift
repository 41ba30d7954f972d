import Regression
import Workbook

/*:
 ## Patches are rows

 Look at the loops again. At each place they take the dot product of a patch with
 each filter. Write all patches of an image one below the other, and the whole sum
 is one matrix product:

     Z = P K + c        [places, filters]

 It is the line $XW + b$ of every layer in this book. Its examples are patches:
 **a convolution is an ordinary layer, applied to every patch of an image**. To
 write out the patches is known as `im2col`. It costs memory, since each pixel is
 copied as often as a window sees it. It gains all that a matrix product is good
 at.

 Memory is copied in stretches. A row of the window sees neighbouring pixels, so
 from place to place it reads the same stretch a little further on, and only at
 the ends of a row of places may it stick out into the padding.
 */

extension WindowPath {
  /// Writes the patches of an image over a matrix, which becomes
  /// `[places, patch]`: im2col.
  ///
  /// - Parameters:
  ///   - x: Images, one after another.
  ///   - number: The image that is wanted.
  ///   - patches: What is written over.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func write<Scalar: Field>(
    patchesOf x: Matrix<Scalar>, image number: Int,
    over patches: inout Matrix<Scalar>
  ) {
    patches.reshape(rows: places, columns: patchSize)
    let (inner, size, first) = (inner, patchSize, firstInside)
    let (stretch, step) = (stretch, step)
    patches.withPointer { patches in
      x.withView { x in
        let x = x.base + number * image.size
        forEachRow { patch, row in
          guard let row else {
            return forEachEntry { patches[patch + $0] = 0 }
          }
          Scalar.copyRows(
            of: MatrixView(
              x + row + first, rows: inner.count, columns: stretch,
              rowStride: step),
            to: patches + patch + inner.lowerBound * size, stride: size)
          forEachEdge(beside: inner) {
            patches[patch + $0] = $1.map { x[row + $0] } ?? 0
          }
        }
      }
    }
  }
}

/*:
 The way back adds each entry of a patch to the pixel that it was copied from.
 This is `col2im`, the **adjoint** of `im2col`: its transpose, if both were written
 as matrices. A pixel that several windows saw gets a sum.
 */

extension WindowPath {
  /// Adds patches to an image, each entry to the pixel that it was copied from:
  /// col2im.
  ///
  /// - Parameters:
  ///   - patches: What is added, `[places, patch]`.
  ///   - x: Images, one after another.
  ///   - number: The image that is added to.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func add<Scalar: Field>(
    patches: Matrix<Scalar>, to x: inout Matrix<Scalar>, image number: Int
  ) {
    let (inner, size, first) = (inner, patchSize, firstInside)
    let (stretch, step) = (stretch, step)
    x.withPointer { x in
      patches.withView { patches in
        let x = x + number * image.size
        forEachRow { patch, row in
          guard let row else { return }
          Scalar.addRows(
            of: MatrixView(
              patches.base + patch + inner.lowerBound * size,
              rows: inner.count, columns: stretch, rowStride: size),
            to: x + row + first, stride: step)
          forEachEdge(beside: inner) { entry, pixel in
            if let pixel { x[row + pixel] += patches.base[patch + entry] }
          }
        }
      }
    }
  }
}

//#-hidden-code
extension WindowPath {
  /// The number of entries that a row of the window sees.
  private var stretch: Int { window.along.size * image.channels }
  /// How many entries further the window is at the next place.
  private var step: Int { window.along.stride * image.channels }
  /// Where in a row of the image the first window begins that lies inside.
  private var firstInside: Int {
    inner.lowerBound * step - window.along.padding * image.channels
  }

  /// The places of a row at which the window lies between the image's sides.
  private var inner: Range<Int> {
    let slide = window.along
    let first = min(columns, (slide.padding + slide.stride - 1) / slide.stride)
    let room = image.width + slide.padding - slide.size
    let last = room < 0 ? 0 : min(columns, room / slide.stride + 1)
    return first..<max(first, last)
  }

  /// Calls `body` for each row of places and each row of the window: with where
  /// the first stretch stands among the patches, and where the row that it sees
  /// begins in the image, or `nil` if that is padding.
  @inline(__always)
  private func forEachRow(_ body: (_ patch: Int, _ image: Int?) -> Void) {
    let (patchSize, stretch) = (patchSize, stretch)
    for row in 0..<rows {
      for index in 0..<window.down.size {
        let y = row * window.down.stride - window.down.padding + index
        let isInside = y >= 0 && y < image.height
        body(
          row * columns * patchSize + index * stretch,
          isInside ? y * image.width * image.channels : nil)
      }
    }
  }

  /// Calls `body` with where each entry of a row of stretches stands.
  @inline(__always)
  private func forEachEntry(_ body: (_ patch: Int) -> Void) {
    for column in 0..<columns {
      for index in 0..<stretch { body(column * patchSize + index) }
    }
  }

  /// Calls `body` with where each entry stands of the windows that stick out,
  /// and where in a row of the image, or `nil` if it is padding.
  @inline(__always)
  private func forEachEdge(
    beside inner: Range<Int>, _ body: (_ patch: Int, _ entry: Int?) -> Void
  ) {
    if inner.count == columns { return }
    let (patchSize, stretch) = (patchSize, stretch)
    for edge in 0..<columns - inner.count {
      let column = edge < inner.lowerBound ? edge : edge + inner.count
      let left = column * window.along.stride - window.along.padding
      for index in 0..<stretch {
        let entry = left * image.channels + index
        let isInside = entry >= 0 && entry < image.width * image.channels
        body(column * patchSize + index, isInside ? entry : nil)
      }
    }
  }
}

extension WindowPath {
  /// Returns the patches of one image, `[places, patch]`.
  func patches<Scalar: Field>(of x: Vector<Scalar>) -> Matrix<Scalar> {
    var patches = Matrix<Scalar>.empty
    let row = Matrix(rows: 1, columns: x.count, elements: x.elements)
    write(patchesOf: row, image: 0, over: &patches)
    return patches
  }

  /// Returns the image that patches add up to, `[height · width · channels]`.
  func image<Scalar: Field>(of patches: Matrix<Scalar>) -> Vector<Scalar> {
    var x = Matrix<Scalar>(rows: 1, columns: image.size, repeating: 0)
    add(patches: patches, to: &x, image: 0)
    return x.row(0)
  }
}
//#-end-hidden-code

/*:
 Two claims, then, and both can be settled without a tolerance. The product of
 patches is what the loops say: equal in exact fractions. And for an adjoint
 there is a test that needs no reference. For any image $x$ and any patches $y$,

 $$
 \langle \mathrm{im2col}(x), y \rangle = \langle x, \mathrm{col2im}(y) \rangle
 $$

 and in exact fractions the two sides are the same number. A third claim is the
 prettiest. The slope in the image is itself a cross-correlation: of the slopes in
 the sums, laid in zeros, with the kernel **turned round** in both directions and
 with channels and filters exchanged. Here is the convolution that the
 mathematicians meant.

 ![Windows of many kinds: loops, patches, adjoint](table:windows)
 */

/// Checks the patches of windows of many kinds, in exact fractions.
func checkPatches(on page: inout Page) throws(SlideError) {
  page.section("Patches: equal to the loops, and with a true adjoint")
  var random = page.random("patches")
  var table = Table(
    "windows",
    columns: [
      "image", "window", "filters", "loops", "adjoint", "turned kernel",
    ])
  var holds = true
  for (image, window, filters) in windowsOfManyKinds {
    let path = try WindowPath(of: window, over: image)
    let x = Vector<Rational>(.dyadic(image.size, using: &random))
    let k = Matrix<Rational>(
      .dyadic(path.patchSize, filters, using: &random))  // [patch, filters]
    let c = Vector<Rational>(.dyadic(filters, using: &random))
    let y = Matrix<Rational>(
      .dyadic(path.places, path.patchSize, using: &random))
    let dZ = Matrix<Rational>(.dyadic(path.places, filters, using: &random))

    let patches = path.patches(of: x)  // [places, patch]
    let isLoops = patches • k + c == path.loops(over: x, k, c)
    let isAdjoint = (patches ⊙ y).sum == x.dot(path.image(of: y))
    let dX = path.image(of: dZ • k.transposed)
    let isTurned = try path.turned(k, over: dZ).map { $0 == dX }
    holds = holds && isLoops && isAdjoint && isTurned != false
    table.add([
      .text("\(image.height) × \(image.width) × \(image.channels)"),
      .text(window.words), .count(filters), isLoops ? "equal" : "different",
      isAdjoint ? "equal" : "different",
      isTurned.map { $0 ? "equal" : "different" } ?? .none,
    ])
  }
  page.show(table)
  page.check(
    "patches give what loops give, and col2im is the adjoint of im2col", holds,
    detail: "equal in exact fractions, for \(windowsOfManyKinds.count) windows")
}

//#-hidden-code
/// Images, windows and numbers of filters, all of different sizes.
let windowsOfManyKinds: [(image: ImageShape, window: Window, filters: Int)] = [
  (ImageShape(5, 4, 1), Window(3), 2),
  (ImageShape(5, 4, 3), Window(3, padding: 1), 2),
  (ImageShape(4, 6, 2), Window(2, stride: 2), 3),
  (ImageShape(5, 7, 2), Window(3, stride: 2), 3),
  (ImageShape(5, 7, 2), Window(3, stride: 2, padding: 1), 4),
  (
    ImageShape(6, 5, 2),
    Window(down: Slide(3, padding: 1), along: Slide(2)), 3
  ),
  (ImageShape(3, 2, 2), Window(5, padding: 2), 3),
]

extension Window {
  /// The window in a few words.
  fileprivate var words: String {
    let stride = down.stride == 1 ? "" : ", stride \(down.stride)"
    let padding = down.padding == 0 ? "" : ", padding \(down.padding)"
    return "\(down.size) × \(along.size)" + stride + padding
  }
}

extension WindowPath {
  /// Returns the slope in the image as a cross-correlation with the turned
  /// kernel, or `nil` where the stride is not 1.
  fileprivate func turned<Scalar: Field>(
    _ k: Matrix<Scalar>, over dZ: Matrix<Scalar>
  ) throws(SlideError) -> Vector<Scalar>? {
    guard window.down.stride == 1 && window.along.stride == 1 else {
      return nil
    }
    let (height, width) = (window.down.size, window.along.size)
    let (channels, filters) = (image.channels, k.columns)
    let turned = Matrix(
      rows: height * width * filters, columns: channels
    ) { entry, channel in
      let (pixel, filter) = (entry / filters, entry % filters)
      return k[(height * width - 1 - pixel) * channels + channel, filter]
    }
    let back = try WindowPath(
      of: Window(
        down: Slide(height, padding: height - 1 - window.down.padding),
        along: Slide(width, padding: width - 1 - window.along.padding)),
      over: ImageShape(rows, columns, filters))
    let silent = Vector<Scalar>(repeating: 0, count: channels)
    return Vector(
      back.loops(over: Vector(dZ.elements), turned, silent).elements)
  }
}
//#-end-hidden-code
