import Testing
import Workbook

/// Three images of 2 × 2 pixels in 3 colours, whose bytes all differ.
private let images = LabelledImages(
  pixels: (0..<36).map { UInt8(7 * $0) }, height: 2, width: 2, channels: 3, labels: [1, 0, 1],
  classNames: ["cat", "dog"])

@Test(arguments: [[0], [2, 0], [1, 1, 1], [0, 1, 2]])
func `images are written over a matrix as points are made of them`(positions: [Int]) {
  var (single, double) = (Matrix<Float>.empty, Matrix<Double>.empty)
  images.write(positions[...], into: &single)
  images.write(positions[...], into: &double)
  let points = images.points(at: positions).points
  #expect(double.shape == "[\(positions.count), 12]")
  for (written, wanted) in zip(double.elements, points.elements) {
    #expect(abs(written - wanted) <= wanted.ulp)
  }
  for (written, wanted) in zip(single.elements, points.elements) {
    #expect(abs(written - Float(wanted)) <= Float(wanted).ulp)
  }
}

@Test(arguments: [[0], [2, 0], [1, 1, 1], [0, 1, 2]])
func `products with images are those with the matrix of their pixels`(positions: [Int]) {
  // Weights of 7 units, so that five stand side by side, and two: [out, pixels].
  let w = Matrix<Double>(rows: 7, columns: 12) { Double(($0 * 5 + $1 * 3) % 8 - 4) }
  let dZ = Matrix<Double>(rows: positions.count, columns: 7) { Double(($0 + 2 * $1) % 5 - 2) }
  let x = images.points(at: positions).points
  var z = Matrix<Double>(rows: positions.count, columns: 7, repeating: 1)
  images.addProduct(of: positions[...], timesTransposed: w, to: &z)
  expect(z, near: Matrix(rows: positions.count, columns: 7, repeating: 1) + x • w.transposed)
  var slopes = Matrix<Double>(rows: 7, columns: 12, repeating: 1)
  images.addProduct(ofTransposed: dZ, times: positions[...], to: &slopes)
  expect(slopes, near: Matrix(rows: 7, columns: 12, repeating: 1) + dZ.transposed • x)
}

@Test(arguments: [[0], [2, 0], [1, 1, 1]])
func `products and rows of a slice are those of its own positions`(positions: [Int]) {
  let slice = ([1, 2] + positions)[2...]
  let w = Matrix<Double>(rows: 7, columns: 12) { Double(($0 * 5 + $1 * 3) % 8 - 4) }
  let dZ = Matrix<Double>(rows: positions.count, columns: 7) { Double(($0 + 2 * $1) % 5 - 2) }
  let x = images.points(at: positions).points
  var z = Matrix<Double>(rows: positions.count, columns: 7, repeating: 0)
  images.addProduct(of: slice, timesTransposed: w, to: &z)
  expect(z, near: x • w.transposed)
  var slopes = Matrix<Double>(rows: 7, columns: 12, repeating: 0)
  images.addProduct(ofTransposed: dZ, times: slice, to: &slopes)
  expect(slopes, near: dZ.transposed • x)
  var batch = Dataset<Double>(x: .empty, y: .empty)
  images.write(slice, into: &batch)
  #expect(batch.y.elements == positions.map { Double(images.labels[$0]) })
  expect(batch.x, near: x)
}

private func expect(_ found: Matrix<Double>, near wanted: Matrix<Double>) {
  #expect(found.shape == wanted.shape)
  let apart = zip(found.elements, wanted.elements).map { abs($0 - $1) }.max() ?? 0
  #expect(apart <= 1e-13)
}

@Test func `images beyond the last, and shapes that do not fit, are refused`() async {
  await #expect(processExitsWith: .failure) {
    var x = Matrix<Float>.empty
    images.write([3], into: &x)
  }
  await #expect(processExitsWith: .failure) {
    var z = Matrix<Float>(rows: 1, columns: 2, repeating: 0)
    images.addProduct(
      of: [3], timesTransposed: Matrix(rows: 2, columns: 12, repeating: 1), to: &z)
  }
  await #expect(processExitsWith: .failure) {
    var z = Matrix<Float>(rows: 1, columns: 2, repeating: 0)
    images.addProduct(
      of: [2], timesTransposed: Matrix(rows: 2, columns: 11, repeating: 1), to: &z)
  }
}

@Test func `targets are the classes`() {
  var y = Matrix<Double>.empty
  images.writeBinary([2, 1, 0], into: &y)
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

// MARK: - Batches

/// Nine images of three channels, 4 high and 5 wide, whose white is 16.
private let pictures: LabelledImages = {
  var random = SplitMix64(seed: 1)
  return LabelledImages(
    pixels: (0..<9 * 60).map { _ in UInt8(random.index(below: 17)) }, height: 4, width: 5,
    channels: 3, white: 16, labels: (0..<9).map { $0 % 2 }, classNames: ["cat", "dog"])
}()

/// Expects batches, one written over another, to hold the points that the images are.
private func expectPoints<Scalar: FloatingField>(in _: Scalar.Type) {
  var batch = Dataset<Scalar>(x: .empty, y: .empty)
  for positions in [[8, 0, 3, 3], [1, 2, 4, 5, 6, 7], [5], [], [2, 1]] {
    pictures.write(positions[...], into: &batch)
    // A sixteenth is a number of a few bits, so nothing is rounded.
    let points = pictures.points(at: positions)
    #expect(Matrix<Double>(rounding: batch.x) == points.points)
    #expect(batch.y.elements.map { Int($0) } == points.labels)
    #expect(batch.y.shape == "[\(positions.count), 1]")
  }
}

@Test func `images are written as the points that they are, batch over batch`() {
  expectPoints(in: Float.self)
  expectPoints(in: Double.self)
  #expect(pictures.size == 60 && pictures.points(at: [0]).points.elements.max() == 1)
}

@Test func `a slice of positions is read from where it begins`() {
  var x = Matrix<Float>.empty
  pictures.write([8, 7, 6, 5][1...2], into: &x)
  #expect(Matrix<Double>(rounding: x) == pictures.points(at: [7, 6]).points)
}

@Test func `images that do not add up are refused in words`() async throws {
  let few = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = LabelledImages(
      pixels: [1, 2, 3], height: 1, width: 2, channels: 3, labels: [0], classNames: ["a"])
  }
  #expect(try words(of: few).contains("1 images [1, 2, 3] need 6 bytes; given 3"))

  let groups = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = LabelledImages(
      pixels: [1, 2], height: 1, width: 1, labels: [0, 0], classNames: ["a"], groups: [1])
  }
  #expect(try words(of: groups).contains("1 groups for 2 images"))

  let classes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    let images = LabelledImages(
      pixels: [1, 2], height: 1, width: 1, labels: [0, 2], classNames: ["a", "b", "c"])
    var batch = Dataset<Float>(x: .empty, y: .empty)
    images.write([0, 1], into: &batch)
  }
  #expect(try words(of: classes).contains("one output needs 2 classes; these images have 3"))
}
