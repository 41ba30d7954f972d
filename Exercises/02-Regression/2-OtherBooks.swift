import Grading
import Workbook

/*:
 # 2.2 · What another book means by a learning rate ★★

 *Derive.* This book's loss is $L = \lVert \hat Y - Y \rVert^2 / 2n$. Many
 others, and the libraries that they use, take the mean over all entries and no
 half:

 $$
 M = \frac{1}{n k} \lVert \hat Y - Y \rVert^2, \qquad k \text{ outputs}
 $$

 Derive the gradients of $M$ for a line, $\hat Y = X W + b$, on paper, and write
 them down as code: `x` is `[n, features]`, `y` is `[n, k]`, $\mathrm{d}W$ has
 the shape of $W$ and $\mathrm{d}b$ that of $b$.

 Then say what the two conventions have to do with each other. By which factor
 are the gradients of $M$ larger than those of $L$? And if somebody reports that
 $\eta = 0.1$ works well with $L$: at which learning rate does a pass down $M$
 take the very same steps?

 Your gradients are judged by exact fractions, by balls and in `Double`, at
 sizes that are all different.
 */

/// Returns the gradients of M, the mean over all entries, for a line.
///
/// - Parameters:
///   - weights: The weights, `[features, k]`.
///   - bias: The bias, `[k]`.
///   - x: The inputs, `[n, features]`.
///   - y: The targets, `[n, k]`.
func gradients<Scalar: Field>(
  weights: Matrix<Scalar>, bias: Vector<Scalar>, from x: Matrix<Scalar>,
  to y: Matrix<Scalar>
) -> (weights: Matrix<Scalar>, bias: Vector<Scalar>) {
  notAttempted()
}

/// Returns the gradients of M divided by those of L.
///
/// - Parameter k: The number of outputs.
func ratioOfGradients<Scalar: Field>(outputs k: Int) -> Scalar {
  notAttempted()
}

/// Returns the learning rate at which a pass down M takes the steps of one down
/// L.
///
/// - Parameters:
///   - learning rate: The rate of the pass down L.
///   - k: The number of outputs.
func rateForTheSameSteps<Scalar: Field>(
  as learningRate: Scalar, outputs k: Int
) -> Scalar {
  notAttempted()
}
