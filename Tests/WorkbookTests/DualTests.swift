import Testing
import Workbook

/// Dual numbers keep the rules of calculus.
@Suite struct DualTests {
  typealias Exact = Dual<Rational>

  func variable(_ value: Rational) -> Exact { Exact(value, derivative: 1) }

  @Test(arguments: [(-7, 3), (1, 2), (5, 1), (2, 9)])
  func `powers, sums and quotients have the slopes that calculus gives`(p: Int, q: Int) {
    let x = Rational(p, q)
    let v = variable(x)
    #expect((v * v * v).derivative == 3 * x * x)
    #expect((1 / v).derivative == -1 / (x * x))
    #expect((v / (v + 1)).derivative == 1 / ((x + 1) * (x + 1)))
    #expect((3 * v - v * v + 4).derivative == 3 - 2 * x)
    #expect((v / v) == Exact(1, derivative: 0))
    #expect((-v).derivative == -1 && v.squared.derivative == 2 * x)
  }

  @Test func `operations in place are those that return a new number`() {
    let (a, b) = (
      Exact(Rational(2, 3), derivative: 5), Exact(Rational(-7, 4), derivative: Rational(1, 2))
    )
    var (sum, difference, product, quotient) = (a, a, a, a)
    sum += b
    difference -= b
    product *= b
    quotient /= b
    #expect(sum == a + b && difference == a - b && product == a * b && quotient == a / b)
    #expect(quotient * b == a)
  }

  @Test func `a product of matrices has the slopes of its entries' sums of products`() {
    var random = SplitMix64(seed: 1, stream: "dual matrices")
    func matrix(_ rows: Int, _ columns: Int) -> Matrix<Exact> {
      Matrix(rows: rows, columns: columns) { _, _ in
        let (value, slope) = (random.index(below: 19) - 9, random.index(below: 19) - 9)
        return Exact(Rational(value, 3), derivative: Rational(slope, 2))
      }
    }
    let (a, b) = (matrix(2, 3), matrix(4, 3))
    var product = matrix(2, 4)
    let before = product
    product.add(a, times: b.transposed)
    for row in 0..<2 {
      for column in 0..<4 {
        let sum = (0..<3).reduce(before[row, column]) { $0 + a[row, $1] * b[column, $1] }
        #expect(product[row, column] == sum)
      }
    }
  }

  @Test func `constants do not change`() {
    #expect(Exact(count: 3) == Exact(3, derivative: 0) && (5 as Exact).derivative == 0)
    #expect(Exact(0.5) == Exact(Rational(1, 2), derivative: 0))
    #expect(Exact(exactly: UInt64.max)?.derivative == 0)
    #expect(variable(-3).magnitude == 3)
  }

  /// Two formulas for one function must have one derivative.
  @Test(arguments: [0.125, 0.75, 1.5, 3])
  func `the functions have the slopes that calculus gives`(x: Double) {
    let v = Dual(x, derivative: 1)
    let t = Double.tanh(x)
    #expect(Dual.exp(v).derivative == Double.exp(x))
    #expect(Dual.log(v).derivative == 1 / x)
    #expect(Dual.log(onePlus: v).derivative == 1 / (1 + x))
    #expect(Dual.tanh(v).derivative == 1 - t * t)
    #expect(Dual.sqrt(v).derivative == 1 / (2 * Double.sqrt(x)))
    #expect(Dual.exp(v * v).derivative == 2 * x * Double.exp(x * x))
  }

  @Test(arguments: [-2.5, -0.125, 0.5, 4])
  func `in balls, the functions' slopes are those of their inverses turned over`(x: Double) {
    let v = Dual(Ball<256>(x), derivative: 1)
    #expect(Dual.log(Dual.exp(v)).derivative.overlaps(1))
    #expect(Dual.sqrt(v * v).derivative.overlaps(x < 0 ? -1 : 1))
    let e = Dual.exp(2 * v)
    #expect(Dual.tanh(v).derivative.overlaps(((e - 1) / (e + 1)).derivative))
    #expect(Dual.log(onePlus: v * v).derivative.overlaps(Dual.log(1 + v * v).derivative))
  }

  @Test func `the values order dual numbers, and a kink is reported`() {
    let (low, high) = (Exact(1, derivative: 9), Exact(2, derivative: -9))
    #expect(low < high && !(high < low) && !(low < low))
    let (answer, comparisons) = Undecided.recording {
      Exact(0, derivative: -1) < Exact(0, derivative: 0)
    }
    #expect(answer && comparisons == ["0 + -1ε < 0 + 0ε, a kink"])
    let (_, none) = Undecided.recording { Exact(0, derivative: 0) < 0 }
    #expect(none.isEmpty)
  }

  @Test func `nobody records: an undecided comparison stops the program`() async throws {
    let corner = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Dual(Rational(0, 1), derivative: 1) < 0
    }
    #expect(try words(of: corner).contains("undecided: 0 + 1ε < 0 + 0ε, a kink."))
  }

  @Test func `a recording keeps the first few comparisons, and keeps them to itself`() {
    let (_, outer) = Undecided.recording {
      let (_, inner) = Undecided.recording {
        for index in 0..<100 { Undecided.comparison("inner \(index)") }
      }
      #expect(inner.count == 8 && inner.first == "inner 0")
      Undecided.comparison("outer")
    }
    #expect(outer == ["outer"])
  }
}
