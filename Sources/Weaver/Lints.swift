import Workbook

/// Finds macros in formulas that GitHub refuses to show.
struct FormulaLint: DocumentVisitor {
  let file: String
  private(set) var errors: [WeaveError] = []

  init(_ file: String) { self.file = file }

  mutating func visit(_ block: Block) {
    guard case .formula(let lines) = block.content else { return }
    for (offset, line) in lines.enumerated() { lint(line, block.line + 1 + offset) }
  }

  mutating func visit(_ inline: Inline, in block: Block) {
    if case .formula(let formula) = inline.content { lint(formula, inline.line) }
  }

  private mutating func lint(_ formula: String, _ line: Int) {
    for macro in ["\\operatorname", "\\mbox", "\\phantom"] where formula.contains(macro) {
      errors.append(
        WeaveError(
          position: SourcePosition(file: file, line: line),
          message: "GitHub refuses \(macro) in a formula; use \\mathrm or \\text"))
    }
  }
}

/// Finds words that tell the reader how easy something is.
struct WordLint: DocumentVisitor {
  let file: String
  private(set) var errors: [WeaveError] = []

  init(_ file: String) { self.file = file }

  mutating func visit(_ inline: Inline, in block: Block) {
    for (line, text) in inline.proseLines {
      guard let word = text.firstMatch(of: /\b(simply|just)\b/.ignoresCase())?.1 else { continue }
      errors.append(
        WeaveError(
          position: SourcePosition(file: file, line: line),
          message: "“\(word)” says that the reader should find it easy; leave it out"))
    }
  }
}

/// A numeral that was typed into prose, where a recorded number could have stood.
public struct LiteralNumber: Equatable, Sendable {
  /// Where it stands.
  public let position: SourcePosition
  /// The digits.
  public let numeral: String
}

/// Lists the numerals that stand in running text.
struct LiteralNumbers: DocumentVisitor {
  let file: String
  private(set) var numbers: [LiteralNumber] = []

  init(_ file: String) { self.file = file }

  mutating func visit(_ inline: Inline, in block: Block) {
    for (line, text) in inline.proseLines {
      var text = text
      // The number that opens a chapter's title is its position in the book.
      if case .heading(level: 1, let inlines) = block.content, inlines.first == inline {
        text = text.replacing(/^[0-9]+ ·/, with: "")
      }
      for match in text.matches(of: /[0-9][0-9.,]*[0-9]|[0-9]/) {
        let position = SourcePosition(file: file, line: line)
        numbers.append(LiteralNumber(position: position, numeral: String(match.output)))
      }
    }
  }
}

extension Inline {
  /// The author's words, line by line, with the number that each line has in the file.
  fileprivate var proseLines: [(line: Int, text: Substring)] {
    guard let prose else { return [] }
    return prose.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      (line + $0, $1)
    }
  }
}
