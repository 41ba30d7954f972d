import Grading
import Workbook

/*:
 # 5.6 · The last column ★★

 *Find the bug.* This layer slides a kernel over an image and lays zeros around
 it, so that what comes out is as large as what went in. Its author tried it on
 drawings with an empty margin, and all was well. On photographs something is
 wrong, but only near one edge, and no number is so wrong that anybody would
 stop at it.

 Where an image ends is a question of one more or one less. A convolution of
 TinyEngine, with a stride of 2, looks for padding at the first row and column
 alone. A reader took that for a bug, and then found that it is right as long as
 the image has an even number of rows and columns
 ([mit-han-lab/tinyengine#95](https://github.com/mit-han-lab/tinyengine/issues/95)).

 There are two things to do.

 - **Repair** `filtered`. One line is wrong.
 - **Write the check** that would have found it, for a layer of which you see
   nothing but what comes out. It needs no right answer to compare with: move
   the image by a pixel, and what comes out moves by a pixel. That holds
   wherever the window lies inside the image both before and after, whatever the
   padding is. `movesAlong` says whether it holds.

 Your check will be given layers that move along, with other paddings and
 kernels turned round among them, and layers that take the first or the last row
 or column for padding. Whole numbers of moderate size are added and multiplied
 without rounding, so it may use `==`.
 */

/// Makes of an image and a kernel an image of the same size.
typealias Layer =
  (_ x: Matrix<Double>, _ kernel: Matrix<Double>) -> Matrix<Double>

/// Returns the cross-correlation of an image and a kernel, of the size of `x`.
///
/// - Parameters:
///   - x: The image, `[height, width]`; what lies around it counts as 0.
///   - kernel: The weights, an odd number of rows and of columns.
func filtered(
  _ x: Matrix<Double>, by kernel: Matrix<Double>
) -> Matrix<Double> {
  Matrix(rows: x.rows, columns: x.columns) { a, b in
    var sum = 0.0
    for i in 0..<kernel.rows {
      for j in 0..<kernel.columns {
        let row = a + i - kernel.rows / 2
        let column = b + j - kernel.columns / 2
        //#-answer
        let isInside = 0..<x.rows ~= row && 0..<x.columns ~= column
        //#-stub
        // let isInside =
        //   row >= 0 && row <= x.rows - 1 && column >= 0 && column < x.columns - 1
        //#-end
        if isInside { sum += kernel[i, j] * x[row, column] }
      }
    }
    return sum
  }
}

/// Returns whether what a layer makes of an image moves along with the image,
/// wherever the window does not reach over an edge.
///
/// - Parameter layer: The layer; kernels have odd sides.
func movesAlong(_ layer: Layer) -> Bool {
  //#-answer
  let kernel: Matrix<Double> = [[1, -2, 4], [3, 5, -1], [2, -3, 7]]
  let x = Matrix<Double>(rows: 6, columns: 7) { row, column in
    Double(1 + (5 * row + 3 * column + row * column) % 11)
  }
  let moved = Matrix<Double>(rows: 6, columns: 7) { row, column in
    row > 0 && column > 0 ? x[row - 1, column - 1] : 0
  }
  let (before, after) = (layer(x, kernel), layer(moved, kernel))
  // Rows 1 to 3 and columns 1 to 4 lie inside, and so do those one further on.
  for row in 1...3 {
    for column in 1...4
    where after[row + 1, column + 1] != before[row, column] {
      return false
    }
  }
  return true
  //#-end
}
