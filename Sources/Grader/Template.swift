/// A solution, and the stub that is made of it.
///
/// A solution marks what a learner is to write. From `//#-answer` to `//#-end` stands the answer. It may be
/// followed by `//#-stub` and what is to stand in its place, commented out by `// `; without that it is
/// `notAttempted()`.
package struct Template: Equatable, Sendable {
  /// The solved file, without the marks.
  package let solution: String
  /// The file as a learner finds it.
  package let stub: String
  /// The answers, one after another, as they stand in the solved file.
  package let answers: [String]

  private let stretches: [Stretch]

  /// Reads a solution.
  ///
  /// - Parameters:
  ///   - text: The file's text.
  ///   - file: Its name, for messages.
  package init(_ text: String, file: String) throws(CatalogueErrors) {
    var reader = Reader(file: file)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      reader.read(String(line), number: index + 1)
    }
    reader.finish()
    if !reader.errors.isEmpty { throw CatalogueErrors(errors: reader.errors) }
    stretches = reader.stretches
    answers = stretches.filter(\.isAnswer).map(\.text)
    solution = stretches.map(\.text).joined(separator: "\n")
    stub = stretches.map(\.stub).joined(separator: "\n")
  }

  /// Returns the file with other answers: the first instead of the first, and so on.
  package func replacing(_ others: [String]) -> String {
    var rest = others[...]
    return stretches.map { $0.isAnswer ? rest.popFirst() ?? $0.text : $0.text }
      .joined(separator: "\n")
  }

  /// Whether a text is the stub, but for white space.
  package func isUntouched(_ text: String) -> Bool {
    text.filter { !$0.isWhitespace } == stub.filter { !$0.isWhitespace }
  }

  /// Returns the number of the first line that a learner has changed, or is to change.
  package func firstChange(in text: String) -> Int {
    let ours = stub.split(separator: "\n", omittingEmptySubsequences: false)
    let theirs = text.split(separator: "\n", omittingEmptySubsequences: false)
    let same = zip(ours, theirs).prefix { $0 == $1 }.count
    if same < theirs.count { return same + 1 }
    return stretches.prefix { !$0.isAnswer }.map(\.lines.count).reduce(1, +)
  }
}

extension Template {
  /// A stretch of a solution: common to solution and stub, or the answer with what stands in its place.
  private struct Stretch: Equatable {
    var isAnswer = false
    var lines: [String] = []
    var stubLines: [String]?

    var text: String { lines.joined(separator: "\n") }

    var stub: String {
      guard isAnswer else { return text }
      if let stubLines { return stubLines.joined(separator: "\n") }
      let indentation = lines.first { !$0.allSatisfy(\.isWhitespace) }?.prefix { $0 == " " } ?? ""
      return indentation + "notAttempted()"
    }
  }

  private struct Reader {
    let file: String
    var stretches: [Stretch] = []
    var errors: [CatalogueError] = []
    private var stretch = Stretch()
    private var start: Int?

    init(file: String) { self.file = file }

    mutating func read(_ line: String, number: Int) {
      switch line.drop(while: { $0 == " " }) {
      case "//#-answer":
        if start != nil { complain(number, "an answer inside an answer") }
        close()
        stretch.isAnswer = true
        start = number
      case "//#-stub":
        if start == nil || stretch.stubLines != nil {
          complain(number, "//#-stub follows an answer, once")
        }
        stretch.stubLines = []
      case "//#-end":
        if start == nil { complain(number, "the end of an answer that never began") }
        close()
        start = nil
      default:
        if stretch.stubLines == nil {
          stretch.lines.append(line)
        } else if let mark = line.firstRange(of: "//") {
          let rest = line[mark.upperBound...]
          stretch.stubLines?.append(
            String(line[..<mark.lowerBound]) + (rest.hasPrefix(" ") ? rest.dropFirst() : rest))
        } else {
          complain(number, "a line of a stub is a comment here: // \(line)")
        }
      }
    }

    mutating func finish() {
      if let start { complain(start, "this answer is never closed: its //#-end is missing") }
      close()
      if !stretches.contains(where: \.isAnswer) {
        complain(1, "nothing to answer: no line is //#-answer")
      }
    }

    private mutating func close() {
      if stretch.isAnswer || !stretch.lines.isEmpty { stretches.append(stretch) }
      stretch = Stretch()
    }

    private mutating func complain(_ line: Int, _ problem: String) {
      errors.append(CatalogueError(file: file, line: line, problem: problem))
    }
  }
}
