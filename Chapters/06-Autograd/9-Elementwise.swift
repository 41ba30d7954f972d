import BinaryClassifier
import Regression
import Workbook

/*:
 Elementwise operations need two matrices of the same shape. Neither is
 broadcast to fit the other. The product is typical:
 */

extension Variable {
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
}

/*:
 The others are in the source of this section: sum, difference, scaling, mean,
 and another shape for the same entries. An activation function of [chapter
 2](chapter:2) has its derivative, and a loss of [chapter 3](chapter:3) its
 gradient. Both become operations unchanged.
 */

//#-hidden-code
extension Variable {
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

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package static func * (scale: Scalar, a: Variable) -> Variable {
    Variable(
      scale * a.value, [Edge(a) { d, gradient in gradient.add(scale * d) }])
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
//#-end-hidden-code
