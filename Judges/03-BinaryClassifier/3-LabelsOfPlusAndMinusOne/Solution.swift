import Grading
import Workbook

/*:
 # 3.3 · Labels of plus and minus one ★★

 *Derive.* Chapter 1 had the labels $t = -1$ and $t = +1$, and much of the
 literature has them still. The loss of chapter 3 is then written

 $$
 L = \frac{1}{n} \sum \log \bigl( 1 + e^{-t z} \bigr),
 $$

 the sum over all outputs of all $n$ examples. It is the same loss, and looks
 like another one. A gradient that was copied from the book will not fit it.

 **First**, derive $\partial L / \partial z$ on paper, and write `lossGradient`.
 It is compared with the derivative of $L$ in exact and rigorous numbers, and
 must also be right at logits of ±800. The file's `sigmoid` is accurate
 everywhere.

 **Second**, back to targets $y$ of 0 and 1, one example, and $a = \sigma(z)$.
 Which of these four lines are $\partial L / \partial z$ of binary
 cross-entropy, as formulas?

     A   a - y
     B   (a - y) * a * (1 - a)
     C   (-y / a + (1 - y) / (1 - a)) * a * (1 - a)
     D   -y / a + (1 - y) / (1 - a)

 Name them in `rightLines`, as in `"BD"`. In `rightLinesThatBreak`, name those
 of them that are no number in `Double` at $z = 800$, $y = 1$. The grader runs
 all four lines and compares.
 */

/// Returns σ(z), accurate to a few units in the last place for every z.
func sigmoid<Scalar: AnalyticField>(_ z: Scalar) -> Scalar {
  let e = Scalar.exp(z < 0 ? z : -z)
  return z < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// Returns the gradient of the loss in each logit, `[n, outputs]`.
///
/// - Parameters:
///   - z: The logits, `[n, outputs]`.
///   - t: The labels, `[n, outputs]`, each −1 or 1.
func lossGradient<Scalar: AnalyticField>(
  at z: Matrix<Scalar>, labels t: Matrix<Scalar>
) -> Matrix<Scalar> {
  //#-answer
  let n = Scalar(count: z.rows)
  return z.combining(t) { z, t in -t * sigmoid(-t * z) / n }
  //#-end
}

/// The lines that are the gradient of binary cross-entropy.
//#-answer
let rightLines = "AC"
//#-stub
// let rightLines: String = notAttempted()
//#-end

/// Those of them that are no number at z = 800, y = 1.
//#-answer
let rightLinesThatBreak = "C"
//#-stub
// let rightLinesThatBreak: String = notAttempted()
//#-end
