/// The hints and the wrong answers of an exercise, as `Judges/04-Multiclass/2-LogSoftmax/Notes.md` tells them.
///
/// Hints are sections `## Hint 1` to `## Hint 4`. A wrong answer is a section `## Mistake: what it is` with lines
/// `- ` and `+ `, which are in the solution and in the wrong answer, or with blocks of Swift, each instead of an
/// answer; and with a line `> ` of what the verdict must say. Where the verdict is none of `fail`, that line
/// opens with it, as in `> crashed: no column 3`.
struct ExerciseNotes {
  let hints: [String]
  let mistakes: [KnownMistake]

  /// Reads the notes of an exercise.
  init(_ text: String, on template: Template, file: String) throws(CatalogueErrors) {
    var hints: [String] = []
    var mistakes: [KnownMistake] = []
    var errors: [CatalogueError] = []
    for section in Section.all(in: text) {
      if section.title == "Hint \(hints.count + 1)" {
        let hint = section.lines.map(\.text).joined(separator: "\n").trimmed
        hints.append(hint)
        if hint.isEmpty { errors.append(section.error(file, "this hint is empty")) }
      } else if section.title.hasPrefix("Mistake: ") {
        do {
          mistakes.append(try section.mistake(on: template, file: file))
        } catch {
          errors.append(error)
        }
      } else {
        errors.append(
          section.error(
            file,
            "the heading must be Hint \(hints.count + 1) or Mistake: what it is, and is “\(section.title)”"
          ))
      }
    }
    if hints.count != 4 {
      errors.append(
        CatalogueError(
          file: file, line: 1, problem: "there must be 4 hints, and there are \(hints.count)"))
    }
    if !(3...8 ~= mistakes.count) {
      errors.append(
        CatalogueError(
          file: file, line: 1,
          problem: "there must be 3 to 8 mistakes, and there are \(mistakes.count)"))
    }
    if !errors.isEmpty { throw CatalogueErrors(errors: errors) }
    self.hints = hints
    self.mistakes = mistakes
  }
}

/// A section of notes, from one heading to the next.
private struct Section {
  let title: String
  let start: Int
  var lines: [(number: Int, text: String)] = []

  static func all(in text: String) -> [Section] {
    var sections: [Section] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("## ") {
        sections.append(Section(title: String(line.dropFirst(3)), start: index + 1))
      } else if !sections.isEmpty {
        sections[sections.count - 1].lines.append((index + 1, String(line)))
      }
    }
    return sections
  }

  func error(_ file: String, _ problem: String, line: Int? = nil) -> CatalogueError {
    CatalogueError(file: file, line: line ?? start, problem: problem)
  }

  /// Reads a wrong answer.
  func mistake(on template: Template, file: String) throws(CatalogueError) -> KnownMistake {
    var answer = template.solution
    var blocks: [String] = []
    var (state, diagnosis) = (Verdict.State.fail, "")
    var rest = lines[...]
    while let (number, text) = rest.popFirst() {
      if text.hasPrefix("- ") {
        let old = [text] + rest.takeLines(prefixed: "- ")
        let new = rest.takeLines(prefixed: "+ ")
        let right = old.map { $0.dropFirst(2) }.joined(separator: "\n")
        let count = answer.ranges(of: right).count
        if count != 1 {
          throw error(
            file, "these lines must be in the solution once, and are there \(count) times",
            line: number)
        }
        answer.replace(right, with: new.map { $0.dropFirst(2) }.joined(separator: "\n"))
      } else if text == "```swift" {
        let block = rest.prefix { $0.text != "```" }
        blocks.append(block.map(\.text).joined(separator: "\n"))
        rest = rest.dropFirst(block.count + 1)
      } else if text.hasPrefix("> ") {
        diagnosis = String(text.dropFirst(2))
        let named = Verdict.State.allCases.first { diagnosis.hasPrefix($0.rawValue + ": ") }
        if let named {
          state = named
          diagnosis = String(diagnosis.dropFirst(named.rawValue.count + 2))
        }
      } else if !text.trimmed.isEmpty {
        throw error(
          file, "a line of a mistake begins with -, +, > or ```swift, and this one is: \(text)",
          line: number)
      }
    }
    if blocks.count > template.answers.count {
      throw error(
        file,
        "the mistake has \(blocks.count) blocks of Swift, and the solution \(template.answers.count) answers"
      )
    }
    if !blocks.isEmpty { answer = template.replacing(blocks) }
    if diagnosis.isEmpty {
      throw error(file, "a line that begins with > must give the diagnosis, and there is none")
    }
    if answer == template.solution { throw error(file, "the mistake is the same as the solution") }
    return KnownMistake(
      name: String(title.dropFirst("Mistake: ".count)), answer: answer, diagnosis: diagnosis,
      state: state, line: start)
  }
}

extension ArraySlice<(number: Int, text: String)> {
  /// Takes the lines off the front that begin with a mark.
  fileprivate mutating func takeLines(prefixed mark: String) -> [String] {
    let taken = prefix { $0.text.hasPrefix(mark) || $0.text == mark.dropLast() }.map(\.text)
    self = dropFirst(taken.count)
    return taken
  }
}
