import Grading
import Workbook

/*:
 # 8.12 · The test set was in the mean ★★

 *Find the bug.* A column of metres and a column of years have other sizes, so
 each is standardised: its mean is taken off, and it is divided by its standard
 deviation. The program in the file takes both from all rows that there are and
 parts training from test afterwards. So the training has seen the test set, if
 only its means, and the accuracy on the test set is an accuracy that no new
 data will have. Some programs do the opposite, and standardise the test set by
 itself. Then one and the same row means one thing among these test rows, and
 another among those; and a single new row becomes a row of zeros.

 A column that never changes in training has the deviation 0, and the program
 divides by it.

 1. Repair `standardised`: a column with the variance 0 has its mean taken off
    and is divided by nothing.
 2. Repair `prepared`: mean and deviation are those of the training set, for
    both sets.
 3. Write the check that finds a leak without knowing a formula. A function
    that prepares data leaks if the prepared training set is another when only
    test rows are other ones, or if what becomes of a test row depends on other
    test rows. `leaks` says whether it does, of functions that it has never
    seen.

 Your check chooses both sets. Each leak that it is shown can be seen with
 normal numbers in all columns, if some test row is left out or has all its
 numbers replaced by 100, or by −100. Prepared test rows come in the order of
 the test rows, whatever has become of their columns.
 */

/// The mean and the variance of each column of some rows.
struct Statistics<Scalar: Field>: Equatable, Sendable {
  let mean: Vector<Scalar>  // [features]
  let variance: Vector<Scalar>  // [features]

  /// Measures rows `[n, features]`. The variance is the mean of the squares.
  init(of x: Matrix<Scalar>) {
    let n = Scalar(count: x.rows)
    let mean = x.sumOfRows / n
    let centred = x + -1 * mean  // [n, features]
    (self.mean, variance) = (mean, (centred ⊙ centred).sumOfRows / n)
  }
}

extension Statistics where Scalar: AnalyticField {
  /// Returns rows less this mean, divided by this standard deviation.
  func standardised(_ x: Matrix<Scalar>) -> Matrix<Scalar> {
    Matrix(rows: x.rows, columns: x.columns) { row, column in
      (x[row, column] - mean[column]) / Scalar.sqrt(variance[column])
    }
  }
}

/// Returns both sets as a network is to see them.
///
/// - Parameters:
///   - training: The inputs to learn from, `[n, features]`.
///   - test: The inputs to be judged by, `[m, features]`.
func prepared(
  training: Matrix<Double>, test: Matrix<Double>
) -> (training: Matrix<Double>, test: Matrix<Double>) {
  let all = Matrix(
    rows: training.rows + test.rows, columns: training.columns,
    elements: training.elements + test.elements)
  let statistics = Statistics(of: all)
  return (statistics.standardised(training), statistics.standardised(test))
}

/// A function that prepares a training set `[n, features]` and a test set
/// `[m, features]`.
typealias Prepare = (
  _ training: Matrix<Double>, _ test: Matrix<Double>
) -> (training: Matrix<Double>, test: Matrix<Double>)

/// Returns whether something of the test set comes into what it should not.
func leaks(_ prepare: Prepare) -> Bool {
  notAttempted()
}
