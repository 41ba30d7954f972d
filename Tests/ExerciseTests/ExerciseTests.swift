import Foundation
import Grader
import Testing
import Workbook

/// The exercises of the book, graded: `swift test` tells the verdicts on your answers.
///
/// What is not attempted is told as cancelled, with the line at which to begin.
@Suite(.serialized) struct ExerciseTests {
  @Test(arguments: Shared.exercises) func `your answer`(to exercise: Exercise) throws {
    let directory = LearnerDirectory()
    let verdict = try Shared.grader().verdict(on: exercise, in: directory)
    let place = SourceLocation(
      fileID: "Exercises/\(exercise.fileName)", filePath: "\(directory.root)/\(exercise.path)",
      line: verdict.line ?? 1, column: 1)
    let style = TerminalStyle(width: 100, hasColour: false, hasUnicode: true)
    switch verdict.state {
    case .pass: return
    case .notAttempted:
      // A case that is cancelled says nothing by itself.
      Issue.record(
        "not attempted: \(verdict.location): \(verdict.message)", severity: .warning,
        sourceLocation: place)
      try Test.cancel("not attempted: \(verdict.location)")
    default:
      Issue.record("\(verdict.text(on: exercise, style: style))", sourceLocation: place)
    }
  }

  @Test func `the exercises can be read`() throws { #expect(try !Catalogue().exercises.isEmpty) }
}

/// What the tests of the grader share.
enum Shared {
  /// A grader of the book's exercises. To read them all takes a third of a second.
  private static let bookGrader = Result { try Grader(Catalogue()) }

  /// The exercises of the book; none where they cannot be read, which a test of its own complains of.
  static let exercises = (try? grader().catalogue.exercises) ?? []

  /// Returns a grader of the book's exercises.
  static func grader() throws -> Grader { try bookGrader.get() }

  /// Returns a folder of its own, which the caller removes.
  static func folder() throws -> String {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "exercise-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    return folder
  }
}

extension Exercise: CustomTestStringConvertible {
  public var testDescription: String { "\(name) · \(title)" }
}
