import Grading
import Workbook

/*:
 # 9.6 · Ten parts, each like the whole ★★

 *Implement.* Where a data set is small, one test set is too few examples to
 measure an accuracy with. *Cross-validation* deals the examples out into $k$
 parts, or *folds*, trains $k$ times, and tests each time on the fold that was
 left out. The folds are *stratified* if each has nearly the same number of
 examples of every class. A fold without any example of a rare class says
 nothing about it.

 Write `stratifiedFolds`, which returns the positions of the examples of each
 fold. It has these properties:

 1. Every example is in one fold.
 2. For each class, its numbers of examples in two folds differ by at most 1.
 3. The sizes of two folds differ by at most 1. So it will not do to start with
    the first fold again at each class.
 4. Chance decides which examples of a class come together. Any two of the same
    class can be in the same fold if a fold has two of them, and each example
    can come into each fold if there is one of its class in each.
 5. The order within a fold is a random one, not by class and not by position.
    Networks that are trained on a fold in mini-batches see classes mixed.
 6. All draws come from the generator: the same seed gives the same folds, and
    the next call gives others. Labels are whole numbers of a few digits, of
    either sign and in any order; to add a number to all of them changes no fold.

 Swift's dictionaries and sets have another order in each run of a program, so
 sort the classes before you draw anything for them. Workbook's `Split` deals
 out three parts; write this without it.
 */

/// Deals examples out into parts that have nearly the same classes.
///
/// - Parameters:
///   - labels: The class of each example, any whole number.
///   - count: The number of folds, at least 2.
///   - random: The generator of the order.
/// - Returns: The positions of the examples of each fold.
func stratifiedFolds(
  _ labels: [Int], count: Int, using random: inout SplitMix64
) -> [[Int]] {
  //#-answer
  var folds = [[Int]](repeating: [], count: count)
  var next = random.index(below: count)
  for label in Set(labels).sorted() {
    let members = labels.indices.filter { labels[$0] == label }
    for position in random.shuffled(members) {
      folds[next].append(position)
      next = (next + 1) % count
    }
  }
  return folds.map { random.shuffled($0) }
  //#-end
}
