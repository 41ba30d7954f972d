import Grading
import Workbook

/*:
 # 3.4 · Confident, wrong and stuck ★★

 *Find the bug.* A network was trained with half the squared error, and then
 its loss was changed to binary cross-entropy. It learns, only slowly, and the
 examples about which it was most wrong at the start it never learns at all.

 In MichalDanielDobrzanski/DeepLearningPython#17 a reader of such a program
 asks for the $\sigma'$ that seems to be missing to be put back. It was not
 missing. In this one somebody has left it in.

 **First, the check** that would have told. `gradientIsRight` is given
 somebody's $\partial \ell / \partial z$ for one example, as a function of a
 logit $z$ and a target $y$ of 0 or 1, and says whether it is the gradient of
 `crossEntropy`. The grader hands it right ones, also some that are rounded in
 another way, and wrong ones: with a factor too many or too few, right at one
 place only, right for one target only, or zero where the network is most
 certain. Yours should tell them apart. All are finite for $|z| \le 30$, and
 what is wrong is off by more than a thousandth of itself.

 **Second, the repair.** `gradients` has the bug. Its gradients are compared
 with the derivative of the loss, and asked for at logits of ±800 too, where
 they must be what they should be and not NaN.
 */

/// Returns σ(z), accurate to a few units in the last place for every z.
func sigmoid<Scalar: AnalyticField>(_ z: Scalar) -> Scalar {
  let e = Scalar.exp(z < 0 ? z : -z)
  return z < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// Returns the binary cross-entropy of one logit. It is right.
func crossEntropy(logit z: Double, target y: Double) -> Double {
  max(z, 0) - y * z + Double.log(onePlus: Double.exp(-abs(z)))
}

/// Returns whether a function of a logit and a target is the gradient of
/// `crossEntropy` in the logit.
func gradientIsRight(_ gradient: (Double, Double) -> Double) -> Bool {
  //#-answer
  let step = 0x1p-16
  for quarter in -80...80 {
    let z = Double(quarter) / 4
    for y in [0.0, 1.0] {
      let difference =
        (crossEntropy(logit: z + step, target: y)
          - crossEntropy(logit: z - step, target: y)) / (2 * step)
      if !(abs(gradient(z, y) - difference) <= 1e-6) { return false }
    }
  }
  return true
  //#-end
}

/// Returns the gradients of the mean binary cross-entropy of σ(X W + b).
///
/// - Parameters:
///   - w: The weights, `[features, outputs]`.
///   - b: The biases, `[outputs]`.
///   - x: The inputs, `[n, features]`.
///   - y: The targets, `[n, outputs]`, each 0 or 1.
/// - Returns: The gradients in the weights and in the biases, of their shapes.
func gradients<Scalar: AnalyticField>(
  in w: Matrix<Scalar>, _ b: Vector<Scalar>, on x: Matrix<Scalar>,
  to y: Matrix<Scalar>
) -> (w: Matrix<Scalar>, b: Vector<Scalar>) {
  let n = Scalar(count: x.rows)
  let a = (x • w + b).map { sigmoid($0) }  // [n, outputs]
  //#-answer
  let dZ = (a - y) / n  // [n, outputs]
  //#-stub
  // let dZ = ((a - y) ⊙ a.map { $0 * (1 - $0) }) / n  // [n, outputs]
  //#-end
  return (w: x.transposed • dZ, b: dZ.sumOfRows)
}
