import Regression
import Workbook

//#-hidden-code
extension ConvolutionGeometry {
  /// Writes the patches of an image into a matrix, which becomes
  /// `[positions, patch]`: im2col.
  ///
  /// - Parameters:
  ///   - x: Images, one after another.
  ///   - number: The position of the image among them.
  ///   - patches: The matrix that is written.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func write<Scalar: Field>(
    patchesOf x: Matrix<Scalar>, image number: Int,
    into patches: inout Matrix<Scalar>
  ) {
    patches.reshape(rows: outputPositions, columns: patchSize)
    let (inner, size, first) = (inner, patchSize, firstInside)
    let (span, step) = (span, step)
    patches.withPointer { patches in
      x.withView { x in
        let x = x.base + number * image.size
        forEachRow { patch, row in
          guard let row else {
            return forEachEntry { patches[patch + $0] = 0 }
          }
          copyRows(
            of: MatrixView(
              x + row + first, rows: inner.count, columns: span,
              rowStride: step),
            to: patches + patch + inner.lowerBound * size, stride: size)
          forEachEdge(beside: inner) { offset, inside, left in
            let entries = patches + patch + offset
            for entry in 0..<inside.lowerBound { entries[entry] = 0 }
            for entry in inside { entries[entry] = x[row + left + entry] }
            for entry in inside.upperBound..<span { entries[entry] = 0 }
          }
        }
      }
    }
  }
}

extension ConvolutionGeometry {
  /// Adds patches to an image, each entry to the pixel that it was copied from:
  /// col2im.
  ///
  /// - Parameters:
  ///   - patches: The patches, `[positions, patch]`.
  ///   - x: Images, one after another.
  ///   - number: The position of the image among them.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func add<Scalar: Field>(
    patches: Matrix<Scalar>, to x: inout Matrix<Scalar>, image number: Int
  ) {
    x.withPointer { add(patches: patches, to: $0 + number * image.size) }
  }

  /// Adds patches to the image that begins at a pointer.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func add<Scalar: Field>(
    patches: Matrix<Scalar>, to x: UnsafeMutablePointer<Scalar>
  ) {
    let (inner, size, first) = (inner, patchSize, firstInside)
    let (span, step) = (span, step)
    patches.withView { patches in
      forEachRow { patch, row in
        guard let row else { return }
        addRows(
          of: MatrixView(
            patches.base + patch + inner.lowerBound * size,
            rows: inner.count, columns: span, rowStride: size),
          to: x + row + first, stride: step)
        forEachEdge(beside: inner) { offset, inside, left in
          let entries = patches.base + patch + offset
          for entry in inside { x[row + left + entry] += entries[entry] }
        }
      }
    }
  }
}

extension ConvolutionGeometry {
  /// The number of entries under a row of the window.
  private var span: Int { window.horizontal.size * image.channels }
  /// The distance in entries from one output position to the next.
  private var step: Int { window.horizontal.stride * image.channels }
  /// The entry of an image row where the first window inside the row begins.
  private var firstInside: Int {
    inner.lowerBound * step - window.horizontal.padding * image.channels
  }

  /// The output positions of a row whose window needs no padding left or right.
  private var inner: Range<Int> {
    let (size, stride) = (window.horizontal.size, window.horizontal.stride)
    let padding = window.horizontal.padding
    let first = min(columns, (padding + stride - 1) / stride)
    let room = image.width + padding - size
    let last = room < 0 ? 0 : min(columns, room / stride + 1)
    return first..<max(first, last)
  }

  /// Calls `body` for each row of positions and each row of the window.
  ///
  /// Its arguments are the index of the window row's first entry in the
  /// patches, and the index in the image of the pixel row under it, `nil` for
  /// padding.
  @inline(__always)
  private func forEachRow(_ body: (_ patch: Int, _ image: Int?) -> Void) {
    let (patchSize, span) = (patchSize, span)
    for row in 0..<rows {
      for index in 0..<window.vertical.size {
        let y = row * window.vertical.stride - window.vertical.padding + index
        let isInside = y >= 0 && y < image.height
        body(
          row * columns * patchSize + index * span,
          isInside ? y * image.width * image.channels : nil)
      }
    }
  }

  /// Calls `body` with the offset of each entry under one row of the window, at
  /// every position of a row.
  @inline(__always)
  private func forEachEntry(_ body: (_ patch: Int) -> Void) {
    let (patchSize, span) = (patchSize, span)
    for column in 0..<columns {
      for index in 0..<span { body(column * patchSize + index) }
    }
  }

  /// Calls `body` for each window that needs padding at a side.
  ///
  /// Its arguments are the offset of the window's first entry in the patches,
  /// the range of its entries that are inside the image, and the index in the
  /// image row at which the window begins, negative where that is padding.
  @inline(__always)
  private func forEachEdge(
    beside inner: Range<Int>,
    _ body: (_ offset: Int, _ inside: Range<Int>, _ left: Int) -> Void
  ) {
    if inner.count == columns { return }
    let (patchSize, span, step) = (patchSize, span, step)
    let padding = window.horizontal.padding * image.channels
    let width = image.width * image.channels
    for edge in 0..<columns - inner.count {
      let column = edge < inner.lowerBound ? edge : edge + inner.count
      let left = column * step - padding
      let first = min(span, max(0, -left))
      let end = max(first, min(span, width - left))
      body(column * patchSize, first..<end, left)
    }
  }
}

extension ConvolutionGeometry {
  /// Returns the patches of one image, `[positions, patch]`.
  func patches<Scalar: Field>(of x: Vector<Scalar>) -> Matrix<Scalar> {
    var patches = Matrix<Scalar>.empty
    let row = Matrix(rows: 1, columns: x.count, elements: x.elements)
    write(patchesOf: row, image: 0, into: &patches)
    return patches
  }

  /// Returns the sum of patches as an image, `[height · width · channels]`.
  func image<Scalar: Field>(of patches: Matrix<Scalar>) -> Vector<Scalar> {
    var x = Matrix<Scalar>(rows: 1, columns: image.size, repeating: 0)
    add(patches: patches, to: &x, image: 0)
    return x.row(0)
  }
}
//#-end-hidden-code
