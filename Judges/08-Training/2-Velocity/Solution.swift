import Grading
import Workbook

/*:
 # 8.2 · A velocity for every weight ★★

 *Implement.* Plain gradient descent needs no memory. Momentum does, and most of
 its bugs are about the memory: it is thrown away after each step, or it is made
 new after the step that needed it. Such a training does not crash. It is as
 slow as without momentum, or slower, and the learning rate gets the blame.

 With the gradient $g$, the velocity $v$, the learning rate $\eta$ and the
 momentum $\beta$, one step of each convention is

 $$
 \begin{aligned}
 \text{sum:} \quad & v \leftarrow \beta v + g,
   & \theta &\leftarrow \theta - \eta v \\
 \text{average:} \quad & v \leftarrow \beta v + (1 - \beta) \, g,
   & \theta &\leftarrow \theta - \eta v \\
 \text{Nesterov:} \quad & v \leftarrow \beta v + g,
   & \theta &\leftarrow \theta - \eta \, (g + \beta v)
 \end{aligned}
 $$

 In each line the second formula uses the $v$ that the first has made.

 1. Write `takeStep` for all three. It works for numbers of any `Field`, and is
    judged in exact fractions, over several steps with a learning rate that
    changes, and for two models in turn. So the velocity has no $\eta$ in it,
    and nothing is remembered anywhere else.
 2. Write `rateOfSum`. A training uses the average at a learning rate; at which
    learning rate does the sum take the same steps?

 `weights.count` and `weights[i]` are how a vector is read and written. A number
 times a vector, and sums of vectors, are there too: `beta * velocity`.
 */

/// What a velocity is made of.
enum Convention {
  case sum, average, nesterov
}

/// Moves weights against their gradient, with momentum.
///
/// - Parameters:
///   - weights: The weights θ, `[n]`.
///   - gradient: Their gradient g, `[n]`.
///   - velocity: The velocity v, `[n]`: zeros before the first step, and after
///     it what the next step needs.
///   - learningRate: The learning rate η.
///   - beta: The momentum β.
///   - convention: Which of the three rules.
func takeStep<Scalar: Field>(
  _ weights: inout Vector<Scalar>, against gradient: Vector<Scalar>,
  velocity: inout Vector<Scalar>, learningRate: Scalar, beta: Scalar,
  _ convention: Convention
) {
  //#-answer
  let share = convention == .average ? 1 - beta : 1
  for i in 0..<weights.count {
    velocity[i] = beta * velocity[i] + share * gradient[i]
    let ahead = gradient[i] + beta * velocity[i]
    weights[i] -= learningRate * (convention == .nesterov ? ahead : velocity[i])
  }
  //#-end
}

/// Returns the learning rate at which the sum takes the steps of the average.
///
/// - Parameters:
///   - rateOfAverage: The learning rate of the average.
///   - beta: The momentum of both.
func rateOfSum<Scalar: Field>(
  insteadOf rateOfAverage: Scalar, beta: Scalar
) -> Scalar {
  //#-answer
  rateOfAverage * (1 - beta)
  //#-end
}
