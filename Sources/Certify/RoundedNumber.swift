import Workbook

/// A number with a bound on how far rounding may have moved it, whatever the order of its sums.
///
/// A program computes in a format of `bits` bits. Each of its operations returns the true result times
/// 1 + δ, where |δ| ≤ u = 2^−bits. A sum of n products needs at most n roundings on the way from any one
/// product to the result, whichever order it is added in, with or without fused operations. So it is off
/// by at most
///
///     γₙ Σ |aᵢ bᵢ|,   γₙ = n u / (1 − n u).
///
/// A network is a chain of such sums and of functions. A number here is a value and a bound for its error
/// so far. Each operation carries the errors of its operands on and adds its own.
///
/// Formulas are written in many ways: a factor first or last, a quotient for a reciprocal. Two roundings
/// are charged where one is needed, and eight for a function of a system's library.
///
/// - Source: Higham, “Accuracy and Stability of Numerical Algorithms”, 2nd edition, 2002, sections 3.1 and
///   4.2. doi:10.1137/1.9780898718027
struct RoundedNumber<let bits: Int>: Sendable {
  /// The number, as `Double` has it.
  var value: Double
  /// A bound for how far a program's number may lie from it.
  var error: Double

  /// What one operation may change, as a part of its result: two roundings.
  static var operation: Double { 2 * unit }
  /// What a function of a library may change: eight roundings.
  static var function: Double { 8 * unit }
  /// What a result may lose that is too small for the format. Many processors take it for 0.
  static var underflow: Double {
    switch bits {
    case 11: 0x1p-25
    case 53: 0x1p-1022
    default: 0x1p-126
    }
  }
  /// The unit roundoff u.
  static var unit: Double { Double(sign: .plus, exponent: -bits, significand: 1) }

  init(_ value: Double, error: Double) {
    self.value = value
    self.error = error.isNaN ? .infinity : error
  }

  /// Whether the number may be 0 or have the other sign.
  var isNearZero: Bool { abs(value) <= error }

  /// The largest that the number may be in size.
  fileprivate var largest: Double { abs(value) + error }

  /// Returns γ of so many roundings.
  static func gamma(_ count: Int) -> Double {
    let part = Double(count) * unit
    return part < 1 ? part / (1 - part) : .infinity
  }

  /// Returns the result of an operation, with its own rounding added to the error that was carried on.
  private static func rounding(_ value: Double, carried: Double, _ part: Double) -> Self {
    Self(value, error: carried + part * (abs(value) + carried) + underflow)
  }

  /// Returns the value of a function, of which the slope is at most `slope` near here.
  private func mapped(_ value: Double, slope: Double) -> Self {
    Self.rounding(value, carried: error == 0 ? 0 : slope * error, Self.function)
  }
}

extension RoundedNumber: Field, Comparable {
  init(_ value: Double) { self.init(value, error: 0) }
  init(count: Int) { self.init(Double(count), error: 0) }
  init(integerLiteral value: Int) { self.init(Double(value), error: 0) }
  init?<Source: BinaryInteger>(exactly source: Source) {
    guard let value = Double(exactly: source) else { return nil }
    self.init(value, error: 0)
  }

  var magnitude: Self { Self(abs(value), error: error) }
  var reciprocal: Self? { isNearZero ? nil : 1 / self }

  static prefix func - (x: Self) -> Self { Self(-x.value, error: x.error) }
  static func + (a: Self, b: Self) -> Self {
    if a.value == 0 && a.error == 0 { return b }
    if b.value == 0 && b.error == 0 { return a }
    return rounding(a.value + b.value, carried: a.error + b.error, operation)
  }
  static func - (a: Self, b: Self) -> Self { a + -b }
  static func * (a: Self, b: Self) -> Self {
    if a.isExactly(0) || b.isExactly(0) { return 0 }
    if a.isExactly(1) { return b }
    if b.isExactly(1) { return a }
    return rounding(
      a.value * b.value,
      carried: abs(a.value) * b.error + a.error * abs(b.value) + a.error * b.error, operation)
  }
  static func / (a: Self, b: Self) -> Self {
    let quotient = a.value / b.value
    guard !b.isNearZero else { return Self(quotient, error: .infinity) }
    return rounding(
      quotient, carried: (a.error + abs(quotient) * b.error) / (abs(b.value) - b.error), operation)
  }
  static func += (a: inout Self, b: Self) { a = a + b }
  static func -= (a: inout Self, b: Self) { a = a - b }
  static func *= (a: inout Self, b: Self) { a = a * b }
  static func /= (a: inout Self, b: Self) { a = a / b }

  static func == (a: Self, b: Self) -> Bool { a.value == b.value }
  static func < (a: Self, b: Self) -> Bool { a.value < b.value }

  private func isExactly(_ number: Double) -> Bool { value == number && error == 0 }

  /// Adds a product of matrices: each entry is a sum in any order, with what its factors bring.
  static func addProduct(
    _ a: MatrixView<Self>, _ b: MatrixView<Self>, to c: UnsafeMutablePointer<Self>
  ) {
    let part = gamma(a.columns + 2)
    for i in 0..<a.rows {
      for j in 0..<b.columns {
        var (value, carried, size) = (0.0, 0.0, 0.0)
        for k in 0..<a.columns {
          let (x, y) = (a[i, k], b[k, j])
          value += x.value * y.value
          carried += abs(x.value) * y.error + x.error * y.largest
          size += x.largest * y.largest
        }
        // Where all products are 0 nothing is rounded, however many they are.
        c[i * b.columns + j] += Self(
          value, error: size == 0 ? 0 : carried + part * size + Double(a.columns) * underflow)
      }
    }
  }
}

extension RoundedNumber: AnalyticField {
  static func exp(_ x: Self) -> Self {
    let value = Double.exp(x.value)
    return rounding(
      value, carried: x.error == 0 ? 0 : value * Double.expMinusOne(x.error), function)
  }
  static func log(_ x: Self) -> Self {
    let value = Double.log(x.value)
    guard x.value > x.error else { return Self(value, error: .infinity) }
    return rounding(value, carried: -Double.log(onePlus: -x.error / x.value), function)
  }
  static func log(onePlus x: Self) -> Self {
    let value = Double.log(onePlus: x.value)
    guard 1 + x.value > x.error else { return Self(value, error: .infinity) }
    return x.mapped(value, slope: 1 / (1 + x.value - x.error))
  }
  static func tanh(_ x: Self) -> Self {
    let least = Double.tanh(max(abs(x.value) - x.error, 0))
    let plain = x.mapped(Double.tanh(x.value), slope: 1 - least * least)
    // By way of exponentials it loses a unit in the last place of 1.
    return Self(plain.value, error: plain.error + 2 * unit)
  }
  static func sqrt(_ x: Self) -> Self {
    let value = Double.sqrt(x.value)
    guard x.value >= x.error else { return Self(value, error: .infinity) }
    return rounding(value, carried: value - Double.sqrt(x.value - x.error), function)
  }

  /// The logistic function. Some libraries compute it by tanh, and lose a unit in the last place of 1.
  static func sigmoid(_ z: Self) -> Self {
    let exact = Arithmetic<Double>.floating.sigmoid
    let steepest = exact(-max(abs(z.value) - z.error, 0))
    let plain = z.mapped(exact(z.value), slope: steepest * (1 - steepest))
    return Self(plain.value, error: plain.error + 2 * unit)
  }
}

/// Where a derivative is taken for open: a number that decides it may be 0 or have another sign.
enum Kinks {
  /// Wherever the bound reaches 0.
  case possible
  /// Where the number is not 0 itself, but at most so large. A program takes one side for all that are 0.
  case likely(upTo: Double)
  /// Nowhere.
  case none

  func isOpen<let bits: Int>(_ number: RoundedNumber<bits>) -> Bool {
    switch self {
    case .possible: number.isNearZero
    case .likely(let most):
      number.isNearZero && number.value != 0 && abs(number.value) <= most
    case .none: false
    }
  }
}

extension Arithmetic {
  /// What programs in a format of so many bits may make of a network.
  ///
  /// - Parameter kinks: Where any derivative between those of both sides is right.
  static func rounding<let bits: Int>(kinks: Kinks = .possible) -> Arithmetic
  where Scalar == RoundedNumber<bits> {
    typealias Number = RoundedNumber<bits>
    var own = analytic
    own.step = { Number($0.value > 0 ? 1 : 0, error: kinks.isOpen($0) ? 1 : 0) }
    (own.leakyStep, own.absoluteStep) = (own.step, own.step)
    own.largest = { numbers in
      Number(numbers.map(\.value).max() ?? 0, error: numbers.map(\.error).max() ?? 0)
    }
    own.routes = { numbers in
      let largest = numbers.indices.max { numbers[$0].value < numbers[$1].value } ?? 0
      let first = numbers.firstIndex { $0.value == numbers[largest].value } ?? 0
      let rivals = numbers.indices.filter {
        numbers[$0].value + numbers[$0].error >= numbers[largest].value - numbers[largest].error
      }
      let isOpen = rivals.contains { $0 != first && kinks.isOpen(numbers[$0] - numbers[first]) }
      return numbers.indices.map {
        Number($0 == first ? 1 : 0, error: isOpen && rivals.contains($0) ? 1 : 0)
      }
    }
    own.constant = { Number($0, error: abs($0) * Number.unit) }
    // Programs that take nothing off lose as much of the logit itself.
    own.shift = { numbers in
      let shift = numbers.map(\.value).max() ?? 0
      return Number(shift, error: Number.unit * abs(shift))
    }
    // Some programs take the square of the mean from the mean of the squares.
    own.variance = { centred, numbers in
      let count = Number(count: centred.count)
      let variance = dot(centred, centred) / count
      let square = dot(numbers, numbers) / count
      let part = Number.gamma(2 * centred.count + 2)
      return Number(
        variance.value, error: variance.error + part * 2 * (square.value + square.error))
    }
    own.sigmoid = { Number.sigmoid($0) }
    own.softplus = { z in
      let value = Arithmetic<Double>.floating.softplus(z.value)
      let stable = Number(value, error: z.error + Number.function * (abs(z.value) + value))
      // By way of the probability, the logarithm magnifies what 1 − σ has lost.
      let composed = Number.log(1 - Number.sigmoid(z))
      return Number(
        value, error: composed.error.isFinite ? max(stable.error, composed.error) : stable.error)
    }
    return own
  }
}
