import Grading
import Workbook

/*:
 # 8.5 · A learning rate for every step ★★

 *Implement.* At its first steps a network takes badly to a large learning rate,
 and at its last steps too. So the rate begins near 0, rises in a straight line
 over the first $w$ steps to its **peak**, and then falls along half a cosine to
 its **floor** at the last step, $T$. Steps are numbered from 1.

 $$
 \eta_k =
 \begin{cases}
   \eta_\mathrm{peak} \, k / w & k \le w \\
   \eta_\mathrm{floor} + (\eta_\mathrm{peak} - \eta_\mathrm{floor}) \,
     \tfrac12 \left( 1 + \cos \pi p \right), \quad
     p = \dfrac{k - w}{T - w} & w < k \le T \\
   \eta_\mathrm{floor} & k > T
 \end{cases}
 $$

 A schedule that is off by one step can hardly be seen in a loss curve. It
 wastes the whole first step, at a rate of 0, or never comes to the floor that
 the report names. So all ends are looked at here: the first step, the last of
 the warm-up and the one behind it, the last of all, and a training that goes
 on. There may be no warm-up ($w = 0$), or nothing else ($w = T$).

 1. Write `warmupThenCosine`, in `Double`. `Double.cos(x)` and `Double.pi` are
    there, and `Double(k)` makes a `Double` of a whole number.
 2. Write `stepDecay` for any `Field`: the rate stays as it was at the start for
    a period of $n$ steps, is multiplied by a factor, stays for the next $n$
    steps, is multiplied again, and so on. With $n = 3$ it changes at step 4, at
    step 7, at step 10. It is compared in exact fractions.
 */

/// Returns the learning rate of a step: a warm-up, and then half a cosine.
///
/// - Parameters:
///   - step: The number of the step, from 1.
///   - warmup: How many steps the warm-up has, from 0 to `total`.
///   - total: How many steps the whole has, at least 1.
///   - peak: The learning rate at the end of the warm-up.
///   - floor: The learning rate at the last step and after it.
func warmupThenCosine(
  _ step: Int, warmup: Int, total: Int, peak: Double, floor: Double
) -> Double {
  //#-answer
  if step <= warmup { return peak * Double(step) / Double(warmup) }
  if step >= total { return floor }
  let progress = Double(step - warmup) / Double(total - warmup)
  return floor + (peak - floor) * (1 + Double.cos(Double.pi * progress)) / 2
  //#-end
}

/// Returns the learning rate of a step: multiplied by a factor after every
/// period.
///
/// - Parameters:
///   - step: The number of the step, from 1.
///   - start: The learning rate of the first step.
///   - factor: What it is multiplied by.
///   - period: For how many steps it stays the same, at least 1.
func stepDecay<Scalar: Field>(
  _ step: Int, from start: Scalar, times factor: Scalar, every period: Int
) -> Scalar {
  //#-answer
  (0..<(step - 1) / period).reduce(start) { rate, _ in rate * factor }
  //#-end
}
