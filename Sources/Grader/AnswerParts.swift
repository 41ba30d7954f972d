/// A declaration that an exercise asks for.
struct AskedDeclaration: Equatable, Sendable {
  /// The name, such as `softmax`; `init` of an initialiser.
  let name: String
  /// The word that begins it, such as `func`.
  fileprivate let introducer: String

  fileprivate static let introducers: Set = [
    "func", "init", "subscript", "var", "let", "struct", "class", "enum",
  ]

  /// Returns the line of a text at which the declaration begins; `nil` where it is not there.
  func line(in text: String) -> Int? {
    let tokens = SwiftTokens.all(in: text)
    if introducer == name { return tokens.first { $0.text == name }?.line }
    let pair = zip(tokens, tokens.dropFirst()).first { $0.text == introducer && $1.text == name }
    return pair?.0.line
  }
}

extension AskedDeclaration {
  /// Finds the declarations in the beginning of a file.
  fileprivate struct Reader {
    /// The first, where the text begins with one, and the last.
    private(set) var first, last: AskedDeclaration?
    /// The function or variable in whose body the text ends, the outermost.
    var body: AskedDeclaration? {
      around.lazy.compactMap(\.self).first { !Self.types.contains($0.introducer) }
    }

    private var around: [AskedDeclaration?] = []
    private static let types: Set = ["struct", "class", "enum", "extension", "protocol"]
    private static let statements: Set = [
      "if", "for", "while", "guard", "switch", "do", "repeat", "return",
    ]

    init(_ text: String) {
      let tokens = SwiftTokens.all(in: text)
      // What the next brace opens.
      var opening: AskedDeclaration?
      for (place, token) in tokens.enumerated() {
        if token.text == "{" {
          around.append(opening)
          opening = nil
        } else if token.text == "}" {
          _ = around.popLast()
          opening = nil
        } else if Self.statements.contains(token.text) {
          opening = nil
        } else if introducers.contains(token.text) || token.text == "extension" {
          let next = place + 1 < tokens.count ? tokens[place + 1] : token
          let name = next.kind == .name || next.kind == .sign ? next.text : token.text
          let found = AskedDeclaration(name: name, introducer: token.text)
          if place < 4 && first == nil { first = found }
          // What a body declares for itself is not asked for.
          if body == nil { last = found }
          opening = found
        }
      }
    }
  }
}

extension Template {
  /// The declarations that are asked for: one for each answer.
  var asked: [AskedDeclaration] {
    answers.indices.map { index in
      let before = AskedDeclaration.Reader(textBefore(index))
      // An answer stands in the body of a declaration, or is one itself, or is its value.
      return before.body ?? AskedDeclaration.Reader(answers[index]).first ?? before.last
        ?? AskedDeclaration(name: "answer \(index + 1)", introducer: "")
    }
  }

  /// Returns what a learner's file has in the place of each answer.
  ///
  /// - Returns: `nil` where anything else in the file is not as it was.
  func answers(in text: String) -> [String]? {
    var rest = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    var answers: [String] = []
    let parts = commonParts
    for (index, common) in parts.enumerated() {
      // The first part stands at the beginning, the last at the end, and others where they are found first.
      let isLast = index == parts.count - 1
      let places = isLast ? [rest.endIndex - common.count] : Array(rest.indices)
      let start = places.first { $0 >= rest.startIndex && rest[$0...].starts(with: common) }
      guard let start, index > 0 || start == rest.startIndex else { return nil }
      if index > 0 { answers.append(rest[..<start].joined(separator: "\n")) }
      rest = rest[(start + common.count)...]
    }
    return answers
  }
}

extension Grader {
  /// Judges each answer of a file by itself: beside the solution's answers to all others.
  ///
  /// So a right answer is told as right although another is open, and a wrong one as wrong.
  ///
  /// - Parameters:
  ///   - exercise: The exercise.
  ///   - text: The learner's file.
  ///   - name: The file as its owner knows it.
  ///   - whole: The verdict on the whole file.
  /// - Returns: A verdict for each declaration that is asked for; none where something else was changed.
  /// - Throws: `GradingFault` where no program can be run.
  func partVerdicts(
    of exercise: Exercise, in text: String, named name: String, whole: Verdict
  ) throws(GradingFault) -> [Verdict] {
    let template = exercise.template
    if whole.state == .pass && template.answers.count > 1 {
      return template.answers.map { _ in Verdict(.pass, file: name) }
    }
    guard let answers = template.answers(in: text), answers.count > 1 else { return [] }
    var verdicts: [Verdict] = []
    for index in answers.indices {
      if template.isOpen(answers[index], index) {
        verdicts.append(Verdict(.notAttempted, file: name))
        continue
      }
      var others = template.answers
      others[index] = answers[index]
      var verdict = try examine(
        template.replacing(others), of: exercise, named: name, seeds: [seed])
      // Lines are those of the learner's file.
      let shift = template.firstLine(of: index, in: answers) - template.answerLines[index]
      let start = template.answerLines[index]
      let own = start...(start + answers[index].lineCount)
      verdict.line = verdict.line.flatMap { own.contains($0) ? $0 + shift : nil }
      verdicts.append(verdict)
    }
    return verdicts
  }
}

extension String {
  fileprivate var lineCount: Int { count { $0 == "\n" } }
}

extension Verdict {
  /// Adds what is known of the parts of an answer.
  ///
  /// The first part that was tried and is wrong says what is wrong with the whole, also where another is open.
  mutating func add(_ verdicts: [Verdict], of exercise: Exercise, in text: String) {
    let asked = exercise.template.asked
    let lines = asked.map { $0.line(in: text) }
    parts = zip(asked, zip(verdicts, lines)).map { asked, other in
      Part(name: asked.name, line: other.1, state: other.0.state, message: other.0.message)
    }
    let wrong = verdicts.indices.first { ![.pass, .notAttempted].contains(verdicts[$0].state) }
    guard state != .pass, let wrong else { return }
    let own = verdicts[wrong]
    if state == .notAttempted {
      // What the part printed was printed beside the solution's other answers, and could tell of them.
      let (parts, isConfined, output) = (parts, isConfined, output)
      self = own
      (self.parts, self.isConfined, self.output) = (parts, own.isConfined ?? isConfined, output)
      line = nil
    }
    if line == nil { line = own.line ?? lines[wrong] }
  }
}
