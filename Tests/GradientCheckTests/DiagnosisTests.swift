import Testing
import Workbook

@testable import BinaryClassifier
@testable import Multiclass
@testable import Regression

/// What a wrong gradient is told, by the signature of the mistake.
@Suite struct DiagnosisTests {
  static let yes = Matrix(rows: 7, columns: 3) { Double(($0 + $1) % 2) }
  static let logits = LossFormula(YesOrNo([]), targets: yes)

  /// Returns what is said of the slopes of a loss, 7 examples and 3 outputs, transformed.
  func words(_ transform: (Matrix<Double>, Matrix<Double>) -> Matrix<Double>) -> String? {
    let formula = Self.logits
    let slopes = formula.gradient(at: formula.place)[0].matrix
    let wrong = transform(slopes, formula.place[0].matrix)
    return formula.diagnosis(of: wrong.tensors).sentence
  }

  @Test func `a right gradient is told nothing`() {
    #expect(words { slopes, _ in slopes } == nil)
    #expect(words { slopes, _ in (1 + 0x1p-30) * slopes } == nil)
  }

  @Test func `a factor is named`() {
    #expect(words { slopes, _ in slopes / 7 }?.contains("divided by n too often") == true)
    #expect(words { slopes, _ in 7 * slopes }?.contains("× 7: not divided by n") == true)
    #expect(words { slopes, _ in slopes / 3 }?.contains("divided by outputs too often") == true)
    #expect(words { slopes, _ in 3 * slopes }?.contains("not divided by outputs") == true)
    #expect(words { slopes, _ in 2 * slopes }?.contains("× 2: ") == true)
    #expect(words { slopes, _ in 0.5 * slopes }?.contains("× ½: ") == true)
    #expect(words { slopes, _ in -1 * slopes }?.contains("× −1: the sign is turned") == true)
    #expect(words { slopes, _ in 1.25 * slopes } == "× 1.2500·10⁰ in every entry")
  }

  @Test func `an extra slope of the sigmoid is recognised`() {
    let words = words { slopes, z in
      slopes ⊙ z.map { BinaryClassifier.sigmoid($0) * (1 - BinaryClassifier.sigmoid($0)) }
    }
    #expect(words?.contains("a(1 − a)") == true)
  }

  @Test func `zeros where the input is negative are recognised`() {
    let words = words { slopes, z in slopes ⊙ z.map { $0 < 0 ? 0 : 1 } }
    #expect(words?.contains("0 where the input is negative") == true)
  }

  @Test func `a lost row is recognised`() {
    let words = words { slopes, _ in
      Matrix(rows: 7, columns: 3) { $0 == 2 ? 0 : slopes[$0, $1] }
    }
    #expect(words == "0 in 3 of 21 entries, and elsewhere right")
  }

  @Test func `overflow and silence are told apart`() {
    #expect(words { slopes, _ in .nan * slopes }?.contains("not finite") == true)
    #expect(words { slopes, _ in 0 * slopes } == "no slope arrives here")
  }

  @Test func `slopes with no shape of their own get no name`() {
    #expect(words { slopes, z in slopes + 0.1 * z } == nil)
  }

  @Test func `a missing upstream is recognised, and a missing slope of the activation`() {
    let formula = ActivationFormula(SmoothCurve.tanh)
    let slopes = Activation<Double>.tanh.slope(at: formula.z)
    #expect(
      formula.diagnosis(of: slopes.tensors).sentence == "what arrives from above is ignored")
    #expect(
      formula.diagnosis(of: formula.upstream.tensors).sentence
        == "what arrives from above, without φ′")
  }

  @Test func `a sum over everything is recognised in a bias`() throws {
    let formula = try #require(Multiclass.smallFormulas().last)
    var slopes = formula.gradient(at: formula.place)
    let (bias, hidden) = (slopes[3].vector, slopes[1].vector)
    slopes[1] = Tensor("b1", Vector(repeating: hidden.sum, count: hidden.count))
    let words = formula.diagnosis(of: slopes)
    #expect(words.tensor == "b1" && words.sentence == "every entry is the sum of all entries")
    slopes[1] = Tensor("b1", Vector(repeating: bias[0], count: hidden.count))
    #expect(formula.diagnosis(of: slopes).sentence == "every entry is the same number")
  }

  @Test func `a transpose and an entrywise product are recognised where sizes agree`() {
    let formula = SquareProduct()
    let slopes = formula.gradient(at: formula.place)[0].matrix
    let transposed = Matrix(slopes.transposed)
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
  let place = (0.5 * x).tensors
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
