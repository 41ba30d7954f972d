import Grading
import Workbook

/*:
 # 5.5 · The largest entry takes the gradient ★★

 *Implement.* A layer of maxima has no weights. Forwards it keeps the largest
 entry that a window sees. Backwards it hands the gradient of that maximum to
 the entry that won, and nothing to the others: a little more of a loser changes
 nothing.

 Write both bodies for windows that are square, without padding, and may
 overlap: windows of 4 by 4 that move by 3 share a row or a column with their
 neighbours, and one entry can win in several of them. What it wins adds up.

 And if two entries of a window are equal? Then the maximum has a kink there,
 and any rule may be stated, but one has to be. In this book **the first wins**,
 row after row, from left to right in a row. So every gradient that arrives is
 handed on once.

 Entries can be negative, all of them. The check looks at the maxima by hand
 first, then at every gradient, with the checks of the book, at an image without
 equals, and last at images that are full of them.
 */

//#-answer
/// Returns where the largest entry of a window stands: of equals the first.
func argmax<Scalar: OrderedField>(
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

/// Returns the largest entry of each window,
/// `[positions down, positions along]`.
///
/// - Parameters:
///   - x: An image, `[height, width]`.
///   - size: The rows and columns of a window.
///   - stride: How far it moves from position to position, down and along.
func maxima<Scalar: OrderedField>(
  of x: Matrix<Scalar>, size: Int, stride: Int
) -> Matrix<Scalar> {
  //#-answer
  Matrix(
    rows: (x.rows - size) / stride + 1, columns: (x.columns - size) / stride + 1
  ) { a, b in
    let best = argmax(in: x, top: a * stride, left: b * stride, size: size)
    return x[best.row, best.column]
  }
  //#-end
}

/// Returns the gradients of a loss in the image, from its gradients in the
/// maxima.
///
/// - Parameters:
///   - dMaxima: The gradients in the maxima,
///     `[positions down, positions along]`.
///   - x: The image that they were found in, `[height, width]`.
func gradients<Scalar: OrderedField>(
  from dMaxima: Matrix<Scalar>, to x: Matrix<Scalar>, size: Int, stride: Int
) -> Matrix<Scalar> {
  //#-answer
  var dX = Matrix<Scalar>(rows: x.rows, columns: x.columns, repeating: 0)
  for a in 0..<dMaxima.rows {
    for b in 0..<dMaxima.columns {
      let best = argmax(in: x, top: a * stride, left: b * stride, size: size)
      dX[best.row, best.column] += dMaxima[a, b]
    }
  }
  return dX
  //#-end
}
