import Testing
import Workbook

private let points = LabelledPoints(
  points: [[1, 2], [3, 4], [5, 6], [7, 8]], labels: [0, 2, 1, 2], classes: 3)

@Test func `one-hot targets hold a 1 in the column of the label`() {
  let data = points.oneHot(as: Double.self)
  #expect(data.y == [[1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1]])
  #expect(data.x == points.points)
}

@Test func `a network with one output learns the label itself`() {
  let data = LabelledPoints.xor.binary(as: Float.self)
  #expect(data.y == [[0], [1], [1], [0]])
  #expect(data.count == 4)
}

@Test func `examples keep their targets, in the order asked for`() {
  let data = points.oneHot(as: Double.self).examples(at: [9, 3, 0, 9][1...2])
  #expect(data.x == [[7, 8], [1, 2]])
  #expect(data.y == [[0, 0, 1], [1, 0, 0]])
  let chosen = points.examples(at: [2, 2])
  #expect(chosen.points == [[5, 6], [5, 6]] && chosen.labels == [1, 1] && chosen.classes == 3)
}

@Test func `examples are written over others, a slice of positions from where it begins`() {
  let data = points.oneHot(as: Double.self)
  var batch = data
  for positions in [[9, 3, 0, 9][1...2], [0, 1, 2][2...], [3, 2, 1, 0][0..<4], [5, 5, 1][3...]] {
    data.write(positions, into: &batch)
    #expect(batch == data.examples(at: positions) && batch.count == positions.count)
    #expect(batch.x.elements == positions.flatMap { points.points.row($0).elements })
  }
}

@Test func `the same examples in another type are rounded once, or not at all`() {
  let data = points.oneHot(as: Double.self)
  #expect(Dataset<Float>(data).evaluationPoint == data && data.evaluationPoint == data)
  let tenth = Dataset<Double>(x: [[0.1]], y: [[0.1]])
  #expect(Dataset<Float>(tenth).x == [[0.1]])
  #expect(
    tenth.evaluationPoint.x == [[Double(Float(0.1))]]
      && tenth.evaluationPoint.y == tenth.evaluationPoint.x)
}

@Test(arguments: [(1, 10), (3, 10), (5, 10), (10, 10), (64, 10), (7, 0), (4, 4001)])
func `mini-batches take each example once, and the last is what is left`(size: Int, count: Int) {
  var random = SplitMix64(seed: 1)
  let batches = miniBatches(of: size, from: count, using: &random)
  #expect(batches.flatMap(\.self).sorted() == Array(0..<count))
  #expect(batches.dropLast().allSatisfy { $0.count == size })
  #expect(batches.last.map { (1...size).contains($0.count) } ?? (count == 0))
}

@Test func `each epoch has another order`() {
  var random = SplitMix64(seed: 1)
  let epochs = (0..<3).map { _ in miniBatches(of: 10, from: 30, using: &random) }
  #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2])
}

@Test func `what does not belong together is refused in words`() async throws {
  let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Dataset<Double>(x: [[1], [2]], y: [[1]])
  }
  #expect(try words(of: rows).contains("2 rows of inputs [2, 1] and 1 of targets [1, 1]"))

  let label = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = LabelledPoints(points: [[1], [2]], labels: [0, 2], classes: 2)
  }
  #expect(try words(of: label).contains("for classes 0..<2"))

  let labels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = LabelledPoints(points: [[1], [2]], labels: [0], classes: 2)
  }
  #expect(try words(of: labels).contains("1 labels for 2 points [2, 1]"))

  let outputs = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = LabelledPoints(points: [[1]], labels: [0], classes: 3).binary(as: Double.self)
  }
  #expect(try words(of: outputs).contains("one output needs 2 classes; these points have 3"))

  let batch = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var random = SplitMix64(seed: 1)
    _ = miniBatches(of: 0, from: 5, using: &random)
  }
  #expect(try words(of: batch).contains("a batch of 0 examples"))
}
