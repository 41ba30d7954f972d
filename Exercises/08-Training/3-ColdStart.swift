import Grading
import Workbook

/*:
 # 8.3 · Five bugs in ten lines ★★

 *Find the bug.* Somebody wrote Adam from memory. The first step does not move
 a single weight, and the steps after it have lengths that nobody asked for.
 There is no crash, and no NaN. The code has five bugs, and one of them hides
 another: repair it alone, and all weights become NaN.

 Adam's step number $t$, counted from one, is for each weight

 $$
 \begin{aligned}
 m &\leftarrow \beta_1 m + (1 - \beta_1) \, g, &
 \hat m &= \frac{m}{1 - \beta_1^t} \\
 s &\leftarrow \beta_2 s + (1 - \beta_2) \, g^2, &
 \hat s &= \frac{s}{1 - \beta_2^t}
 \end{aligned}
 \qquad
 \theta \leftarrow \theta - \eta \, \frac{\hat m}{\sqrt{\hat s} + \varepsilon}
 $$

 1. Repair `step`. It is judged in balls of 256 bits and in `Double`, over
    several steps, with gradients from a millionth to a thousand. A verdict
    names one bug that is left, and says how many more there are.
 2. The two divisions by $1 - \beta^t$ are the **bias correction**. What is it
    for? Let the gradient be the same at every step, and $\varepsilon = 0$.
    Then a corrected step has the length η. How many times as long is step $t$
    without the correction, where $m$ stands for $\hat m$ and $s$ for $\hat s$?
    Write that number as `stepWithoutCorrection`.
 */

/// Adam, with what it remembers.
struct Adam<Scalar: AnalyticField> {
  let beta1, beta2, epsilon: Scalar
  /// The running means of the gradients, m, and of their squares, s, `[n]`.
  var means, squares: Vector<Scalar>
  /// How many steps were taken.
  var steps = 0

  init(count: Int, beta1: Scalar, beta2: Scalar, epsilon: Scalar) {
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
    means = Vector(repeating: 0, count: count)
    squares = Vector(repeating: 0, count: count)
  }

  /// Takes a step.
  ///
  /// - Parameters:
  ///   - weights: The weights θ, `[n]`.
  ///   - gradient: Their gradient g, `[n]`.
  ///   - learningRate: The learning rate η.
  mutating func step(
    _ weights: inout Vector<Scalar>, against gradient: Vector<Scalar>,
    learningRate: Scalar
  ) {
    let left1 = 1 - power(beta1, steps)
    let left2 = 1 - power(beta2, steps)
    for i in 0..<weights.count {
      let g = gradient[i]
      means[i] = beta1 * means[i] + (1 - beta1) * g
      squares[i] =
        beta1 * squares[i] + (1 - beta1) * means[i] * means[i]
      let root = Scalar.sqrt(squares[i] * left2 + epsilon)
      weights[i] -= learningRate * means[i] * left1 / root
    }
    steps += 1
  }
}

/// Returns a power with a whole exponent that is not negative. It is right.
func power<Scalar: Field>(_ base: Scalar, _ exponent: Int) -> Scalar {
  (0..<exponent).reduce(1) { product, _ in product * base }
}

/// Returns how many times as long step t is without the correction, under a
/// gradient that never changes and with ε = 0.
///
/// - Parameters:
///   - t: The number of the step, from 1.
///   - beta1: What is kept of the mean.
///   - beta2: What is kept of the mean of the squares.
func stepWithoutCorrection<Scalar: AnalyticField>(
  _ t: Int, beta1: Scalar, beta2: Scalar
) -> Scalar {
  notAttempted()
}
