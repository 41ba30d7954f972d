import Grading
import Workbook

/*:
 # 8.1 · Three steps on paper ★

 *Predict.* A training works in one program. It is moved to another, with the
 same network, the same learning rate and the same $\beta$, and now it crawls:
 after as many steps the loss has hardly changed. Both programs say that they
 use momentum, and both are right. The word has several meanings. Three steps by
 hand tell them apart.

 One weight starts at $\theta = 1$. Whatever the steps are, its gradients are

 $$
 g_1 = 8, \qquad g_2 = -4, \qquad g_3 = 6
 $$

 The learning rate is $\eta = \tfrac12$, the momentum $\beta = \tfrac34$, and
 every velocity is 0 before the first step. Where is the weight after each of
 the three steps?

 $$
 \begin{aligned}
 \text{SGD:} \quad & & \theta &\leftarrow \theta - \eta g \\
 \text{momentum, sum:} \quad & v \leftarrow \beta v + g,
   & \theta &\leftarrow \theta - \eta v \\
 \text{momentum, average:} \quad & v \leftarrow \beta v + (1 - \beta) \, g,
   & \theta &\leftarrow \theta - \eta v \\
 \text{Nesterov:} \quad & v \leftarrow \beta v + g,
   & \theta &\leftarrow \theta - \eta \, (g + \beta v)
 \end{aligned}
 $$

 The step of each line uses the velocity that the same line has made. Give three
 numbers for each rule: θ after the first step, after the second, after the
 third. A vector is a list in brackets, and its fractions are exact:
 `[1 / 2, -3 / 4, 2]`.

 The last question is how to mend the training that crawls. It has the average
 in the place of the sum, and $\eta = \tfrac12$ as before. At which learning
 rate does it take the same steps as the sum at ½?
 */

/// θ after each step of SGD, [3].
var sgd: Vector<Rational> {
  //#-answer
  [-3, -1, -4]
  //#-end
}

/// θ after each step of momentum as a sum, [3].
var momentumAsSum: Vector<Rational> {
  //#-answer
  [-3, -4, -31 / 4]
  //#-end
}

/// θ after each step of momentum as an average, [3].
var momentumAsAverage: Vector<Rational> {
  //#-answer
  [0, -1 / 4, -19 / 16]
  //#-end
}

/// θ after each step of Nesterov's momentum, [3].
var nesterov: Vector<Rational> {
  //#-answer
  [-6, -19 / 4, -169 / 16]
  //#-end
}

/// The learning rate at which the average takes the steps that the sum takes
/// at ½.
var rateOfAverage: Rational {
  //#-answer
  2
  //#-end
}
