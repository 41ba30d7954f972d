/// The hints and the wrong answers of an exercise, as `Judges/04-Multiclass/2-LogSoftmax/Notes.md` tells them.
///
/// Hints are sections `## Hint 1` to `## Hint 4`. A wrong answer is a section `## Mistake: what it is` with lines
/// `- ` and `+ `, which are in the solution and in the wrong answer, or with blocks of Swift, each instead of an
/// answer; and with a line `> ` of what the verdict must say. Where the verdict is none of `fail`, that line
/// opens with it, as in `> crashed: no column 3`.
///
/// A right answer of another kind is a section `## Right: what it is`, and a change of the solution that changes
/// nothing of what it computes a section `## Equivalent: why`, both without a line `> `. Lines of the solution
/// that may say other things too, such as one of many right steps, are a section `## Free: why` with lines `- `.
struct ExerciseNotes {
  let hints: [String]
  let alternatives: [Alternative]
  let equivalents: [String]
  /// The lines of the solved file, from 1, that may say other things too.
  let freeLines: Set<Int>
  let mistakes: [KnownMistake]

  /// Reads the notes of an exercise.
  init(_ text: String, on template: Template, file: String) throws(CatalogueErrors) {
    var hints: [String] = []
    var mistakes: [KnownMistake] = []
    var alternatives: [Alternative] = []
    var equivalents: [String] = []
    var freeLines: Set<Int> = []
    var errors: [CatalogueError] = []
    for section in Section.all(in: text) {
      if section.title == "Hint \(hints.count + 1)" {
        let hint = section.lines.map(\.text).joined(separator: "\n").trimmed
        hints.append(hint)
        if hint.isEmpty { errors.append(section.error(file, "this hint is empty")) }
        continue
      }
      do throws(CatalogueError) {
        let (kind, name) = section.kindAndName
        switch kind {
        case "Mistake": mistakes.append(try section.mistake(name, on: template, file: file))
        case "Right":
          let answer = try section.answer(on: template, file: file)
          alternatives.append(Alternative(name: name, answer: answer, line: section.start))
        case "Equivalent":
          equivalents.append(try section.answer(on: template, file: file))
        case "Free": freeLines.formUnion(try section.solutionLines(on: template, file: file))
        default:
          throw section.error(
            file,
            "the heading must be Hint \(hints.count + 1), or Right, Equivalent, Free or Mistake and a "
              + "colon, and is “\(section.title)”")
        }
      } catch {
        errors.append(error)
      }
    }
    if hints.count != 4 {
      errors.append(
        CatalogueError(
          file: file, line: 1, problem: "there must be 4 hints, and there are \(hints.count)"))
    }
    if mistakes.count < 3 {
      errors.append(
        CatalogueError(
          file: file, line: 1,
          problem: "there must be 3 mistakes or more, and there are \(mistakes.count)"))
    }
    if !errors.isEmpty { throw CatalogueErrors(errors: errors) }
    self.hints = hints
    self.mistakes = mistakes
    self.alternatives = alternatives
    self.equivalents = equivalents
    self.freeLines = freeLines
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

  /// What stands before the first colon of the heading, and what behind.
  var kindAndName: (kind: Substring, name: String) {
    guard let colon = title.firstRange(of: ": ") else { return ("", title) }
    return (title[..<colon.lowerBound], String(title[colon.upperBound...]))
  }

  /// Reads a wrong answer and what must be said of it.
  func mistake(
    _ name: String, on template: Template, file: String
  ) throws(CatalogueError) -> KnownMistake {
    let answer = try answer(on: template, file: file)
    guard let last = lines.last(where: { $0.text.hasPrefix("> ") }) else {
      throw error(file, "a line that begins with > must give the diagnosis, and there is none")
    }
    var (state, diagnosis) = (Verdict.State.fail, String(last.text.dropFirst(2)))
    if let named = Verdict.State.allCases.first(where: { diagnosis.hasPrefix($0.rawValue + ": ") })
    {
      state = named
      diagnosis = String(diagnosis.dropFirst(named.rawValue.count + 2))
    }
    return KnownMistake(
      name: name, answer: answer, diagnosis: diagnosis, state: state, line: start)
  }

  /// Returns where the lines of this section stand in the solved file, from 1.
  func solutionLines(
    on template: Template, file: String
  ) throws(CatalogueError) -> Set<Int> {
    let solution = template.solution.split(separator: "\n", omittingEmptySubsequences: false)
    var found: Set<Int> = []
    for (number, text) in lines where !text.trimmed.isEmpty {
      guard text.hasPrefix("- ") else {
        throw error(
          file, "a line of a free answer begins with -, and this one is: \(text)", line: number)
      }
      let places = solution.indices.filter { solution[$0] == text.dropFirst(2) }
      if places.isEmpty {
        throw error(file, "this line must be in the solution, and is not", line: number)
      }
      found.formUnion(places.map { $0 + 1 })
    }
    return found
  }

  /// Returns the text of the whole file with the changes of this section.
  func answer(on template: Template, file: String) throws(CatalogueError) -> String {
    var answer = template.solution
    var blocks: [String] = []
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
      } else if !text.hasPrefix("> ") && !text.trimmed.isEmpty {
        throw error(
          file, "a line of an answer begins with -, +, > or ```swift, and this one is: \(text)",
          line: number)
      }
    }
    if blocks.count > template.answers.count {
      throw error(
        file,
        "there are \(blocks.count) blocks of Swift, and the solution has \(template.answers.count) answers"
      )
    }
    if !blocks.isEmpty { answer = template.replacing(blocks) }
    if answer == template.solution { throw error(file, "this answer is the same as the solution") }
    return answer
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
