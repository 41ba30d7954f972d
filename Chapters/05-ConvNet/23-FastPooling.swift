import Workbook

//#-hidden-code
extension ConvolutionGeometry {
  /// Writes the largest entry of each window into a matrix, channel by channel.
  ///
  /// Of several equal entries the first is taken, row after row. What lies in
  /// the padding is left out; the maximum of padding alone is 0.
  ///
  /// - Parameters:
  ///   - h: Images, one after another.
  ///   - n: The number of images.
  ///   - pooled: The matrix that is written, `[n, positions · channels]`.
  ///   - argmax: The distance of each maximum from its window's first entry; −1
  ///     where there is nothing but padding.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func write<Scalar: OrderedField>(
    maximaOf h: Matrix<Scalar>, count n: Int,
    into pooled: inout Matrix<Scalar>, argmax: inout [Int32]
  ) {
    pooled.reshape(rows: n, columns: outputPositions * image.channels)
    let missing = n * outputPositions * image.channels - argmax.count
    if missing > 0 { argmax += repeatElement(0, count: missing) }
    if hasPadding { return writePadded(maximaOf: h, n, &pooled, &argmax) }
    let channels = image.channels
    pooled.withPointer { pooled in
      argmax.withUnsafeMutableBufferPointer { argmax in
        h.withView { h in
          guard let argmax = argmax.baseAddress else { return }
          forEachRow(of: n) { first, out in
            // Begin with the first entries, then compare each of the others.
            copyRows(
              of: pixels(from: h.base + first), to: pooled + out,
              stride: channels)
            for index in 0..<columns * channels { argmax[out + index] = 0 }
            forEachOtherEntry { offset in
              updateRunningMaximum(
                rowsOf: pixels(from: h.base + first + offset),
                and: pooled + out, stride: channels, argmax: argmax + out,
                index: Int32(offset))
            }
          }
        }
      }
    }
  }
}

extension ConvolutionGeometry {
  /// Adds the gradient of each maximum to the entry at its argmax index.
  ///
  /// - Parameters:
  ///   - dPooled: The gradient of the maxima, `[n, positions · channels]`.
  ///   - argmax: The distance of each maximum from its window's first entry; −1
  ///     where no entry receives the gradient.
  ///   - dH: The gradient of the images, one after another.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func add<Scalar: Field>(
    _ dPooled: Matrix<Scalar>, of argmax: [Int32], to dH: inout Matrix<Scalar>
  ) {
    if hasPadding { return addPadded(dPooled, of: argmax, to: &dH) }
    let (channels, step) = (image.channels, window.horizontal.stride)
    dH.withPointer { dH in
      argmax.withUnsafeBufferPointer { argmax in
        dPooled.withView { view in
          guard let argmax = argmax.baseAddress else { return }
          forEachRow(of: view.rows) { first, out in
            var (d, argmax) = (view.base + out, argmax + out)
            for column in 0..<columns {
              let dH = dH + first + column * step * channels
              for channel in 0..<channels {
                dH[Int(argmax[channel]) + channel] += d[channel]
              }
              d += channels
              argmax += channels
            }
          }
        }
      }
    }
  }
}

extension ConvolutionGeometry {
  /// Calls `body` with the distance of each entry of a window from its first,
  /// but for the first itself, row by row.
  @inline(__always)
  private func forEachOtherEntry(_ body: (Int) -> Void) {
    for row in 0..<window.vertical.size {
      for column in 0..<window.horizontal.size where row + column > 0 {
        body((row * image.width + column) * image.channels)
      }
    }
  }

  /// The pixels under one entry of the window, along a row of output positions.
  @inline(__always)
  private func pixels<Scalar>(
    from base: UnsafePointer<Scalar>
  ) -> MatrixView<Scalar> {
    MatrixView(
      base, rows: columns, columns: image.channels,
      rowStride: window.horizontal.stride * image.channels)
  }

  /// Calls `body` for each row of output positions in `n` images, with the
  /// index of its first window's first entry, and that of its first output.
  @inline(__always)
  private func forEachRow(of n: Int, _ body: (_ first: Int, _ out: Int) -> Void)
  {
    let below = window.vertical.stride * image.width * image.channels
    var out = 0
    for start in stride(from: 0, to: n * image.size, by: image.size) {
      for row in 0..<rows {
        body(start + row * below, out)
        out += columns * image.channels
      }
    }
  }

  private var hasPadding: Bool {
    window.vertical.padding > 0 || window.horizontal.padding > 0
  }
}

// Windows that reach into the padding are rare, and are looked at entry by entry.

extension ConvolutionGeometry {
  /// Calls `body` for each channel of each window of `n` images: with the index
  /// of its output, and that of its first entry, which may lie in the padding.
  private func forEachWindow(
    of n: Int, _ body: (_ output: Int, _ first: Int, _ position: Int) -> Void
  ) {
    for image in 0..<n {
      for position in 0..<outputPositions {
        let (top, left) = corner(of: position)
        let pixel =
          image * self.image.size
          + (top * self.image.width + left) * self.image.channels
        let output = (image * outputPositions + position) * self.image.channels
        for channel in 0..<self.image.channels {
          body(output + channel, pixel + channel, position)
        }
      }
    }
  }

  private func writePadded<Scalar: OrderedField>(
    maximaOf h: Matrix<Scalar>, _ n: Int, _ pooled: inout Matrix<Scalar>,
    _ argmax: inout [Int32]
  ) {
    let (h, columns) = (h.elements, pooled.columns)
    forEachWindow(of: n) { output, first, position in
      let (top, left) = corner(of: position)
      var best: (distance: Int, value: Scalar)?
      for row in 0..<window.vertical.size where 0..<image.height ~= top + row {
        for column in 0..<window.horizontal.size
        where 0..<image.width ~= left + column {
          let distance = (row * image.width + column) * image.channels
          let value = h[first + distance]
          if let old = best, !(old.value < value) { continue }
          best = (distance, value)
        }
      }
      pooled[output / columns, output % columns] = best?.value ?? 0
      argmax[output] = Int32(best?.distance ?? -1)
    }
  }

  private func addPadded<Scalar: Field>(
    _ dPooled: Matrix<Scalar>, of argmax: [Int32], to dH: inout Matrix<Scalar>
  ) {
    dH.withMutableElements { dH in
      dPooled.withElements { dPooled in
        let n = dPooled.count / (outputPositions * image.channels)
        forEachWindow(of: n) { output, first, _ in
          if argmax[output] < 0 { return }
          dH[first + Int(argmax[output])] += dPooled[output]
        }
      }
    }
  }
}
//#-end-hidden-code
