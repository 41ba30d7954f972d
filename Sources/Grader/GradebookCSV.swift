import Foundation
import Workbook

extension GradebookFormat {
  /// A table with a row for each answer. What was not graded has a row without points.
  package static let csv = GradebookFormat(
    entry: { book, result in CSV.text(of: book.rows(of: result).map(guarded)) },
    whole: { _, entries in CSV.text(of: [answerHeading]) + entries.joined() })

  /// A table as learning platforms read them: a row for each submission, a column with the points of each exercise.
  package static let wideCSV = GradebookFormat(
    entry: { book, result in CSV.text(of: [guarded(book.wideRow(of: result))]) },
    whole: { book, entries in
      let names = book.exercises.map { "\($0.name) · \($0.title)" }
      let heading = ["submission"] + names + ["points", "maximum", "remarks"]
      return CSV.text(of: [guarded(heading)]) + entries.joined()
    })

  private static let answerHeading = [
    "submission", "exercise", "title", "stars", "verdict", "points", "line", "message",
    "diagnosis", "part", "passed parts",
  ]

  private static func guarded(_ row: [String]) -> [String] { row.map(CSV.withoutFormula) }
}

extension Gradebook {
  fileprivate func rows(of result: SubmissionResult) -> [[String]] {
    if let problem = result.problem {
      return [[result.name, "", "", "", "not graded", "", "", "it \(problem)", "", "", ""]]
    }
    return zip(exercises, result.grades).map { exercise, grade in
      let verdict = grade.verdict
      let points = Points.text(Points.points(for: verdict, of: exercise))
      let isGraded = grade.fault == nil
      return [
        result.name, exercise.name, exercise.title, "\(exercise.stars)",
        isGraded ? verdict.state.rawValue : "not graded", isGraded ? points : "",
        verdict.line.map(String.init) ?? "", verdict.message, verdict.cause ?? "",
        verdict.part ?? "", verdict.passed.joined(separator: "; "),
      ]
    }
  }

  fileprivate func wideRow(of result: SubmissionResult) -> [String] {
    let points = result.points(on: exercises).map { $0.map(Points.text) ?? "" }
    let total = result.total(on: exercises).map(Points.text) ?? ""
    let maximum = Points.text(exercises.map(Points.maximum).reduce(0, +))
    return [result.name] + points + [total, maximum, result.remarks.joined(separator: "\n")]
  }
}
