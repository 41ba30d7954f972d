import Testing
import Workbook

private let v: Vector<Double> = [3, -1, 2]
private let w: Vector<Double> = [1, 4, -2]

@Test func `vectors are added, scaled and divided entry by entry`() {
  #expect(v + w == [4, 3, 0])
  #expect(v - w == [2, -5, 4])
  #expect(2 * v == [6, -2, 4])
  #expect(v / 2 == [1.5, -0.5, 1])
}

@Test func `changing a vector in place is assigning the sum`() {
  var sum = v
  sum += w
  #expect(sum == v + w)
  sum -= w
  #expect(sum == v)
  sum.add(-3, times: w)
  #expect(sum == v - 3 * w)
}

@Test func `the dot product is symmetric and linear, and with itself the squared norm`() {
  let u: Vector<Double> = [-2, 5, 7]
  #expect(v.dot(w) == w.dot(v))
  #expect((2 * v + u).dot(w) == 2 * v.dot(w) + u.dot(w))
  #expect(v.squaredNorm == 14 && v.dot(v) == 14)
}

@Test func `the sum is the dot product with ones`() {
  #expect(v.sum == v.dot([1, 1, 1]))
  #expect(Vector<Double>([]).sum == 0)
}

@Test func `rounding to Float gives the nearest Float`() {
  let third: Vector<Double> = [1.0 / 3, 1]
  #expect(Vector<Float>(rounding: third) == [Float(1.0 / 3), 1])
}

@Test func `vectors of different lengths are not combined, and the message names both`()
  async throws
{
  let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Vector<Double>([1, 2]) + Vector([1, 2, 3])
  }
  #expect(try words(of: sum).contains("entrywise operation on [2] and [3]"))

  let dot = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Vector<Double>([1, 2]).dot([1])
  }
  #expect(try words(of: dot).contains("dot product of [2] and [1]"))

  let scaled = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var vector: Vector<Double> = [1, 2]
    vector.add(2, times: [1, 2, 3, 4])
  }
  #expect(try words(of: scaled).contains("sum of [2] and [4]"))
}
