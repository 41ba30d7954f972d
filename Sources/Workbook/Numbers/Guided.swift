import Synchronization

/// A number that another one can guide: what stands for a variable in it, and which numbers are 0.
public protocol Guidable: Field {
  /// Creates a variable with a value.
  init(variable value: Rational)
  /// Whether this is known to be 0, so that nothing can be divided by it.
  var isZero: Bool { get }
  /// Whether two numbers are seen to differ.
  static func differ(_ a: Self, _ b: Self) -> Bool
}

extension Rational: Guidable {
  public init(variable value: Rational) { self = value }
  public var isZero: Bool { sign == 0 }
  public static func differ(_ a: Rational, _ b: Rational) -> Bool { a != b }
}

extension Dual<Rational>: Guidable {
  public init(variable value: Rational) { self.init(value, derivative: 0) }
  public var isZero: Bool { value.sign == 0 }
  public static func differ(_ a: Dual, _ b: Dual) -> Bool { a != b }
}

/// Degrees know nothing of values: none is known to be 0. Numbers of different degrees differ.
extension Degree: Guidable {
  public init(variable value: Rational) { self = .variable }
  public var isZero: Bool { false }
  public static func differ(_ a: Degree, _ b: Degree) -> Bool { a != b }
}

/// A number that follows the branch of another one.
///
/// A formula that compares numbers is a polynomial, or a quotient of two, on each of its branches: on
/// all points at which the comparisons come out alike. A guided number is a pair. All arithmetic is
/// done twice, with the guide and with the value; all comparisons are those of the guide. So the value
/// is that of the guide's branch, wherever it is taken, also where the formula itself would branch off.
public struct Guided<Value: Guidable>: Field {
  /// The number that decides comparisons.
  public let guide: Rational
  /// The number that is computed.
  public let value: Value

  /// Pairs a guide with a number.
  public init(_ guide: Rational, _ value: Value) {
    self.guide = guide
    self.value = value
  }
}

/// The comparisons of guided numbers on one thread, and the variables that stand for data.
public enum Branch {
  /// Returns what `body` returns, and how the comparisons of guided numbers in it came out, in order.
  ///
  /// - Parameters:
  ///   - data: The number to compute with in place of a `Double`, where data are variables too.
  ///   - body: Computes with guided numbers.
  public static func following<Result>(
    data: (@Sendable (Double) -> Rational)? = nil, _ body: () throws -> Result
  ) rethrows -> (result: Result, outcomes: [Bool]) {
    let recorder = Recorder(data: data)
    let result = try $recorder.withValue(recorder, operation: body)
    return (result, recorder.outcomes)
  }

  @TaskLocal fileprivate static var recorder: Recorder?

  fileprivate final class Recorder: Sendable {
    private let recorded = Mutex<[Bool]>([])
    let data: (@Sendable (Double) -> Rational)?

    init(data: (@Sendable (Double) -> Rational)?) { self.data = data }

    var outcomes: [Bool] { recorded.withLock { $0 } }
    func record(_ outcome: Bool) { recorded.withLock { $0.append(outcome) } }
  }
}

extension Guided {
  public init(count: Int) { self.init(Rational(count: count), Value(count: count)) }
  public init(integerLiteral value: Int) { self.init(count: value) }

  /// Creates a number that is given: a constant, or a variable where ``Branch`` says so.
  public init(_ value: Double) {
    let variable = Branch.recorder?.data.map { Value(variable: $0(value)) }
    self.init(Rational(value), variable ?? Value(value))
  }

  public init?<Source: BinaryInteger>(exactly source: Source) {
    guard let guide = Rational(exactly: source), let value = Value(exactly: source) else {
      return nil
    }
    self.init(guide, value)
  }

  public var magnitude: Guided { self < 0 ? -self : self }
  public var reciprocal: Guided? { self == 0 ? nil : 1 / self }

  public static prefix func - (x: Guided) -> Guided { Guided(-x.guide, -x.value) }
  public static func + (a: Guided, b: Guided) -> Guided {
    Guided(a.guide + b.guide, a.value + b.value)
  }
  public static func - (a: Guided, b: Guided) -> Guided {
    Guided(a.guide - b.guide, a.value - b.value)
  }
  public static func * (a: Guided, b: Guided) -> Guided {
    Guided(a.guide * b.guide, a.value * b.value)
  }

  /// Returns the quotient. Where a divisor is 0, that is reported to ``Undecided``, and the result is
  /// meaningless.
  public static func / (a: Guided, b: Guided) -> Guided {
    if b.guide.isZero || b.value.isZero {
      Undecided.comparison("a division of \(a.value) by 0")
      return a
    }
    return Guided(a.guide / b.guide, a.value / b.value)
  }

  public static func += (a: inout Guided, b: Guided) { a = a + b }
  public static func -= (a: inout Guided, b: Guided) { a = a - b }
  public static func *= (a: inout Guided, b: Guided) { a = a * b }
  public static func /= (a: inout Guided, b: Guided) { a = a / b }
}

extension Guided: Comparable {
  public static func == (a: Guided, b: Guided) -> Bool {
    let isEqual = a.guide == b.guide
    if isEqual { reportKink(a, b) }
    Branch.recorder?.record(isEqual)
    return isEqual
  }

  public static func < (a: Guided, b: Guided) -> Bool {
    let isLess = a.guide < b.guide
    if !isLess && a.guide == b.guide { reportKink(a, b) }
    Branch.recorder?.record(isLess)
    return isLess
  }

  /// Reports guides that are equal by chance: next to them the comparison comes out differently. Where
  /// both numbers are the same everywhere, their values are equal too.
  private static func reportKink(_ a: Guided, _ b: Guided) {
    if Value.differ(a.value, b.value) {
      Undecided.comparison("\(a.guide) < \(b.guide), a kink")
    }
  }
}
