import Testing
import Workbook

private let a: Matrix<Double> = [[1, 2, 3], [4, 5, 6]]

@Test func `entries lie row after row`() {
  #expect(a.elements == [1, 2, 3, 4, 5, 6])
  #expect(a == Matrix(rows: 2, columns: 3) { row, column in Double(3 * row + column + 1) })
  #expect(a[1, 0] == 4)
  #expect(a.row(1) == [4, 5, 6])
  #expect(a.column(1) == [2, 5])
  #expect(a.shape == "[2, 3]")
}

@Test func `a matrix with no rows or no columns is a matrix`() {
  let noRows = Matrix<Double>(rows: 0, columns: 3, elements: [])
  let noColumns = Matrix<Double>(rows: 3, columns: 0, elements: [])
  #expect(noRows != noColumns)
  #expect(noRows.sumOfRows == [0, 0, 0])
  #expect(noColumns.sumOfRows == [])
  #expect(noRows + Vector([1, 2, 3]) == noRows)
  #expect(noColumns + Vector([]) == noColumns)
  #expect(Matrix(noRows.transposed) == noColumns)
  #expect(noRows.sum == 0 && noColumns.squaredNorm == 0)
}

@Test func `rows are taken in the order asked for, and as often`() {
  #expect(a.rows(at: [1, 0, 1]) == [[4, 5, 6], [1, 2, 3], [4, 5, 6]])
  #expect(a.rows(at: []) == Matrix(rows: 0, columns: 3, elements: []))
}

@Test func `transposing exchanges rows and columns, twice gives the matrix back`() {
  let transposed = Matrix(a.transposed)
  #expect(transposed == [[1, 4], [2, 5], [3, 6]])
  #expect(Matrix(transposed.transposed) == a)
}

@Test func `entrywise operations obey the laws of a vector space`() {
  var random = SplitMix64(seed: 1)
  let b = integers(2, 3, using: &random)
  #expect(a + b == b + a)
  #expect(a + b - b == a)
  #expect(2 * (a + b) == 2 * a + 2 * b)
  #expect((2 * a) / 2 == a)
  #expect(a.map { -$0 } == -1 * a)
  var sum = a
  sum.add(3, times: b)
  #expect(sum == a + 3 * b)
}

@Test func `the entrywise product has a name in words`() {
  #expect((a ⊙ a) == [[1, 4, 9], [16, 25, 36]])
  #expect(hadamard(a, a) == (a ⊙ a))
  #expect((a ⊙ a).sum == a.squaredNorm)
}

@Test func `the operators leave their operands as they were`() {
  let before = a
  _ = a + a
  _ = a + Vector([1, 1, 1])
  _ = a.map { $0 + 1 }
  #expect(a == before)
}

@Test(arguments: [(1, 1), (2, 3), (7, 5), (64, 1), (1, 64)])
func `summing the rows is the adjoint of adding a vector to each`(rows: Int, columns: Int) {
  // ⟨X + b, Y⟩ − ⟨X, Y⟩ = ⟨b, sumOfRows(Y)⟩, exactly on whole numbers.
  var random = SplitMix64(seed: 2)
  let x = integers(rows, columns, using: &random)
  let y = integers(rows, columns, using: &random)
  let b = integers(1, columns, using: &random).row(0)
  #expect(((x + b) ⊙ y).sum - (x ⊙ y).sum == b.dot(y.sumOfRows))
}

@Test func `rounding a matrix to Float rounds each entry`() {
  let thirds: Matrix<Double> = [[1.0 / 3], [2.0 / 3]]
  #expect(Matrix<Float>(rounding: thirds) == [[Float(1.0 / 3)], [Float(2.0 / 3)]])
}

@Test func `entrywise operations on two shapes are refused, and the message names both`()
  async throws
{
  let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ =
      Matrix<Double>(rows: 2, columns: 3, repeating: 1)
      + Matrix<Double>(rows: 3, columns: 2, repeating: 1)
  }
  #expect(try words(of: sum).contains("entrywise operation on [2, 3] and [3, 2]"))

  let scaled = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var matrix = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
    matrix.add(2, times: Matrix(rows: 1, columns: 6, repeating: 1))
  }
  #expect(try words(of: scaled).contains("sum of [2, 3] and [1, 6]"))

  let product = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
      ⊙ Matrix<Double>(rows: 2, columns: 1, repeating: 1)
  }
  #expect(try words(of: product).contains("entrywise operation on [2, 3] and [2, 1]"))
}

@Test func `a vector of another length is not added to rows, and the message names both shapes`()
  async throws
{
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Matrix<Double>(rows: 2, columns: 3, repeating: 1) + Vector<Double>([1, 2])
  }
  #expect(try words(of: result).contains("adding [2] to each row of [2, 3]"))
}

@Test func `entries that do not fill the shape are refused`() async throws {
  let few = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Matrix<Double>(rows: 2, columns: 3, elements: [1, 2, 3, 4])
  }
  #expect(try words(of: few).contains("a matrix [2, 3] needs 6 entries; given 4"))

  let ragged = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    let matrix: Matrix<Double> = [[1, 2], [3]]
    _ = matrix
  }
  #expect(try words(of: ragged).contains("the rows of a matrix must have equal lengths; given ["))
}

@Test func `a column beyond the last is not the next row`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    let matrix = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
    _ = matrix[0, 3]
  }
  #expect(try words(of: result).contains("no column 3 in [2, 3]"))
}
