import Testing
import Workbook

/// Functions in place give what their allocating variants return, whatever the matrix held before.
@Suite struct MatrixInPlaceTests {
  /// Shapes that one matrix takes in turn: it grows, shrinks, is empty, and keeps its count.
  static let shapes = [
    (2, 3), (5, 7), (1, 4), (0, 3), (3, 0), (0, 0), (8, 8), (4, 16), (64, 1), (1, 1), (9, 33),
    (2, 3),
  ]

  /// Calls `body` with two matrices and a vector for each shape.
  func forEachShape<Scalar: Field>(
    _: Scalar.Type, _ body: (Matrix<Scalar>, Matrix<Scalar>, Vector<Scalar>) -> Void
  ) {
    var random = SplitMix64(seed: 1)
    for (rows, columns) in Self.shapes {
      body(
        Matrix(.dyadic(rows, columns, using: &random)),
        Matrix(.dyadic(rows, columns, using: &random)), Vector(.dyadic(columns, using: &random)))
    }
  }

  func expectEntrywise<Scalar: Field>(in scalar: Scalar.Type) {
    var (mapped, combined) = (Matrix<Scalar>.empty, Matrix<Scalar>.empty)
    let third: Scalar = 1 / 3
    forEachShape(scalar) { a, b, _ in
      func entries(_ entry: (Int, Int) -> Scalar) -> Matrix<Scalar> {
        Matrix(rows: a.rows, columns: a.columns, entry)
      }
      a.map(into: &mapped) { third * $0 + 1 }
      #expect(mapped == a.map { third * $0 + 1 })
      a.combining(b, into: &combined) { third * $0 - $1 }
      let expected = entries { third * a[$0, $1] - b[$0, $1] }
      #expect(combined == expected && a.combining(b) { third * $0 - $1 } == expected)
      #expect(a.sum(with: b) { third * $0 - $1 } == expected.sum)
      var own = a
      own.combine(with: b) { third * $0 - $1 }
      #expect(own == expected)

      own = a
      own.multiply(by: b)
      #expect(own == entries { a[$0, $1] * b[$0, $1] } && own == (a ⊙ b))
      own = a
      own.multiply(by: third)
      #expect(own == third * a)
      own.fill(with: third)
      #expect(own == Matrix(rows: a.rows, columns: a.columns, repeating: third))
    }
  }

  @Test func `entrywise functions in place agree with their allocating variants`() {
    expectEntrywise(in: Float.self)
    expectEntrywise(in: Double.self)
    expectEntrywise(in: Rational.self)
  }

  func expectRows<Scalar: Field>(in scalar: Scalar.Type) {
    var (each, chosen) = (Matrix<Scalar>.empty, Matrix<Scalar>.empty)
    var sums = Vector<Scalar>([])
    forEachShape(scalar) { a, b, row in
      each.setToRows(repeating: row, count: a.rows)
      #expect(each == Matrix(rows: a.rows, columns: a.columns) { row[$1] })
      var own = a
      own.addToEachRow(row)
      #expect(own == a + row)
      #expect(own == Matrix(rows: a.rows, columns: a.columns) { a[$0, $1] + row[$1] })
      sums.setToSumOfRows(of: a)
      let expected = Vector(count: a.columns) { a.column($0).sum }
      #expect(sums == expected && a.sumOfRows == expected)

      // As many positions again as there are rows, some of them twice.
      let positions = (0..<2 * a.rows).map { ($0 * 5 + 1) % a.rows }
      a.writeRows(at: positions[...], into: &chosen)
      #expect(chosen == a.rows(at: positions[...]))
    }
  }

  @Test func `functions of rows in place agree with their allocating variants`() {
    expectRows(in: Float.self)
    expectRows(in: Double.self)
    expectRows(in: Rational.self)
  }

  func expectProducts<Scalar: Field>(in scalar: Scalar.Type) {
    var random = SplitMix64(seed: 2)
    var product = Matrix<Scalar>(rows: 2, columns: 2, repeating: 7)
    for (m, k) in Self.shapes {
      for n in [0, 1, 5] {
        let a = Matrix<Scalar>(.dyadic(m, k, using: &random))
        let b = Matrix<Scalar>(.dyadic(k, n, using: &random))
        let c = Matrix<Scalar>(.dyadic(m + 3, n, using: &random))
        product.setToProduct(of: a, times: b)
        #expect(product == (a • b))
        let (aT, bT) = (Matrix(a.transposed), Matrix(b.transposed))
        product.setToProduct(of: aT.transposed, times: bT.transposed)
        #expect(product == (a • b))

        let top = c.rows(at: Array(0..<m)[...])
        var sum = top
        sum.add(a, times: b)
        #expect(sum == top + (a • b))
        for first in 0...3 {
          var rows = c
          rows.add(a, times: b, toRowsFrom: first)
          let old = c.rows(at: Array(first..<first + m)[...]) + (a • b)
          #expect(
            rows.elements == c.elements.prefix(first * n) + old.elements
              + c.elements.suffix((3 - first) * n))
        }
      }
    }
  }

  @Test func `products in place agree with their allocating variants`() {
    expectProducts(in: Float.self)
    expectProducts(in: Double.self)
    expectProducts(in: Rational.self)
  }

  @Test(arguments: [0..<1, 0..<6, 2..<5, 5..<6, 3..<3, 6..<6])
  func `a block of rows is multiplied as a copy of them is`(range: Range<Int>) {
    var random = SplitMix64(seed: 3)
    let a = Matrix<Float>.normal(6, 4, using: &random)
    let b = Matrix<Float>.normal(4, 5, using: &random)
    let copy = a.rows(at: Array(range)[...])
    #expect((a.rows(range) • b) == (copy • b))
    #expect(a.rows(range).shape == copy.shape)
  }

  @Test func `a batch that is overwritten holds the examples asked for`() {
    var random = SplitMix64(seed: 4)
    let data = Dataset<Float>(x: .normal(9, 4, using: &random), y: .normal(9, 2, using: &random))
    var batch = Dataset<Float>(x: .empty, y: .empty)
    for positions in [[3, 1, 4, 1, 5], [8], [], [0, 1, 2, 3, 4, 5, 6, 7, 8], [7, 7]] {
      data.write(positions[...], into: &batch)
      #expect(batch == data.examples(at: positions[...]))
    }
  }

  // MARK: Memory

  @Test func `another shape of as many entries keeps them`() {
    var matrix: Matrix<Double> = [[1, 2, 3], [4, 5, 6]]
    matrix.reshape(rows: 3, columns: 2)
    #expect(matrix == [[1, 2], [3, 4], [5, 6]])
    matrix.reshape(rows: 3, columns: 2)
    #expect(matrix == [[1, 2], [3, 4], [5, 6]])
    matrix.reshape(rows: 6, columns: 1)
    #expect(matrix.elements == [1, 2, 3, 4, 5, 6] && matrix.shape == "[6, 1]")
  }

  @Test func `memory is kept while the matrix shrinks and grows back`() {
    func address(_ matrix: borrowing Matrix<Float>) -> UnsafePointer<Float>? {
      matrix.withElements { $0.baseAddress }
    }
    var matrix = Matrix<Float>(rows: 40, columns: 30, repeating: 1)
    let home = address(matrix)
    for (rows, columns) in [(3, 5), (0, 7), (30, 40), (1, 1), (0, 0), (1, 1_200), (40, 30)] {
      matrix.reshape(rows: rows, columns: columns)
      #expect(matrix.shape == "[\(rows), \(columns)]" && matrix.elements.count == rows * columns)
      #expect(address(matrix) == home)
    }
  }

  @Test func `a copy that was made before stays as it was`() {
    var matrix: Matrix<Double> = [[1, 2], [3, 4]]
    let copy = matrix
    matrix.fill(with: 9)
    matrix.reshape(rows: 3, columns: 3)
    matrix.withPointer { $0[0] = 8 }
    matrix.withMutableElements { $0[8] = 7 }
    #expect(copy == [[1, 2], [3, 4]])
    #expect(matrix[0, 0] == 8 && matrix[2, 2] == 7 && matrix.elements.count == 9)
  }

  // MARK: Refusals

  @Test func `products that do not fit are refused, and the message names the shapes`()
    async throws
  {
    let assigned = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let a = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
      var product = Matrix<Double>.empty
      product.setToProduct(of: a, times: a)
    }
    #expect(
      try words(of: assigned).contains("the product of [2, 3] and [2, 3]: 3 columns meet 2 rows"))

    let added = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let a = Matrix<Double>(rows: 2, columns: 2, repeating: 1)
      var sum = Matrix<Double>(rows: 1, columns: 2, repeating: 1)
      sum.add(a, times: a)
    }
    #expect(try words(of: added).contains("the product of [2, 2] and [2, 2] is [2, 2], not [1, 2]"))
  }

  @Test func `rows that are not there are refused, and the message says which`() async throws {
    let below = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let a = Matrix<Double>(rows: 2, columns: 2, repeating: 1)
      var sum = Matrix<Double>(rows: 4, columns: 2, repeating: 1)
      sum.add(a, times: a, toRowsFrom: 3)
    }
    #expect(
      try words(of: below).contains(
        "the product of [2, 2] and [2, 2] does not fit in [4, 2] from row 3 on"))

    let above = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let a = Matrix<Double>(rows: 2, columns: 2, repeating: 1)
      var sum = Matrix<Double>(rows: 4, columns: 2, repeating: 1)
      sum.add(a, times: a, toRowsFrom: -1)
    }
    #expect(try words(of: above).contains("does not fit in [4, 2] from row -1 on"))

    let wide = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let a = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
      var sum = Matrix<Double>(rows: 4, columns: 3, repeating: 1)
      sum.add(a, times: a, toRowsFrom: 0)
    }
    #expect(try words(of: wide).contains("the product of [2, 3] and [2, 3]: 3 columns meet 2 rows"))

    let block = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 4, columns: 2, repeating: 1).rows(2..<5)
    }
    #expect(try words(of: block).contains("no rows 2..<5 in [4, 2]"))

    let chosen = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var rows = Matrix<Double>.empty
      Matrix<Double>(rows: 4, columns: 2, repeating: 1).writeRows(at: [0, 4], into: &rows)
    }
    #expect(try words(of: chosen).contains("no row 4 in [4, 2]"))
  }

  @Test func `entries that do not meet are refused, and the message names the shapes`()
    async throws
  {
    let written = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var result = Matrix<Double>.empty
      Matrix<Double>(rows: 2, columns: 3, repeating: 1).combining(
        Matrix(rows: 3, columns: 2, repeating: 1), into: &result, +)
    }
    #expect(try words(of: written).contains("entrywise operation on [2, 3] and [3, 2]"))

    let summed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 2, columns: 3, repeating: 1).sum(
        with: Matrix(rows: 1, columns: 6, repeating: 1), *)
    }
    #expect(try words(of: summed).contains("entrywise operation on [2, 3] and [1, 6]"))

    let nothing = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var matrix = Matrix<Double>(rows: 0, columns: 3, repeating: 1)
      matrix.withPointer { $0[0] = 1 }
    }
    #expect(try words(of: nothing).contains("[0, 3] has no entries"))
  }
}
