import Synchronization

/// A `Double` that has its operations counted: what a computation costs, whatever the machine.
///
/// Counted are + − × ÷, comparisons and functions, each as one. Negating and copying are free.
public struct Counted: AnalyticField {
  /// The number itself.
  public let value: Double

  /// Creates a number; that costs nothing.
  public init(_ value: Double) { self.value = value }

  /// Returns what `body` returns, and how many operations it took, on this thread.
  public static func counting<Result>(
    _ body: () throws -> Result
  ) rethrows -> (result: Result, operations: Int) {
    let tally = Tally()
    let result = try $tally.withValue(tally, operation: body)
    return (result, tally.count.load(ordering: .relaxed))
  }

  @TaskLocal private static var tally: Tally?

  private final class Tally: Sendable {
    let count = Atomic(0)
  }

  /// The result of one operation.
  private init(counted value: Double) {
    Self.tally?.count.add(1, ordering: .relaxed)
    self.value = value
  }
}

extension Counted {
  public init(count: Int) { self.init(Double(count)) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
  public init?<Source: BinaryInteger>(exactly source: Source) {
    guard let value = Double(exactly: source) else { return nil }
    self.init(value)
  }

  public var magnitude: Double { value.magnitude }
  public static prefix func - (x: Counted) -> Counted { Counted(-x.value) }

  public static func + (a: Counted, b: Counted) -> Counted { Counted(counted: a.value + b.value) }
  public static func - (a: Counted, b: Counted) -> Counted { Counted(counted: a.value - b.value) }
  public static func * (a: Counted, b: Counted) -> Counted { Counted(counted: a.value * b.value) }
  public static func / (a: Counted, b: Counted) -> Counted { Counted(counted: a.value / b.value) }
  public static func += (a: inout Counted, b: Counted) { a = a + b }
  public static func -= (a: inout Counted, b: Counted) { a = a - b }
  public static func *= (a: inout Counted, b: Counted) { a = a * b }
  public static func /= (a: inout Counted, b: Counted) { a = a / b }

  public static func < (a: Counted, b: Counted) -> Bool {
    Counted(counted: a.value).value < b.value
  }

  public static func exp(_ x: Counted) -> Counted { Counted(counted: .exp(x.value)) }
  public static func log(_ x: Counted) -> Counted { Counted(counted: .log(x.value)) }
  public static func log(onePlus x: Counted) -> Counted { Counted(counted: .log(onePlus: x.value)) }
  public static func tanh(_ x: Counted) -> Counted { Counted(counted: .tanh(x.value)) }
  public static func sqrt(_ x: Counted) -> Counted { Counted(counted: .sqrt(x.value)) }
}
