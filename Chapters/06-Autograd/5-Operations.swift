import BinaryClassifier
import Regression
import Workbook

/*:
 ## The operations

 A linear layer needs only the first three. A product $Z = X W$ gives
 $\mathrm{d}X = \mathrm{d}Z \, W^\top$ and $\mathrm{d}W = X^\top \mathrm{d}Z$. A
 bias is a matrix of one row here, and a function of its own adds it to each
 row. The gradient of the bias is the sum of the rows: the adjoint of
 broadcasting is a sum.

 The matrices that a VJP needs are kept by value. When a step changes the
 weights afterwards, an old graph still has the old ones. In PyTorch the graph
 and the weights share their memory, and PyTorch counts the versions of each
 tensor: it raises an error when a saved one has changed.
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

  /// Returns this with a row added to each of its rows.
  ///
  /// - Parameter row: The row, `[1, columns]`.
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
 A linear layer is so frequent that it has an operation of its own, with one
 node and one matrix in the place of two.
 */

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

/*:
 Elementwise operations need two matrices of the same shape. Neither is
 broadcast to fit the other.
 */

extension Variable {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func + (a: Variable, b: Variable) -> Variable {
    Variable(
      a.value + b.value,
      [
        Edge(a) { d, gradient in gradient.add(d) },
        Edge(b) { d, gradient in gradient.add(d) },
      ])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func - (a: Variable, b: Variable) -> Variable {
    Variable(
      a.value - b.value,
      [
        Edge(a) { d, gradient in gradient.add(d) },
        Edge(b) { d, gradient in gradient.add(-1 * d) },
      ])
  }

  /// Returns the elementwise product.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func ⊙ (a: Variable, b: Variable) -> Variable {
    let (x, y) = (a.value, b.value)
    return Variable(
      x ⊙ y,
      [
        Edge(a) { d, gradient in gradient.add(d ⊙ y) },
        Edge(b) { d, gradient in gradient.add(d ⊙ x) },
      ])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func * (scale: Scalar, a: Variable) -> Variable {
    Variable(
      scale * a.value, [Edge(a) { d, gradient in gradient.add(scale * d) }])
  }

  /// Returns the sum of all entries, `[1, 1]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func sum() -> Variable {
    let (rows, columns) = (value.rows, value.columns)
    return Variable(
      Matrix(rows: 1, columns: 1, repeating: value.sum),
      [
        Edge(self) { d, gradient in
          gradient.add(Matrix(rows: rows, columns: columns, repeating: d[0, 0]))
        }
      ])
  }

  /// Returns the mean of all entries, `[1, 1]`.
  package func mean() -> Variable {
    (1 / Scalar(count: value.rows * value.columns)) * sum()
  }

  /// Returns the same entries in another shape.
  ///
  /// - Precondition: Both shapes have the same number of entries.
  package func reshaped(rows: Int, columns: Int) -> Variable {
    let shape = (value.rows, value.columns)
    return Variable(
      value.reshaped(rows, columns),
      [
        Edge(self) { d, gradient in
          gradient.add(d.reshaped(shape.0, shape.1))
        }
      ])
  }
}

extension Matrix {
  /// Returns the same entries in another shape, without a copy.
  func reshaped(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements)
  }
}

/*:
 ## Activations and losses

 An activation of [chapter 2](chapter:2) has its derivative, and a loss of
 [chapter 3](chapter:3) its gradient. Both become operations unchanged.
 */

extension Activation {
  /// Returns φ of each entry, as a node.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    let z = x.value
    return Variable(
      self(z),
      [
        .init(x) { d, gradient in
          var part = derivative(at: z)
          part.multiply(by: d)
          gradient.add(part)
        }
      ])
  }
}

extension Loss {
  /// Returns the loss of logits for targets, `[1, 1]`, as a node.
  ///
  /// - Parameters:
  ///   - z: The logits, `[n, outputs]`.
  ///   - y: The targets, `[n, outputs]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func callAsFunction(
    _ z: Variable<Scalar>, _ y: Matrix<Scalar>
  ) -> Variable<Scalar> {
    let logits = z.value
    return Variable(
      Matrix(rows: 1, columns: 1, repeating: self(logits, y)),
      [
        .init(z) { d, gradient in
          var part = self.gradient(at: logits, y)
          if d[0, 0] != 1 { part.multiply(by: d[0, 0]) }
          gradient.add(part)
        }
      ])
  }
}
