import Foundation
import Testing

@testable import Grader

/// How exercises are read, and what is said of files that cannot be.
@Suite struct CatalogueTests {
  static let solution = """
    import Grading

    /*:
     # 1.2 · Twice ★

     *Implement.* Double a number.
     */

    func twice(_ n: Int) -> Int {
      //#-answer
      let result = n + n
      return result
      //#-end
    }
    """

  static let notes = """
    ## Hint 1
    a
    ## Hint 2
    b
    ## Hint 3
    c
    ## Hint 4
    d
    ## Mistake: squared
    -   let result = n + n
    +   let result = n * n
    > squared
    ## Mistake: nothing
    ```swift
      return n
    ```
    > fail: unchanged
    ## Mistake: too deep
    -   return result
    +   return twice(result)
    > crashed: calls itself
    """

  @Test func `a stub has notAttempted() for the answer, at its indentation`() throws {
    let template = try Template(Self.solution, file: "")
    #expect(template.stub.hasSuffix("-> Int {\n  notAttempted()\n}"))
    #expect(template.solution.hasSuffix("-> Int {\n  let result = n + n\n  return result\n}"))
    #expect(template.isUntouched(template.stub.replacing("\n", with: "\n\n")))
    #expect(!template.isUntouched(template.solution))
    #expect(template.firstChange(in: template.stub) == 10)
    #expect(template.firstChange(in: template.stub.replacing("import", with: "// import")) == 1)
  }

  @Test func `a stub of its own is written behind comment signs`() throws {
    let text = "{\n  //#-answer\n  a\n  //#-stub\n  // b\n  //   c\n  //#-end\n}"
    #expect(try Template(text, file: "").stub == "{\n  b\n    c\n}")
  }

  @Test func `mistakes are edits of the solution or answers of their own`() throws {
    let template = try Template(Self.solution, file: "")
    let notes = try ExerciseNotes(Self.notes, on: template, file: "")
    #expect(notes.hints == ["a", "b", "c", "d"])
    #expect(notes.mistakes.map(\.state) == [.fail, .fail, .crashed])
    #expect(notes.mistakes.map(\.diagnosis) == ["squared", "unchanged", "calls itself"])
    #expect(notes.mistakes[0].answer.contains("let result = n * n\n  return result"))
    #expect(notes.mistakes[1].answer.hasSuffix("-> Int {\n  return n\n}"))
  }

  @Test func `right answers and equivalent ones have no diagnosis`() throws {
    let template = try Template(Self.solution, file: "")
    let more =
      "\n## Right: a product\n-   let result = n + n\n+   let result = 2 * n\n"
      + "## Equivalent: once more\n```swift\n  return n + n\n```\n"
    let notes = try ExerciseNotes(Self.notes + more, on: template, file: "")
    #expect(notes.alternatives.map(\.name) == ["a product"])
    #expect(notes.alternatives[0].answer.contains("let result = 2 * n\n  return result"))
    #expect(notes.equivalents.map { $0.hasSuffix("-> Int {\n  return n + n\n}") } == [true])
  }

  @Test func `free lines are found in the solution, and told where they are not there`() throws {
    let template = try Template(Self.solution, file: "")
    let free = Self.notes + "\n## Free: any sum\n-   let result = n + n\n"
    let notes = try ExerciseNotes(free, on: template, file: "")
    let lines = template.solution.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(notes.freeLines.map { lines[$0 - 1] } == ["  let result = n + n"])
    for (line, words) in [
      ("-   let other = n", "must be in the solution"), ("+ n", "begins with -"),
    ] {
      let errors = try errors(solution: Self.solution, notes: "\(free)\(line)\n")
      #expect(errors.map(\.line) == [free.count { $0 == "\n" } + 1])
      #expect(errors.first?.problem.contains(words) == true, "\(errors)")
    }
  }

  @Test(arguments: [
    ("  //#-end\n", "", 10, "has no //#-end"),
    ("  //#-answer\n", "", 12, "without an //#-answer"),
    (
      "# 1.2 · Twice ★", "# Twice", 4,
      "must begin with a line such as # 4.2 · What it is ★★, and begins with: # Twice"
    ),
    ("*Implement.*", "Please", 5, "the first paragraph must begin with one of *Predict.*"),
    ("/*:", "/*", 1, "between /*: and */"),
    (
      "# 1.2", "# 2.2", 1,
      "must be in the folder Judges/02-…/2-…, and is in Judges/01-First/2-Twice"
    ),
  ])
  func `a solution that cannot be read is told with file and line`(
    old: String, new: String, line: Int, words: String
  ) throws {
    let errors = try errors(solution: Self.solution.replacing(old, with: new), notes: Self.notes)
    let error = try #require(errors.first)
    #expect(error.file == "Judges/01-First/2-Twice/Solution.swift" && error.line == line)
    #expect(error.problem.contains(words))
  }

  @Test(arguments: [
    ("## Hint 4\nd\n", "", 1, "must be 4 hints, and there are 3"),
    ("## Hint 2\nb", "## Hint 2", 3, "this hint is empty"),
    (
      "## Hint 3", "## Hints", 5,
      "must be Hint 3, or Right, Equivalent, Free or Mistake and a colon, and is “Hints”"
    ),
    ("n + n\n+", "n - n\n+", 10, "must be in the solution once, and are there 0 times"),
    ("> squared", "", 9, "must give the diagnosis"),
    ("n * n", "n + n", 9, "is the same as the solution"),
    ("> squared", "squared", 12, "begins with -, +, >"),
  ])
  func `notes that cannot be read are told with file and line`(
    old: String, new: String, line: Int, words: String
  ) throws {
    let errors = try errors(solution: Self.solution, notes: Self.notes.replacing(old, with: new))
    let matching = errors.filter { $0.line == line && $0.problem.contains(words) }
    #expect(matching.map(\.file) == ["Judges/01-First/2-Twice/Notes.md"], "\(errors)")
  }

  /// Reads a package of one exercise, and returns what is wrong with it.
  private func errors(solution: String, notes: String) throws -> [CatalogueError] {
    let root = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: root) }
    for (name, text) in [
      ("Solution.swift", solution), ("Notes.md", notes), ("Judge.swift", ""),
    ] {
      let place = URL(filePath: "\(root)/Judges/01-First/2-Twice/\(name)")
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: place)
    }
    do {
      _ = try Catalogue(root: root)
      return []
    } catch {
      return error.errors
    }
  }

  @Test func `three lines of a solution are found in a hint and in the book`() throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.2" })
    let root = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(
      atPath: "\(root)/book", withIntermediateDirectories: true)
    let page = "A chapter.\n\n```swift\n" + exercise.template.answers[0] + "\n```\n"
    try Data(page.utf8).write(to: URL(filePath: "\(root)/book/04.md"))
    try Data(exercise.template.stub.utf8).write(to: URL(filePath: "\(root)/book/stub.md"))
    let found = leaks(of: [exercise], in: root)
    #expect(found.map(\.file) == ["book/04.md"] && found.first?.line == 4)
  }
}
