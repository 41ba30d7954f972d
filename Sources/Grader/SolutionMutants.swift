/// A solution that was made wrong at one place, by a rule.
struct SolutionMutant: Equatable, Sendable {
  /// The rule, such as `a count kept from the first call`.
  let rule: String
  /// The line of the solved file, from 1.
  let line: Int
  /// What stood there, and what stands there now.
  let old, new: String
  /// The text of the whole file.
  let answer: String
}

/// Makes solutions wrong by rules: counts that stay as they were at first, `<` for `<=`, exchanged indices, and so
/// on.
///
/// A mutant can be the same function as the solution, or be refused by the compiler. All others must fail their
/// exam.
struct SolutionMutants {
  /// The mutants, in the order of the file.
  private(set) var all: [SolutionMutant] = []

  private let template: Template
  private let index: Int
  private let answer: [UInt8]
  private let tokens: [SwiftToken]
  private let firstLine: Int

  /// Returns the mutants of a solution, without those that are the same but for spaces.
  static func all(of template: Template) -> [SolutionMutant] {
    let squeezed = { (text: String) in text.filter { !$0.isWhitespace } }
    var seen: Set<String> = [squeezed(template.solution + helper)]
    return template.answers.indices.flatMap { index in
      var maker = SolutionMutants(template, answer: index)
      maker.make()
      return maker.all
    }.filter { seen.insert(squeezed($0.answer)).inserted }
  }

  private init(_ template: Template, answer index: Int) {
    self.template = template
    self.index = index
    answer = Array(template.answers[index].utf8)
    tokens = SwiftTokens.all(in: template.answers[index])
    firstLine = template.answerLines[index]
  }

  private mutating func make() {
    for place in tokens.indices {
      let token = tokens[place]
      switch token.kind {
      case .number: changeNumber(token)
      case .sign: changeSign(place)
      case .name: changeName(place)
      case .mark, .text: break
      }
      if token.text == "[" || token.text == "(" { exchangeItems(behind: place) }
    }
    changeLines()
  }

  /// Adds a mutant: the bytes of a range are replaced.
  private mutating func replace(_ range: Range<Int>, by text: String, rule: String) {
    var bytes = answer
    bytes.replaceSubrange(range, with: Array(text.utf8))
    var answers = template.answers
    answers[index] = String(decoding: bytes, as: UTF8.self)
    let breaks = answer[..<range.lowerBound].count { $0 == UInt8(ascii: "\n") }
    all.append(
      SolutionMutant(
        rule: rule, line: firstLine + breaks, old: String(decoding: answer[range], as: UTF8.self),
        new: text, answer: template.replacing(answers) + Self.helper))
  }

  // MARK: Rules for a token

  private mutating func changeNumber(_ token: SwiftToken) {
    if let value = Int(token.text) {
      replace(token.range, by: "\(value + 1)", rule: "another number")
      if value > 0 { replace(token.range, by: "\(value - 1)", rule: "another number") }
    } else if let value = Double(token.text) {
      replace(token.range, by: "\(value * 1.01)", rule: "a number larger by a hundredth")
    }
  }

  private mutating func changeSign(_ place: Int) {
    let token = tokens[place]
    for other in Self.signs[token.text] ?? [] {
      replace(token.range, by: other, rule: "\(other) for \(token.text)")
    }
    if token.text == "-" && isPrefix(place) {
      replace(token.range, by: "", rule: "a sign left out")
    }
    let takesTerm = ["+", "-", "*", "/", "⊙", "•"].contains(token.text) && !isPrefix(place)
    guard takesTerm, let end = operand(behind: place) else { return }
    replace(token.range.lowerBound..<end, by: "", rule: "a term or factor left out")
    // Sums and products of numbers, and of entries, are the same the other way round.
    guard ["-", "/", "•"].contains(token.text), let start = operand(before: place) else { return }
    // So is a - b - c.
    let before = tokens.last { $0.range.upperBound <= start }?.text ?? ""
    if (token.text == "-" ? ["+", "-"] : ["*", "/"]).contains(before) { return }
    let (left, right) = (start..<token.range.lowerBound, token.range.upperBound..<end)
    replace(start..<end, by: text(right) + token.text + text(left), rule: "operands exchanged")
  }

  private mutating func changeName(_ place: Int) {
    let token = tokens[place]
    let isMember = place > 0 && tokens[place - 1].text == "."
    for other in Self.names[token.text] ?? [] {
      replace(token.range, by: other, rule: "\(other) for \(token.text)")
    }
    if isMember {
      if Self.counts.contains(token.text) && next(place) != "(" {
        let kept = token.text + ".firstSeen()"
        replace(token.range, by: kept, rule: "a count kept from the first call")
      }
      if token.text == "transposed" {
        replace(
          tokens[place - 1].range.lowerBound..<token.range.upperBound, by: "",
          rule: "not transposed")
      }
    } else if Self.conditions.contains(token.text), let end = condition(behind: place) {
      for constant in ["true", "false"] {
        replace(
          token.range.upperBound..<end, by: " \(constant) ", rule: "a condition that is \(constant)"
        )
      }
    } else if variables.contains(token.text), next(place) != ":" {
      for other in variables where other != token.text {
        replace(token.range, by: other, rule: "another variable")
      }
    }
  }

  /// Exchanges two neighbours in a list of indices or arguments.
  private mutating func exchangeItems(behind open: Int) {
    var depth = 0
    var starts = [tokens[open].range.upperBound]
    var place = open
    repeat {
      switch tokens[place].text {
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case "," where depth == 1: starts.append(tokens[place].range.upperBound)
      default: break
      }
      place += 1
    } while depth > 0 && place < tokens.count
    guard depth == 0, starts.count > 1 else { return }
    let ends = starts.dropFirst().map { $0 - 1 } + [tokens[place - 1].range.lowerBound]
    let items = zip(starts, ends).map { text($0..<$1) }
    if items.contains(where: { $0.contains("\n") }) { return }
    for first in items.indices.dropLast() {
      var exchanged = items
      // Labels stay where they are.
      let (one, other) = (Self.item(items[first]), Self.item(items[first + 1]))
      exchanged[first] = one.label + other.value
      exchanged[first + 1] = other.label + one.value
      replace(
        starts[0]..<ends[ends.count - 1], by: exchanged.joined(separator: ","),
        rule: "neighbours in a list exchanged")
    }
  }

  private static func item(_ text: String) -> (label: String, value: String) {
    guard let colon = text.firstIndex(of: ":"),
      text[..<colon].allSatisfy({ $0.isLetter || $0 == " " })
    else { return ("", text) }
    return (String(text[...colon]), String(text[text.index(after: colon)...]))
  }

  /// Leaves lines out, and repeats them.
  private mutating func changeLines() {
    var start = 0
    for line in String(decoding: answer, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      let range = start..<(start + line.utf8.count)
      start = range.upperBound + 1
      let words = line.drop { $0 == " " }
      let isStatement =
        !words.isEmpty && !words.hasPrefix("//") && !words.hasPrefix("return")
        && !words.hasPrefix("let ") && !words.hasPrefix("var ") && Self.isBalanced(line)
      if !isStatement { continue }
      replace(range, by: "", rule: "a line left out")
      if !Self.accumulates(words) { continue }
      replace(range, by: line + "\n" + line, rule: "a line twice")
    }
  }

  /// Whether a line does more when it is done twice: it adds something, or calls something for its effect.
  private static func accumulates(_ line: Substring) -> Bool {
    if line.hasPrefix("case ") { return false }
    if ["+=", "-=", "*=", "/=", ".append("].contains(where: line.contains) { return true }
    let first = line.prefix { $0.isLetter || $0.isNumber || $0 == "." }
    return !first.isEmpty && line.dropFirst(first.count).hasPrefix("(") && first != "precondition"
  }

  // MARK: Reading around a token

  private func text(_ range: Range<Int>) -> String {
    String(decoding: answer[range], as: UTF8.self)
  }

  private func next(_ place: Int) -> String? {
    place + 1 < tokens.count ? tokens[place + 1].text : nil
  }

  private func isPrefix(_ place: Int) -> Bool {
    guard place > 0 else { return true }
    let before = tokens[place - 1]
    return before.kind == .sign || ["(", "[", ",", ":", "{", "return", "in"].contains(before.text)
  }

  /// The end of the name, number or parenthesis behind an operator, with its members and arguments.
  private func operand(behind place: Int) -> Int? {
    var at = place + 1
    guard at < tokens.count, tokens[at].kind != .sign else { return nil }
    if tokens[at].text == "(" { at = closing(at) ?? at }
    while at + 1 < tokens.count {
      let touches = tokens[at + 1].range.lowerBound == tokens[at].range.upperBound
      if touches && tokens[at + 1].text == "." {
        at += 2
      } else if touches && ["(", "["].contains(tokens[at + 1].text), let end = closing(at + 1) {
        at = end
      } else {
        break
      }
    }
    return at < tokens.count ? tokens[at].range.upperBound : nil
  }

  /// The start of the name or number before an operator, where it has no more than members.
  private func operand(before place: Int) -> Int? {
    var at = place - 1
    guard at >= 0, tokens[at].kind == .name || tokens[at].kind == .number else { return nil }
    while at > 1, tokens[at - 1].text == "." { at -= 2 }
    return tokens[at].range.lowerBound
  }

  /// The end of a condition: the brace that opens its block.
  private func condition(behind place: Int) -> Int? {
    var depth = 0
    for token in tokens[(place + 1)...] {
      switch token.text {
      case "let", "var": return nil
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case "{", "else": if depth == 0 { return token.range.lowerBound }
      default: break
      }
    }
    return nil
  }

  private func closing(_ open: Int) -> Int? {
    var depth = 0
    for place in open..<tokens.count {
      if "([{".contains(tokens[place].text) { depth += 1 }
      if ")]}".contains(tokens[place].text) { depth -= 1 }
      if depth == 0 { return place }
    }
    return nil
  }

  private static func isBalanced(_ line: Substring) -> Bool {
    ["()", "[]", "{}"].allSatisfy { pair in
      line.count { $0 == pair.first } == line.count { $0 == pair.last }
    }
  }

  /// The variables of loops, which are exchanged for one another.
  private var variables: Set<String> {
    Set(zip(tokens, tokens.dropFirst()).filter { $0.0.text == "for" }.map(\.1.text))
      .subtracting(["(", "_", "case", "var"])
  }

  // MARK: What is exchanged for what

  private static let signs = [
    "+": ["-"], "-": ["+"], "*": ["/", "+"], "/": ["*"], "+=": ["-=", "="], "-=": ["+="],
    "*=": ["/="], "/=": ["*="], "<": ["<=", ">"], "<=": ["<"], ">": [">=", "<"], ">=": [">"],
    "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"], "..<": ["..."], "...": ["..<"],
    "⊙": ["+"], "!": [""],
  ]

  private static let names = [
    "rows": ["columns"], "columns": ["rows"], "row": ["column"], "column": ["row"],
    "max": ["min"], "min": ["max"], "first": ["last"], "last": ["first"],
    "true": ["false"], "false": ["true"], "sumOfRows": ["meanOfRows"], "sum": ["mean"],
    "exp": ["log"], "log": ["exp"], "abs": [""], "weights": ["bias"],
  ]

  private static let counts: Set = ["count", "rows", "columns"]
  private static let conditions: Set = ["if", "while", "where"]

  /// A count that stays what it was when it was first asked for: right for data of one size only.
  private static let helper = """

    nonisolated(unsafe) private var firstCounts: [String: Int] = [:]
    extension Int {
      fileprivate func firstSeen(_ line: Int = #line, _ column: Int = #column) -> Int {
        firstCounts["\\(line):\\(column)", default: self]
          = firstCounts["\\(line):\\(column)", default: self]
        return firstCounts["\\(line):\\(column)", default: self]
      }
    }

    """
}
