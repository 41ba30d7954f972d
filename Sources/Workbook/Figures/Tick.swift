import Tensors
import Text

/// A marked number of an axis.
struct Tick: Equatable {
  /// Where it lies along the axis.
  let position: Double
  /// The number as it is printed.
  let label: String
}

extension LinePlot.Axis {
  /// Returns round numbers in a range of positions, about as many as asked for.
  func ticks(in range: ClosedRange<Double>, about count: Int, isWhole: Bool = false) -> [Tick] {
    switch scale {
    case .linear: Self.linearTicks(in: range, about: count, isWhole: isWhole)
    case .log: Self.logTicks(in: range, about: count)
    }
  }

  /// Returns multiples of 1, 2 or 5 times a power of ten; whole numbers for axes that count.
  private static func linearTicks(
    in range: ClosedRange<Double>, about count: Int, isWhole: Bool
  ) -> [Tick] {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite, count > 0 else { return [] }
    let rough = span / Double(count)
    var power = Int(Double.log10(rough).rounded(.down))
    let factor = rough / Double.exp10(Double(power))
    var step = factor <= 1.01 ? 1 : factor <= 2.02 ? 2 : factor <= 5.05 ? 5 : 10
    if step == 10 { (step, power) = (1, power + 1) }
    if isWhole && power < 0 { (step, power) = (1, 0) }
    // Multiples of a step below 1 are divided, so that 3 steps of 0.1 are 0.3 to the last bit.
    let ratio = Double.exp10(Double(abs(power)))
    func value(_ multiple: Double) -> Double {
      power < 0 ? multiple * Double(step) / ratio : multiple * Double(step) * ratio
    }
    let first = (range.lowerBound / value(1) - 1e-9).rounded(.up)
    let last = (range.upperBound / value(1) + 1e-9).rounded(.down)
    guard first <= last, last - first < 1000 else { return [] }
    return stride(from: first, through: last, by: 1).map { multiple in
      Tick(position: value(multiple), label: label(of: value(multiple), power: power))
    }
  }

  /// Returns a number with as many digits as a step of a power of ten needs.
  private static func label(of value: Double, power: Int) -> String {
    if value == 0 { return "0" }
    if abs(value) >= 1e6 || power < -4 {
      let digits = Int(Double.log10(abs(value)).rounded(.down)) - power + 1
      let isLong = digits > 5 && abs(value) < 1e15 && power > -9
      if !isLong { return NumberFormat.scientific(max(1, min(digits, 17))).text(of: value) }
    }
    return (power >= 0 ? NumberFormat.count : .decimals(-power)).text(of: value)
  }

  /// Returns powers of ten, and 2 and 5 times each where the range contains few.
  private static func logTicks(in range: ClosedRange<Double>, about count: Int) -> [Tick] {
    let (low, high) = (range.lowerBound - 1e-9, range.upperBound + 1e-9)
    guard low > -400, high < 400 else { return [] }
    let decades = Int(low.rounded(.up))...max(Int(low.rounded(.up)), Int(high.rounded(.down)))
    let powers = decades.filter { Double($0) <= high }
    if powers.count >= 3 {
      let step = max(1, (powers.count + count - 1) / count)
      return powers.filter { $0 % step == 0 }.map { Tick(position: Double($0), label: power($0)) }
    }
    let between = (Int(low.rounded(.down))...Int(high.rounded(.up))).flatMap { power in
      [1.0, 2, 5].map { $0 * Double.exp10(Double(power)) }
    }
    let inside = between.filter { low...high ~= Double.log10($0) }
    if inside.count >= 3 {
      return inside.map { Tick(position: Double.log10($0), label: plain($0)) }
    }
    let values = Double.exp10(range.lowerBound)...Double.exp10(range.upperBound)
    return linearTicks(in: values, about: count, isWhole: false).filter { $0.position > 0 }
      .map { Tick(position: Double.log10($0.position), label: $0.label) }
  }

  /// Returns 1, 2 or 5 times a power of ten as text without trailing zeros.
  private static func plain(_ value: Double) -> String {
    let exponent = Int((Double.log10(value) + 1e-9).rounded(.down))
    if exponent >= 6 || exponent < -4 { return NumberFormat.scientific(1).text(of: value) }
    return (exponent < 0 ? NumberFormat.decimals(-exponent) : .count).text(of: value)
  }

  /// Returns a power of ten with a superscript exponent.
  private static func power(_ exponent: Int) -> String {
    switch exponent {
    case 0: "1"
    case 1: "10"
    default: "10" + NumberFormat.superscript(exponent)
    }
  }
}
