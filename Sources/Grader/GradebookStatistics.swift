import Foundation

/// How a class did with one exercise.
package struct ExerciseStatistics: Codable, Equatable, Sendable {
  /// Something that was wrong, and in how many submissions.
  package struct Mistake: Codable, Equatable, Sendable {
    /// The wrong answer that the exercise's notes know, or the cause that was told, or the verdict.
    package let name: String
    /// How many submissions have it.
    package let count: Int
  }

  /// The exercise's number, such as 4.2.
  package let exercise: String
  /// The exercise's title.
  package let title: String
  /// How many answers were graded.
  package let graded: Int
  /// How many of them have which verdict.
  package let verdicts: [String: Int]
  /// How many read a hint, of those whose log was handed in; `nil` where there is no log.
  package let readHints: Int?
  /// What was wrong, the most frequent first.
  package let mistakes: [Mistake]

  /// How many pass.
  package var passes: Int { verdicts[Verdict.State.pass.rawValue] ?? 0 }
}

extension Gradebook {
  /// How the class did with each exercise. What was not graded does not count.
  package var statistics: [ExerciseStatistics] {
    exercises.enumerated().map { index, exercise in
      let graded = results.filter { $0.problem == nil && $0.grades[index].fault == nil }
      let verdicts = graded.map { $0.grades[index].verdict }
      let mistakes = Self.counts(verdicts.compactMap { Self.mistake($0, in: exercise) })
      let hints = graded.compactMap { $0.hints?[index] }
      return ExerciseStatistics(
        exercise: exercise.name, title: exercise.title, graded: verdicts.count,
        verdicts: Self.counts(verdicts.map(\.state.rawValue)),
        readHints: hints.isEmpty ? nil : hints.count { $0 > 0 },
        mistakes: mistakes.map { ExerciseStatistics.Mistake(name: $0, count: $1) }
          .sorted { ($1.count, $0.name) < ($0.count, $1.name) })
    }
  }

  private static func counts(_ names: [String]) -> [String: Int] {
    Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
  }

  /// Returns what is wrong with an answer, in words that are the same for all who have it; `nil` where nothing is.
  private static func mistake(_ verdict: Verdict, in exercise: Exercise) -> String? {
    if verdict.state == .pass || verdict.state == .notAttempted { return nil }
    let words = verdict.words
    let known = exercise.mistakes.filter {
      $0.state == verdict.state && words.contains($0.diagnosis)
    }
    if known.count == 1 { return known[0].name }
    if let cause = verdict.cause { return cause }
    return verdict.state == .fail ? "wrong, without a cause that is known" : verdict.state.rawValue
  }
}
