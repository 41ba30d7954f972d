import Workbook

/// Writes documents as Markdown for GitHub.
///
/// A name that cannot be looked up leaves nothing behind; ``ReferenceCheck`` complains of it.
struct MarkdownRenderer {
  let context: BookContext
  /// How many figures and tables the pages before have shown: captions are numbered through a chapter.
  private var figures = 0
  private var tables = 0
  /// The page that is being rendered.
  private var file = ""

  init(_ context: BookContext) { self.context = context }

  /// Returns the lines of a document, each block with an empty line before it unless it is tight.
  mutating func lines(of document: Document) -> [String] {
    file = document.file
    return lines(of: document.blocks)
  }

  private mutating func lines(of blocks: [Block]) -> [String] {
    blocks.flatMap { block in (block.isTight ? [] : [""]) + lines(of: block) }
  }

  private mutating func lines(of block: Block) -> [String] {
    switch block.content {
    case .heading(let level, let inlines):
      [String(repeating: "#", count: level) + " " + text(of: inlines)]
    case .paragraph(let inlines): [text(of: inlines)]
    case .list(let items): items.map { "- " + text(of: $0) }
    case .formula(let lines): ["```math"] + lines + ["```"]
    case .code(let lines): ["```swift"] + lines + ["```"]
    case .listing(let language, let lines): ["```" + language] + lines + ["```"]
    case .experiment(let summary): ["*Experiment: \(text(of: summary))* [Source](../\(file))"]
    case .verbatim(let lines): lines
    case .figure(let name, let caption): figureLines(name, caption)
    case .table(let name, let caption): tableLines(name, caption)
    case .question(let question, let answer): questionLines(question, answer)
    }
  }

  private func text(of inlines: [Inline]) -> String { inlines.map(text).joined() }

  private func text(of inline: Inline) -> String {
    switch inline.content {
    case .text(let text), .code(let text): text
    case .formula(let formula): "$`\(formula)`$"
    case .value(let name): context.quantity(name)?.text ?? ""
    case .link(let label, .chapter(let number)):
      "[\(label)](\(context.chapterFile(number) ?? ""))"
    case .link(let label, .source(let key)): "[\(label)](bibliography.md#\(key))"
    case .link(let label, .file(let name)): "[\(label)](../\(file.sourcePath(of: name)))"
    case .link(let label, .appendix(let name)): "[\(label)](\(Book.appendixFile(name)))"
    case .link(let label, .address(let address)): "[\(label)](\(address))"
    case .misplaced(_, let label): label
    }
  }

  private mutating func figureLines(_ name: String, _ caption: [Inline]) -> [String] {
    guard let figure = context.figure(name), let report = context.report else { return [] }
    figures += 1
    let stem = Book.figureStem(figure, chapter: report.chapter)
    let alt = figure.alt.replacing("[", with: "(").replacing("]", with: ")")
    return [
      "![\(alt)](\(stem).svg)", "",
      "*Figure \(report.chapter).\(figures): \(text(of: caption)).* [Data](\(stem).csv)",
    ]
  }

  private mutating func tableLines(_ name: String, _ caption: [Inline]) -> [String] {
    guard let report = context.report, let table = report.table(name) else { return [] }
    tables += 1
    return ["*Table \(report.chapter).\(tables): \(text(of: caption)).*", ""] + table.markdown
  }

  /// A question as a quotation, and its answer folded away below. GitHub reads Markdown inside an
  /// element only between empty lines.
  private mutating func questionLines(_ question: [Inline], _ answer: [Block]) -> [String] {
    let words = "**Guess:** " + text(of: question)
    let quotation = words.split(separator: "\n").map { "> " + $0 }
    if answer.isEmpty { return quotation }
    return quotation + ["", "<details>", "<summary>Answer</summary>", ""] + lines(of: answer)
      + ["", "</details>"]
  }
}

extension String {
  /// The text as an entry of a table in Markdown, where | ends an entry.
  var asTableCell: String { replacing("|", with: "\\|") }
}

extension Table {
  /// The table as GitHub Markdown, numbers flush right.
  var markdown: [String] {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(\.asTableCell).joined(separator: " | ") + " |"
    }
    let rules = columns.indices.map { isNumeric($0) ? "--:" : ":--" }
    return [line(columns), "|" + rules.joined(separator: "|") + "|"]
      + rows.map { line($0.map(\.text)) }
  }
}
