import ArgumentParser
import Foundation
import Grader
import Workbook

/// A learner's desk: the exercises, what was done about them, and what the commands share.
struct Desk {
  let catalogue: Catalogue
  let home: Home

  /// Reads the exercises; what prevents it ends the command.
  init(_ options: DeskOptions? = nil) throws {
    home = Home(root: options?.folder ?? EmbeddedData.packageFolder)
    do {
      catalogue = try Catalogue(root: options?.package ?? EmbeddedData.packageFolder)
    } catch {
      Output.error.write("\(error)\n")
      throw ExitCode.ownFault
    }
  }

  /// Prepares to grade; a missing compiler ends the command.
  func grader() throws -> Grader {
    do {
      return try Grader(catalogue)
    } catch {
      Output.error.write("\(error)\n")
      throw ExitCode.unavailable
    }
  }

  /// Returns the exercises of names such as 4 or 4.2.
  func exercises(named names: [String]) throws -> [Exercise] {
    try names.flatMap { name in
      let found =
        Int(name).map { catalogue.exercises(ofChapter: $0) }
        ?? catalogue.exercise(name).map { [$0] } ?? []
      if found.isEmpty {
        throw ValidationError("There is no exercise \(name); to see all: chapter-runner list.")
      }
      return found
    }
  }

  /// Returns the one exercise of a name such as 4.2.
  func exercise(named name: String) throws -> Exercise {
    guard let exercise = catalogue.exercise(name) else {
      throw ValidationError("There is no exercise \(name); to see all: chapter-runner list.")
    }
    return exercise
  }

  /// Checks the learner's file, and keeps what came of it.
  func verdict(on exercise: Exercise, by grader: Grader) throws -> Verdict {
    let verdict: Verdict
    do {
      verdict = try grader.verdict(on: exercise, in: home)
    } catch {
      Output.error.write("\(error)\n")
      throw ExitCode.ownFault
    }
    try note(.init(exercise: exercise.name, kind: .verdict, verdict: verdict.state))
    return verdict
  }

  /// Adds to what was done. To go on without would be to lie about it later.
  func note(_ event: Logbook.Event) throws {
    do {
      try home.logbook.append(event)
    } catch {
      Output.error.write("\(error): progress cannot be kept\n")
      throw ExitCode.cannotCreate
    }
  }

  /// How far the learner has come with each exercise.
  var standings: [(exercise: Exercise, standing: Standing)] {
    let events = home.logbook.events
    return catalogue.exercises.map { ($0, Standing($0, in: events)) }
  }

  /// The first exercise that has not passed since it was last reset.
  var next: Exercise? { standings.first { $0.standing.verdict != .pass }?.exercise }
}

/// Where the exercises lie; for tests and for those who write exercises.
struct DeskOptions: ParsableArguments {
  @Option(help: .hidden)
  var folder: String?

  @Option(help: .hidden)
  var package: String?
}
