import Foundation

/// Parses lines of prose into blocks.
struct BlockParser {
  /// What it has made so far.
  private(set) var document: Document
  private var paragraph: [SourceLine] = []
  private var verbatim: [SourceLine] = []
  private var formula: (start: Int, lines: [String])?
  private var listing: (start: Int, language: String, lines: [String])?
  private var isAfterSpace = true

  /// Begins with a document to append blocks to.
  init(_ document: Document) { self.document = document }

  /// Parses a run of lines of prose; it stands apart from what came before.
  mutating func parse(_ lines: some Sequence<SourceLine>) {
    isAfterSpace = true
    for line in lines { read(line) }
    endText()
    if let formula {
      document.complain(formula.start, "this formula is never closed: its $$ is missing")
    }
    if let listing {
      document.complain(listing.start, "these lines of code are never closed: their ``` is missing")
    }
    (formula, listing) = (nil, nil)
  }

  /// Appends a piece of Swift.
  mutating func append(code lines: [SourceLine]) {
    isAfterSpace = true
    append(.code(lines.map(\.text)), line: lines.first?.number ?? 1)
  }

  /// Appends what stands in the place of an experiment.
  mutating func append(experiment summary: String, line: Int) {
    isAfterSpace = true
    append(.experiment(parseInlines(summary, from: line)), line: line)
  }

  private mutating func read(_ line: SourceLine) {
    let trimmed = line.text.trimmingCharacters(in: .whitespaces)
    if let open = listing {
      if trimmed == "```" {
        append(.listing(language: open.language, open.lines), line: open.start)
        listing = nil
      } else {
        listing?.lines.append(line.text)
      }
    } else if let open = formula {
      if trimmed == "$$" {
        append(.formula(open.lines), line: open.start)
        formula = nil
      } else {
        formula?.lines.append(trimmed)
      }
    } else if trimmed.hasPrefix("```") {
      endText()
      listing = (line.number, String(trimmed.dropFirst(3)), [])
    } else if trimmed == "$$" {
      endText()
      formula = (line.number, [])
    } else if trimmed.isEmpty {
      endText()
      isAfterSpace = true
    } else if line.text.hasPrefix("    ") && paragraph.isEmpty {
      verbatim.append(line)
    } else {
      endVerbatim()
      paragraph.append(line)
    }
  }

  private mutating func endText() {
    endVerbatim()
    endParagraph()
  }

  private mutating func endVerbatim() {
    guard let first = verbatim.first else { return }
    append(.verbatim(verbatim.map(\.text)), line: first.number)
    verbatim = []
  }

  private mutating func endParagraph() {
    let lines = paragraph[...]
    paragraph = []
    guard let first = lines.first else { return }
    if let match = lines.text.wholeMatch(of: /!\[([^\]]*)\]\((figure|table):([^)]*)\)/) {
      let words = match.1.replacing("\n", with: " ").trimmingCharacters(in: .whitespaces)
      let (name, caption) = (String(match.3), parseInlines(words, from: first.number))
      append(
        match.2 == "figure" ? .figure(name, caption: caption) : .table(name, caption: caption),
        line: first.number)
    } else if first.text.hasPrefix(Self.guess) && lines.allSatisfy({ $0.text.hasPrefix(">") }) {
      appendQuestion(lines)
    } else {
      appendText(lines)
    }
  }

  /// Appends the headings, the list and the paragraph that follow each other without empty lines.
  private mutating func appendText(_ lines: ArraySlice<SourceLine>) {
    guard let first = lines.first else { return }
    if let match = first.text.wholeMatch(of: /(#{1,6}) (.*)/) {
      let inlines = parseInlines(String(match.2), from: first.number)
      append(.heading(level: match.1.count, inlines), line: first.number)
      return appendText(lines.dropFirst())
    }
    let isList = first.text.hasPrefix("- ")
    let end = isList ? lines.endIndex : lines.firstIndex { $0.text.hasPrefix("- ") }
    let part = lines[..<(end ?? lines.endIndex)]
    append(
      isList
        ? .list(Self.items(of: part)) : .paragraph(parseInlines(part.text, from: first.number)),
      line: first.number)
    appendText(lines[part.endIndex...])
  }

  private static func items(of lines: ArraySlice<SourceLine>) -> [[Inline]] {
    let starts = lines.indices.filter { lines[$0].text.hasPrefix("- ") }
    return zip(starts, starts.dropFirst() + [lines.endIndex]).map { start, end in
      parseInlines(String(lines[start..<end].text.dropFirst(2)), from: lines[start].number)
    }
  }

  /// How a question to the reader begins.
  private static let guess = "> **Guess:** "

  /// Appends a quotation that asks the reader: its first paragraph is the question, the rest the
  /// answer.
  private mutating func appendQuestion(_ quotation: ArraySlice<SourceLine>) {
    var lines = quotation.map { line in
      SourceLine(number: line.number, text: String(line.text.trimmingPrefix(/> ?/)))
    }
    lines[0] = SourceLine(
      number: lines[0].number, text: String(lines[0].text.trimmingPrefix("**Guess:** ")))
    let question = lines.prefix { !$0.isEmpty }
    var parser = BlockParser(Document(file: document.file))
    parser.parse(lines.dropFirst(question.count))
    document.errors += parser.document.errors
    append(
      .question(
        parseInlines(question.text, from: lines[0].number), answer: parser.document.blocks),
      line: lines[0].number)
  }

  private mutating func append(_ content: Block.Content, line: Int) {
    document.blocks.append(Block(content: content, line: line, isTight: !isAfterSpace))
    isAfterSpace = false
  }
}

extension Collection<SourceLine> {
  /// The lines as one text.
  fileprivate var text: String { map(\.text).joined(separator: "\n") }
}
