import Grading
import Workbook

/*:
 # 5.5 · The winner takes the slope ★★

 *Implement.* A layer of maxima has no weights. Forwards it keeps the largest
 entry that a window sees. Backwards it hands the slope of that maximum to the
 entry that won, and nothing to the others: a little more of a loser changes
 nothing.

 Write both bodies for windows that are square, without padding, and may
 overlap: windows of 4 by 4 that move by 3 share a row or a column with their
 neighbours, and one entry can win in several of them. What it wins adds up.

 And if two entries of a window are equal? Then the maximum has a corner there,
 and any rule may be stated, but one has to be. In this book **the first wins**,
 row after row, from left to right in a row. So every slope that arrives is
 handed on once.

 Entries can be negative, all of them. The check looks at the maxima by hand
 first, then at every slope, with the judges of the book, at an image without
 equals, and last at images that are full of them.
 */

//#-answer
/// Returns where the largest entry of a window stands: of equals the first.
func winner<Scalar: OrderedField>(
  in x: Matrix<Scalar>, top: Int, left: Int, size: Int
) -> (row: Int, column: Int) {
  var best = (row: top, column: left)
  for row in top..<top + size {
    for column in left..<left + size
    where x[row, column] > x[best.row, best.column] {
      best = (row, column)
    }
  }
  return best
}
//#-stub
// // What both ways share may stand here.
//#-end

/// Returns the largest entry of each window, `[places down, places along]`.
///
/// - Parameters:
///   - x: An image, `[height, width]`.
///   - size: The rows and columns of a window.
///   - stride: How far it moves from place to place, down and along.
func maxima<Scalar: OrderedField>(
  of x: Matrix<Scalar>, size: Int, stride: Int
) -> Matrix<Scalar> {
  //#-answer
  Matrix(
    rows: (x.rows - size) / stride + 1, columns: (x.columns - size) / stride + 1
  ) { a, b in
    let best = winner(in: x, top: a * stride, left: b * stride, size: size)
    return x[best.row, best.column]
  }
  //#-end
}

/// Returns the slopes of a loss in the image, from its slopes in the maxima.
///
/// - Parameters:
///   - dMaxima: The slopes in the maxima, `[places down, places along]`.
///   - x: The image that they were found in, `[height, width]`.
func slopes<Scalar: OrderedField>(
  from dMaxima: Matrix<Scalar>, to x: Matrix<Scalar>, size: Int, stride: Int
) -> Matrix<Scalar> {
  //#-answer
  var dX = Matrix<Scalar>(rows: x.rows, columns: x.columns, repeating: 0)
  for a in 0..<dMaxima.rows {
    for b in 0..<dMaxima.columns {
      let best = winner(in: x, top: a * stride, left: b * stride, size: size)
      dX[best.row, best.column] += dMaxima[a, b]
    }
  }
  return dX
  //#-end
}
