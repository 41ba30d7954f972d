import Workbook

extension Exam {
  /// Asks for numbers that lie near the true ones, which balls enclose.
  ///
  /// - Parameters:
  ///   - received: What the answer gives.
  ///   - truth: What it should give: the same in balls, by whatever formula is plainest. Balls neither
  ///     overflow nor lose digits unnoticed.
  ///   - tolerance: How far from the truth the answer may be.
  ///   - subject: What it is the value of.
  ///   - expectedMistakes: Likely mistakes, each with the value that it gives.
  /// - Throws: What ends the exam, where the value is another.
  public func expect<let bits: Int>(
    _ received: Matrix<Double>, near truth: Matrix<Ball<bits>>, within tolerance: Tolerance,
    of subject: String,
    expectedMistakes: @autoclosure () -> KeyValuePairs<String, Matrix<Double>> = [:]
  ) throws {
    try expect(
      received, equals: nearest(truth), within: tolerance, of: subject,
      expectedMistakes: expectedMistakes())
  }
}

/// Returns the numbers that balls enclose, to the last bit of a `Double` or nearly.
///
/// - Precondition: The balls are small enough to say.
public func nearest<let bits: Int>(_ truth: Matrix<Ball<bits>>) -> Matrix<Double> {
  Matrix(rows: truth.rows, columns: truth.columns) { row, column in
    let ball = truth[row, column]
    let value = Double(ball.midpoint)
    guard let radius = ball.radius, Double(radius) <= 0x1p-60 * max(abs(value), 1) else {
      preconditionFailure("a truth must be known: \(ball)")
    }
    return value
  }
}
