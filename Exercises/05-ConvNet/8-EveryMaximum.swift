import Grading
import Workbook

/*:
 # 5.8 · Everybody wins ★★

 *Find the bug.* To find who gets the gradient of a maximum, this code asks
 which entries of the window are equal to it. On random numbers one entry is.
 Behind a ReLU whole windows are 0, and then four entries are, and four times
 the gradient goes out that came in. There the ReLU stops it again, so think of
 ties of other numbers.

 Theano did so once where it ran without cuDNN, and a reader noted that it
 matters most for images that are mostly empty
 ([Theano/Theano#5248](https://github.com/Theano/Theano/issues/5248)).
 Differences do not find it: where two entries of an image tie there is no
 gradient to compare with. What finds it is a count. What leaves a window must
 add up to what arrived.

 The rule here is that of the chapter: of equals the first wins, row after row.

 - **Repair** `gradientsOfLargest`.
 - **Build `harmlessTies`**, an image of 4 rows and 6 columns in which every
   window of 2 by 2 has two equal entries or more, and which the wrong code
   still gets right.
 - **Build `thirteenArgmaxes`**, an image of the same size. Let a gradient of 1
   arrive at each of its six windows. The right code hands out 6 in all. Make
   the wrong code hand out 13.

 Any images that do so pass; the check runs the wrong code on them.
 */

/// Returns the gradients of a loss in an image, from its gradients in the
/// largest entries of windows of 2 by 2 that lie side by side.
///
/// - Parameters:
///   - dMaxima: The gradients in the maxima, `[height / 2, width / 2]`.
///   - x: The image, `[height, width]`, both even.
func gradientsOfLargest<Scalar: OrderedField>(
  from dMaxima: Matrix<Scalar>, to x: Matrix<Scalar>
) -> Matrix<Scalar> {
  var dX = Matrix<Scalar>(rows: x.rows, columns: x.columns, repeating: 0)
  for a in 0..<x.rows / 2 {
    for b in 0..<x.columns / 2 {
      let (top, left) = (2 * a, 2 * b)
      let window = [
        (top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1),
      ]
      let largest = window.map { x[$0.0, $0.1] }.max()
      for (row, column) in window where x[row, column] == largest {
        dX[row, column] = dMaxima[a, b]
      }
    }
  }
  return dX
}

/// An image with equals in every window, on which the wrong code is right.
let harmlessTies: Matrix<Double> = notAttempted()

/// An image on which the wrong code hands out 13 where 6 arrive.
let thirteenArgmaxes: Matrix<Double> = notAttempted()
