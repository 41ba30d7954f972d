import Testing
import Workbook

/// Numbers that have their operations counted are `Double`s, and the count is right.
@Suite struct CountedTests {
  @Test func `each operation counts one, and a copy nothing`() {
    let (a, b) = (Counted(3), Counted(-0.5))
    let (result, operations) = Counted.counting { () -> Double in
      var sum = a + b - a * b / a
      sum += b
      sum *= a
      sum -= a
      sum /= b
      return (-sum).value
    }
    #expect(operations == 8)
    let (x, y) = (3.0, -0.5)
    #expect(result == -(((x + y - x * y / x + y) * x - x) / y))
  }

  @Test func `functions and comparisons count one each`() {
    let x = Counted(0.75)
    let values = Counted.counting {
      [
        Counted.exp(x), Counted.log(x), Counted.log(onePlus: x), Counted.tanh(x),
        Counted.sqrt(x),
      ].map(\.value)
    }
    #expect(values.operations == 5)
    #expect(
      values.result == [.exp(0.75), .log(0.75), .log(onePlus: 0.75), .tanh(0.75), .sqrt(0.75)])
    #expect(Counted.counting { x < 1 } == (true, 1))
  }

  @Test func `a product of matrices costs what the textbook says`() {
    let a = Matrix<Counted>(rows: 3, columns: 4) { Counted(Double($0 + $1)) }
    let b = Matrix<Counted>(rows: 4, columns: 5) { Counted(Double($0 - $1)) }
    // A multiplication and an addition for each term, and one addition to what was there.
    #expect(Counted.counting { a • b }.operations == 3 * 5 * (2 * 4 + 1))
  }

  @Test func `who does not ask is not counted`() {
    #expect((Counted(1) + 2).value == 3)
    let (inner, outer) = Counted.counting {
      _ = Counted(1) + 1
      return Counted.counting { Counted(1) + 1 }.operations
    }
    #expect(inner == 1 && outer == 1)
  }
}
