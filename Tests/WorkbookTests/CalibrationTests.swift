import Testing
import Workbook

@Suite struct CalibrationTests {
  // Four predictions of three classes: sure and right, sure and wrong, unsure and right, unsure and wrong.
  static let probabilities: Matrix<Double> = [
    [0.875, 0.125, 0], [0, 0.75, 0.25], [0.25, 0.25, 0.5], [0.375, 0.25, 0.375],
  ]
  static let calibration = Calibration(
    probabilities: probabilities, labels: [0, 2, 2, 1], bins: 4)

  @Test func `bins, means and errors by hand`() {
    let bins = Self.calibration.bins
    #expect(bins.map(\.count) == [0, 1, 1, 2])
    #expect(bins.map(\.right) == [0, 0, 1, 1])
    #expect(bins.map(\.confidence) == [nil, 0.375, 0.5, 0.8125])
    #expect(bins.map(\.accuracy.accuracy) == [nil, 0, 1, 0.5])
    // (|0.375 − 0| + |0.5 − 1| + |1.625 − 1|) / 4.
    #expect(Self.calibration.expectedError == 1.5 / 4)
    #expect(Self.calibration.overconfidence == (0.375 - 0.5 + 0.625) / 4)
    #expect(Self.calibration.count == 4)
  }

  @Test func `the Brier score by hand`() {
    let rows = [
      0.125 * 0.125 * 2, 0.75 * 0.75 * 2, 0.25 * 0.25 * 2 + 0.5 * 0.5,
      0.375 * 0.375 * 2 + 0.75 * 0.75,
    ]
    #expect(Self.calibration.brierScore == rows.reduce(0, +) / 4)
  }

  @Test func `a value on an edge belongs to the upper bin, and 1 to the last`() {
    let calibration = Calibration(
      probabilities: [[0.5, 0.5], [1, 0], [0.25, 0.75]], labels: [0, 0, 0], bins: 4)
    #expect(calibration.bins.map(\.count) == [0, 0, 1, 2])
  }

  @Test func `equal probabilities predict the first class`() {
    let calibration = Calibration(
      probabilities: [[0.5, 0.5], [0.5, 0.5]], labels: [0, 1], bins: 1)
    #expect(calibration.bins[0].right == 1)
    #expect(calibration.expectedError == 0 && calibration.brierScore == 0.5)
  }

  @Test func `without examples there is no error and no score`() {
    let calibration = Calibration(
      probabilities: Matrix(rows: 0, columns: 3, repeating: 0), labels: [])
    #expect(calibration.expectedError == nil && calibration.brierScore == nil)
    #expect(calibration.overconfidence == nil && calibration.bins.count == 10)
  }

  @Test func `one class is always right, and all in one bin`() {
    let calibration = Calibration(probabilities: [[1], [1]], labels: [0, 0], bins: 5)
    #expect(calibration.bins.map(\.count) == [0, 0, 0, 0, 2])
    #expect(calibration.expectedError == 0 && calibration.brierScore == 0)
  }

  @Test func `in one bin the error is the size of the mean over-confidence`() throws {
    let calibration = Calibration(
      probabilities: Self.probabilities, labels: [0, 2, 2, 1], bins: 1)
    #expect(calibration.expectedError == abs(try #require(calibration.overconfidence)))
  }

  @Test func `labels drawn from the probabilities leave an error that falls with their number`() {
    var random = SplitMix64(seed: 3)
    func error(_ count: Int) -> Double {
      let sure = (0..<count).map { _ in random.uniform(in: 0.5...1) }
      let labels = sure.map { random.uniform() < $0 ? 0 : 1 }
      let calibration = Calibration(
        probabilities: Matrix(rows: count, columns: 2) { $1 == 0 ? sure[$0] : 1 - sure[$0] },
        labels: labels)
      return calibration.expectedError ?? .nan
    }
    // Five bins of n/5 with p (1 − p) ≈ 1/6: √(2/π) √(1/6) √(5/n) ≈ 0.73/√n on average.
    #expect(error(400) < 0.1 && error(400) > 0)
    #expect(error(250_000) < 0.005)
  }

  @Test func `NaN, a logit and a row that is no distribution are refused`() async throws {
    let nan = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Calibration(probabilities: [[0.5, 0.5], [.nan, 1]], labels: [0, 1])
    }
    #expect(try words(of: nan).contains("row 1 has nan for class 0"))
    let logit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Calibration(probabilities: [[3.5, -2.5]], labels: [0])
    }
    #expect(try words(of: logit).contains("row 0 has 3.5 for class 0"))
    let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Calibration(probabilities: [[0.5, 0.25]], labels: [0])
    }
    #expect(try words(of: sum).contains("the probabilities of row 0 have the sum 0.75"))
  }

  @Test func `labels that do not fit are refused`() async throws {
    let few = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Calibration(probabilities: [[0.5, 0.5]], labels: [])
    }
    #expect(try words(of: few).contains("0 labels for 1 rows"))
    let large = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Calibration(probabilities: [[0.5, 0.5]], labels: [2])
    }
    #expect(try words(of: large).contains("label 2 of row 0; there are 2 classes"))
  }
}
