import ArgumentParser
import Foundation
import Grader
import Workbook

/// A learner's desk: the exercises, the grader, and what the commands about them share.
struct Desk {
  let catalogue: Catalogue
  let grader: Grader

  /// Reads the exercises and prepares to grade them; what prevents it ends the command.
  init(root: String = EmbeddedData.packageFolder) throws {
    do {
      catalogue = try Catalogue(root: root)
      var grader = try Grader(catalogue)
      grader.shelf = Shelf(folder: root + "/.exercises/verdicts")
      self.grader = grader
    } catch let errors as CatalogueErrors {
      Output.error.write("\(errors)\n")
      throw ExitCode.ownFault
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

  /// Checks the learner's file.
  func verdict(on exercise: Exercise) throws -> Verdict {
    do {
      return try grader.verdict(on: exercise)
    } catch {
      Output.error.write("\(error)\n")
      throw ExitCode.ownFault
    }
  }
}
