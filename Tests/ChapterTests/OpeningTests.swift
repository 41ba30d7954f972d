import Testing
import Workbook

@testable import BinaryClassifier
@testable import Regression

/// The numbers of the openings, computed once more in another way.
///
/// In the name of the suite stands what scripts/sabotage looks for.
@Suite struct OpeningExperimentTests {
  /// Returns the derivative of a function by central differences, to ten digits or so.
  func slope(of f: (Double) -> Double, at x: Double) -> Double {
    let h = 0x1p-13
    let (wide, narrow) = (
      (f(x + h) - f(x - h)) / (2 * h), (f(x + h / 2) - f(x - h / 2)) / h
    )
    return (4 * narrow - wide) / 3
  }

  /// Returns the prediction of the neuron of chapter 3 after descent on a loss of its pre-activation.
  func prediction(after steps: Int, rate: Double, loss: (Double) -> Double) -> Double {
    var (weight, bias) = (2.0, 2.0)
    for _ in 0..<steps {
      let dZ = slope(of: loss, at: weight + bias)
      (weight, bias) = (weight - rate * dZ, bias - rate * dZ)
    }
    return 1 / (1 + Double.exp(-weight - bias))
  }

  @Test func `chapter 3: the neuron that is certain and wrong follows the slope of its loss`()
    throws
  {
    let report = try QuickReports.report(3, precision: .double)
    let (steps, rate) = (report.number("flat.steps"), report.number("flat.rate"))
    #expect(steps == 100 && rate == 0.15)
    let squares = prediction(after: 100, rate: 0.15) { z in
      let a = 1 / (1 + Double.exp(-z))
      return a * a / 2
    }
    let entropy = prediction(after: 100, rate: 0.15) { z in z + Double.log(1 + Double.exp(-z)) }
    let names = ["flat.start", "flat.squares", "flat.entropy"]
    let expected = [1 / (1 + Double.exp(-4)), squares, entropy]
    for (name, number) in zip(names, expected) {
      #expect(abs(try #require(report.number(name)) - number) < 1e-7, "\(name)")
    }
  }

  @Test func `chapter 3: the curves of the sigmoid are the function and its slope`() throws {
    let curves = sigmoidPlot(in: Double.self).series
    #expect(curves.map(\.name) == ["σ(z)", "σ′(z)"])
    for (value, derivative) in zip(curves[0].points, curves[1].points) {
      #expect(abs(value.y - 1 / (1 + Double.exp(-value.x))) < 1e-15 && value.x == derivative.x)
      let slope = slope(of: { 1 / (1 + Double.exp(-$0)) }, at: derivative.x)
      #expect(abs(derivative.y - slope) < 1e-9)
    }
  }

  @Test func `chapter 2: the best straight line has the least squares`() throws {
    let report = try QuickReports.report(2)
    let (x, y) = (Dataset.bentLine.x.elements, Dataset.bentLine.y.elements)
    let n = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    let (xx, xy) = zip(x, y).reduce((0.0, 0.0)) { sums, point in
      let dx = point.0 - meanX
      return (sums.0 + dx * dx, sums.1 + dx * (point.1 - meanY))
    }
    let loss = zip(x, y).reduce(0.0) { sum, point in
      let error = point.1 - meanY - xy / xx * (point.0 - meanX)
      return sum + error * error / (2 * n)
    }
    #expect(abs(try #require(report.number("line.loss")) - loss) < 1e-12)
    #expect(abs(try #require(report.number("line.error")) - Double.sqrt(2 * loss)) < 1e-12)
  }

  @Test func `chapter 2: the steepest direction of the valley is that of its second differences`()
    throws
  {
    let data = Dataset<Double>(x: Dataset.bentLine.x.map { $0 + 2 }, y: Dataset.bentLine.y)
    let valley = try #require(Valley(of: data))
    func loss(_ w: Double, _ b: Double) -> Double {
      let line = LinearModel<Double>(weights: [[w]], bias: [b])
      return line.lossAndGradient(from: data.x, to: data.y).loss
    }
    // The loss is quadratic, so that differences of a step of one are exact.
    let center = loss(0, 0)
    let ww = loss(1, 0) + loss(-1, 0) - 2 * center
    let bb = loss(0, 1) + loss(0, -1) - 2 * center
    let wb = loss(1, 1) - loss(1, 0) - loss(0, 1) + center
    let (trace, determinant) = (ww + bb, ww * bb - wb * wb)
    let root = Double.sqrt(trace * trace / 4 - determinant)
    #expect(abs(valley.eigenvalues.steepest - (trace / 2 + root)) < 1e-10)
    #expect(abs(valley.eigenvalues.flattest - (trace / 2 - root)) < 1e-10)
    let report = try QuickReports.report(2)
    #expect(abs(try #require(report.number("valley.steepest")) - (trace / 2 + root)) < 1e-10)
    #expect(abs(try #require(report.number("valley.largest")) - 2 / (trace / 2 + root)) < 1e-10)
    // The lowest point is lower than what is around it, and has no slope.
    let (w, b) = (valley.lowest.x, valley.lowest.y)
    #expect(
      abs(slope(of: { loss($0, b) }, at: w)) < 1e-9 && abs(slope(of: { loss(w, $0) }, at: b)) < 1e-9
    )
    #expect(
      abs(valley.height(at: .init(w + 0.3, b - 0.2)) - (loss(w + 0.3, b - 0.2) - loss(w, b)))
        < 1e-12)
  }

  @Test func `chapter 6: the obvious program finds 8 where the derivative is 4`() throws {
    let report = try QuickReports.report(6)
    #expect(report.number("order.truth") == 4)
    // Both visits of b pass on 2, which is all of its gradient, to a, and each twice.
    #expect(report.number("order.naive") == 8)
    // The first visit passes on 1 and the second 2; and one = of four paths remembers the last.
    #expect(report.number("order.deep") == 6 && report.number("order.assigned") == 1)
    // And its certificate has more images than a micro-batch.
    let rows = try #require(report.table("certificate")).rows
    let many = try #require(rows.first { $0[0] == "convolutions, 19 images" })
    #expect(many[1] == .count(8 * 3 + 3 + 9 * 4 + 4 + 4 * 2 + 2))
  }
}
