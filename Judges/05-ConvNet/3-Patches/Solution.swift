import Grading
import Workbook

/*:
 # 5.3 · Patches, and back ★★★

 *Implement.* Lay the patches of an image one below the other, and a convolution
 is a matrix product. The way there is called `im2col`, the backward pass
 `col2im`, and nearly every library has both. The chapter writes them for
 channels that lie side by side. Here channels come first: an image is
 `x[c][row, column]`.

 - `patches(of:)` makes a matrix `[positions, channels · k · l]`. A row belongs
   to a position; positions are counted row after row of the image. In a row
   stands what the window sees there: all of channel 0, row after row of the
   window, then all of channel 1, and so on. Padding is 0.
 - `image(of:)` goes back. It gets a matrix of that shape and *adds* each entry
   to the pixel that it was copied from. What was copied from the padding is
   dropped.

 How does one test a backward pass? Not by going forward and backward: a pixel
 that three windows saw comes back three times as large, and that is right.
 Written as matrices, one of the two is the other's transpose, and so for every
 image x and every matrix of patches y

 $$
 \langle \mathrm{im2col}(x), y \rangle = \langle x, \mathrm{col2im}(y) \rangle
 $$

 where ⟨ , ⟩ multiplies entry by entry and adds up. This needs no right answer
 to compare with. Write the two bodies, and beside them whatever both can use.
 The check looks at the patches first, of images whose entries say where they
 stand: 213 is row 1, column 3 of channel 1, since channel 0 begins at 100 and
 channel 1 at 200. Then it asks for this equation. Both in whole numbers, with
 windows that overlap, that leave gaps, and that stick out.
 */

/// A window and the images that it moves over.
struct ConvolutionGeometry {
  /// The image: the number of its channels, rows and columns.
  let channels, height, width: Int
  /// The window's rows, k, and columns, l.
  let k, l: Int
  /// How far the window moves, down and along.
  let stride: Int
  /// How many zeros lie around the image on each side.
  let padding: Int

  /// The number of positions from top to bottom.
  var rows: Int { (height + 2 * padding - k) / stride + 1 }
  /// The number of positions from left to right.
  var columns: Int { (width + 2 * padding - l) / stride + 1 }
}

extension ConvolutionGeometry {
  //#-answer
  /// Returns the channel, row and column of what an entry of a patch is copied
  /// from; the row and the column may lie outside the image.
  func source(
    _ position: Int, _ entry: Int
  ) -> (channel: Int, row: Int, column: Int) {
    let (channel, pixel) = (entry / (k * l), entry % (k * l))
    return (
      channel, position / columns * stride - padding + pixel / l,
      position % columns * stride - padding + pixel % l
    )
  }
  //#-stub
  // // What both ways share may stand here.
  //#-end

  /// Returns the patches of an image, `[positions, channels · k · l]`: im2col.
  ///
  /// - Parameter x: The image, for each channel a matrix `[height, width]`.
  func patches<Scalar: Field>(of x: [Matrix<Scalar>]) -> Matrix<Scalar> {
    //#-answer
    Matrix(rows: rows * columns, columns: channels * k * l) { position, entry in
      let (channel, row, column) = source(position, entry)
      let isInside = 0..<height ~= row && 0..<width ~= column
      return isInside ? x[channel][row, column] : 0
    }
    //#-end
  }

  /// Returns the image that patches add up to, for each channel a matrix
  /// `[height, width]`: col2im.
  ///
  /// - Parameter patches: The patches, `[positions, channels · k · l]`.
  func image<Scalar: Field>(of patches: Matrix<Scalar>) -> [Matrix<Scalar>] {
    //#-answer
    let blank = Matrix<Scalar>(rows: height, columns: width, repeating: 0)
    var x = Array(repeating: blank, count: channels)
    for position in 0..<patches.rows {
      for entry in 0..<patches.columns {
        let (channel, row, column) = source(position, entry)
        if 0..<height ~= row && 0..<width ~= column {
          x[channel][row, column] += patches[position, entry]
        }
      }
    }
    return x
    //#-end
  }
}
