import Regression
import Workbook

/*:
 ## Momentum

 In a long narrow valley the gradient points across it, not along it. The
 [step of chapter 2](chapter:2) jumps from one side to the other and moves
 along the floor slowly. [Polyak's](cite:polyak-1964) **momentum** adds up many
 gradients, the older the less. What points across changes its sign and cancels;
 what points along the floor grows. The result is called the **velocity** $v$.
 Two conventions are in use:

 $$
 \begin{aligned}
 \text{sum:} \quad & v \leftarrow \beta v + g \\
 \text{average:} \quad & v \leftarrow \beta v + (1 - \beta) \, g
 \end{aligned}
 \qquad \theta \leftarrow \theta - \eta v
 $$

 The number $\beta$ says how much of the velocity is kept; $0.9$ is usual. In the
 sum, a gradient that stays the same is added up to

 $$
 g + \beta g + \beta^2 g + \dots = \frac{g}{1 - \beta}
 $$

 which is ten gradients for that $\beta$. In the average it is one. So the sum
 with the learning rate $\eta$ takes the same steps as the average with the rate
 $\eta / (1 - \beta)$. Papers do not always say which they mean. Who takes a
 rate from one book and the formula from another is off by a factor of ten, and
 sees it as a training that is too slow or diverges.

 [Nesterov's](cite:nesterov-1983) momentum takes the gradient at the place to
 which the velocity is about to carry the weights. Written for the weights at
 that place, as PyTorch has it, the step is

 $$
 v \leftarrow \beta v + g, \qquad
 \theta \leftarrow \theta - \eta \, (g + \beta v)
 $$
 */

/// Steps along a velocity, which remembers the gradients before.
package struct Momentum<Scalar: Field>: UpdateRule {
  package enum Convention: Sendable { case sum, average, nesterov }

  package var β: Scalar
  package var convention: Convention
  //#-hidden-code
  package let slots = 1

  package init(_ β: Scalar, _ convention: Convention = .sum) {
    (self.β, self.convention) = (β, convention)
  }
  //#-end-hidden-code
}

/*:
 For each number of a parameter the rule remembers one more, its velocity, and
 returns how far to move in learning rates:
 */

extension Momentum {
  func move(by g: Scalar, _ v: inout Scalar) -> Scalar {
    v = β * v + (convention == .average ? 1 - β : 1) * g
    return convention == .nesterov ? g + β * v : v
  }
}

//#-hidden-code
extension Momentum {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func update(
    _ θ: UnsafeMutableBufferPointer<Scalar>, by g: UnsafeBufferPointer<Scalar>,
    _ memory: inout [[Scalar]], rate: Scalar, step: Int
  ) {
    for i in 0..<θ.count { θ[i] -= rate * move(by: g[i], &memory[0][i]) }
  }
}

extension Optimiser {
  /// Gradient descent with momentum.
  package static func momentum(
    _ β: Scalar, _ convention: Momentum<Scalar>.Convention = .sum,
    learningRate: Scalar, weightDecay: Scalar = 0
  ) -> Optimiser {
    Optimiser(
      Momentum(β, convention), learningRate: learningRate,
      weightDecay: weightDecay)
  }
}
//#-end-hidden-code
