import Foundation

/// Finds solutions where a learner would read them: in the exercises, the hints and the book.
///
/// A leak is three lines of an answer in a row (or the whole of a shorter one), with any indentation,
/// that are not in the exercise's own stub.
func leaks(of exercises: [Exercise], in root: String) -> [CatalogueError] {
  var pages: [(file: String, text: String)] = exercises.flatMap { exercise in
    exercise.hints.enumerated().map { (exercise.notesPath, "hint \($0)\n" + $1) }
  }
  for folder in ["Exercises", "book"] {
    let names = FileManager.default.enumerator(atPath: "\(root)/\(folder)")
    while let name = names?.nextObject() as? String {
      guard name.hasSuffix(".md") || name.hasSuffix(".swift"), !name.contains(".build/"),
        let data = FileManager.default.contents(atPath: "\(root)/\(folder)/\(name)")
      else { continue }
      pages.append(("\(folder)/\(name)", String(decoding: data, as: UTF8.self)))
    }
  }
  return pages.flatMap { page in
    let lines = Passage.lines(of: page.text)
    return exercises.compactMap { exercise in
      exercise.template.answers.compactMap { answer in
        Passage(answer, besides: exercise.template.stub).firstLine(in: lines)
      }.first.map { line in
        CatalogueError(
          file: page.file, line: line,
          problem: "these lines are in the solution of \(exercise.name)")
      }
    }
  }
}

/// The lines of an answer that must be in no other text.
private struct Passage {
  private let windows: [[String]]

  init(_ answer: String, besides stub: String) {
    let lines = Self.lines(of: answer).map(\.text)
    let size = min(3, lines.count)
    let known = Self.lines(of: stub).map(\.text)
    let all = (0...(lines.count - size)).map { Array(lines[$0..<($0 + size)]) }
    windows = size == 0 ? [] : all.filter { Self.position(of: $0, in: known) == nil }
  }

  /// Returns the lines of a text that say something, without white space and comments at their ends.
  static func lines(of text: String) -> [(number: Int, text: String)] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
      index, text in
      let code = text.firstRange(of: "  //").map { text[..<$0.lowerBound] } ?? text
      let line = String(code).trimmed
      return line.count { $0.isLetter || $0.isNumber } < 4 ? nil : (index + 1, line)
    }
  }

  /// Returns the number of the first line at which a part of the answer begins.
  func firstLine(in lines: [(number: Int, text: String)]) -> Int? {
    let texts = lines.map(\.text)
    return windows.compactMap { Self.position(of: $0, in: texts) }.min().map { lines[$0].number }
  }

  private static func position(of window: [String], in lines: [String]) -> Int? {
    guard lines.count >= window.count else { return nil }
    return (0...(lines.count - window.count)).first { start in
      window.indices.allSatisfy { lines[start + $0] == window[$0] }
    }
  }
}
