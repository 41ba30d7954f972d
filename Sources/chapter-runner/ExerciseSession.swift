import ArgumentParser
import Foundation
import Grader
import Workbook

/// What the commands about exercises share: the exercises, and what a learner has done about them.
struct ExerciseSession {
  let catalogue: Catalogue
  let directory: LearnerDirectory

  /// Reads the exercises; what prevents it ends the command.
  init(_ options: SessionOptions? = nil) throws {
    directory = LearnerDirectory(root: options?.folder ?? BundledData.packageRoot)
    do {
      catalogue = try Catalogue(root: options?.package ?? BundledData.packageRoot)
    } catch {
      Output.error.write("\(error)\n")
      throw ExitCode.ownFault
    }
  }

  /// Prepares to grade; a missing compiler ends the command.
  func grader() throws -> Grader {
    do {
      var grader = try Grader(catalogue)
      grader.command = CommandName.typed
      return grader
    } catch {
      Output.error.write("\(error)\n")
      throw ExitCode.unavailable
    }
  }

  /// Every exercise; that there is none ends the command.
  func allExercises() throws -> [Exercise] {
    if catalogue.exercises.isEmpty {
      Output.error.write(
        "\(catalogue.root)/Judges holds no exercise; this copy of the book is not complete. "
          + "Where it was moved, build it again there: swift build\n")
      throw ExitCode.ownFault
    }
    return catalogue.exercises
  }

  /// Returns the exercises of names such as 4, 4.2 or the path of a file or folder; all without a name.
  func exercises(named names: [String]) throws -> [Exercise] {
    let all = try allExercises()
    if names.isEmpty { return all }
    return try names.flatMap { name in
      if name.contains("/") || name.hasSuffix(".swift") { return try exercises(at: name) }
      let found = all.filter { $0.name == name || "\($0.chapter)" == name }
      if found.isEmpty {
        throw ValidationError(
          "There is no exercise \(name); to see all: \(CommandName.typed) list.")
      }
      return found
    }
  }

  /// Returns the exercises in a file or folder, from where the reader is or from the folder of the book.
  private func exercises(at path: String) throws -> [Exercise] {
    let here = FileManager.default.currentDirectoryPath
    let locations = [here, directory.root, directory.root + "/Exercises"].map {
      path.hasPrefix("/") ? path : "\($0)/\(path)"
    }.filter(FileManager.default.fileExists(atPath:))
    if locations.isEmpty { throw ValidationError("There is no file \(path).") }
    let root = URL(filePath: directory.root).resolvingSymlinksInPath().path
    let asked = locations.map { URL(filePath: $0).resolvingSymlinksInPath().path }
    let found = catalogue.exercises.filter { exercise in
      let file = "\(root)/\(exercise.path)"
      return asked.contains { file == $0 || file.hasPrefix($0 + "/") }
    }
    if found.isEmpty {
      throw ValidationError(
        "\(path) is not an exercise; the exercises are in \(directory.root)/Exercises.")
    }
    return found
  }

  /// Returns the one exercise of a name such as 4.2, or of the path of a file.
  func exercise(named name: String) throws -> Exercise {
    let found = try exercises(named: [name])
    guard found.count == 1 else {
      throw ValidationError(
        "Name one exercise, such as \(found[0].name); \(name) has \(found.count).")
    }
    return found[0]
  }

  /// Checks the learner's file, and logs the verdict.
  func verdict(on exercise: Exercise, by grader: Grader) throws -> Verdict {
    let verdict: Verdict
    do {
      verdict = try grader.verdict(on: exercise, in: directory)
    } catch {
      Output.error.write("\(exercise.name) was not checked: \(error)\n")
      throw ExitCode.ownFault
    }
    try note(.init(exercise: exercise.name, kind: .verdict, verdict: verdict.state))
    return verdict
  }

  /// Adds to what was done. To go on without would be to lie about it later.
  func note(_ event: ProgressLog.Event) throws {
    do {
      try directory.progressLog.append(event)
    } catch {
      Output.error.write("Your progress was not kept: \(error)\n")
      throw ExitCode.cannotCreate
    }
  }

  /// How far the learner has come with each exercise.
  var progress: [(exercise: Exercise, progress: ExerciseProgress)] {
    let events = directory.progressLog.events
    return catalogue.exercises.map { ($0, ExerciseProgress($0, in: events)) }
  }

  /// The first exercise that has not passed since it was last reset.
  var next: Exercise? { progress.first { $0.progress.verdict != .pass }?.exercise }

  /// The exercise that the learner works at: the last that was checked or asked about, unless it passes;
  /// then the next.
  var current: Exercise? {
    let last = directory.progressLog.events.last.flatMap { catalogue.exercise($0.exercise) }
    guard let last,
      progress.contains(where: { $0.exercise.name == last.name && $0.progress.verdict != .pass })
    else { return next }
    return last
  }
}

/// Where the exercises lie; for tests and for those who write exercises.
struct SessionOptions: ParsableArguments {
  @Option(help: .hidden)
  var folder: String?

  @Option(help: .hidden)
  var package: String?
}
