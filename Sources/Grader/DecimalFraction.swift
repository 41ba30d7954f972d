import Workbook

/// A decimal such as 4.25, and the fraction that it is: 17 / 4.
struct DecimalFraction: Equatable {
  /// The decimal as it was written.
  let decimal: String
  /// The fraction in lowest terms, or the whole number.
  let fraction: String

  /// Finds the first decimal in a line of Swift, of at most 15 digits; `nil` where there is none.
  init?(in line: some StringProtocol) {
    guard let found = String(line).firstMatch(of: #/\b(\d+)\.(\d+)\b/#),
      found.1.count + found.2.count <= 15, let digits = Int(found.1 + found.2)
    else { return nil }
    let power = found.2.reduce(1) { power, _ in 10 * power }
    decimal = String(found.0)
    fraction = "\(Rational(digits, power))".replacing("/", with: " / ")
  }

  /// What to write, and in place of what.
  var words: String { "\(fraction), not \(decimal)" }
}
