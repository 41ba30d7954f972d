import Grading
import Workbook

/*:
 # 8.4 · Where the decay goes ★★

 *Find the bug.* A network is trained with SGD and weight decay:
 $\lambda\theta$ is added to every gradient. Then Adam takes the place of SGD,
 and the decay stays where it was. Adam divides a gradient by its usual size,
 and now divides the decay with it. A weight whose gradients are a hundred
 times as large decays about a hundred times as slowly. Somebody reads of
 AdamW, and adds a line behind the step. The old one stays as well. Nothing
 crashes.

 AdamW keeps the decay away from Adam. With the gradient $g$ of the loss alone,
 step number $t$ is

 $$
 \begin{aligned}
 m &\leftarrow \beta_1 m + (1 - \beta_1) \, g, \qquad
 s \leftarrow \beta_2 s + (1 - \beta_2) \, g^2 \\
 \theta &\leftarrow \theta - \eta \lambda \theta - \eta d, \qquad
 d = \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon}
 \end{aligned}
 $$

 On the right of the last line both θ are the old one. Biases have no decay: for
 them $\lambda$ is 0.

 1. Repair `step`. Adam itself is right here: the bugs are in the decay, and
    there are four. The steps of weights and biases are compared with the
    formula, in balls and in `Double`.
 2. Write `differenceOfOrder`. A program takes Adam's step first, and
    multiplies by $1 - \eta\lambda$ after it what the weights are then. Is that
    the same? Say what its weights are less what they should be, after one step
    from the same θ. All that is needed are η, λ and $d$.
 */

/// The numbers of one parameter, their gradient, and what Adam remembers.
struct Parameter<Scalar: AnalyticField> {
  let isBias: Bool
  var values: Vector<Scalar>  // θ, [n]
  var gradient: Vector<Scalar>  // g of the loss alone, [n]
  var means, squares: Vector<Scalar>  // m and s, [n]
}

/// Adam with weight decay.
struct AdamW<Scalar: AnalyticField> {
  let learningRate, beta1, beta2, epsilon, decay: Scalar

  /// Takes step number t on one parameter.
  func step(_ t: Int, _ parameter: inout Parameter<Scalar>) {
    let rate = learningRate / (1 - power(beta1, t))
    let root2 = Scalar.sqrt(1 - power(beta2, t))
    //#-answer
    let shrinking = parameter.isBias ? 1 : 1 - learningRate * decay
    for i in 0..<parameter.values.count {
      let g = parameter.gradient[i]
      let m = beta1 * parameter.means[i] + (1 - beta1) * g
      let s = beta2 * parameter.squares[i] + (1 - beta2) * g * g
      (parameter.means[i], parameter.squares[i]) = (m, s)
      parameter.values[i] *= shrinking
      parameter.values[i] -= rate * m / (Scalar.sqrt(s) / root2 + epsilon)
    }
    //#-stub
    // for i in 0..<parameter.values.count {
    //   let g = parameter.gradient[i] + decay * parameter.values[i]
    //   let m = beta1 * parameter.means[i] + (1 - beta1) * g
    //   let s = beta2 * parameter.squares[i] + (1 - beta2) * g * g
    //   (parameter.means[i], parameter.squares[i]) = (m, s)
    //   parameter.values[i] -= rate * m / (Scalar.sqrt(s) / root2 + epsilon)
    //   parameter.values[i] -= rate * decay * parameter.values[i]
    // }
    //#-end
  }
}

/// Returns a power with a whole exponent that is not negative. It is right.
func power<Scalar: Field>(_ base: Scalar, _ exponent: Int) -> Scalar {
  (0..<exponent).reduce(1) { product, _ in product * base }
}

/// Returns what weights are that decay after Adam's step, less what they should
/// be.
///
/// - Parameters:
///   - d: What Adam makes of the gradient, `[n]`: its step is −ηd.
///   - learningRate: The learning rate η.
///   - decay: The weight decay λ.
func differenceOfOrder<Scalar: Field>(
  _ d: Vector<Scalar>, learningRate: Scalar, decay: Scalar
) -> Vector<Scalar> {
  //#-answer
  (learningRate * learningRate * decay) * d
  //#-end
}
