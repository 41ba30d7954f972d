import Testing
import Workbook

@testable import Autograd

/// Every operation on matrices, under a random upstream, for any number: L = Σ R ⊙ op(X, Y).
struct OperationFormula: AlgebraicFormula {
  enum Operation: String, CaseIterable {
    case product, addition, subtraction, hadamard, scale, sum, mean, row, linear, reshape, shared
  }

  let operation: Operation
  var name: String { operation.rawValue }

  static let x: Matrix<Double> = .sample("x", 3, 3)
  static let upstream: Matrix<Double> = .sample("upstream", 3, 3)
  let evaluationPoint = [
    Tensor("X", x), Tensor("Y", Matrix.sample("y", 3, 3)),
    Tensor("b", Matrix.sample("b", 1, 3).row(0)),
  ]

  func graph<Scalar: OrderedField>(_ w: [Variable<Scalar>]) -> Variable<Scalar> {
    let (x, y, b) = (w[0], w[1], w[2])
    let result =
      switch operation {
      case .product: x • y
      case .addition: x + y
      case .subtraction: x - y
      case .hadamard: x ⊙ y
      case .scale: Scalar(0.75) * x
      case .sum: x.sum() • x.sum()
      case .mean: x.mean()
      case .row: x.addingToEachRow(b)
      case .linear: x.linear(y, b)
      case .reshape: x.reshaped(rows: 1, columns: 9)
      case .shared: (x • x + x) ⊙ (x - y)
      }
    let (rows, columns) = (result.value.rows, result.value.columns)
    let upstream = Matrix<Scalar>(rows: rows, columns: columns) { row, column in
      Scalar(Self.upstream.elements[row * columns + column])
    }
    // Adds every parameter times 0, so that those without a part have a gradient too: 0.
    let rest = (0 as Scalar) * (x.sum() + y.sum() + b.sum())
    return (Variable(upstream) ⊙ result).sum() + rest
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    lossByGraph(at: w) { graph($0) }
  }

  func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    gradientByGraph(at: w) { graph($0) }
  }
}

extension Matrix<Double> {
  fileprivate static func sample(_ name: String, _ rows: Int, _ columns: Int) -> Matrix {
    var random = SplitMix64(seed: 1, stream: name)
    return .dyadic(rows, columns, using: &random)
  }
}

extension VariableTests {
  @Test(arguments: OperationFormula.Operation.allCases)
  func `the VJP of an operation is exact`(operation: OperationFormula.Operation) {
    let formula = OperationFormula(operation: operation)
    #expect(formula.exactFinding().verdict == .pass, "\(formula.exactFinding())")
    let mutant = Mutant(formula, at: (0, 4), part: 0x1p-30)
    #expect(mutant.exactFinding().verdict == .fail)
  }
}
