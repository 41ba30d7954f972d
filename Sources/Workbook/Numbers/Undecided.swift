import Synchronization

/// What becomes of a comparison that numbers cannot decide.
///
/// `<` must answer true or false, and for some numbers neither is known: for two balls that overlap,
/// and at a kink, where the derivatives on the two sides differ. Such a comparison is reported here. A
/// caller that records it treats the result as undecided. Without a recording the program stops, with
/// both numbers in its message. So no guess is ever taken for an answer.
public enum Undecided {
  @TaskLocal private static var recorder: Recorder?

  /// Returns what `body` returns, and the comparisons in it that could not be decided.
  ///
  /// What was computed from such a comparison is meaningless. Reports from child tasks are recorded too.
  public static func recording<Result>(
    _ body: () throws -> Result
  ) rethrows -> (result: Result, comparisons: [String]) {
    let recorder = Recorder()
    let result = try $recorder.withValue(recorder, operation: body)
    return (result, recorder.comparisons)
  }

  /// Reports a comparison that could not be decided.
  ///
  /// - Parameter description: Both numbers, as in `[1 ± 0.5] < [1.2 ± 0.1]`.
  /// - Precondition: The call is made inside ``recording(_:)``.
  public static func comparison(_ description: @autoclosure () -> String) {
    guard let recorder else {
      preconditionFailure("undecided: \(description()). More bits may decide it.")
    }
    recorder.record(description)
  }
}

/// Keeps the first few undecided comparisons, from any thread.
private final class Recorder: Sendable {
  private let kept = Mutex<[String]>([])

  /// The most that are kept: one is enough to know, a few are enough to see why.
  private static let limit = 8

  var comparisons: [String] { kept.withLock { $0 } }

  func record(_ description: () -> String) {
    kept.withLock { kept in
      if kept.count < Self.limit { kept.append(description()) }
    }
  }
}
