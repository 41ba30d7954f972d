import Grading
import Workbook

/*:
 # 3.5 · The clamp that teaches nothing ★★

 *Find the bug.* To keep $\log 0$ away, a program clamps what the sigmoid says
 to $[c, 1 - c]$, with $c = 10^{-7}$, before it takes the logarithm. No loss is
 infinite any more, and every test passes.

 A clamp is flat outside its bounds, and its gradient there is zero. In
 DigiRL-agent/digirl#22 a reader counts: of the probabilities in training, more
 than 99 % are clamped, and their gradients are lost. What is lost first is
 what the network is most wrong about.

 **First, an example** that is `stuck`: a logit and a target, 0 or 1, for which
 the gradient of the program in the file is exactly zero, and should be larger
 than 0.9 in size.

 **Second, the edge**: the size of a logit at which the program begins to be
 stuck, to two decimals.

 **Third, the repair.** `lossAndGradients` is the program: the mean loss, and
 its gradient in each logit. Make both right for all logits, ±800 too, without
 any clamp: a smaller one moves the edge and does not take it away.
 */

/// An example that the program cannot learn from, and most needs to.
let stuck: (z: Double, y: Double) = notAttempted()

/// The size of a logit at which the program begins to be stuck.
let edge: Double = notAttempted()

/// Returns σ(z), accurate to a few units in the last place for every z.
func sigmoid<Scalar: AnalyticField>(_ z: Scalar) -> Scalar {
  let e = Scalar.exp(z < 0 ? z : -z)
  return z < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// Returns the mean binary cross-entropy and its gradient in each logit.
///
/// - Parameters:
///   - z: The logits, `[n]`.
///   - y: The targets, `[n]`, each 0 or 1.
func lossAndGradients<Scalar: AnalyticField>(
  logits z: Vector<Scalar>, targets y: Vector<Scalar>
) -> (loss: Scalar, gradients: Vector<Scalar>) {
  let n = Scalar(count: z.count)
  var sum: Scalar = 0
  var gradients = z
  for index in 0..<z.count {
    let (z, y) = (z[index], y[index])
    let a = sigmoid(z)
    let least = Scalar(1e-7)
    let clamped = min(max(a, least), 1 - least)
    sum -= y * Scalar.log(clamped) + (1 - y) * Scalar.log(1 - clamped)
    gradients[index] = clamped == a ? (a - y) / n : 0
  }
  return (sum / n, gradients)
}
