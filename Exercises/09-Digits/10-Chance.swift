import Grading
import Workbook

/*:
 # 9.10 · How often chance is as good ★★★

 *Implement.* A network reaches 58 % on two classes of equal size. If the labels
 had nothing to do with the inputs, how often would it reach as much? A
 *permutation test* finds out without any assumption about the data: it shuffles
 the labels, so that nothing is left to be learned, does everything again, and
 counts.

 `score` is everything that is to be done: it is given the labels of all
 examples, splits, trains and tests, and returns the accuracy. Call it once with
 the labels as they are, and once for each of $m$ shuffles of all labels. If $k$
 of the shuffled ones have a score that is at least that of the real labels, the
 **p-value** is

 $$
 p = \frac{k + 1}{m + 1}
 $$

 The real labels are one of the $m + 1$ orders that were tried, and as good as
 themselves. So $p$ is never 0: after 99 shuffles nobody knows that something
 happens less often than once in 100 times.

 Write `pValue`. Every order of the labels must be possible, each as likely, and
 all draws come from the generator.
 */

/// Returns how likely a score at least as high is where labels mean nothing.
///
/// - Parameters:
///   - labels: The real label of each example.
///   - shuffles: How often to shuffle them, m.
///   - random: The generator of the orders.
///   - score: Does everything with some labels; larger is better.
func pValue(
  labels: [Int], shuffles: Int, using random: inout SplitMix64,
  score: ([Int]) -> Double
) -> Double {
  notAttempted()
}
