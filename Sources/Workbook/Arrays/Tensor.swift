import Numbers

/// A named block of numbers inside a network, flat.
public struct Tensor<Scalar: Field>: Equatable, Sendable {
  /// Its name in the formulas, such as W₁.
  public let name: String
  /// The length of each axis, outermost first.
  public let shape: [Int]
  /// The numbers, the last axis fastest.
  public var elements: [Scalar]

  /// Names a matrix, `[rows, columns]`.
  @inlinable
  public init(_ name: String, _ matrix: Matrix<Scalar>) {
    self.name = name
    shape = [matrix.rows, matrix.columns]
    elements = matrix.elements
  }

  /// Names a vector, `[count]`.
  @inlinable
  public init(_ name: String, _ vector: Vector<Scalar>) {
    self.name = name
    shape = [vector.count]
    elements = vector.elements
  }

  /// Names a single number, `[]`.
  @inlinable
  public init(_ name: String, _ scalar: Scalar) {
    self.name = name
    shape = []
    elements = [scalar]
  }

  @inlinable
  init(_ name: String, shape: [Int], elements: [Scalar]) {
    self.name = name
    self.shape = shape
    self.elements = elements
  }

  /// Returns the tensor of the transformed numbers, with the same name and shape.
  @inlinable
  public func map<Other>(_ transform: (Scalar) -> Other) -> Tensor<Other> {
    Tensor<Other>(name, shape: shape, elements: elements.map(transform))
  }

  /// The numbers as a matrix.
  ///
  /// - Precondition: There are two axes.
  @inlinable
  public var matrix: Matrix<Scalar> {
    precondition(shape.count == 2, "a matrix needs 2 axes; \(name) has \(shape.count): \(shape)")
    return Matrix(rows: shape[0], columns: shape[1], elements: elements)
  }

  /// The numbers as a vector.
  ///
  /// - Precondition: There is one axis.
  @inlinable
  public var vector: Vector<Scalar> {
    precondition(shape.count == 1, "a vector needs 1 axis; \(name) has \(shape.count): \(shape)")
    return Vector(elements)
  }
}
