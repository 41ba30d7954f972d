/// A solution, and the stub that is made of it.
///
/// A solution marks what a learner is to write. The answer is between `//#-answer` and `//#-end`. It may be
/// followed by `//#-stub` and the lines that replace it in the stub, commented out by `// `; without them that is
/// `notAttempted()`.
package struct Template: Equatable, Sendable {
  /// The solved file, without the marks.
  package let solution: String
  /// The file as a learner finds it.
  package let stub: String
  /// The answers, in the order of the file.
  package let answers: [String]

  /// The line of the solved file at which each answer begins, from 1.
  package let answerLines: [Int]

  private let segments: [Segment]

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
    segments = reader.segments
    answers = segments.filter(\.isAnswer).map(\.text)
    answerLines = Self.starts(of: segments)
    solution = segments.map(\.text).joined(separator: "\n")
    stub = segments.map(\.stub).joined(separator: "\n")
  }

  private static func starts(of segments: [Segment]) -> [Int] {
    var line = 1
    return segments.compactMap { segment in
      defer { line += segment.lines.count }
      return segment.isAnswer ? line : nil
    }
  }

  /// Returns the line of the file with marks that is a line of the solved file; both from 1.
  package func sourceLine(_ line: Int) -> Int {
    var (solved, source) = (0, 0)
    for segment in segments {
      if segment.isAnswer { source += 1 }
      if line <= solved + segment.lines.count { return source + line - solved }
      solved += segment.lines.count
      source += segment.lines.count
      if segment.isAnswer { source += 1 + (segment.stubLines.map { $0.count + 1 } ?? 0) }
    }
    return source
  }

  /// Returns the file with other answers: the first instead of the first, and so on.
  package func replacing(_ others: [String]) -> String {
    var rest = others[...]
    return segments.map { $0.isAnswer ? rest.popFirst() ?? $0.text : $0.text }
      .joined(separator: "\n")
  }

  /// What stands before an answer in the solved file.
  func textBefore(_ index: Int) -> String {
    let lines = solution.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.prefix(answerLines[index] - 1).joined(separator: "\n")
  }

  /// The lines before, between and behind the answers.
  var commonParts: [[String]] {
    var parts: [[String]] = [[]]
    for segment in segments {
      if segment.isAnswer { parts.append([]) } else { parts[parts.count - 1] += segment.lines }
    }
    return parts
  }

  /// Whether a text in the place of an answer is the stub's, but for white space, or says that it is still to do.
  func isOpen(_ text: String, _ index: Int) -> Bool {
    let stubs = segments.filter(\.isAnswer).map(\.stub)
    return text.filter { !$0.isWhitespace } == stubs[index].filter { !$0.isWhitespace }
  }

  /// Returns the line at which an answer begins in a file with these answers, from 1.
  func firstLine(of index: Int, in answers: [String]) -> Int {
    let common = commonParts.prefix(index + 1).map(\.count).reduce(1, +)
    return answers.prefix(index).reduce(common) { $0 + $1.count { $0 == "\n" } + 1 }
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
    return segments.prefix { !$0.isAnswer }.map(\.lines.count).reduce(1, +)
  }
}

extension Template {
  /// A segment of a solution: common to solution and stub, or an answer with the lines that replace it in the stub.
  private struct Segment: Equatable {
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
    var segments: [Segment] = []
    var errors: [CatalogueError] = []
    private var segment = Segment()
    private var start: Int?

    init(file: String) { self.file = file }

    mutating func read(_ line: String, number: Int) {
      switch line.drop(while: { $0 == " " }) {
      case "//#-answer":
        if start != nil { complain(number, "//#-answer before the //#-end of the answer above") }
        close()
        segment.isAnswer = true
        start = number
      case "//#-stub":
        if start == nil || segment.stubLines != nil {
          complain(number, "//#-stub must follow an answer, and be there once")
        }
        segment.stubLines = []
      case "//#-end":
        if start == nil { complain(number, "//#-end without an //#-answer above") }
        close()
        start = nil
      default:
        if segment.stubLines == nil {
          segment.lines.append(line)
        } else if let mark = line.firstRange(of: "//") {
          let rest = line[mark.upperBound...]
          segment.stubLines?.append(
            String(line[..<mark.lowerBound]) + (rest.hasPrefix(" ") ? rest.dropFirst() : rest))
        } else {
          complain(number, "a line behind //#-stub must be a comment, as in // \(line)")
        }
      }
    }

    mutating func finish() {
      if let start { complain(start, "this answer has no //#-end") }
      close()
      if !segments.contains(where: \.isAnswer) {
        complain(1, "the solution has no answer: no line is //#-answer")
      }
    }

    private mutating func close() {
      if segment.isAnswer || !segment.lines.isEmpty { segments.append(segment) }
      segment = Segment()
    }

    private mutating func complain(_ line: Int, _ problem: String) {
      errors.append(CatalogueError(file: file, line: line, problem: problem))
    }
  }
}
