import Workbook

/// A value that an exam can compare, and whose difference it can put into words.
public protocol Gradable {
  /// Returns how this value differs from what is expected, or `nil` where it does not.
  func difference(from expected: Self, within tolerance: Tolerance) -> Difference?
}

/// A number as an entry of what is compared.
public protocol GradableNumber: Gradable, Field {
  /// The number in a message.
  var words: String { get }
  /// The number, or the nearest that there is.
  var nearest: Double { get }
}

extension GradableNumber {
  public func difference(from expected: Self, within tolerance: Tolerance) -> Difference? {
    entriesDifference([self], [expected], tolerance, of: 1) { _ in "" }
  }
}

extension Double: GradableNumber {
  public var words: String { digits(of: self) }
  public var nearest: Double { self }
}

extension Float: GradableNumber {
  public var words: String { digits(of: Double(self)) }
  public var nearest: Double { Double(self) }
}

extension Rational: GradableNumber {
  public var words: String { "\(self)" }
  public var nearest: Double { Double(self) }
}

extension Int: Gradable {
  public func difference(from expected: Int, within tolerance: Tolerance) -> Difference? {
    let allowed = tolerance.limit(scale: Double(expected.magnitude))
    return Double(expected.distanceWithoutOverflow(to: self)) <= allowed
      ? nil : Difference(expected: "\(expected)", received: "\(self)")
  }

  private func distanceWithoutOverflow(to other: Int) -> UInt {
    (self < 0) == (other < 0)
      ? (self > other ? self - other : other - self).magnitude
      : magnitude.addingReportingOverflow(other.magnitude).partialValue
  }
}

extension Bool: Gradable {
  public func difference(from expected: Bool, within tolerance: Tolerance) -> Difference? {
    self == expected ? nil : Difference(expected: "\(expected)", received: "\(self)")
  }
}

extension String: Gradable {
  public func difference(from expected: String, within tolerance: Tolerance) -> Difference? {
    self == expected ? nil : Difference(expected: "“\(expected)”", received: "“\(self)”")
  }
}

extension Optional: Gradable where Wrapped: Gradable {
  public func difference(from expected: Wrapped?, within tolerance: Tolerance) -> Difference? {
    switch (self, expected) {
    case (let received?, let expected?): received.difference(from: expected, within: tolerance)
    case (nil, nil): nil
    case (let received?, nil): Difference(expected: "nil", received: "\(received)")
    case (nil, let expected?): Difference(expected: "\(expected)", received: "nil")
    }
  }
}

extension Vector: Gradable where Scalar: GradableNumber {
  public func difference(from expected: Vector, within tolerance: Tolerance) -> Difference? {
    if count != expected.count {
      return Difference(kind: "shape", expected: expected.shape, received: shape)
    }
    return entriesDifference(elements, expected.elements, tolerance, of: count) { "[\($0)]" }
  }
}

extension Matrix: Gradable where Scalar: GradableNumber {
  public func difference(from expected: Matrix, within tolerance: Tolerance) -> Difference? {
    if rows != expected.rows || columns != expected.columns {
      let isTransposed = rows == expected.columns && columns == expected.rows
      return Difference(
        kind: "shape", expected: "[\(expected.rows), \(expected.columns)]",
        received: "[\(rows), \(columns)]",
        cause: isTransposed ? "rows and columns are exchanged" : nil)
    }
    return entriesDifference(elements, expected.elements, tolerance, of: elements.count) {
      "[\($0 / columns), \($0 % columns)]"
    }
  }
}

extension Array: Gradable where Element: Gradable {
  public func difference(from expected: [Element], within tolerance: Tolerance) -> Difference? {
    if count != expected.count {
      return Difference(kind: "count", expected: "\(expected.count)", received: "\(count)")
    }
    for (index, pair) in zip(self, expected).enumerated() {
      guard var difference = pair.0.difference(from: pair.1, within: tolerance) else { continue }
      difference.location = "[\(index)]" + difference.location
      return difference
    }
    return nil
  }
}

/// Returns the first of some numbers that is off by more than is allowed, in words.
private func entriesDifference<Number: GradableNumber>(
  _ received: [Number], _ expected: [Number], _ tolerance: Tolerance, of count: Int,
  location: (Int) -> String
) -> Difference? {
  let finite = expected.map { abs($0.nearest) }.filter(\.isFinite)
  let allowed = tolerance.limit(scale: finite.max() ?? 0)
  func isWrong(_ index: Int) -> Bool {
    let (ours, theirs) = (received[index], expected[index])
    // Also infinities, exact fractions, and numbers that are equal for every other reason.
    if ours == theirs || (ours != ours && theirs != theirs) { return false }
    return !(abs((ours - theirs).nearest) <= allowed && theirs.nearest.isFinite)
  }
  let wrong = received.indices.filter(isWrong)
  guard let first = wrong.first else { return nil }
  var (right, ours) = (expected[first].words, received[first].words)
  let distance = abs((received[first] - expected[first]).nearest)
  // Where six digits do not tell the two apart, all digits do.
  if distance < 1e-5 * abs(expected[first].nearest) {
    (right, ours) = ("\(expected[first])", "\(received[first])")
  }
  var difference = Difference(
    location: location(first), expected: right, received: ours, count: (wrong.count, count))
  difference.cause = Ratio(received.map(\.nearest), expected.map(\.nearest))?.words
  return difference
}

/// The one factor between numbers and what they should be, where there is one.
private struct Ratio {
  let value: Double

  init?(_ received: [Double], _ expected: [Double]) {
    guard received.count > 1, (received + expected).allSatisfy(\.isFinite),
      let largest = expected.indices.max(by: { abs(expected[$0]) < abs(expected[$1]) }),
      expected[largest] != 0
    else { return nil }
    value = received[largest] / expected[largest]
    let scaled = expected.map { [value] in value * $0 }
    let limit = 1e-9 * (scaled.map(abs).max() ?? 0)
    guard zip(received, scaled).allSatisfy({ abs($0 - $1) <= limit }) else { return nil }
  }

  var words: String {
    if value == 0 { return "every entry is 0" }
    if value == -1 { return "every entry has the wrong sign" }
    let inverse = 1 / value
    if abs(inverse) > 1, abs(inverse - inverse.rounded()) < 1e-9 * abs(inverse) {
      return "every entry is 1/\(Int(inverse.rounded())) of the right one"
    }
    return "every entry is \(digits(of: value)) times the right one"
  }
}

/// Returns a number with the digits that a reader can use: all of a short one, six of a long one.
private func digits(of value: Double) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "−∞" : "∞" }
  let short = "\(value)"
  if short.count <= 8 { return short.hasSuffix(".0") ? String(short.dropLast(2)) : short }
  let size = abs(value)
  return size >= 1e-3 && size < 1e6
    ? NumberFormat.decimals(max(0, 5 - Int(Double.log10(size).rounded(.down)))).text(of: value)
    : NumberFormat.scientific(6).text(of: value)
}
