import Grading
import Workbook

/*:
 # 4.4 · One row of NaN ★★

 *Find the bug.* This softmax passed every test that its author wrote:
 probabilities are positive, rows add up to one, large scores do not overflow.
 In training, once in a while, a single row of a batch is NaN, and an hour later
 the whole network is.

 Find the line, and repair it. What must stay: scores of 1000 give no infinity,
 and no probability is clipped or padded to hide the trouble.

 The bug has been met in the lecture notes of a well-known course.
 */

/// Returns the softmax of each row of the scores.
///
/// - Parameter z: The scores, `[n, classes]`.
/// - Returns: The probabilities, `[n, classes]`; each row adds up to 1.
func softmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  //#-answer
  var p = z  // [n, classes]
  for row in 0..<z.rows {
    var largest = z[row, 0]
    for score in z.row(row).elements where score > largest { largest = score }
    var sum: Scalar = 0
    for column in 0..<z.columns {
      p[row, column] = Scalar.exp(z[row, column] - largest)
      sum += p[row, column]
    }
    for column in 0..<z.columns { p[row, column] /= sum }
  }
  return p
  //#-stub
  // var p = z  // [n, classes]
  // var largest = z[0, 0]
  // for score in z.elements where score > largest { largest = score }
  // for row in 0..<z.rows {
  //   var sum: Scalar = 0
  //   for column in 0..<z.columns {
  //     p[row, column] = Scalar.exp(z[row, column] - largest)
  //     sum += p[row, column]
  //   }
  //   for column in 0..<z.columns { p[row, column] /= sum }
  // }
  // return p
  //#-end
}
