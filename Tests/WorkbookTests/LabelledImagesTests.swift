import Testing

@testable import Workbook

/// Three images of 2 × 2 pixels in 3 colours, whose bytes all differ.
private let images = LabelledImages(
  pixels: (0..<36).map { UInt8(7 * $0) }, height: 2, width: 2, channels: 3, labels: [1, 0, 1],
  classNames: ["cat", "dog"])

@Test(arguments: [[0], [2, 0], [1, 1, 1], [0, 1, 2]])
func `images are written over a matrix as points are made of them`(positions: [Int]) {
  var (single, double) = (Matrix<Float>.empty, Matrix<Double>.empty)
  images.write(positions[...], over: &single)
  images.write(positions[...], over: &double)
  let points = images.points(at: positions).points
  #expect(double.shape == "[\(positions.count), 12]")
  for (written, wanted) in zip(double.elements, points.elements) {
    #expect(abs(written - wanted) <= wanted.ulp)
  }
  for (written, wanted) in zip(single.elements, points.elements) {
    #expect(abs(written - Float(wanted)) <= Float(wanted).ulp)
  }
}

@Test(arguments: [0..<12, 0..<1, 5..<9, 11..<12, 4..<4])
func `some columns of images are those columns of all`(columns: Range<Int>) {
  var (whole, part) = (Matrix<Float>.empty, Matrix<Float>.empty)
  images.write([2, 1], over: &whole)
  images.write([2, 1], columns: columns, over: &part)
  #expect(part == Matrix(rows: 2, columns: columns.count) { whole[$0, columns.lowerBound + $1] })
}

@Test func `images beyond the last, and pixels beyond the edge, are refused`() async {
  await #expect(processExitsWith: .failure) {
    var x = Matrix<Float>.empty
    images.write([3], over: &x)
  }
  await #expect(processExitsWith: .failure) {
    var x = Matrix<Float>.empty
    images.write([2], columns: 0..<13, over: &x)
  }
}

@Test func `targets are the classes`() {
  var y = Matrix<Double>.empty
  images.writeBinary([2, 1, 0], over: &y)
  #expect(y == [[1], [0], [1]])
}

@Test(arguments: [(3, 5), (2, 2), (5, 3), (0, 4), (40, 1)])
func `a matrix takes any shape, smaller and larger again`(rows: Int, columns: Int) {
  var matrix = Matrix<Double>(rows: 4, columns: 4, repeating: 1)
  matrix.reshape(rows: rows, columns: columns)
  #expect(matrix.rows == rows && matrix.columns == columns)
  #expect(matrix.elements.count == rows * columns)
  matrix.reshape(rows: 4, columns: 4)
  matrix.fill(with: 7)
  #expect(matrix == Matrix(rows: 4, columns: 4, repeating: 7))
}
