/// A line of a file of source, with its number.
struct SourceLine: Equatable {
  let number: Int
  let text: String

  var isEmpty: Bool { text.allSatisfy { $0 == " " } }
  var isImport: Bool { text.contains(#/^(@testable )?import /#) }
}

extension Document {
  /// Reads a page of Swift.
  ///
  /// Prose stands between `/*:` and `*/`, or behind `//:`. What stands between `//#-hidden-code` and
  /// `//#-end-hidden-code` is left out, and so are the imports that open a page, and what only tells the
  /// compiler how to make code fast. Of an experiment only its place is told.
  init(swift text: String, file: String) {
    var reader = PageReader(Document(file: file))
    for line in Self.lines(of: text, from: 1) { reader.read(line) }
    self = reader.finished()
  }

  /// Reads a page of Markdown, which is all prose.
  init(markdown text: String, file: String, firstLine: Int = 1) {
    var parser = BlockParser(Document(file: file))
    parser.parse(Self.lines(of: text, from: firstLine))
    self = parser.document
  }

  private static func lines(of text: String, from first: Int) -> [SourceLine] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { SourceLine(number: $0 + first, text: String($1)) }
  }
}

/// Sorts the lines of a Swift file into prose and code.
private struct PageReader {
  private var parser: BlockParser
  /// What is wrong with the marks of prose and of hidden code.
  private var slips: Document
  private var code: [SourceLine] = []
  private var prose: [SourceLine] = []
  private var proseStart: Int?
  private var hiddenStart: Int?

  init(_ document: Document) {
    parser = BlockParser(document)
    slips = document
  }

  mutating func read(_ line: SourceLine) {
    let trimmed = line.text.drop { $0 == " " }
    if proseStart != nil {
      readProse(line)
    } else if trimmed.hasPrefix("//#-hidden-code") {
      if hiddenStart != nil { slips.complain(line.number, "hidden code inside hidden code") }
      hiddenStart = line.number
    } else if trimmed.hasPrefix("//#-end-hidden-code") {
      if hiddenStart == nil {
        slips.complain(line.number, "the end of hidden code that never began")
      }
      hiddenStart = nil
    } else if hiddenStart != nil && trimmed.hasPrefix("/*:") {
      slips.complain(line.number, "prose inside hidden code, which nobody would read")
    } else if hiddenStart != nil || trimmed.hasPrefix("@specialized(") {
      return
    } else if trimmed.hasPrefix("/*:") {
      endCode()
      proseStart = line.number
      let rest = trimmed.dropFirst(3)
      if !rest.isEmpty { readProse(SourceLine(number: line.number, text: String(rest))) }
    } else if trimmed.hasPrefix("//:") {
      endCode()
      let text = String(trimmed.dropFirst(3).drop { $0 == " " })
      parser.parse([SourceLine(number: line.number, text: text)])
    } else {
      code.append(line)
    }
  }

  private mutating func readProse(_ line: SourceLine) {
    var text = line.text
    let closing = text.range(of: "*/")
    if let closing { text = String(text[..<closing.lowerBound]) }
    if text.contains("/*") {
      slips.complain(
        line.number, "a comment opener inside prose: Swift would nest it, and never close")
    }
    // Prose is indented by one space, so that it does not touch the margin of the comment.
    let isEnd = closing != nil && text.allSatisfy { $0 == " " }
    if !isEnd {
      let isIndented = text.hasPrefix(" ")
      prose.append(
        SourceLine(number: line.number, text: isIndented ? String(text.dropFirst()) : text))
    }
    if closing != nil {
      parser.parse(prose)
      (prose, proseStart) = ([], nil)
    }
  }

  mutating func finished() -> Document {
    if let proseStart {
      slips.complain(proseStart, "this prose is never closed: its */ is missing")
    }
    if let hiddenStart {
      slips.complain(
        hiddenStart, "this hidden code is never closed: //#-end-hidden-code is missing")
    }
    endCode()
    var document = parser.document
    document.errors += slips.errors
    return document
  }

  /// Ends a piece of code, without the empty lines around it and the imports before it.
  private mutating func endCode() {
    for piece in codePieces(of: Array(code.drop { $0.isEmpty || $0.isImport })) {
      switch piece {
      case .printed(let lines): parser.append(code: lines)
      case .experiment(let summary, let line):
        if summary.isEmpty {
          slips.complain(line, "an experiment needs a sentence that says what it does")
        }
        parser.append(experiment: summary, line: line)
      }
    }
    code = []
  }
}
