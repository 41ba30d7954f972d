import Foundation
import Workbook

/// Weaves chapters and the pages before and after them.
struct BookWeaver {
  private let sources: [Book.Source]
  private let frontMatter: Book.FrontMatter
  private(set) var files: [String: String] = [:]
  private(set) var errors: [WeaveError] = []
  private(set) var literalNumbers: [LiteralNumber] = []
  private(set) var measures: [ChapterMeasure] = []
  private var context = BookContext()
  private var cited: Set<String> = []
  private var terms = TermIndex()
  /// The lines of code that the chapters print.
  private var printed: [(chapter: Int, line: String)] = []

  /// - Parameter outline: The chapters that links may lead to, and the folder of each.
  init(
    _ sources: [Book.Source], _ frontMatter: Book.FrontMatter,
    outline: [(chapter: Chapter, folder: String)]
  ) {
    self.sources = sources
    self.frontMatter = frontMatter
    for (chapter, folder) in outline {
      context.chapters[chapter.number] = (Book.fileName(folder), chapter.title)
    }
    context.appendix = Set(frontMatter.appendix.map(\.name))
    if !frontMatter.library.isEmpty { context.appendix.insert("library") }
    let anchors = frontMatter.bibliography.matches(of: /<a id="([^"]+)">/)
    context.sources = Set(anchors.map { String($0.output.1) })
  }

  mutating func weave() {
    weaveChapters()
    let preface = weavePage(frontMatter.preface, "Preface.md")
    let marker = Book.marker + " Change Chapters/Preface.md instead. -->"
    files["README.md"] = Self.text([marker, ""] + preface + [""] + contents)
    let notation = weavePage(frontMatter.notation, "Notation.md")
    files["notation.md"] = Self.text([Self.home, ""] + notation)
    // Years, volumes and pages are citations, all of them.
    let bibliography = weavePage(
      frontMatter.bibliography, "Bibliography.md", mayHaveNumerals: true)
    files["bibliography.md"] = Self.text([Self.home, ""] + bibliography)
    for page in frontMatter.appendix {
      let lines = weavePage(page.text, page.file, mayHaveNumerals: true)
      files[Book.appendixFile(page.name)] = Self.text([Self.home, ""] + lines)
    }
    if !frontMatter.library.isEmpty {
      let folders = frontMatter.library.map { ($0.name, $0.files) }
      let page = LibraryPage(folders: folders, printed: printed).lines.joined(separator: "\n")
      let lines = weavePage(page, "Library", mayHaveNumerals: true)
      files[Book.appendixFile("library")] = Self.text([Self.home, ""] + lines)
    }
    files["index.md"] = Self.text([Self.home, ""] + terms.lines)
    files["certificates.md"] = Self.text([Self.home, ""] + certificates)
    if !frontMatter.grading.isEmpty {
      files["grading.md"] = Self.text([Self.home, ""] + frontMatter.grading)
    }
    requireCited()
  }

  /// Weaves the chapters, and none of the other pages.
  mutating func weaveChapters() {
    for index in sources.indices { weaveChapter(index) }
  }

  private static let home = "[Contents](README.md)"

  /// Returns lines as a text in which no two empty lines follow each other.
  private static func text(_ lines: [String]) -> String {
    var text: [String] = []
    for line in lines where !(line.isEmpty && text.last?.isEmpty ?? true) { text.append(line) }
    while text.last?.isEmpty ?? false { text.removeLast() }
    return text.joined(separator: "\n") + "\n"
  }

  private mutating func weavePage(
    _ markdown: String, _ name: String, mayHaveNumerals: Bool = false
  ) -> [String] {
    let page = Document(markdown: markdown, file: "Chapters/\(name)")
    return weave([page], report: nil, mayHaveNumerals: mayHaveNumerals).pages.flatMap { $0 }
  }

  /// Weaves pages that belong together, and returns the lines of each.
  ///
  /// - Parameter mayHaveNumerals: Whether their numerals need not be listed.
  private mutating func weave(
    _ pages: [Document], report: Report?, mayHaveNumerals: Bool = false
  ) -> (pages: [[String]], shown: Set<Reference>) {
    var context = context
    context.report = report
    var renderer = MarkdownRenderer(context)
    var woven: [[String]] = []
    var shown: Set<Reference> = []
    for page in pages {
      shown.formUnion(check(page, context))
      if !mayHaveNumerals {
        var numbers = LiteralNumbers(page.file)
        page.accept(&numbers)
        literalNumbers += numbers.numbers
      }
      woven.append(renderer.lines(of: page))
    }
    return (woven, shown)
  }

  /// Collects what is wrong with a page, and returns the figures and tables that it shows.
  private mutating func check(_ page: Document, _ context: BookContext) -> Set<Reference> {
    var (formulas, words) = (FormulaLint(page.file), WordLint(page.file))
    var references = ReferenceCheck(page.file, context)
    page.accept(&formulas)
    page.accept(&words)
    page.accept(&references)
    let found = page.errors + formulas.errors + words.errors + references.errors
    errors += found.sorted { $0.position.line < $1.position.line }
    cited.formUnion(references.cited)
    return references.shown
  }

  private mutating func weaveChapter(_ index: Int) {
    let source = sources[index]
    let pages = source.pages.map { page in
      Document(swift: page.text, file: "Chapters/\(source.folder)/\(page.name)")
    }
    let (woven, shown) = weave(pages, report: source.report)
    requireShown(source.report, shown)
    printed += pages.flatMap(\.printedCode).map { (source.chapter.number, $0) }
    let parts = Self.parts(of: pages)
    for (number, part) in parts.enumerated() {
      let file = Book.fileName(source.folder, part: number)
      let isLast = number == parts.count - 1
      var measure = ChapterMeasure(chapter: source.chapter.number, part: number)
      for page in pages[part] { page.accept(&measure) }
      terms.add(Array(pages[part]), ofChapter: source.chapter.number, file: file)
      let opening = [
        "<!-- Woven from Chapters/\(source.folder) by `chapter-runner book`. Change it there. -->",
        navigation(index), "",
      ]
      let chapter = opening + Self.withContents(woven[part].flatMap { $0 })
      let checks = isLast ? checksLink(of: source) : onward(to: number + 1, parts, pages, source)
      let end = ["", "---", "", navigation(index)]
      measure.lines = Self.text(chapter + checks + end).count { $0 == "\n" }
      measures.append(measure)
      let exercises = isLast ? [""] + exercises(of: source) : []
      files[file] = Self.text(chapter + exercises + checks + end)
    }
    for figure in source.report.figures {
      let stem = Book.figureStem(figure, chapter: source.chapter.number)
      files[stem + ".svg"] = figure.svg
      files[stem + ".csv"] = figure.csv
    }
  }

  /// The parts of a chapter: its pages, up to each that begins with a title of its own.
  private static func parts(of pages: [Document]) -> [Range<Int>] {
    let starts = pages.indices.filter { index in
      index == 0
        || pages[index].blocks.contains {
          if case .heading(level: 1, _) = $0.content { true } else { false }
        }
    }
    return zip(starts, starts.dropFirst() + [pages.count]).map { $0..<$1 }
  }

  /// A link from the end of one part of a chapter to the next, by its title.
  private func onward(
    to number: Int, _ parts: [Range<Int>], _ pages: [Document], _ source: Book.Source
  ) -> [String] {
    let titles = pages[parts[number]].flatMap(\.blocks).compactMap { block -> String? in
      if case .heading(level: 1, let inlines) = block.content { inlines.source } else { nil }
    }
    let file = Book.fileName(source.folder, part: number)
    return ["", "**The next part:** [\(titles.first ?? source.chapter.title)](\(file))"]
  }

  /// Returns a chapter's lines with a list of its sections before the first one.
  private static func withContents(_ markdown: [String]) -> [String] {
    var isCode = false
    let sections = markdown.indices.filter { index in
      if markdown[index].hasPrefix("```") { isCode.toggle() }
      return !isCode && markdown[index].hasPrefix("## ")
    }
    guard let first = sections.first, sections.count > 1 else { return markdown }
    let list = sections.map { index in
      let title = markdown[index].dropFirst(3)
      return "[\(title)](#\(Self.anchor(title)))"
    }
    let contents = "**In this chapter:** " + list.joined(separator: " · ")
    return markdown[..<first] + [contents, ""] + markdown[first...]
  }

  /// The anchor that GitHub gives a heading.
  static func anchor(_ heading: some StringProtocol) -> String {
    heading.lowercased().filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
      .replacing(" ", with: "-")
  }

  /// A sentence about the checks of a chapter's run, which the certificates list.
  private func checksLink(of source: Book.Source) -> [String] {
    let (chapter, checks) = (source.chapter, source.report.checks)
    let passed = checks.filter { $0.verdict == .pass }.count
    let anchor = Self.anchor("\(chapter.number) · \(chapter.title)")
    return [
      "", "## Checks", "",
      "This run made \(checks.count) claims, and \(passed) hold: "
        + "[the claims, and what was found](certificates.md#\(anchor)).",
    ]
  }

  /// Weaves the statements of a chapter's exercises; their solutions are no part of the book.
  private mutating func exercises(of source: Book.Source) -> [String] {
    if source.exercises.isEmpty { return [] }
    // The numerals of an exercise are given: no run could record them.
    let statements = weave(
      source.exercises.map(\.document), report: source.report, mayHaveNumerals: true)
    return [
      "## Exercises", "",
      "Each is a file in `Exercises/\(source.folder)`, where your answer goes; "
        + "`scripts/run check \(source.chapter.number)` checks them, and "
        + "`scripts/run watch \(source.chapter.number)` does so whenever you save.", "",
    ] + statements.pages.flatMap { $0 } + [""]
  }

  // MARK: What must not be missing

  /// Complains of figures and tables that the run made and the prose never shows.
  private mutating func requireShown(_ report: Report, _ shown: Set<Reference>) {
    for name in report.figures.map(\.name) where !shown.contains(.figure(name)) {
      complain(report.origins[name], "the figure “\(name)” is made, and never shown")
    }
    for name in report.tables.map(\.name) where !shown.contains(.table(name)) {
      complain(report.origins[name], "the table “\(name)” is made, and never shown")
    }
  }

  /// Complains of sources that no page cites.
  private mutating func requireCited() {
    let lines = frontMatter.bibliography.components(separatedBy: "\n")
    for key in context.sources.subtracting(cited).sorted() {
      let line = (lines.firstIndex { $0.contains("id=\"\(key)\"") } ?? 0) + 1
      complain(
        SourcePosition(file: "Chapters/Bibliography.md", line: line),
        "the source “\(key)” is never cited")
    }
  }

  private mutating func complain(_ position: SourcePosition?, _ message: String) {
    let position = position ?? SourcePosition(file: "Chapters", line: 1)
    errors.append(WeaveError(position: position, message: message))
  }
}

// MARK: - What is made of all chapters

extension BookWeaver {
  /// Links to the chapters before and after.
  private func navigation(_ index: Int) -> String {
    func link(_ index: Int) -> String? {
      guard sources.indices.contains(index) else { return nil }
      let source = sources[index]
      return "[\(source.chapter.number) · \(source.chapter.title)](\(Book.fileName(source.folder)))"
    }
    let parts = [link(index - 1).map { "← " + $0 }, Self.home, link(index + 1).map { $0 + " →" }]
    return parts.compactMap { $0 }.joined(separator: " | ")
  }

  private var contents: [String] {
    let rows = sources.map { source in
      let chapter = source.chapter
      return "| \(chapter.number) | [\(chapter.title)](\(Book.fileName(source.folder))) "
        + "| \(chapter.question) |"
    }
    var others = [
      "[Notation](notation.md)", "[Index](index.md)", "[Certificates](certificates.md)",
    ]
    if !frontMatter.grading.isEmpty { others.append("[Grading](grading.md)") }
    others.append("[Bibliography](bibliography.md)")
    let table: [String] =
      ["## Contents", "", "| | chapter | asks |", "|--:|:--|:--|"] + rows + [""]
    return table + appendixContents + [others.joined(separator: " · ")]
  }

  /// The pages of the appendix, as a list of links.
  private var appendixContents: [String] {
    var pages = frontMatter.appendix.map { ($0.title, $0.name) }
    if !frontMatter.library.isEmpty { pages.append(("What exercises may use", "library")) }
    if pages.isEmpty { return [] }
    return ["**Appendix**", ""] + pages.map { "- [\($0)](\(Book.appendixFile($1)))" } + [""]
  }

  /// Every claim of the book, with what the runs say of it.
  private var certificates: [String] {
    let checks = sources.flatMap(\.report.checks)
    let passed = checks.filter { $0.verdict == .pass }.count
    var lines = [
      "# Certificates", "",
      "Every claim that the chapters check, as the runs behind this book found it: "
        + "\(passed) of \(checks.count) hold.", "",
    ]
    for source in sources {
      lines += ["## \(source.chapter.number) · \(source.chapter.title)", ""]
      lines += source.report.certificate
      lines.append("")
    }
    return lines
  }
}

extension Document {
  /// The lines of Swift that are printed, without their indentation.
  fileprivate var printedCode: [String] {
    var printed: [String] = []
    for block in blocks {
      guard case .code(let lines) = block.content else { continue }
      printed += lines.map { line in String(line.drop { $0 == " " }) }
    }
    return printed
  }
}

extension Report {
  /// The checks as a table in Markdown.
  fileprivate var certificate: [String] {
    let marks: [Check.Verdict: String] = [.pass: "✓", .fail: "✗", .undecided: "?"]
    let rows = checks.map { check in
      let (claim, found) = (check.name.asTableCell, check.detail.asTableCell)
      return "| \(marks[check.verdict, default: "?"]) | \(claim) | \(found) |"
    }
    return ["| | claim | found |", "|:-:|:--|:--|"] + rows
  }
}
