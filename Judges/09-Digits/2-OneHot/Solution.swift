import Grading
import Workbook

/*:
 # 9.2 · One-hot and argmax ★

 *Implement.* A network for ten digits has ten outputs. Its targets are rows
 with a single 1, at the column of the label, and its prediction is the column
 in which a row of scores is largest. The two functions are the ends of every
 classifier, and each is a few lines long. Both have the same kind of bug: a
 wrong axis, or a count that starts at the wrong number. Where targets are off by
 one, the network learns well, and learns the wrong classes.

 1. `oneHot` makes a matrix with a row for each label, and a column for each
    class. The label 0 is column 0. The entry is 1 in the column of the label
    and 0 elsewhere. A batch need not have an example of every class.
 2. `argmaxOfRows` returns for each row the column with the largest score. Of
    columns with the same score it is the first.
 */

/// Returns a row for each label, with a 1 in its column.
///
/// - Parameters:
///   - labels: The class of each example, 0, 1, … classes − 1.
///   - classes: The number of classes.
/// - Returns: `[n, classes]`.
func oneHot(_ labels: [Int], classes: Int) -> Matrix<Double> {
  //#-answer
  Matrix(rows: labels.count, columns: classes) { labels[$0] == $1 ? 1 : 0 }
  //#-end
}

/// Returns the column of the largest score of each row.
///
/// - Parameter scores: `[n, classes]`.
/// - Returns: n numbers from 0 to classes − 1.
func argmaxOfRows(_ scores: Matrix<Double>) -> [Int] {
  //#-answer
  (0..<scores.rows).map { row in
    var best = 0
    for column in 0..<scores.columns
    where scores[row, column] > scores[row, best] {
      best = column
    }
    return best
  }
  //#-end
}
