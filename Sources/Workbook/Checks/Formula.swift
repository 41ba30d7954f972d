import Numbers
import Reports
import Tensors

/// A loss and its backward pass, written once and run in any number.
///
/// The checks run the chapter's own code, which is generic, and not a copy of its formulas. The
/// parameters are a fixed evaluation point, of numbers that every type holds exactly.
public protocol Formula: Sendable {
  /// What it is, such as `softmax and cross-entropy`.
  var name: String { get }
  /// The parameters at which it is checked: finite numbers of at most 24 bits.
  var evaluationPoint: [Tensor<Double>] { get }
  /// What helps to diagnose a wrong gradient.
  var clues: Clues { get }

  /// Returns the loss, as a forward pass alone computes it.
  func loss<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> Scalar
  /// Returns the gradient of the loss, as the backward pass computes it.
  func gradient<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>]
}

/// A formula that needs + − × ÷ and an order alone, and so runs on exact fractions too.
public protocol AlgebraicFormula: Formula {
  func loss<Scalar: OrderedField>(at parameters: [Tensor<Scalar>]) -> Scalar
  func gradient<Scalar: OrderedField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>]
}

extension Formula {
  public var clues: Clues { Clues() }

  /// The number of parameters.
  public var parameterCount: Int { evaluationPoint.map(\.elements.count).reduce(0, +) }

  /// Returns the evaluation point in another type of number.
  func evaluationPoint<Scalar: Field>(in scalar: Scalar.Type) -> [Tensor<Scalar>] {
    evaluationPoint.map { $0.map { Scalar($0) } }
  }

  /// Every parameter: the number of its tensor, and its index there.
  var entries: [(tensor: Int, index: Int)] {
    evaluationPoint.enumerated().flatMap { tensor, block in
      block.elements.indices.map { (tensor, $0) }
    }
  }
}

extension Parameterised where Scalar: FloatingField {
  /// The parameters as a formula's evaluation point: the nearest numbers of 24 bits.
  public var evaluationPoint: [Tensor<Double>] { tensors.map { $0.map { Double(Float($0)) } } }
}

extension Dataset where Scalar: FloatingField {
  /// The examples as a formula holds them: the nearest numbers of 24 bits.
  public var evaluationPoint: Dataset<Double> {
    Dataset<Double>(
      x: Matrix(rounding: Matrix<Float>(rounding: x)),
      y: Matrix(rounding: Matrix<Float>(rounding: y)))
  }
}

extension SplitMix64 {
  /// Returns a number for a formula's evaluation point: an odd multiple of 2⁻⁷ between −2 and 2, and so never 0.
  public mutating func dyadic() -> Double { Double(2 * index(below: 256) - 255) / 128 }
}

extension Matrix<Double> {
  /// Returns a matrix of numbers for a formula's evaluation point, of few bits and none of them 0.
  public static func dyadic(
    _ rows: Int, _ columns: Int, using random: inout SplitMix64
  ) -> Matrix {
    Matrix(rows: rows, columns: columns) { _, _ in random.dyadic() }
  }
}

extension Vector<Double> {
  /// Returns a vector of numbers for a formula's evaluation point, of few bits and none of them 0.
  public static func dyadic(_ count: Int, using random: inout SplitMix64) -> Vector {
    Vector(count: count) { _ in random.dyadic() }
  }
}
