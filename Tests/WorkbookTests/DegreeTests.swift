import Testing
import Workbook

/// Degrees of polynomials and of quotients, and numbers that follow the branch of another.
@Suite struct DegreeTests {
  let x = Degree.variable

  /// Σ aᵢ xⁱ by Horner's rule.
  func horner<Scalar: Field>(_ coefficients: [Int], at x: Scalar) -> Scalar {
    coefficients.dropFirst().reduce(Scalar(count: coefficients[0])) { $0 * x + Scalar(count: $1) }
  }

  @Test(arguments: 1..<9)
  func `a polynomial has the degree that it is written with`(degree: Int) {
    #expect(horner([Int](1...degree + 1), at: x) == Degree(of: degree))
  }

  @Test func `constants have degree 0, products add degrees, sums take the larger`() {
    let one: Degree = 1
    #expect(
      one == Degree(of: 0) && Degree(2.5) == Degree(of: 0) && Degree(count: 7) == Degree(of: 0))
    #expect(x * x * x + x == Degree(of: 3) && x + 1 == Degree(of: 1) && -x == x)
    #expect(x * x - x * x == Degree(of: 2), "what cancels is counted all the same")
    var product = x
    product *= x
    product += 1
    product -= x
    #expect(product == Degree(of: 2))
  }

  @Test func `a quotient counts numerator and denominator`() {
    let y = x * x
    #expect(1 / x == Degree(of: 0, over: 1) && x / 2 == Degree(of: 1))
    #expect(x / y == Degree(of: 1, over: 2) && (1 / x) / y == Degree(of: 0, over: 3))
    // 1/x + 1/y = (y + x)/xy.
    #expect(1 / x + 1 / y == Degree(of: 2, over: 3))
    #expect((1 / x) * (1 / x) == Degree(of: 0, over: 2))
    #expect(y / (1 / x) == Degree(of: 3) && x.reciprocal == Degree(of: 0, over: 1))
    var quotient = y
    quotient /= x
    #expect(quotient == Degree(of: 2, over: 1) && "\(quotient)" == "2/1" && "\(y)" == "2")
  }

  @Test func `a derivative of p/q is over q², and a direction adds one`() {
    #expect(Degree(of: 3).derivativeAlongDirection == Degree(of: 3))
    #expect(Degree(of: 3, over: 2).derivativeAlongDirection == Degree(of: 5, over: 4))
  }

  @Test func `degrees stop growing before they overflow`() {
    var power = x
    for _ in 0..<200 { power *= power }
    #expect(power == Degree(of: 1 << 30))
  }

  /// A polynomial of a degree d is 0 at d of its points at most, and (x − 1)(x − 2)…(x − d) at d.
  @Test(arguments: 1..<7)
  func `a polynomial of degree d is 0 at d places`(degree: Int) {
    func product<Scalar: Field>(_ x: Scalar) -> Scalar {
      (1...degree).reduce(1) { $0 * (x - Scalar(count: $1)) }
    }
    let zeros = (-20...20).filter { product(Rational(count: $0)) == 0 }
    #expect(zeros.count == degree && product(x) == Degree(of: degree))
  }

  func relu<Scalar: OrderedField>(_ x: Scalar) -> Scalar { x > 0 ? x : 0 }

  @Test func `a ReLU has the degree of its branch`() {
    let above = relu(Guided(3, x * x))
    let below = relu(Guided(-3, x * x))
    #expect(above.value == Degree(of: 2) && below.value == Degree(of: 0))
    #expect(above.guide == 3 && below.guide == 0)
  }

  @Test func `the guide decides, wherever the value is`() {
    let (result, outcomes) = Branch.following {
      [relu(Guided(1, Rational(-5))), relu(Guided(-1, 5))]
    }
    #expect(result.map(\.value) == [-5, 0])
    #expect(outcomes == [true, false])
    #expect(abs(Guided(-1, Rational(5))).value == -5)
  }

  @Test func `guides that are equal by chance are a kink, and the same number twice is none`() {
    let chance = Undecided.recording { relu(Guided(0, Rational(4))) }
    #expect(chance.comparisons == ["0 < 0, a kink"])
    let same = Undecided.recording { relu(Guided(0, Rational(0))) }
    #expect(same.comparisons.isEmpty)
    let other = Undecided.recording { Guided(2, Rational(1)) == Guided(2, Rational(3)) }
    #expect(other.comparisons.count == 1)
  }

  @Test func `a division by 0, of guide or of value, is reported and not made`() {
    for divisor in [Guided(0, Rational(4)), Guided(4, Rational(0))] {
      let (_, comparisons) = Undecided.recording { Guided(1, Rational(1)) / divisor }
      #expect(comparisons.count == 1)
    }
    #expect((Guided(1, Rational(1)) / Guided(2, Rational(4))).value == Rational(1, 4))
  }

  @Test func `data are variables where they are asked to be`() {
    let constant = Guided<Degree>(2.5)
    #expect(constant.value == .constant && constant.guide == Rational(5, 2))
    let (variable, _) = Branch.following(data: { Rational($0) + 1 }) {
      (Guided<Degree>(2.5), Guided<Rational>(2.5), Guided<Rational>(count: 2))
    }
    #expect(variable.0.value == .variable && variable.1.value == Rational(7, 2))
    #expect(variable.1.guide == Rational(5, 2) && variable.2.value == 2)
  }
}
