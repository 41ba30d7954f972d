import Foundation
import Testing

@testable import Grader

/// Gradebooks that are made up, for tests of the files that are made of them.
enum GradebookSamples {
  /// A name with signs that steer terminals, break tables, forge commands and hide others.
  static let hostileName = "=ada\u{1B}[2J\n::error::\u{202E}<&>\"|`\u{200B}"

  /// Returns the exercises 4.1, to predict, and 4.2, to implement.
  static func exercises() throws -> [Exercise] {
    try ["4.1", "4.2"].map { name in
      try #require(Shared.exercises.first { $0.name == name })
    }
  }

  /// Returns a verdict with all that one can have.
  static func verdict(_ state: Verdict.State, of exercise: Exercise, seconds: Double = 0.5)
    -> Verdict
  {
    var verdict = Verdict(state, file: exercise.path)
    verdict.seconds = seconds
    if state == .pass { return verdict }
    verdict.line = 7
    verdict.message = "row 1, \u{0}\u{FFFE}]]> ##[error] is \"−1\";\n=1 and should be 2"
    verdict.expected = "2"
    verdict.received = "\u{1B}]0;x\u{7}1"
    verdict.cause = "@the sign"
    verdict.part = "rows of ±1000"
    verdict.passed = ["one column", "+ties"]
    verdict.output = String(repeating: "n\u{301}😀\n", count: 300)
    return verdict
  }

  /// Returns a gradebook of a class: a hostile one that fails and crashes, one that passes, one in which the machine
  /// failed, one that handed in a link, and one that cannot be read.
  static func book() throws -> Gradebook {
    let exercises = try exercises()
    var book = Gradebook(on: exercises, of: try Catalogue())
    func result(_ name: String, _ grades: [Gradebook.Grade]) -> Gradebook.SubmissionResult {
      Gradebook.SubmissionResult(name: name, folder: "class/\(name)", grades: grades)
    }
    func grade(_ state: Verdict.State, _ index: Int, seconds: Double = 0.5) -> Gradebook.Grade {
      Gradebook.Grade(verdict: verdict(state, of: exercises[index], seconds: seconds))
    }
    var hostile = result(hostileName, [grade(.fail, 0, seconds: 1e-7), grade(.crashed, 1)])
    hostile.changes = ["Judges/x.swift"]
    hostile.hints = [2, 0]
    var fault = grade(.notAttempted, 1)
    fault.fault = "4.2 could not be graded: no space left"
    var link = grade(.notAttempted, 0)
    link.problem = "Exercises/04-Multiclass/1-LossAtStart.swift is a link; a file is expected"
    book.results = [
      hostile, result("bob.b", [grade(.pass, 0, seconds: 12_345.6), grade(.pass, 1)]),
      result("carl", [grade(.pass, 0), fault]), result("dora", [link, grade(.timedOut, 1)]),
      Gradebook.SubmissionResult(
        name: "eve", folder: "class/eve", problem: "is a link; a folder is expected"),
    ]
    book.isComplete = true
    return book
  }
}
