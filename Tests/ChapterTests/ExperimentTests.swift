import Testing
import Workbook

@testable import BinaryClassifier
@testable import ConvNet
@testable import Multiclass
@testable import Regression
@testable import Reports

/// What experiments learn from, what they are judged by, and what their openings compute.
@Suite struct ExperimentTests {
  /// Pictures of two pixels by three, no two alike, in groups of one to four near-copies.
  static let pictures: LabelledImages = {
    let groups = (0..<40).flatMap { group in Array(repeating: group, count: 1 + group % 4) }
    return LabelledImages(
      pixels: groups.indices.flatMap { image in
        (0..<6).map { $0 == 0 ? UInt8(image) : UInt8((image * 7 + $0 * 31) % 256) }
      }, height: 2, width: 3, labels: groups.indices.map { $0 % 2 }, classNames: ["cat", "dog"],
      groups: groups)
  }()

  /// The rows of some points, each as a text.
  func rows(_ points: LabelledPoints) -> [String] {
    (0..<points.count).map { "\(points.points.row($0).elements) \(points.labels[$0])" }
  }

  @Test(arguments: [0, 0.25], 1...4 as ClosedRange<UInt64>)
  func `no group of silhouettes is on two sides, and each set is of its own images`(
    validation: Double, seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    let images = Self.pictures
    let data = try Silhouettes(images, validation: validation, using: &random)
    let sides = [data.split.training, data.split.validation, data.split.test]
    #expect(sides.flatMap(\.self).sorted() == Array(0..<images.count))
    let groups = sides.map { side in Set(side.map { images.groups[$0] }) }
    #expect(groups.map(\.count).reduce(0, +) == Set(images.groups).count)
    #expect(data.split.validation.isEmpty == (validation == 0))
    for (side, points) in zip(sides, [data.training, data.validation, data.test]) {
      #expect(rows(points) == rows(images.points(at: side)))
    }
    #expect(Set(rows(data.training)).isDisjoint(with: rows(data.test)))
    #expect(Set(rows(data.training)).isDisjoint(with: rows(data.validation)))
    #expect(Set(rows(data.validation)).isDisjoint(with: rows(data.test)))
  }

  @Test func `points of the plane are learned from or tested with, never both`() throws {
    let run = try QuickReports.report(4)
    #expect(run.number("bullseye.training") == 400 && run.number("bullseye.test") == 100)
    var random = SplitMix64(seed: 1)
    let points = LabelledPoints.rings(60, radii: [0.4, 1], noise: 0.08, using: &random)
    let fresh = LabelledPoints.rings(30, radii: [0.4, 1], noise: 0.08, using: &random)
    var options = RunOptions()
    options.settings = ["plane.epochs": 1]
    var recorder = RunRecorder(chapter: .multiclass, options: options) { _ in }
    let experiment = try PlaneExperiment<Double>(
      points, fresh: fresh, PlaneSettings(on: &recorder), using: &random)
    let (training, test) = (rows(experiment.training), rows(experiment.test))
    #expect(training.count == 48 && test.count == 12)
    #expect((training + test).sorted() == rows(points).sorted())
    #expect(rows(experiment.fresh) == rows(fresh))
  }

  @Test func `tables of accuracies are of the sets that they name`() throws {
    func counts(_ chapter: Int, _ table: String) throws -> [Double?] {
      let rows = try #require(QuickReports.report(chapter).table(table)).rows
      return rows.map { if case .number(let n, _) = $0[1] { n } else { nil } }
    }
    #expect(try counts(3, "circles") == [800, 200, 10_000])
    let report = try QuickReports.report(3)
    let (training, test) = (report.number("cats.training"), report.number("cats.test"))
    #expect(try counts(3, "cats") == [training, test, training, test])
    let conv = try counts(5, "conv")
    #expect(conv[0] == conv[2] && conv[1] == conv[3] && conv[0] != conv[1])
  }

  /// Returns where the one lit pixel of each image is.
  func lit(_ images: LabelledImages) -> [[Int]] {
    (0..<images.count).flatMap { image in
      (0..<images.size).filter { images.pixels[image * images.size + $0] > 0 }
        .map { [$0 / images.width, $0 % images.width] }
    }
  }

  /// Returns images of 7 rows and 9 columns, each with one lit pixel.
  func images(lit places: [(row: Int, column: Int)]) -> LabelledImages {
    LabelledImages(
      pixels: places.flatMap { place in
        (0..<63).map { $0 == place.row * 9 + place.column ? 200 : 0 }
      },
      height: 7, width: 9, labels: places.map { _ in 0 }, classNames: ["cat", "dog"])
  }

  @Test func `images are shifted up, down, left and right, once each`() {
    let dot = images(lit: [(row: 3, column: 4)])
    #expect(
      dot.shifted(by: 2).flatMap(lit).sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
        == [[1, 4], [3, 2], [3, 6], [5, 4]])
    #expect(dot.shifted(by: 0).flatMap(lit) == [[3, 4]])
    // What leaves an image does not come back on its other side, or in the next image.
    let corner = images(lit: [(row: 0, column: 8), (row: 6, column: 0)])
    #expect(corner.shifted(by: 1).map { lit($0).count } == [1, 1, 1, 1])
    #expect(corner.shifted(by: 7).flatMap(lit) == [[0, 1], [6, 7]])
  }

  @Test func `what a shift cuts off is counted over all four directions`() {
    let edges = images(lit: [(1, 4), (5, 4), (3, 1), (3, 7), (3, 4), (0, 0)])
    for (image, cut) in [0.25, 0.25, 0.25, 0.25, 0, 0.5].enumerated() {
      #expect(edges.croppedFraction(by: 2, at: [image]) == cut)
    }
    #expect(edges.croppedFraction(by: 2, at: Array(0..<6)) == 0.25)
    #expect(edges.croppedFraction(by: 1, at: [0, 1, 2, 3]) == 0)
  }

  @Test func `an accuracy over directions is the mean of them all`() {
    let sets = images(lit: [(3, 4)]).shifted(by: 1)
    var number = 0
    let mean = sets.meanAccuracy { _ in
      number += 1
      return ConfusionMatrix(
        actual: [0, 0, 0, 0], predicted: (0..<4).map { $0 < number ? 0 : 1 }, classes: 2)
    }
    #expect(mean == (0.25 + 0.5 + 0.75 + 1) / 4 && number == 4)
    let one = [sets[0]].meanAccuracy { _ in
      ConfusionMatrix(actual: [0, 0], predicted: [0, 1], classes: 2)
    }
    #expect(one == 0.5)
  }

  @Test func `a score is that of the test set, shifted and not`() throws {
    var random = SplitMix64(seed: 6)
    let data = try Silhouettes(Self.pictures, using: &random)
    let dense = try Network<Double>([6, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    let conv = try ConvNet<Double>(
      ImageShape(2, 3, 1), [.init(2, Window(2))], head: [1, .sigmoid], loss: .binaryCrossEntropy,
      using: &random)
    func accuracies(_ images: [LabelledImages], _ side: [Int]) -> [Double] {
      let denseOnes = images.map { dense.confusion(on: $0.points(at: side)).accuracy ?? .nan }
      let convOnes = images.map { conv.confusion(on: $0, at: side).accuracy ?? .nan }
      return [denseOnes, convOnes].map { $0.reduce(0, +) / Double(images.count) }
    }
    let (training, test) = (data.split.training, data.split.test)
    let still = accuracies([data.images], test)
    // A shift by two leaves one column of three, or nothing.
    let shifted = accuracies(data.images.shifted(by: 2), test)
    let scores = [Score(of: dense, data), Score(of: conv, data)]
    #expect(scores.map(\.accuracy) == still && scores.map(\.shifted) == shifted)
    #expect(scores.map(\.parameters) == [7, 2 * 4 + 2 + 4 + 1])
    // The two sets can be told apart by these numbers.
    for (one, other) in zip(still, accuracies([data.images], training)) { #expect(one != other) }
    let others = accuracies(data.images.shifted(by: 2), training)
    for (one, other) in zip(shifted, others) { #expect(one != other) }
  }
}
