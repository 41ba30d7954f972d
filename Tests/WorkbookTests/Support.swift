import Testing
import Workbook

/// Returns a matrix of whole numbers from −4 to 4: small enough that every order of adding is exact.
func integers<Scalar: FloatingField>(
  _ rows: Int, _ columns: Int, as scalar: Scalar.Type = Double.self, using random: inout SplitMix64
) -> Matrix<Scalar> {
  Matrix(rows: rows, columns: columns) { _, _ in Scalar(random.index(below: 9) - 4) }
}

/// Returns what a process that was ended by a trap said to standard error.
func words(of result: ExitTest.Result?) throws -> String {
  String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
}

/// The mean and the variance of some numbers.
func moments(_ numbers: [Double]) -> (mean: Double, variance: Double) {
  let count = Double(numbers.count)
  let mean = numbers.reduce(0, +) / count
  return (mean, numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count)
}
