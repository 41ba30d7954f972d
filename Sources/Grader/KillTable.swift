extension Catalogue {
  /// What the exercises of a chapter ask, for the book: the lines, and the file and line where they
  /// begin.
  package func statements(
    ofChapter chapter: Int
  ) -> [(file: String, line: Int, lines: [String])] {
    exercises(ofChapter: chapter).map { exercise in
      (exercise.solutionPath, exercise.statementLine, exercise.statement)
    }
  }

  /// A page of the book: every wrong answer that the grader is known to refuse.
  ///
  /// What it claims is demanded by ``GraderSelfTest``: an answer that got another verdict would fail the build.
  package var killTable: [String] {
    if exercises.isEmpty { return [] }
    let count = exercises.map(\.mistakes.count).reduce(0, +)
    let rows = exercises.flatMap { exercise in
      exercise.mistakes.enumerated().map { index, mistake in
        "| \(index == 0 ? exercise.name : "") | \(Self.cell(mistake.name)) "
          + "| \(mistake.state.rawValue) | \(Self.cell(mistake.diagnosis)) |"
      }
    }
    return [
      "# Grading", "",
      "A grader that was never seen to refuse proves nothing. So each exercise comes with wrong answers, of "
        + "the kinds that people give, and each of them must be refused and told its cause: "
        + "\(count) wrong answers to \(exercises.count) exercises. `scripts/run dev check` puts them, and "
        + "the solutions, before the grader.", "",
      "| | wrong answer | verdict | of which is told |", "|:--|:--|:--|:--|",
    ] + rows
  }

  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
