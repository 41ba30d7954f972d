import Foundation

/// How a number is printed: with as many digits as are promised, and no more.
public enum NumberFormat: Equatable, Sendable {
  /// A count of things, such as 1,797.
  case count
  /// So many digits after the point.
  case decimals(Int)
  /// A fraction of 1 in percent, with so many digits after the point.
  case percent(Int)
  /// So many significant digits and a power of ten, such as 3.1·10⁻⁹.
  case scientific(Int)
  /// So many significant digits; with a power of ten below a thousandth, and where there are more before the point.
  case significant(Int)

  /// Returns a number's text.
  public func text(of value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    switch self {
    case .count: return Self.grouped(value)
    case .decimals(let digits): return Self.fixed(value, digits)
    case .percent(let digits): return Self.fixed(value * 100, digits) + " %"
    case .scientific(let digits): return Self.powerOfTen(value, digits)
    case .significant(let digits): return Self.significant(value, digits)
    }
  }

  /// Returns the number that the text stands for: the measured one without its unpromised digits.
  public func rounded(_ value: Double) -> Double {
    guard value.isFinite else { return value }
    let text =
      switch self {
      case .count: String(format: "%.0f", value)
      case .decimals(let digits): String(format: "%.\(digits)f", value)
      case .percent(let digits): String(format: "%.\(digits)f", value * 100) + "e-2"
      case .scientific(let digits), .significant(let digits):
        String(format: "%.\(digits - 1)e", value)
      }
    // −0 + 0 is 0: no sign outlives the digits that it belonged to.
    return (Double(text) ?? value) + 0
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    let text = String(format: "%.\(digits)f", abs(value))
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return (value < 0 && !isZero ? "−" : "") + text
  }

  private static func grouped(_ value: Double) -> String {
    let digits = Array(String(format: "%.0f", abs(value)))
    var text = ""
    for (position, digit) in digits.enumerated() {
      if position > 0 && (digits.count - position) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (value < 0 && text != "0" ? "−" : "") + text
  }

  private static func significant(_ value: Double, _ digits: Int) -> String {
    let exponent = String(format: "%.\(digits - 1)e", value).split(separator: "e").last
    let decimals = digits - 1 - (exponent.flatMap { Int($0) } ?? 0)
    if value == 0 || decimals < 0 || decimals > digits + 2 { return powerOfTen(value, digits) }
    return fixed(value, decimals)
  }

  private static func powerOfTen(_ value: Double, _ digits: Int) -> String {
    if value == 0 { return "0" }
    let parts = String(format: "%.\(digits - 1)e", value).split(separator: "e")
    let exponent = parts.last.flatMap { Int($0) } ?? 0
    let mantissa = parts[0].replacingOccurrences(of: "-", with: "−")
    return mantissa + "·10" + superscript(exponent)
  }

  /// Returns a whole number in raised digits.
  public static func superscript(_ number: Int) -> String {
    let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (number < 0 ? "⁻" : "")
      + String(String(abs(number)).compactMap { $0.wholeNumberValue.map { raised[$0] } })
  }
}
