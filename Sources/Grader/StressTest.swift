import Synchronization

/// How an exam does against mutants of its own solution.
package struct StressTest: Sendable {
  /// The exercise.
  package let exercise: Exercise
  /// How many mutants the compiler took, so that the exam had to judge them.
  package private(set) var judged = 0
  /// How many of those pass and are known to be right: the same function as the solution, or a free answer.
  package private(set) var equivalent = 0
  /// The mutants that pass and should not, each with file and line.
  package private(set) var survivors: [CatalogueError] = []

  /// Puts mutants of a solution before its exam.
  ///
  /// - Parameters:
  ///   - exercise: The exercise.
  ///   - grader: The grader.
  ///   - limit: How many mutants are tried at most, spread over the file; `nil` for all.
  ///   - width: How many are tried at once.
  ///   - tell: Called at the beginning and after each mutant, from any thread, with how many of how many are done.
  /// - Throws: `GradingFault` where no program can be run.
  package init(
    of exercise: Exercise, by grader: Grader, limit: Int?, width: Int,
    tell: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(GradingFault) {
    self.exercise = exercise
    let known = Set(exercise.equivalents.map(Self.squeezed))
    let all = SolutionMutants.all(of: exercise.template)
    let step = max(1, Double(all.count) / Double(limit ?? all.count))
    let mutants = stride(from: 0, to: Double(all.count), by: step).map { all[Int($0)] }
    tell(0, mutants.count)
    let exam = try grader.preparedExam(of: exercise)
    defer { exam.clear() }
    let done = AtomicCounter()
    let states = try concurrently(mutants.count, width: width) { index throws(GradingFault) in
      defer { tell(done.increment(), mutants.count) }
      return try exam.state(of: mutants[index].answer)
    }
    for (mutant, state) in zip(mutants, states) {
      guard let state else { continue }
      judged += 1
      if state != .pass { continue }
      if exercise.freeLines.contains(mutant.line)
        || known.contains(where: Self.squeezed(mutant.answer).hasPrefix)
      {
        equivalent += 1
        continue
      }
      survivors.append(
        CatalogueError(
          file: exercise.solutionPath, line: exercise.template.sourceLine(mutant.line),
          problem: "passes with \(mutant.rule): "
            + "\(Self.shown(mutant.old)) → \(Self.shown(mutant.new))"))
    }
  }

  private static func squeezed(_ text: String) -> String { text.filter { !$0.isWhitespace } }

  private static func shown(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.isEmpty ? "nothing" : "“\(line)”"
  }
}
