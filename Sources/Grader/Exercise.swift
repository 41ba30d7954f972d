/// An exercise of the book: what it asks, how it is graded, what helps, and what it must tell apart.
package struct Exercise: Sendable {
  /// What an exercise asks for.
  package enum Kind: String, CaseIterable, Sendable {
    case predict = "Predict"
    case implement = "Implement"
    case derive = "Derive"
    case findTheBug = "Find the bug"
    case measure = "Measure"
    case explain = "Explain"
  }

  /// The chapter's number.
  package let chapter: Int
  /// The number within the chapter, from 1.
  package let number: Int
  /// The title, without number and stars.
  package let title: String
  /// How hard it is: 1 to 3 stars.
  package let stars: Int
  /// What it asks for.
  package let kind: Kind
  /// The path in `Exercises`, without `.swift`, and in `Judges`, such as `04-Multiclass/2-LogSoftmax`.
  package let stem: String
  /// The statement, in Markdown, with the heading.
  package let statement: [String]
  /// The line of the solution's file at which the statement begins.
  package let statementLine: Int
  /// The solution and the stub that is made of it.
  package let template: Template
  /// The hints, each more telling than the one before.
  package let hints: [String]
  /// Right answers of other kinds than the solution, which must pass.
  package let alternatives: [Alternative]
  /// Wrong answers, with the verdict that each must get.
  package let mistakes: [KnownMistake]
  /// Files that differ from the solution and are the same function: no exam can refuse them.
  let equivalents: [String]
  /// The lines of the solved file, from 1, that may say other things too.
  let freeLines: Set<Int>

  /// The number by which it is asked for, such as 4.2.
  package var name: String { "\(chapter).\(number)" }
  /// The stars as they are printed.
  package var difficulty: String { String(repeating: "★", count: stars) }
  /// The name of the file that a learner edits, without its folder.
  package var fileName: String {
    (stem.split(separator: "/").last.map(String.init) ?? stem) + ".swift"
  }
  /// The file that a learner edits, from the package's folder.
  package var path: String { "Exercises/\(stem).swift" }
  /// The solution with its marks, from the package's folder.
  package var solutionPath: String { Self.path(of: .solution, stem: stem) }
  /// The judge, from the package's folder.
  package var judgePath: String { Self.path(of: .judge, stem: stem) }
  /// The hints and mistakes, from the package's folder.
  package var notesPath: String { Self.path(of: .notes, stem: stem) }

  /// A hint as a terminal shows it: its formulas as plain text.
  ///
  /// - Parameter level: Which hint, from 1.
  package func hintText(_ level: Int) -> String { FormulaText.plain(hints[level - 1]) }

  /// The files in the folder of an exercise.
  enum Part: String {
    case solution = "Solution.swift"
    case judge = "Judge.swift"
    case notes = "Notes.md"
  }

  /// Returns the path of a file of an exercise, from the package's folder.
  static func path(of part: Part, stem: String) -> String { "Judges/\(stem)/\(part.rawValue)" }
}

/// A right answer that is not the solution.
package struct Alternative: Sendable {
  /// In what it differs, in a few words.
  package let name: String
  /// The text of the whole file.
  package let answer: String
  /// The line of the notes at which it begins.
  package let line: Int
}

/// A wrong answer, and what must be said of it.
package struct KnownMistake: Sendable {
  /// What is wrong, in a few words.
  package let name: String
  /// The text of the whole file.
  package let answer: String
  /// What the verdict must say: a part of its sentence or its cause.
  package let diagnosis: String
  /// The verdict that it must get.
  package let state: Verdict.State
  /// The line of the notes at which it begins.
  package let line: Int
}

/// Something in the files of the exercises that cannot be used.
package struct CatalogueError: Error, Equatable, CustomStringConvertible {
  /// The file, from the package's folder.
  package let file: String
  /// The line, from 1.
  package let line: Int
  /// What is wrong, and what to do.
  package let problem: String

  package var description: String { "\(file):\(line): error: \(problem)" }
}

/// Everything in the files of the exercises that cannot be used.
package struct CatalogueErrors: Error, CustomStringConvertible {
  /// The errors, in the order of the files.
  package let errors: [CatalogueError]

  package var description: String { errors.map(\.description).joined(separator: "\n") }
}
