import Grading
import Workbook

/*:
 # 4.2 · A log-softmax that holds ★★

 *Implement.* The loss needs $\log p_j$ for every class of every example. To
 compute $p_j$ first and its logarithm second loses everything where $p_j$ is
 rounded to 0, and $e^{1000}$ is too large for `Float` and `Double`. So the
 logarithm is computed by itself, row by row:

 $$
 \log p_j = z_j - m - \log \sum_k e^{z_k - m}, \qquad m = \max_k z_k
 $$

 Write it, so that rows of ±1000 are as right as small ones. Your function is
 generic: it will be run in `Double` and `Float`, and compared with what balls
 of 256 bits say. `Scalar.exp` and `Scalar.log` are there; `z.rows`,
 `z.columns` and `z[row, column]` are how a matrix is read and written.

 Change the body of the function and nothing else; helpers of your own are
 welcome.
 */

/// Returns the logarithm of the softmax of each row of the scores.
///
/// - Parameter z: The scores, `[n, classes]`.
/// - Returns: The logarithms of the probabilities, `[n, classes]`; finite for
///   all finite scores.
func logSoftmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  //#-answer
  var logs = z  // [n, classes]
  for row in 0..<z.rows {
    var largest = z[row, 0]
    for column in 0..<z.columns where z[row, column] > largest {
      largest = z[row, column]
    }
    var sum: Scalar = 0
    for column in 0..<z.columns {
      sum += Scalar.exp(z[row, column] - largest)
    }
    for column in 0..<z.columns {
      logs[row, column] = z[row, column] - largest - Scalar.log(sum)
    }
  }
  return logs
  //#-end
}
