import Testing
import Workbook

@testable import BinaryClassifier
@testable import Multiclass
@testable import Regression

/// What a wrong gradient is told, by the signature of the mistake.
@Suite struct DiagnosisTests {
  static let yes = Matrix(rows: 7, columns: 3) { Double(($0 + $1) % 2) }
  static let logits = LossFormula<Analytic>(.binaryCrossEntropy, targets: yes)

  /// Returns the diagnosis of the gradient of a loss, 7 examples and 3 outputs, transformed.
  func words(_ transform: (Matrix<Double>, Matrix<Double>) -> Matrix<Double>) -> String? {
    let formula = Self.logits
    let gradient = formula.gradient(at: formula.evaluationPoint)[0].matrix
    let wrong = transform(gradient, formula.evaluationPoint[0].matrix)
    return formula.diagnosis(of: wrong.tensors).sentence
  }

  @Test func `a right gradient is told nothing`() {
    #expect(words { gradient, _ in gradient } == nil)
    #expect(words { gradient, _ in (1 + 0x1p-30) * gradient } == nil)
  }

  @Test func `a factor is named`() {
    #expect(words { gradient, _ in gradient / 7 }?.contains("divided by n too often") == true)
    #expect(words { gradient, _ in 7 * gradient }?.contains("× 7: not divided by n") == true)
    #expect(words { gradient, _ in gradient / 3 }?.contains("divided by outputs too often") == true)
    #expect(words { gradient, _ in 3 * gradient }?.contains("not divided by outputs") == true)
    #expect(words { gradient, _ in 2 * gradient }?.contains("× 2: ") == true)
    #expect(words { gradient, _ in 0.5 * gradient }?.contains("× ½: ") == true)
    #expect(words { gradient, _ in -1 * gradient }?.contains("× −1: the sign is reversed") == true)
    #expect(words { gradient, _ in 1.25 * gradient } == "× 1.2500·10⁰ in every entry")
  }

  @Test func `an extra derivative of the sigmoid is recognised`() {
    let words = words { gradient, z in
      gradient ⊙ z.map { BinaryClassifier.sigmoid($0) * (1 - BinaryClassifier.sigmoid($0)) }
    }
    #expect(words?.contains("a(1 − a)") == true)
  }

  @Test func `zeros where the input is negative are recognised`() {
    let words = words { gradient, z in gradient ⊙ z.map { $0 < 0 ? 0 : 1 } }
    #expect(words?.contains("0 where the input is negative") == true)
  }

  @Test func `one zero, or some, where the input is negative are no pattern`() {
    let z = Self.logits.evaluationPoint[0].elements
    let negatives = z.indices.filter { z[$0] < 0 }
    #expect(negatives.count > 3)
    for count in [1, 2, negatives.count - 1] {
      let lost = Set(negatives.prefix(count))
      let words = words { gradient, _ in
        Matrix(rows: 7, columns: 3) { lost.contains($0 * 3 + $1) ? 0 : gradient[$0, $1] }
      }
      #expect(words == "0 in \(count) of 21 entries, and elsewhere right")
    }
  }

  @Test func `a lost row is recognised`() {
    let words = words { gradient, _ in
      Matrix(rows: 7, columns: 3) { $0 == 2 ? 0 : gradient[$0, $1] }
    }
    #expect(words == "0 in 3 of 21 entries, and elsewhere right")
  }

  @Test func `overflow and silence are told apart`() {
    #expect(words { gradient, _ in .nan * gradient }?.contains("not finite") == true)
    #expect(words { gradient, _ in 0 * gradient } == "no gradient arrives here")
  }

  @Test func `gradients with no shape of their own get no name`() {
    #expect(words { gradient, z in gradient + 0.1 * z } == nil)
  }

  @Test func `a missing upstream is recognised, and a missing derivative of the activation`() {
    let formula = ActivationFormula<Analytic>(.tanh)
    let gradient = Activation<Double>.tanh.derivative(at: formula.z)
    #expect(
      formula.diagnosis(of: gradient.tensors).sentence == "what arrives from above is ignored")
    #expect(
      formula.diagnosis(of: formula.upstream.tensors).sentence
        == "what arrives from above, without φ′")
  }

  @Test func `a sum over everything is recognised in a bias`() throws {
    let formula = try #require(try Multiclass.smallFormulas().last)
    var gradient = formula.gradient(at: formula.evaluationPoint)
    let (bias, hidden) = (gradient[3].vector, gradient[1].vector)
    gradient[1] = Tensor("b1", Vector(repeating: hidden.sum, count: hidden.count))
    let words = formula.diagnosis(of: gradient)
    #expect(words.tensor == "b1" && words.sentence == "every entry is the sum of all entries")
    gradient[1] = Tensor("b1", Vector(repeating: bias[0], count: hidden.count))
    #expect(formula.diagnosis(of: gradient).sentence == "every entry is the same number")
  }

  @Test func `a transpose and an entrywise product are recognised where sizes agree`() {
    let formula = SquareProduct()
    let gradient = formula.gradient(at: formula.evaluationPoint)[0].matrix
    let transposed = Matrix(gradient.transposed)
    #expect(formula.diagnosis(of: transposed.tensors).sentence == "this is the transpose")
    #expect(
      formula.diagnosis(of: (SquareProduct.x ⊙ SquareProduct.upstream).tensors).sentence
        == "the entrywise product in place of the matrix product")
  }
}

/// L = Σ R ⊙ (X W), all of them square: sizes at which nearly any mistake still fits.
private struct SquareProduct: AlgebraicFormula {
  static let x: Matrix<Double> = [[1, 2, -3], [0.5, 4, 1], [-2, 1, 1.5]]
  static let upstream: Matrix<Double> = [[2, -1, 0.25], [3, 1, -2], [0.5, 1, 4]]

  let name = "a square product"
  let evaluationPoint = (0.5 * x).tensors
  var clues: Clues {
    Clues(mistakes: [
      Clues.Mistake(
        "the entrywise product in place of the matrix product",
        gradient: (Self.x ⊙ Self.upstream).tensors)
    ])
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    (Matrix(Self.upstream) ⊙ (Matrix(Self.x) • w[0].matrix)).sum
  }

  func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    (Matrix<Scalar>(Self.x).transposed • Matrix(Self.upstream)).tensors
  }
}
