import Grading
import Workbook

/*:
 # 5.9 · Where windows overlap ★★

 *Find the bug.* Here is a `col2im` that many have written. It came with a test:
 cut an image into patches, put them together again, and the image is back. The
 test passes. The network behind it learns, and never well.

 A reader of a textbook once proposed this very change to its code, with this
 very test, since the book's version fails it
 ([oreilly-japan/deep-learning-from-scratch#27](https://github.com/oreilly-japan/deep-learning-from-scratch/issues/27)).
 The test was wrong. A pixel that four windows saw has a gradient from each of
 the four, and to put an image together again is another task.

 - **Repair** `image(of:)`. Windows here are square, with no padding.
 - **Write the right test**, for any two functions, of which one makes patches
   of an image and the other an image of patches. They belong together if for
   every image x and all patches y

 $$
 \langle \mathrm{there}(x), y \rangle = \langle x, \mathrm{back}(y) \rangle
 $$

 Choose an x and a y that leave little to chance: if all their entries are
 equal, a backward pass that mixes up its entries looks right. Fractions are
 exact, so `==` is the right question, and `SplitMix64(seed: 1)` with
 `random.index(below: 99)` draws numbers. Your test will be given pairs that
 belong together, and pairs that do not.
 */

/// The way of a square window over an image, without padding.
struct SlidingWindow {
  /// The rows and columns of the image.
  let height, width: Int
  /// The rows and columns of the window.
  let size: Int
  /// How far it moves from position to position, down and along.
  let stride: Int

  /// The number of positions from top to bottom.
  var rows: Int { (height - size) / stride + 1 }
  /// The number of positions from left to right.
  var columns: Int { (width - size) / stride + 1 }

  /// Returns the patches of an image, `[positions, size · size]`: im2col.
  func patches<Scalar: Field>(of x: Matrix<Scalar>) -> Matrix<Scalar> {
    Matrix(rows: rows * columns, columns: size * size) { position, entry in
      x[
        position / columns * stride + entry / size,
        position % columns * stride + entry % size]
    }
  }

  /// Returns the gradients in an image, `[height, width]`, from those in its
  /// patches: col2im.
  func image<Scalar: Field>(of patches: Matrix<Scalar>) -> Matrix<Scalar> {
    var x = Matrix<Scalar>(rows: height, columns: width, repeating: 0)
    for position in 0..<patches.rows {
      for entry in 0..<patches.columns {
        let row = position / columns * stride + entry / size
        let column = position % columns * stride + entry % size
        //#-answer
        x[row, column] += patches[position, entry]
        //#-stub
        // x[row, column] = patches[position, entry]
        //#-end
      }
    }
    return x
  }
}

/// Returns whether two functions are each other's adjoint, as far as one x and
/// one y can tell.
///
/// - Parameters:
///   - there: Makes patches of an image.
///   - back: Makes an image of patches.
///   - image: The number of rows and columns of an image.
///   - patches: The number of rows and columns of its patches.
func areAdjoint(
  there: (Matrix<Rational>) -> Matrix<Rational>,
  back: (Matrix<Rational>) -> Matrix<Rational>,
  image: (rows: Int, columns: Int), patches: (rows: Int, columns: Int)
) -> Bool {
  //#-answer
  var random = SplitMix64(seed: 1)
  let x = Matrix<Rational>(rows: image.rows, columns: image.columns) { _, _ in
    Rational(count: 1 + random.index(below: 99))
  }
  let y = Matrix<Rational>(
    rows: patches.rows, columns: patches.columns
  ) { _, _ in
    Rational(count: 1 + random.index(below: 99))
  }
  return (there(x) ⊙ y).sum == (x ⊙ back(y)).sum
  //#-end
}
