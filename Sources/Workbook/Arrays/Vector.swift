import Numbers

/// A list of numbers with the arithmetic of a vector space, `[count]`.
public struct Vector<Scalar: Field>: Equatable, Sendable {
  /// The numbers, first to last.
  public var elements: [Scalar]

  /// Creates a vector of the given numbers.
  @inlinable
  public init(_ elements: [Scalar]) { self.elements = elements }

  /// Creates a vector of `count` copies of a number.
  @inlinable
  public init(repeating value: Scalar, count: Int) {
    elements = Array(repeating: value, count: count)
  }

  /// Creates the vector whose entry i is `entry(i)`.
  @inlinable
  public init(count: Int, _ entry: (Int) throws -> Scalar) rethrows {
    elements = try (0..<count).map(entry)
  }

  /// The number of entries.
  @inlinable
  public var count: Int { elements.count }

  @inlinable
  public subscript(index: Int) -> Scalar {
    get { elements[index] }
    _modify { yield &elements[index] }
  }

  /// The shape as the chapters write it, `[3]`.
  public var shape: String { "[\(count)]" }
}

extension Vector: ExpressibleByArrayLiteral {
  @inlinable
  public init(arrayLiteral elements: Scalar...) { self.init(elements) }
}

extension Vector {
  /// Returns the dot product, the sum of the products of entries.
  ///
  /// - Precondition: The vectors have as many entries.
  @inlinable
  public func dot(_ other: Vector) -> Scalar {
    precondition(count == other.count, "dot product of \(shape) and \(other.shape)")
    var sum: Scalar = 0
    for index in 0..<count { sum += elements[index] * other.elements[index] }
    return sum
  }

  /// The sum of the squares of the entries, ‖v‖².
  @inlinable
  public var squaredNorm: Scalar { dot(self) }

  /// The sum of the entries.
  @inlinable
  public var sum: Scalar { elements.reduce(0, +) }

  /// Returns the vector whose entries are those of this one, transformed.
  @inlinable
  public func map(_ transform: (Scalar) throws -> Scalar) rethrows -> Vector {
    Vector(try elements.map(transform))
  }

  /// Adds a multiple of another vector, v += s w.
  ///
  /// - Precondition: The vectors have as many entries.
  @inlinable
  public mutating func add(_ scale: Scalar, times other: Vector) {
    precondition(count == other.count, "sum of \(shape) and \(other.shape)")
    elements.withUnsafeMutableBufferPointer { own in
      for index in own.indices { own[index] += scale * other.elements[index] }
    }
  }

  @inlinable
  public static func + (a: Vector, b: Vector) -> Vector { combine(a, b, +) }

  @inlinable
  public static func - (a: Vector, b: Vector) -> Vector { combine(a, b, -) }

  @inlinable
  public static func += (a: inout Vector, b: Vector) { a = a + b }

  @inlinable
  public static func -= (a: inout Vector, b: Vector) { a = a - b }

  @inlinable
  public static func * (scale: Scalar, v: Vector) -> Vector { v.map { scale * $0 } }

  @inlinable
  public static func / (v: Vector, divisor: Scalar) -> Vector { v.map { $0 / divisor } }

  @inlinable
  static func combine(
    _ a: Vector, _ b: Vector, _ operation: (Scalar, Scalar) -> Scalar
  ) -> Vector {
    precondition(a.count == b.count, "entrywise operation on \(a.shape) and \(b.shape)")
    return Vector(zip(a.elements, b.elements).map(operation))
  }
}

extension Vector {
  /// Creates a vector of the same numbers in another type, or the nearest that it has.
  public init(_ vector: Vector<Double>) { self.init(vector.elements.map { Scalar($0) }) }
}

extension Vector where Scalar: BinaryFloatingPoint {
  /// Creates a vector of the nearest numbers of this precision.
  @inlinable
  public init<Other: BinaryFloatingPoint>(rounding other: Vector<Other>) {
    self.init(other.elements.map { Scalar($0) })
  }
}
