import Foundation
import Workbook

/// All exercises, read from the folder `Judges`, which has a folder for each.
package struct Catalogue: Sendable {
  /// The folder of the package.
  package let root: String
  /// The exercises, in the order of the book.
  package let exercises: [Exercise]

  /// Reads the exercises of a package.
  ///
  /// - Throws: `CatalogueErrors` with everything that cannot be used, each with file and line.
  package init(root: String = BundledData.packageRoot) throws(CatalogueErrors) {
    self.root = root
    var exercises: [Exercise] = []
    var errors: [CatalogueError] = []
    for stem in Self.stems(in: root + "/Judges") {
      do {
        exercises.append(try Exercise(stem: stem, root: root))
      } catch {
        errors += error.errors
      }
    }
    exercises.sort { ($0.chapter, $0.number) < ($1.chapter, $1.number) }
    for (one, other) in zip(exercises, exercises.dropFirst()) where one.name == other.name {
      errors.append(
        CatalogueError(
          file: other.solutionPath, line: 1,
          problem: "\(one.stem) is number \(one.name) already"))
    }
    if !errors.isEmpty { throw CatalogueErrors(errors: errors) }
    self.exercises = exercises
  }

  /// Returns the exercise of a name such as 4.2.
  package func exercise(_ name: String) -> Exercise? { exercises.first { $0.name == name } }

  /// Returns the exercises of a chapter, in order.
  package func exercises(ofChapter chapter: Int) -> [Exercise] {
    exercises.filter { $0.chapter == chapter }
  }

  /// Returns the folders of the exercises, such as `04-Multiclass/2-LogSoftmax`, in order.
  static func stems(in folder: String) -> [String] {
    let files = FileManager.default
    let chapters = (try? files.contentsOfDirectory(atPath: folder)) ?? []
    return chapters.sorted().flatMap { chapter in
      let names = (try? files.contentsOfDirectory(atPath: "\(folder)/\(chapter)")) ?? []
      return names.filter { !$0.hasPrefix(".") }
        .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        .map { "\(chapter)/\($0)" }
    }
  }
}

extension Exercise {
  /// Reads one exercise.
  fileprivate init(stem: String, root: String) throws(CatalogueErrors) {
    func text(_ file: String) throws(CatalogueErrors) -> String {
      guard let data = FileManager.default.contents(atPath: "\(root)/\(file)") else {
        throw CatalogueErrors(errors: [
          CatalogueError(file: file, line: 1, problem: "there is no such file")
        ])
      }
      return String(decoding: data, as: UTF8.self)
    }
    let solution = Self.path(of: .solution, stem: stem)
    let source = try text(solution)
    let statement = try ExerciseStatement(of: source, file: solution)
    let prefix = "\(statement.chapter < 10 ? "0" : "")\(statement.chapter)-"
    let fileName = stem.split(separator: "/").last ?? ""
    if !stem.hasPrefix(prefix) || !fileName.hasPrefix("\(statement.number)-") {
      throw CatalogueErrors(errors: [
        CatalogueError(
          file: solution, line: 1,
          problem:
            "exercise \(statement.chapter).\(statement.number) must be in the folder Judges/\(prefix)…/\(statement.number)-…, "
            + "and is in Judges/\(stem)")
      ])
    }
    template = try Template(source, file: solution)
    let notes = Self.path(of: .notes, stem: stem)
    let read = try ExerciseNotes(text(notes), on: template, file: notes)
    (hints, alternatives) = (read.hints, read.alternatives)
    (mistakes, equivalents, freeLines) = (read.mistakes, read.equivalents, read.freeLines)
    _ = try text(Self.path(of: .judge, stem: stem))
    (chapter, number) = (statement.chapter, statement.number)
    (title, stars, kind) = (statement.title, statement.stars, statement.kind)
    self.stem = stem
    self.statement = statement.lines
    statementLine = statement.line
  }
}
