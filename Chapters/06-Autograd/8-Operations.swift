import BinaryClassifier
import Regression
import Workbook

/*:
 ## The operations

 A product $Z = X W$ gives $\mathrm{d}X = \mathrm{d}Z \, W^\top$ and
 $\mathrm{d}W = X^\top \mathrm{d}Z$. These are the two lines of every backward
 pass by hand, now written once.
 */

extension Variable {
  /// Returns the matrix product, `[m, n]`, of `[m, k]` and `[k, n]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func • (a: Variable, b: Variable) -> Variable {
    let (x, w) = (a.value, b.value)
    return Variable(
      x • w,
      [
        Edge(a) { d, gradient in gradient.add(d, times: w.transposed) },
        Edge(b) { d, gradient in gradient.add(x.transposed, times: d) },
      ])
  }
}

/*:
 The matrices that a VJP needs are kept by value. When a step changes the
 weights afterwards, an old graph still has the old ones. In PyTorch the graph
 and the weights share their memory, and PyTorch counts the versions of each
 tensor: it raises an error when a saved one has changed.

 ## What is broadcast comes back as a sum

 A bias is a matrix of one row here, and it is added to each row of a batch. To
 use a row many times is **broadcasting**, and its backward pass follows from
 the second rule: what is used several times adds up what arrives from each use.
 The adjoint of broadcasting is a sum.

 > **Guess:** A bias of three numbers is added to two rows. The gradient that
 > arrives has the rows $1, 2, 3$ and $4, 5, 6$. What is the gradient of the
 > bias?
 >
 > $$
 > \mathrm{d}Z = \begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{pmatrix}
 > \quad\Rightarrow\quad
 > \mathrm{d}b = \begin{pmatrix} 5 & 7 & 9 \end{pmatrix}
 > $$
 >
 > Each number of the bias was used in two rows, so its gradient is the sum of
 > its column. The run checks these numbers.
 */

extension Variable {
  /// Returns this with a row, `[1, columns]`, added to each of its rows.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func addingToEachRow(_ row: Variable) -> Variable {
    let each = row.asRow(for: self)
    return Variable(
      value + each,
      [
        Edge(self) { d, gradient in gradient.add(d) },
        Edge(row) { d, gradient in gradient.add(Matrix(row: d.sumOfRows)) },
      ])
  }
}

/*:
 NumPy and PyTorch broadcast in general: they write two shapes below each other,
 aligned at the last axis, and repeat every axis that is missing or has length
 one. The backward pass sums over exactly those axes and gives the gradient the
 shape that the operand had. That is called **un-broadcasting**. An exercise
 asks for the general rule.
 */

/// Checks the gradient of a row that is added to two rows.
func broadcastRow(on run: inout RunRecorder) {
  run.section("What is broadcast comes back as a sum")
  let b = Variable<Rational>([[1, 1, 1]], as: .bias)
  let z = Variable<Rational>([[0, 1, 2], [3, 4, 5]]).addingToEachRow(b)
  (z ⊙ Variable([[1, 2, 3], [4, 5, 6]])).sum().backward()
  run.check(
    "the gradient of a broadcast row is the sum of the rows",
    b.gradient.matrix == [[5, 7, 9]], detail: "5, 7 and 9")
}

//#-hidden-code
extension Variable {
  /// Returns X W + b, `[n, out]`, in one node.
  ///
  /// - Parameters:
  ///   - w: The weights, `[in, out]`.
  ///   - b: The bias, `[1, out]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func linear(_ w: Variable, _ b: Variable) -> Variable {
    let (x, weights) = (value, w.value)
    var z = x • weights  // [n, out]
    z.addToEachRow(b.asRow(for: w))
    return Variable(
      z,
      [
        Edge(self) { d, gradient in
          gradient.add(d, times: weights.transposed)
        },
        Edge(w) { d, gradient in gradient.add(x.transposed, times: d) },
        Edge(b) { d, gradient in gradient.add(Matrix(row: d.sumOfRows)) },
      ])
  }

  /// The single row of this, to be added to each row of another.
  func asRow(for other: Variable) -> Vector<Scalar> {
    precondition(
      value.rows == 1 && value.columns == other.value.columns,
      "the row to add needs the shape [1, \(other.value.columns)], "
        + "and this is \(value.shape)")
    return value.row(0)
  }
}

extension Matrix {
  /// Creates a matrix of one row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(row: Vector<Scalar>) {
    self.init(rows: 1, columns: row.count, elements: row.elements)
  }
}
//#-end-hidden-code
