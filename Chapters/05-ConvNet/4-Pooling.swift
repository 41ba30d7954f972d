import Workbook

/*:
 ## The largest of a few

 Behind the filters stands a layer without weights. A second window takes the
 largest entry that it sees, channel by channel: **max-pooling**. A window of two
 by two that moves by two halves the height and the width. What is kept is that
 something was found, and roughly where. An edge that moves by a pixel often stays
 in the same window, and then nothing behind it changes.

 Which entry is the largest if two are? For the value it does not matter. For the
 slope it does: one winner gets all of it, and to give it to each of the equals
 would count it twice. The rule here is that **the first wins**, row after row.
 After a ReLU, windows full of zeros are common, so ties are too.

 The winners are written down, since the way back needs to know them.
 */

extension WindowPath {
  /// Writes the largest entry of each window over a matrix, channel by channel.
  ///
  /// Of several that are equally large the first wins, row after row.
  ///
  /// - Parameters:
  ///   - h: Images, one after another.
  ///   - n: The number of images.
  ///   - pooled: What is written over, then `[n, places · channels]`.
  ///   - winners: How far behind its window's first entry each winner stands.
  /// - Precondition: There is no padding.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func write<Scalar: OrderedField>(
    maximaOf h: Matrix<Scalar>, count n: Int,
    over pooled: inout Matrix<Scalar>, winners: inout [Int32]
  ) {
    requireNoPadding()
    pooled.reshape(rows: n, columns: places * image.channels)
    let missing = n * places * image.channels - winners.count
    if missing > 0 { winners += repeatElement(0, count: missing) }
    let channels = image.channels
    pooled.withPointer { pooled in
      winners.withUnsafeMutableBufferPointer { winners in
        h.withView { h in
          guard let winners = winners.baseAddress else { return }
          forEachRow(of: n) { first, out in
            // The first entries are the largest so far. Then the others try.
            Scalar.copyRows(
              of: sweep(from: h.base + first), to: pooled + out,
              stride: channels)
            for index in 0..<columns * channels { winners[out + index] = 0 }
            forEachOtherEntry { offset in
              keepLarger(
                rowsOf: sweep(from: h.base + first + offset),
                and: pooled + out, stride: channels, marks: winners + out,
                mark: Int32(offset))
            }
          }
        }
      }
    }
  }

}

/*:
 Backwards there is nothing to compute. Each slope goes to the winner of its
 window, and everybody else gets nothing.
 */

extension WindowPath {
  /// Adds the slope of each largest entry to the entry that won.
  ///
  /// - Parameters:
  ///   - dPooled: The slopes, `[n, places · channels]`.
  ///   - winners: How far behind its window's first entry each winner stands.
  ///   - dH: Images, one after another, that are added to.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func add<Scalar: Field>(
    _ dPooled: Matrix<Scalar>, of winners: [Int32], to dH: inout Matrix<Scalar>
  ) {
    let (channels, step) = (image.channels, window.along.stride)
    dH.withPointer { dH in
      winners.withUnsafeBufferPointer { winners in
        dPooled.withView { view in
          guard let winners = winners.baseAddress else { return }
          forEachRow(of: view.rows) { first, out in
            var (slopes, winners) = (view.base + out, winners + out)
            for column in 0..<columns {
              let dH = dH + first + column * step * channels
              for channel in 0..<channels {
                dH[Int(winners[channel]) + channel] += slopes[channel]
              }
              slopes += channels
              winners += channels
            }
          }
        }
      }
    }
  }

}

//#-hidden-code
extension WindowPath {
  /// Calls `body` with how far behind the first entry of a window each other
  /// stands, row by row.
  @inline(__always)
  private func forEachOtherEntry(_ body: (Int) -> Void) {
    for row in 0..<window.down.size {
      for column in 0..<window.along.size where row + column > 0 {
        body((row * image.width + column) * image.channels)
      }
    }
  }

  /// The pixels that one entry of the window meets along a row of places.
  @inline(__always)
  private func sweep<Scalar>(
    from base: UnsafePointer<Scalar>
  ) -> MatrixView<Scalar> {
    MatrixView(
      base, rows: columns, columns: image.channels,
      rowStride: window.along.stride * image.channels)
  }

  /// Calls `body` for each row of places in `n` images, with where its first
  /// window begins, and where its first place.
  @inline(__always)
  private func forEachRow(of n: Int, _ body: (_ first: Int, _ out: Int) -> Void)
  {
    let below = window.down.stride * image.width * image.channels
    var out = 0
    for start in stride(from: 0, to: n * image.size, by: image.size) {
      for row in 0..<rows {
        body(start + row * below, out)
        out += columns * image.channels
      }
    }
  }

  private func requireNoPadding() {
    precondition(
      window.down.padding == 0 && window.along.padding == 0,
      "a window of maxima with padding: nothing is larger than what is not there"
    )
  }
}
//#-end-hidden-code

/*:
 A window with a tie, as small as can be. The slope that arrives is one.

 ![Where the slope of a maximum goes](table:ties)
 */

/// Shows who gets the slope of a largest entry.
func showTies(on page: inout Page) throws(SlideError) {
  page.section("The largest of a few, and who gets its slope")
  page.ask("Two entries of a window are the largest. Which one gets the slope?")
  let path = try WindowPath(
    of: Window(2, stride: 2), over: ImageShape(2, 2, 1))
  var table = Table("ties", columns: ["window", "largest", "slopes"])
  var sums: [Rational] = []
  let windows: [Matrix<Rational>] = [
    [[1, 4, 2, 3]], [[1, 4, 4, 3]], [[0, 0, 0, 0]],
  ]
  for h in windows {
    var (pooled, winners) = (Matrix<Rational>.empty, [Int32]())
    path.write(maximaOf: h, count: 1, over: &pooled, winners: &winners)
    var dH = Matrix<Rational>(rows: 1, columns: 4, repeating: 0)
    path.add([[1]], of: winners, to: &dH)
    sums.append(dH.sum)
    table.add([
      .text(words(h)), .text(words(pooled)), .text(words(dH)),
    ])
  }
  page.show(table)
  page.check(
    "a slope goes to one winner", sums.allSatisfy { $0 == 1 },
    detail: "the slopes of each window add up to the one that arrived")
}

//#-hidden-code
/// Returns the entries of a matrix, one after another.
private func words(_ matrix: Matrix<Rational>) -> String {
  matrix.elements.map { NumberFormat.count.text(of: Double($0)) }
    .joined(separator: "  ")
}
//#-end-hidden-code
