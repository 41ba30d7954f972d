import Grading
import Workbook

/*:
 # 4.3 · Examples as columns ★★★

 *Implement.* In this book a row is an example. In many lectures and in much
 code a column is: $X$ is `[features, n]`, a layer is $Z = W X + b$ with $W$
 `[out, in]`, and the bias goes to each column. Nothing is deeper about the one
 or the other, but no backward pass can be carried over by copying its lines.
 Those who try transpose until the shapes fit, and shapes that fit prove
 nothing: of the planted bugs in chapter 4 they catch none.

 Here is a network with a hidden layer of tanh units and a softmax, forwards:

 $$
 Z_1 = W_1 X + b_1, \quad H = \tanh Z_1, \quad
 P = \mathrm{softmax}(W_2 H + b_2) \text{ of each column}
 $$

 The loss is the mean over the $n$ examples of $-\log P$ of their own class. The
 labels come as numbers, `labels[example]`, and not as a one-hot matrix.

 Write the backward pass. Derive each line from its shape and from the chain
 rule, and write the shape behind it. First there are 4 features, 5 hidden
 units, 3 classes and 7 examples, so that no two sizes are the same; then there
 are other numbers of each. Every gradient is compared with the derivative of
 the loss, in rigorous numbers.

 Useful: `w.transposed`, `a • b`, `a ⊙ b`, and `Matrix(a.transposed).sumOfRows`
 for the sum of the columns of `a`.
 */

/// Two layers, for examples that are columns.
struct ColumnNetwork<Scalar: Field> {
  var w1: Matrix<Scalar>  // [hidden, features]
  var b1: Vector<Scalar>  // [hidden]
  var w2: Matrix<Scalar>  // [classes, hidden]
  var b2: Vector<Scalar>  // [classes]
}

/// Returns the matrix with a vector added to each column.
func adding<Scalar: Field>(
  _ b: Vector<Scalar>, toEachColumnOf a: Matrix<Scalar>
) -> Matrix<Scalar> {
  Matrix(rows: a.rows, columns: a.columns) { a[$0, $1] + b[$0] }
}

/// Returns the softmax of each column of the scores, `[classes, n]`.
func softmaxOfColumns<Scalar: AnalyticField>(
  _ z: Matrix<Scalar>
) -> Matrix<Scalar> {
  let largest = (0..<z.columns).map { z.column($0).elements.max() ?? 0 }
  let e = Matrix(rows: z.rows, columns: z.columns) {
    Scalar.exp(z[$0, $1] - largest[$1])
  }
  let sums = e.sumOfRows
  return Matrix(rows: z.rows, columns: z.columns) { e[$0, $1] / sums[$1] }
}

/// Returns the gradient of the loss in each weight and bias, as a network.
///
/// - Parameters:
///   - network: The network.
///   - x: The inputs, `[features, n]`.
///   - labels: The class of each example, from 0.
func gradient<Scalar: AnalyticField>(
  of network: ColumnNetwork<Scalar>, on x: Matrix<Scalar>, labels: [Int]
) -> ColumnNetwork<Scalar> {
  let z1 = adding(network.b1, toEachColumnOf: network.w1 • x)  // [hidden, n]
  let h = z1.map { Scalar.tanh($0) }  // [hidden, n]
  let z2 = adding(network.b2, toEachColumnOf: network.w2 • h)  // [classes, n]
  let p = softmaxOfColumns(z2)  // [classes, n]
  //#-answer
  let n = Scalar(count: x.columns)
  let dZ2 = Matrix(rows: p.rows, columns: p.columns) { row, example in
    (p[row, example] - (labels[example] == row ? 1 : 0)) / n
  }  // [classes, n]
  let dH = network.w2.transposed • dZ2  // [hidden, n]
  let dZ1 = dH ⊙ h.map { 1 - $0 * $0 }  // [hidden, n]
  return ColumnNetwork(
    w1: dZ1 • x.transposed,
    b1: Matrix(dZ1.transposed).sumOfRows,
    w2: dZ2 • h.transposed,
    b2: Matrix(dZ2.transposed).sumOfRows)
  //#-end
}
