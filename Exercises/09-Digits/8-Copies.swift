import Grading
import Workbook

/*:
 # 9.8 · The same row on both sides ★★

 *Implement.* Data sets contain the same example more than once: a photograph
 was downloaded twice, a patient came back, the data were enlarged before they
 were split. If one copy is in the training set and another in the test set,
 the network has been told the answer, and it is tested on what it knows by
 heart.

 1. `copied` finds what happened: it returns the positions of all test rows
    that also occur in the training set, in ascending order. Rows are copies
    if all their numbers are equal. A row that occurs twice in the test set and
    never in training is not meant.
 2. `groups` says which rows are copies of each other: it returns the number of
    the group of each row. Groups are numbered 0, 1, 2, … in the order in which
    their first rows occur.
 3. `split` deals out whole groups. It takes groups in random order for the test
    set until that has at least `testCount` examples; all other groups are the
    training set. So no group is on both sides. Each part has the positions of
    its examples in ascending order.

 Workbook's `Split` can deal out groups; write this without it.
 */

/// Returns the positions of the test rows that also occur in training.
///
/// - Parameters:
///   - test: The test set, `[m, features]`.
///   - training: The training set, `[n, features]`.
func copied(
  test: Matrix<Double>, training: Matrix<Double>
) -> [Int] {
  notAttempted()
}

/// Returns the group of each row of `x` `[n, features]`.
func groups(_ x: Matrix<Double>) -> [Int] {
  notAttempted()
}

/// Deals out whole groups for training and test.
///
/// - Parameters:
///   - groups: The group of each example, from 0.
///   - testCount: How many examples the test set has at least; there are as
///     many.
///   - random: The generator of the order.
/// - Returns: The positions of each part, in ascending order.
func split(
  groups: [Int], testCount: Int, using random: inout SplitMix64
) -> (training: [Int], test: [Int]) {
  notAttempted()
}
