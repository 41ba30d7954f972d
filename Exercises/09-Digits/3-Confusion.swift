import Grading
import Workbook

/*:
 # 9.3 · Who was taken for whom ★★

 *Implement.* A confusion matrix counts how often each class was taken for each.
 Two conventions are in use, with the actual class in the rows or in the
 columns, and a table without a name on its axes does not say which. If the two
 are exchanged, precision and recall are exchanged, and nothing else looks
 wrong: the accuracy is the same.

 Here rows are actual classes, as in scikit-learn: `counts[a][p]` is the number
 of examples of class `a` that were predicted as class `p`.

 1. `confusion` counts.
 2. `precision` of a class: of the examples that were predicted as the class,
    the fraction that belongs to it.
 3. `recall` of a class: of the examples of the class, the fraction that was
    predicted as it.

 A class that is never predicted has no precision, and a class without examples
 has no recall: they are `nil`, neither 0 nor NaN. Workbook has a
 `ConfusionMatrix`; write yours without it.
 */

/// Counts how often each class was predicted as each.
///
/// - Parameters:
///   - actual: The class of each example.
///   - predicted: What was predicted for each example.
///   - classes: The number of classes; all labels are below it.
/// - Returns: `counts[actual][predicted]`, `[classes][classes]`.
func confusion(
  actual: [Int], predicted: [Int], classes: Int
) -> [[Int]] {
  notAttempted()
}

/// Returns the precision of each class, from counts `[classes][classes]`.
func precision(_ counts: [[Int]]) -> [Double?] {
  notAttempted()
}

/// Returns the recall of each class, from counts `[classes][classes]`.
func recall(_ counts: [[Int]]) -> [Double?] {
  notAttempted()
}
