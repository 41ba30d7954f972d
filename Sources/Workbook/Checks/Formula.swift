/// A loss and its backward pass, written once and run in any number.
///
/// This is what is put before the checks: not a copy of the formulas but the chapter's own code, which
/// is generic. Its parameters are at a fixed place, given by numbers that every type holds exactly.
public protocol Formula: Sendable {
  /// What it is, such as `softmax and cross-entropy`.
  var name: String { get }
  /// The parameters at which it is checked: finite numbers of at most 24 bits.
  var place: [Tensor<Double>] { get }
  /// What helps to say why a gradient is wrong.
  var clues: Clues { get }

  /// Returns the loss, as a forward pass alone computes it.
  func loss<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> Scalar
  /// Returns the slope of the loss in each parameter, as the backward pass computes it.
  func gradient<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>]
}

/// A formula that asks for + − × ÷ and an order alone, and so can be run on exact fractions.
public protocol AlgebraicFormula: Formula {
  func loss<Scalar: OrderedField>(at parameters: [Tensor<Scalar>]) -> Scalar
  func gradient<Scalar: OrderedField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>]
}

extension Formula {
  public var clues: Clues { Clues() }

  /// The number of parameters.
  public var parameterCount: Int { place.map(\.elements.count).reduce(0, +) }

  /// Returns the place in another type of number.
  func place<Scalar: Field>(in scalar: Scalar.Type) -> [Tensor<Scalar>] {
    place.map { $0.map { Scalar($0) } }
  }

  /// Every parameter: the number of its tensor, and its index there.
  var entries: [(tensor: Int, index: Int)] {
    place.enumerated().flatMap { tensor, block in
      block.elements.indices.map { (tensor, $0) }
    }
  }
}

extension Parameterised where Scalar: FloatingField {
  /// The parameters as a formula's place: the nearest numbers of 24 bits.
  public var place: [Tensor<Double>] { tensors.map { $0.map { Double(Float($0)) } } }
}

extension Dataset where Scalar: FloatingField {
  /// The examples as a formula holds them: the nearest numbers of 24 bits.
  public var place: Dataset<Double> {
    Dataset<Double>(
      x: Matrix(rounding: Matrix<Float>(rounding: x)),
      y: Matrix(rounding: Matrix<Float>(rounding: y)))
  }
}

extension SplitMix64 {
  /// Returns a number for a formula's place: an odd multiple of 2⁻⁷ between −2 and 2, and so never 0.
  public mutating func dyadic() -> Double { Double(2 * index(below: 256) - 255) / 128 }
}

extension Matrix<Double> {
  /// Returns a matrix of numbers for a formula's place, of few bits and none of them 0.
  public static func dyadic(
    _ rows: Int, _ columns: Int, using random: inout SplitMix64
  ) -> Matrix {
    Matrix(rows: rows, columns: columns) { _, _ in random.dyadic() }
  }
}

extension Vector<Double> {
  /// Returns a vector of numbers for a formula's place, of few bits and none of them 0.
  public static func dyadic(_ count: Int, using random: inout SplitMix64) -> Vector {
    Vector(count: count) { _ in random.dyadic() }
  }
}
