import Grading
import Workbook

/*:
 # 2.9 · A pass on paper ★★

 *Predict.* Do a forward and a backward pass by hand, as chapter 2 does. The
 network has two inputs, two hidden ReLU units and one output:

 $$
 W_1 = \begin{pmatrix} 2 & -1 \\ 1 & 1 \end{pmatrix}, \quad
 b_1 = (-2, 0), \quad
 W_2 = \begin{pmatrix} 1 \\ -2 \end{pmatrix}, \quad
 b_2 = (3)
 $$

 There are two examples, a row each, with the loss of this book,
 $L = \lVert \hat Y - Y \rVert^2 / 2n$:

 | example | input 1 | input 2 | target |
 |:--|--:|--:|--:|
 | 1 | 1 | 3 | 4 |
 | 2 | −1 | 2 | 1 |

 Find the loss, the derivatives in the pre-activations, and the gradient. All
 answers are whole numbers. A matrix has a row in brackets for each of its rows:
 `[[1, 2], [3, 4]]`.
 */

/// The loss of both examples.
var loss: Rational {
  notAttempted()
}

/// The derivatives in the pre-activations, a row for each example, [2, 2].
var dZ: Matrix<Rational> {
  notAttempted()
}

/// The gradient of the first layer's weights, [2, 2].
var dW1: Matrix<Rational> {
  notAttempted()
}

/// The gradient of the first layer's biases, [2].
var db1: Vector<Rational> {
  notAttempted()
}

/// The gradient of the second layer's weights, [2, 1].
var dW2: Matrix<Rational> {
  notAttempted()
}

/// The gradient of the second layer's bias, [1].
var db2: Vector<Rational> {
  notAttempted()
}
