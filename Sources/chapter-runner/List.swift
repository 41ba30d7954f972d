import ArgumentParser
import Foundation
import Grader
import Workbook

/// Names the chapters and their exercises.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the chapters and the exercises, with what you have done.")

  @OptionGroup var options: SessionOptions

  func run() throws {
    let style = TerminalStyle.detected(descriptor: STDOUT_FILENO)
    let session = try ExerciseSession(options)
    _ = try session.allExercises()
    let all = session.progress
    for chapter in book {
      Output.standard.write("\(chapter.number)  \(chapter.title)\n   \(chapter.question)\n")
      for (exercise, progress) in all where exercise.chapter == chapter.number {
        let state = progress.words(style)
        Output.standard.write(
          "     \(exercise.name)  \(exercise.title) \(exercise.difficulty)"
            + (state.isEmpty ? "" : "  \(state)") + "\n")
      }
    }
  }
}

extension ExerciseProgress {
  /// The progress in a few words; empty where nothing was done.
  func words(_ style: TerminalStyle) -> String {
    var words = verdict.map { style.paint($0.rawValue, $0.textStyle) } ?? ""
    if verdict == .notAttempted { words = "" }
    if hasPassed && verdict != .pass { words += (words.isEmpty ? "" : ", ") + "passed before" }
    return words
  }
}
