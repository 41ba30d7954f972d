import Foundation

/// What answers are worth. Whatever writes points asks here.
enum Points {
  /// Returns the points for an answer: one for each star, in equal shares for the declarations that are asked for.
  ///
  /// - Returns: All of them for a pass only.
  static func points(for verdict: Verdict, of exercise: Exercise) -> Double {
    if verdict.state == .pass { return maximum(of: exercise) }
    let parts = verdict.parts
    let passed = min(parts.count { $0.state == .pass }, parts.count - 1)
    return passed < 1 ? 0 : maximum(of: exercise) * Double(passed) / Double(parts.count)
  }

  /// Returns the points for an answer that is right in all its parts.
  static func maximum(of exercise: Exercise) -> Double { Double(exercise.stars) }

  /// Returns points as text: 2 or 0.5, in every locale.
  static func text(_ points: Double) -> String {
    let digits = String(format: "%.3f", points)
    let short = digits.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(short.reversed())
  }
}
