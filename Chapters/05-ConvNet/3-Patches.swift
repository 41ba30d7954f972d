import Workbook

/// A row of the window while it moves along a row of places: all that it reads
/// is in the image but at the two ends, where it may stick out.
struct Sweep {
  /// Where its first stretch stands among the patches, and in the image.
  var patch: Int
  var image: Int
}

extension WindowPath {
  /// The number of entries that a row of the window sees.
  private var stretch: Int { window.along.size * image.channels }
  /// The places of a row at which the window lies within the image's columns.
  private var inner: Range<Int> {
    let slide = window.along
    let first = min(columns, (slide.padding + slide.stride - 1) / slide.stride)
    let room = image.width + slide.padding - slide.size
    let last = room < 0 ? 0 : min(columns, room / slide.stride + 1)
    return first..<max(first, last)
  }

  /// Calls `body` with each pair of a row of places and a row of the window that
  /// sees a row of the image, or `nil` where it sees padding.
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

  /// Calls `body` with each entry that the window sees where it sticks out at
  /// either end of a row, and where it stands in that row, or `nil` in padding.
  @inline(__always)
  private func forEachEdge(_ body: (_ patch: Int, _ entry: Int?) -> Void) {
    let (inner, patchSize, stretch) = (inner, patchSize, stretch)
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

  /// Writes the patches of an image over a matrix, `[places, patch]`: im2col.
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
    let (inner, stretch, patchSize) = (inner, stretch, patchSize)
    let step = window.along.stride * image.channels
    let first =
      (inner.lowerBound * window.along.stride - window.along.padding)
      * image.channels
    patches.withPointer { patches in
      x.withView { x in
        let x = x.base + number * image.size
        forEachRow { patch, row in
          if let row {
            Scalar.copyRows(
              of: MatrixView(
                x + row + first, rows: inner.count, columns: stretch,
                rowStride: step),
              to: patches + patch + inner.lowerBound * patchSize,
              stride: patchSize)
            forEachEdge { patches[patch + $0] = $1.map { x[row + $0] } ?? 0 }
          } else {
            for column in 0..<columns {
              for index in 0..<stretch {
                patches[patch + column * patchSize + index] = 0
              }
            }
          }
        }
      }
    }
  }

  /// Adds patches to an image, each entry to the pixel that it was copied from:
  /// col2im, the adjoint of im2col.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func add<Scalar: Field>(
    patches: Matrix<Scalar>, to x: inout Matrix<Scalar>, image number: Int
  ) {
    let (inner, stretch, patchSize) = (inner, stretch, patchSize)
    let step = window.along.stride * image.channels
    let first =
      (inner.lowerBound * window.along.stride - window.along.padding)
      * image.channels
    x.withPointer { x in
      patches.withView { patches in
        let x = x + number * image.size
        forEachRow { patch, row in
          guard let row else { return }
          Scalar.addRows(
            of: MatrixView(
              patches.base + patch + inner.lowerBound * patchSize,
              rows: inner.count, columns: stretch, rowStride: patchSize),
            to: x + row + first, stride: step)
          forEachEdge {
            if let entry = $1 { x[row + entry] += patches.base[patch + $0] }
          }
        }
      }
    }
  }
}
