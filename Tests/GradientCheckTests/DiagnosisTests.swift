import Testing
import Workbook

@testable import BinaryClassifier
@testable import Checks
@testable import Multiclass
@testable import Regression

/// What a wrong gradient is told, by the signature of the mistake.
@Suite struct DiagnosisTests {
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
    #expect(words { gradient, _ in 1.25 * gradient } == "× 1.25 in every entry")
    #expect(words { gradient, _ in 1e-7 * gradient } == "× 1.0000·10⁻⁷ in every entry")
  }

  @Test func `quotients and products of two counts are named`() {
    func factor(_ ratio: Double) -> String? { words { gradient, _ in ratio * gradient } }
    #expect(factor(7.0 / 3) == "× 7/3 = n/outputs: divided by outputs for n")
    #expect(factor(3.0 / 7) == "× 3/7 = outputs/n: divided by n for outputs")
    #expect(factor(1.0 / 21) == "× 1/21 = 1/(n·outputs): divided by n and by outputs too often")
    #expect(factor(21) == "× 21 = n·outputs: divided by neither n nor outputs")
    #expect(factor(1.0 / 49) == "× 1/49: divided by n twice too often")
    #expect(factor(2.0 / 7)?.hasPrefix("× 2/7: divided by n too often, and a ½ is missing") == true)
    #expect(
      factor(-7.0 / 3)
        == "× −7/3 = n/outputs: divided by outputs for n, and the sign is reversed")
  }

  @Test func `two names of the same number are both told, and of three none`() {
    func factor(_ counts: [(name: String, count: Int)], _ ratio: Double) -> String? {
      GradientPair([0.5, -2, 3], from: [0.5 / ratio, -2 / ratio, 3 / ratio], counts: counts)
        .signature
    }
    #expect(
      factor([("n", 5), ("classes", 5)], 5)
        == "× 5: not divided by n; or not divided by classes")
    #expect(factor([("n", 5), ("classes", 5), ("features", 5)], 5) == "× 5 in every entry")
  }

  @Test func `of one entry any number is a multiple, so no product of counts is read into it`() {
    let counts = [(name: "n", count: 7), (name: "classes", count: 3)]
    #expect(GradientPair([7], from: [3], counts: counts).signature == nil)
    #expect(GradientPair([1.25], from: [1]).signature == nil)
    #expect(GradientPair([7], from: [1], counts: counts).signature == "× 7: not divided by n")
  }

  @Test func `a derivative of σ that is too many, or left out, is recognised`() {
    func factor(_ power: Int) -> String? {
      words { gradient, z in
        gradient
          ⊙ z.map {
            let slope = BinaryClassifier.sigmoid($0) * (1 - BinaryClassifier.sigmoid($0))
            return power > 0 ? slope : 1 / slope
          }
      }
    }
    #expect(factor(1)?.contains("a(1 − a) too many") == true)
    #expect(factor(-1)?.contains("× 1/(a(1 − a))") == true)
  }

  @Test func `a division by a(1 − a) is recognised where one entry is 10⁷ times the others`() {
    let z = [-17, 0.5, -1.25, 2]
    let truth = [-0.14, 0.1, 0.03, -0.02]
    let undone = zip(z, truth).map { z, slope in
      let a = BinaryClassifier.sigmoid(z)
      return slope / (a * (1 - a))
    }
    func signature(_ ours: [Double]) -> String? {
      GradientPair(ours, from: truth, at: z).signature
    }
    #expect(signature(undone)?.contains("× 1/(a(1 − a))") == true)
    // The large entry alone explains nothing.
    #expect(signature([undone[0], 0.7, -0.3, 0.2]) == nil)
  }

  @Test func `what stands for the derivative of tanh is recognised`() {
    func told(_ slope: @escaping (_ z: Double, _ h: Double) -> Double) -> String? {
      words { gradient, z in
        gradient
          ⊙ z.map { z in
            let h = Double.tanh(z)
            return slope(z, h) / (1 - h * h)
          }
      }
    }
    #expect(told { _, h in 1 - Double.tanh(h).squared }?.contains("tanh′ is taken at") == true)
    #expect(told { _, h in h }?.contains("h for 1 − h²") == true)
    #expect(told { _, h in 1 - h }?.contains("1 − h for 1 − h²") == true)
    #expect(told { _, h in 1 + h * h }?.contains("1 + h² for 1 − h²") == true)
    #expect(told { _, h in -h * h }?.contains("−h² for 1 − h²") == true)
    #expect(told { _, _ in 1 }?.contains("the derivative of tanh is left out") == true)
    #expect(told { z, _ in 1 - z * z }?.contains("1 − z² for 1 − h²") == true)
  }

  @Test func `zeros where the input has one sign are recognised`() {
    #expect(
      words { gradient, z in gradient ⊙ z.map { $0 < 0 ? 0 : 1 } }
        == "0 where the input is negative, which is wrong")
    #expect(
      words { gradient, z in gradient ⊙ z.map { $0 > 0 ? 0 : 1 } }
        == "0 where the input is positive, which is wrong")
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

  @Test func `a mask that is missing, inverted or in place of the gradient is recognised`() {
    let truth = [0.5, 0, -2, 0, 0, 1.5]
    func told(_ ours: [Double]) -> String? { GradientPair(ours, from: truth).signature }
    #expect(told([0, 3, 0, -1, 2, 0])?.contains("the mask is inverted") == true)
    #expect(told([1, 0, 1, 0, 0, 1])?.contains("in place of what arrives from above") == true)
    #expect(told([0.5, 3, -2, -1, 2, 1.5])?.contains("not 0 in 3 of 6 entries") == true)
    #expect(told([0, 3, 0, -1, 0, 0]) == nil)
    #expect(told([1, 0, 1, 0, 0, 2]) == nil)
  }

  @Test func `a lost row is recognised`() {
    let words = words { gradient, _ in
      Matrix(rows: 7, columns: 3) { $0 == 2 ? 0 : gradient[$0, $1] }
    }
    #expect(words == "0 in 3 of 21 entries, and elsewhere right")
  }

  @Test func `right entries in wrong places are recognised`() {
    func order(_ source: @escaping (Int, Int) -> (Int, Int)) -> String? {
      words { gradient, _ in
        Matrix(rows: 7, columns: 3) { row, column in
          let (row, column) = source(row, column)
          return gradient[row, column]
        }
      }
    }
    #expect(order { (6 - $0, $1) } == "the order of the rows is reversed")
    #expect(order { ($0, 2 - $1) } == "the order of the columns is reversed")
    #expect(order { (6 - $0, 2 - $1) } == "the order of all entries is reversed")
    #expect(order { (($0 + 1) % 7, $1) } == "the rows are shifted by one")
    #expect(order { ($0, ($1 + 2) % 3) } == "the columns are shifted by one")
    #expect(
      order { ([3, 1, 4, 0, 6, 2, 5][$0], $1) } == "these are the right entries, in another order")
  }

  @Test func `zeros and ones in another order are no pattern`() {
    #expect(GradientPair([0, 1, 1, 0], from: [1, 0, 0, 1]).signature?.contains("order") != true)
  }

  @Test func `another tensor in place of the gradient is recognised`() {
    let other = Tensor("W2", Vector([3, -1, 0.5]))
    #expect(
      GradientPair([3, -1, 0.5], from: [1, 2, 3], others: [other]).signature
        == "this is the gradient in W2")
    #expect(
      GradientPair([4, 5, 7], from: [1, 2, 3], at: [4, 5, 7]).signature
        == "these are the parameters, not their gradient")
    #expect(
      GradientPair([3.9, 4.8, 6.7], from: [1, 2, 3], at: [4, 5, 7]).signature
        == "these are the parameters after a step of −0.1 times the gradient")
  }

  @Test func `a decay is recognised`() {
    #expect(
      words { gradient, z in gradient - 0.02 * z }?.contains("off by −0.02 times each parameter")
        == true)
  }

  @Test func `a sign that is lost is recognised`() {
    #expect(words { gradient, _ in gradient.map { abs($0) } }?.contains("magnitudes") == true)
    #expect(words { gradient, _ in gradient ⊙ gradient }?.contains("squares") == true)
    #expect(
      words { gradient, _ in gradient.map { $0 < 0 ? -1 : 1 } }?.contains("only the signs") == true)
  }

  @Test func `gradients that are cut or scaled to a norm are recognised`() {
    let truth = [0.5, -3, 2, 0.25, -1]
    #expect(
      GradientPair([0.5, -1.5, 1.5, 0.25, -1], from: truth).signature
        == "every entry beyond ±1.5 is cut to it, and elsewhere right")
    #expect(
      words { gradient, _ in gradient / Double.sqrt(gradient.squaredNorm) }?.hasSuffix(
        "its norm is 1")
        == true)
  }

  @Test func `a factor in some entries is told with their number`() {
    let words = words { gradient, _ in
      Matrix(rows: 7, columns: 3) { ($0 == 2 ? 2 : 1) * gradient[$0, $1] }
    }
    #expect(words == "× 2 in 3 of 21 entries, and elsewhere right")
  }

  @Test func `other labels are recognised`() {
    let labels = [0, 2, 1, 1, 0, 2, 0]
    let p = Matrix(rows: 7, columns: 3) { 0.1 + 0.03 * Double($0) + 0.17 * Double($1 * $1) }
    func gradient(_ label: (Int) -> Int?) -> Matrix<Double> {
      Matrix(rows: 7, columns: 3) { (p[$0, $1] - (label($0) == $1 ? 1 : 0)) / 7 }
    }
    func told(_ label: (Int) -> Int?) -> String? {
      GradientPair(
        ours: Tensor("z", gradient(label)), truth: Tensor("z", gradient { labels[$0] }),
        parameters: Tensor("z", p), clues: Clues(counts: [("n", 7)])
      ).signature
    }
    #expect(
      told { (labels[$0] + 1) % 3 }?.hasSuffix("as if every label were larger by one") == true)
    #expect(
      told { (labels[$0] + 2) % 3 }?.hasSuffix("as if every label were smaller by one") == true)
    #expect(
      told { _ in 1 }
        == "in 5 of 7 rows one entry is too large by 1/7 and one too small: as if every label were 1"
    )
    #expect(told { labels[6 - $0] }?.hasSuffix("as if the labels were others") == true)
    #expect(told { _ in nil }?.hasSuffix("by 1/7: the labels are left out") == true)
  }

  @Test func `rows that are all the same are recognised`() {
    func told(_ entry: @escaping (Matrix<Double>, Int, Int) -> Double) -> String? {
      words { gradient, _ in
        Matrix(rows: 7, columns: 3) { entry(gradient, $0, $1) }
      }
    }
    #expect(told { gradient, _, column in gradient[0, column] } == "every row is the first")
    #expect(
      told { gradient, _, column in gradient.sumOfRows[column] }
        == "every row is the sum of all rows")
    #expect(
      told { gradient, row, _ in gradient.row(row).sum / 3 }
        == "every column is the mean of all columns")
    #expect(
      told { gradient, _, _ in gradient.sum / 21 } == "every entry is the mean of all entries")
    #expect(
      words { gradient, _ in gradient.map { $0 + 0.125 } } == "every entry is too large by 0.125")
  }

  @Test func `overflow and silence are told apart`() {
    #expect(words { gradient, _ in .nan * gradient }?.contains("not finite") == true)
    #expect(words { gradient, _ in 0 * gradient } == "no gradient arrives here")
  }

  @Test func `gradients with no shape of their own get no name`() {
    #expect(words { gradient, z in gradient + 0.1 * z.map(Double.exp) } == nil)
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

/// What must not be told: a wrong name for a mistake costs a reader more than none.
@Suite struct MisdiagnosisTests {
  /// Every signature above, and what its sentence contains.
  static let signatures: [(words: String, transform: DiagnosisTests.Transform)] = [
    ("divided by n too often", { gradient, _ in gradient / 7 }),
    ("n/outputs", { gradient, _ in (7.0 / 3) * gradient }),
    ("in every entry", { gradient, _ in 1.25 * gradient }),
    ("a(1 − a)", { gradient, z in gradient ⊙ z.map { 1 / (2 + Double.exp($0) + .exp(-$0)) } }),
    ("1/(a(1 − a))", { gradient, z in gradient ⊙ z.map { 2 + Double.exp($0) + .exp(-$0) } }),
    ("where the input is negative", { gradient, z in gradient ⊙ z.map { $0 < 0 ? 0 : 1 } }),
    (
      "the rows is reversed",
      { gradient, _ in Matrix(rows: 7, columns: 3) { gradient[6 - $0, $1] } }
    ),
    ("the parameters, not", { _, z in z }),
    ("after a step", { gradient, z in z - 0.5 * gradient }),
    ("times each parameter", { gradient, z in gradient - 0.02 * z }),
    ("magnitudes", { gradient, _ in gradient.map { abs($0) } }),
    ("only the signs", { gradient, _ in gradient.map { $0 < 0 ? -1 : 1 } }),
    ("is cut to it", { gradient, _ in gradient.map { min(max($0, -0.03), 0.03) } }),
    (
      "every row is the first",
      { gradient, _ in Matrix(rows: 7, columns: 3) { gradient[0, $1] } }
    ),
    ("too large by", { gradient, _ in gradient.map { $0 + 0.125 } }),
    (
      "elsewhere right",
      { gradient, _ in
        Matrix(rows: 7, columns: 3) { ($0 == 2 ? 2 : 1) * gradient[$0, $1] }
      }
    ),
  ]

  @Test(arguments: signatures.indices)
  func `one entry that a signature does not explain silences it`(index: Int) {
    let (words, transform) = Self.signatures[index]
    let whole = DiagnosisTests().words(transform)
    #expect(whole?.contains(words) == true, "\(whole ?? "nothing")")
    for entry in 0..<21 {
      let spoiled = DiagnosisTests().words { gradient, z in
        var wrong = transform(gradient, z)
        wrong[entry / 3, entry % 3] = 1.01 * wrong[entry / 3, entry % 3] + 0.003
        return wrong
      }
      #expect(spoiled == nil, "\(words), entry \(entry)")
    }
  }

  @Test func `two thousand gradients without a pattern are told nothing`() {
    var random = SplitMix64(seed: 1, stream: "no pattern")
    for _ in 0..<2_000 {
      let count = 2 + random.index(below: 5)
      let drawn = (0..<3).map { _ in (0..<count).map { _ in random.normal() } }
      let pair = GradientPair(
        drawn[0], from: drawn[1], at: drawn[2], counts: [("n", 7), ("features", 4), ("classes", 3)])
      #expect(pair.signature == nil, "\(drawn)")
    }
  }

  @Test func `a mistake that another tensor contradicts is not told`() {
    let formula = TwoTensors()
    let right = formula.gradient(at: formula.evaluationPoint)
    func told(_ a: [Double], _ b: [Double]) -> String? {
      formula.diagnosis(of: [Tensor("a", Vector(a)), Tensor("b", Vector(b))]).sentence
    }
    // The first mistake in the list explains a alone, the second both.
    #expect(told([9, 1, 4], [5, 6]) == "both are wrong")
    #expect(told([9, 1, 4], right[1].elements) == "a alone is wrong")
    #expect(told([9, 1, 4], [8, 9]) == nil)
  }
}

extension DiagnosisTests {
  typealias Transform = @Sendable (Matrix<Double>, Matrix<Double>) -> Matrix<Double>

  static let yes = Matrix(rows: 7, columns: 3) { Double(($0 + $1) % 2) }
  static let logits = LossFormula<Analytic>(.binaryCrossEntropy, targets: yes)

  /// Returns the diagnosis of the gradient of a loss, 7 examples and 3 outputs, transformed.
  func words(_ transform: (Matrix<Double>, Matrix<Double>) -> Matrix<Double>) -> String? {
    let formula = Self.logits
    let gradient = formula.gradient(at: formula.evaluationPoint)[0].matrix
    let wrong = transform(gradient, formula.evaluationPoint[0].matrix)
    return formula.diagnosis(of: wrong.tensors).sentence
  }
}

extension GradientPair {
  /// Takes a vector beside the right one.
  fileprivate init(
    _ ours: [Double], from truth: [Double], at parameters: [Double] = [],
    others: [Tensor<Double>] = [], counts: [(name: String, count: Int)] = []
  ) {
    self.init(
      ours: Tensor("v", Vector(ours)), truth: Tensor("v", Vector(truth)),
      parameters: Tensor("v", Vector(parameters)), others: others, clues: Clues(counts: counts))
  }
}

/// L = ⟨(1, 2, 3), a⟩ + ⟨(4, 5), b⟩, and two mistakes that give the same gradient in a.
private struct TwoTensors: AlgebraicFormula {
  let name = "two tensors"
  let evaluationPoint = [Tensor("a", Vector([0.5, 0.25, 2])), Tensor("b", Vector([1, -1.5]))]
  var clues: Clues {
    Clues(mistakes: [
      .init("a alone is wrong", gradient: Self.gradient([9, 1, 4], [4, 5])),
      .init("both are wrong", gradient: Self.gradient([9, 1, 4], [5, 6])),
    ])
  }

  static func gradient<Scalar: Field>(_ a: [Double], _ b: [Double]) -> [Tensor<Scalar>] {
    [Tensor("a", Vector(a.map { Scalar($0) })), Tensor("b", Vector(b.map { Scalar($0) }))]
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    w[0].vector.dot(Vector([1, 2, 3])) + w[1].vector.dot(Vector([4, 5]))
  }

  func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    Self.gradient([1, 2, 3], [4, 5])
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
