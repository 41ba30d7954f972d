import Testing
import Workbook

@Test func `a system by hand`() throws {
  // 2x + y = 5 and x + 3y = 10 meet in (1, 3).
  let a: Matrix<Double> = [[2, 1], [1, 3]]
  let solution = try #require(a.solved(for: [5, 10]))
  #expect((solution - [1, 3]).squaredNorm < 1e-30)
}

@Test func `a zero in the corner is not in the way`() throws {
  let exchange: Matrix<Double> = [[0, 1], [1, 0]]
  #expect(exchange.solved(for: [3, 7]) == [7, 3])
}

@Test func `a tiny pivot is not divided by`() throws {
  // Without exchanging the rows, x would come out as 0; it is 1 to within 1e-20.
  let a: Matrix<Double> = [[1e-20, 1], [1, 1]]
  let solution = try #require(a.solved(for: [1, 2]))
  #expect(abs(solution[0] - 1) < 1e-15 && abs(solution[1] - 1) < 1e-15)
}

@Test(arguments: 1...12)
func `multiplying by the matrix undoes solving`(size: Int) throws {
  var random = SplitMix64(seed: UInt64(size))
  var a = Matrix<Double>.uniform(size, size, using: &random)
  // With this on its diagonal each row outweighs its other entries: the condition number is small.
  for i in 0..<size { a[i, i] += 2 * Double(size) }
  let x = Vector<Double>.normal(size, using: &random)
  let b = (a • Matrix(column: x)).column(0)
  let solution = try #require(a.solved(for: b))
  #expect((solution - x).squaredNorm < 1e-26 * (x.squaredNorm + 1))
}

@Test(
  arguments: [
    [[0, 0], [0, 0]], [[1, 2], [2, 4]], [[1, 2], [1, 2]], [[0, 1], [0, 5]],
  ] as [[[Double]]])
func `a singular system has no solution to return`(rows: [[Double]]) {
  let a = Matrix(rows: 2, columns: 2, elements: rows.flatMap(\.self))
  #expect(a.solved(for: [1, 1]) == nil)
  #expect(a.rank < 2)
}

@Test func `a system of no equations is solved by nothing`() {
  #expect(Matrix<Double>(rows: 0, columns: 0, elements: []).solved(for: []) == [])
}

@Test(arguments: 0...4)
func `a product of k columns and k rows of full rank has rank k`(k: Int) {
  // The first k unit vectors, sheared: whole numbers throughout, and every pivot is 1.
  let left = Matrix<Double>(rows: 6, columns: k) { row, column in
    row == column ? 1 : row > column ? 2 : 0
  }
  let right = Matrix<Double>(rows: k, columns: 5) { row, column in
    row == column ? 1 : row < column ? -1 : 0
  }
  #expect((left • right).rank == k)
  #expect(Matrix((left • right).transposed).rank == k)
}

@Test func `a matrix with nothing in it has rank 0`() {
  #expect(Matrix<Double>(rows: 0, columns: 3, elements: []).rank == 0)
  #expect(Matrix<Double>(rows: 3, columns: 0, elements: []).rank == 0)
  #expect(Matrix<Double>(rows: 3, columns: 4, repeating: 0).rank == 0)
}

@Test func `a system that is not square is refused, and the message names both shapes`()
  async throws
{
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Matrix<Double>(rows: 3, columns: 2, repeating: 1).solved(for: [1, 2, 3, 4])
  }
  #expect(try words(of: result).contains("solving [3, 2] for [4]"))
}
