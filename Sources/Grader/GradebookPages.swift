import Foundation
import Workbook

extension Gradebook {
  /// Returns a page for each submission, and one of the class with statistics and links, as Markdown.
  ///
  /// - Returns: The files' names and texts, the class's first.
  package var pages: [(name: String, text: String)] {
    var taken: Set<String> = ["readme"]
    let names = results.map { Self.fileName(for: $0.name, taken: &taken) }
    return [("README.md", classPage(names))]
      + zip(names, results).map { ($0, pupilPage($1)) }
  }

  /// Returns a name that every file system takes, such as `Ada-Lovelace.md`, and that no other submission has.
  private static func fileName(for name: String, taken: inout Set<String>) -> String {
    let signs = name.unicodeScalars.map { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
        ? scalar : "-"
    }
    let stem = String(String.UnicodeScalarView(signs.prefix(60)))
    var (unique, number) = (stem, 2)
    while !taken.insert(unique.lowercased().precomposedStringWithCompatibilityMapping).inserted {
      unique = "\(stem)-\(number)"
      number += 1
    }
    return unique + ".md"
  }

  private func pupilPage(_ result: SubmissionResult) -> String {
    var lines = ["# \(Markdown.code(result.name))", ""]
    lines += result.remarks.flatMap { ["> \(Markdown.code($0))", ""] }
    if result.problem != nil { return lines.joined(separator: "\n") }
    if let total = result.total(on: exercises) {
      let maximum = exercises.map(Points.maximum).reduce(0, +)
      let points = "\(Points.text(maximum)) \(maximum == 1 ? "point" : "points")"
      lines += ["**\(Points.text(total)) of \(points)**", ""]
    }
    lines += ["| exercise | verdict | points | hints read |", "|---|---|---|---|"]
    for (index, exercise) in exercises.enumerated() {
      let grade = result.grades[index]
      let points =
        grade.fault == nil
        ? Points.text(Points.points(for: grade.verdict, of: exercise))
          + " of " + Points.text(Points.maximum(of: exercise)) : ""
      let hints = result.hints.map { "\($0[index]) of \(exercise.hints.count)" } ?? "not known"
      let state = grade.fault == nil ? grade.verdict.state.rawValue : "not graded"
      lines.append(
        "| \(exercise.name) · \(Markdown.cell(exercise.title)) | \(state) | \(points) | \(hints) |")
    }
    lines.append("")
    for (exercise, grade) in zip(exercises, result.grades)
    where grade.verdict.state != .pass && grade.verdict.state != .notAttempted {
      lines += ["## \(exercise.name) · \(exercise.title)", ""]
      lines += [Markdown.block(grade.verdict.plainLines(file: grade.verdict.location)), ""]
      if !grade.verdict.passed.isEmpty {
        lines += [
          "Parts that pass: "
            + grade.verdict.passed.map { Markdown.code($0) }.joined(separator: ", ") + ".", "",
        ]
      }
    }
    if result.hints != nil {
      lines += ["Hints are counted by the log that was handed in, which its owner can edit.", ""]
    }
    return lines.joined(separator: "\n")
  }

  private func classPage(_ names: [String]) -> String {
    let maximum = Points.text(exercises.map(Points.maximum).reduce(0, +))
    var lines = [
      "# The class", "", "| submission | points of \(maximum) | remarks |", "|---|---|---|",
    ]
    for (name, result) in zip(names, results) {
      let total = result.total(on: exercises).map(Points.text) ?? "not graded"
      let remarks = result.remarks.map { Markdown.code($0, isInTable: true) }.joined(
        separator: "<br>")
      let link = "[\(Markdown.code(result.name, isInTable: true))](\(Markdown.url(name)))"
      lines.append("| \(link) | \(total) | \(remarks) |")
    }
    lines += [
      "", "## The exercises", "",
      "| exercise | graded | pass | share | not attempted | read a hint |",
      "|---|---|---|---|---|---|",
    ]
    let statistics = statistics
    for one in statistics {
      let share = one.graded == 0 ? "" : "\((100 * one.passes + one.graded / 2) / one.graded) %"
      let open = one.verdicts[Verdict.State.notAttempted.rawValue] ?? 0
      let hints = one.readHints.map(String.init) ?? "not known"
      lines.append(
        "| \(one.exercise) · \(Markdown.cell(one.title)) | \(one.graded) | \(one.passes) | \(share) | \(open) | \(hints) |"
      )
    }
    lines += ["", "## What went wrong", ""]
    for one in statistics where !one.mistakes.isEmpty {
      lines += ["**\(one.exercise) · \(one.title)**", ""]
      lines += one.mistakes.map { "- \($0.count) × \(Markdown.code($0.name))" } + [""]
    }
    return lines.joined(separator: "\n")
  }
}

/// Text from strangers in Markdown.
private enum Markdown {
  /// Returns text that is shown as it is, in one line: no link, no HTML, nobody's name that would be notified.
  ///
  /// - Parameter isInTable: Whether it stands in a table, where a bar ends the cell, in code too.
  static func code(_ text: String, isInTable: Bool = false) -> String {
    let line = text.harmless
    if line.isEmpty { return "` `" }
    let fence = String(repeating: "`", count: longestFence(line) + 1)
    return "\(fence) \(isInTable ? cell(line) : line) \(fence)"
  }

  /// Returns lines that are shown as they are.
  static func block(_ lines: [String]) -> String {
    let lines = lines.map(\.harmless)
    let longest = lines.map(longestFence).max() ?? 0
    let fence = String(repeating: "`", count: max(longest + 1, 3))
    return ([fence + "text"] + lines + [fence]).joined(separator: "\n")
  }

  /// Returns text as it stands in a table.
  static func cell(_ text: String) -> String {
    text.unicodeScalars.map { $0 == "|" ? "\\|" : String($0) }.joined()
  }

  /// Returns a file's name as a link's target.
  static func url(_ name: String) -> String {
    name.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", "_", "."])) ?? name
  }

  /// The length of the longest run of backticks.
  private static func longestFence(_ text: String) -> Int {
    var (longest, run) = (0, 0)
    for scalar in text.unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
