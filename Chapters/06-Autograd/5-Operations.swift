import BinaryClassifier
import Regression
import Workbook

/*:
 ## The operations

 The first three are all that a line needs. A product $Z = X W$ gives back
 $\mathrm{d}X = \mathrm{d}Z \, W^\top$ and $\mathrm{d}W = X^\top \mathrm{d}Z$. A
 bias is a matrix of one row here, and is added to each row by a function that says
 so. What was spread over the rows comes back as their sum: to **un-broadcast** is
 to add up.

 The matrices that a backward line needs are kept by value. When a step changes the
 weights afterwards, an old graph still has the old ones. In PyTorch both would
 look at the same memory, and it keeps a count of versions in order to refuse.
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
        Edge(a) { d, slope in slope.add(d, times: w.transposed) },
        Edge(b) { d, slope in slope.add(x.transposed, times: d) },
      ])
  }

  /// Returns this with a row added to each of its rows.
  ///
  /// - Parameter row: What is added, `[1, columns]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func addingToEachRow(_ row: Variable) -> Variable {
    let each = row.asRow(for: self)
    return Variable(
      value + each,
      [
        Edge(self) { d, slope in slope.add(d) },
        Edge(row) { d, slope in slope.add(Matrix(row: d.sumOfRows)) },
      ])
  }
}

/*:
 A line is so frequent that it has an operation of its own, which makes one node
 and one matrix in the place of two.
 */

extension Variable {
  /// Returns X W + b in one node: a line, `[n, out]`.
  ///
  /// - Parameters:
  ///   - w: The weights, `[in, out]`.
  ///   - b: The bias, `[1, out]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func line(_ w: Variable, _ b: Variable) -> Variable {
    let (x, weights) = (value, w.value)
    var z = x • weights  // [n, out]
    z.addToEachRow(b.asRow(for: w))
    return Variable(
      z,
      [
        Edge(self) { d, slope in slope.add(d, times: weights.transposed) },
        Edge(w) { d, slope in slope.add(x.transposed, times: d) },
        Edge(b) { d, slope in slope.add(Matrix(row: d.sumOfRows)) },
      ])
  }

  /// The single row of this, to be added to each row of another.
  private func asRow(for other: Variable) -> Vector<Scalar> {
    precondition(
      value.rows == 1 && value.columns == other.value.columns,
      "adding \(value.shape) to each row of \(other.value.shape)")
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
 Entry by entry, both matrices must have one shape. None is stretched to fit the
 other.
 */

extension Variable {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func + (a: Variable, b: Variable) -> Variable {
    Variable(
      a.value + b.value,
      [
        Edge(a) { d, slope in slope.add(d) },
        Edge(b) { d, slope in slope.add(d) },
      ])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func - (a: Variable, b: Variable) -> Variable {
    Variable(
      a.value - b.value,
      [
        Edge(a) { d, slope in slope.add(d) },
        Edge(b) { d, slope in slope.add(-1 * d) },
      ])
  }

  /// Returns the product entry by entry.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func ⊙ (a: Variable, b: Variable) -> Variable {
    let (x, y) = (a.value, b.value)
    return Variable(
      x ⊙ y,
      [
        Edge(a) { d, slope in slope.add(d ⊙ y) },
        Edge(b) { d, slope in slope.add(d ⊙ x) },
      ])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func * (scale: Scalar, a: Variable) -> Variable {
    Variable(
      scale * a.value, [Edge(a) { d, slope in slope.add(scale * d) }])
  }

  /// Returns the sum of all entries, `[1, 1]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func sum() -> Variable {
    let (rows, columns) = (value.rows, value.columns)
    return Variable(
      Matrix(rows: 1, columns: 1, repeating: value.sum),
      [
        Edge(self) { d, slope in
          slope.add(Matrix(rows: rows, columns: columns, repeating: d[0, 0]))
        }
      ])
  }

  /// Returns the mean of all entries, `[1, 1]`.
  package func mean() -> Variable {
    (1 / Scalar(count: value.rows * value.columns)) * sum()
  }

  /// The same entries in another shape.
  ///
  /// - Precondition: There are as many.
  package func reshaped(rows: Int, columns: Int) -> Variable {
    let shape = (value.rows, value.columns)
    return Variable(
      value.reshaped(rows, columns),
      [Edge(self) { d, slope in slope.add(d.reshaped(shape.0, shape.1)) }])
  }
}

extension Matrix {
  /// The same entries in another shape, without a copy.
  func reshaped(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements)
  }
}

/*:
 ## The operations of the chapters

 An activation of [chapter 2](chapter:2) knows its values and its slopes, and a
 loss of [chapter 3](chapter:3) likewise. Both become operations as they are.
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
        .init(x) { d, slope in
          var part = self.slope(at: z)
          part.multiply(by: d)
          slope.add(part)
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
        .init(z) { d, slope in
          var part = self.slope(at: logits, y)
          if d[0, 0] != 1 { part.multiply(by: d[0, 0]) }
          slope.add(part)
        }
      ])
  }
}
