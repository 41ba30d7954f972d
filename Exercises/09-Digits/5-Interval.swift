import Grading
import Workbook

/*:
 # 9.5 · An interval for an accuracy ★★

 *Implement.* Of 23 test examples 23 are right. Is the accuracy 100 %? It is of
 these 23, and of others it may be less. The interval that many textbooks give
 first, $\hat p \pm z \sqrt{\hat p (1 - \hat p) / n}$, says 100 % with no
 uncertainty at all. Elsewhere it reaches beyond 1. It takes the deviation at
 the accuracy that was measured, and what is wanted are accuracies under which
 the measurement is plausible. Wilson's interval has these: all $p$ with

 $$
 | \hat p - p | \le z \sqrt{\frac{p (1 - p)}{n}}, \qquad \hat p = \frac{k}{n}
 $$

 Here $k$ of $n$ examples are right. Squared, this is a quadratic inequality for
 $p$. The two ends of the interval are the roots of

 $$
 \Bigl(1 + \frac{z^2}{n}\Bigr) p^2
   - \Bigl(2 \hat p + \frac{z^2}{n}\Bigr) p + \hat p^2 = 0
 $$

 1. `z95` is the $z$ of a 95 % interval, to three decimals: a normally
    distributed number is between $-z$ and $z$ with a probability of 95 %.
 2. `wilson` returns both ends. They are never below 0 nor above 1, but for
    rounding, whatever $k$ is.
 */

/// How many standard deviations on either side hold 95 % of a normal
/// distribution.
let z95: Double = notAttempted()

/// Returns Wilson's interval for an accuracy.
///
/// - Parameters:
///   - correct: How many predictions are right, 0 to n.
///   - n: How many there are, at least 1.
///   - z: How many standard deviations to allow.
func wilson(
  correct: Int, of n: Int, z: Double
) -> (low: Double, high: Double) {
  notAttempted()
}
