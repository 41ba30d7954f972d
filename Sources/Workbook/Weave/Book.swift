import Foundation

/// The woven book: every file of the folder `book`, by name.
public struct Book: Equatable, Sendable {
  /// The text of each file.
  public private(set) var files: [String: String] = [:]
  /// The numerals that stand in the prose itself.
  public private(set) var typedNumbers: [TypedNumber] = []

  /// Where a chapter's pages are, and what its run gave.
  public struct Source {
    /// The chapter.
    public let chapter: Chapter
    /// Its run.
    public let report: Report
    /// The name of its folder, such as `01-Perceptron`.
    public let folder: String
    /// Its pages: the name of each file, and its text, in reading order.
    public let pages: [(name: String, text: String)]
    /// The statements of its exercises, in order.
    public var exercises: [Statement] = []

    /// Puts a chapter's pages beside its run.
    public init(
      chapter: Chapter, report: Report, folder: String, pages: [(name: String, text: String)]
    ) {
      self.chapter = chapter
      self.report = report
      self.folder = folder
      self.pages = pages
    }
  }

  /// What an exercise asks, as it stands at the head of its file.
  public struct Statement: Sendable {
    /// The file, from the package's folder.
    public let file: String
    /// The line of the file at which the text begins.
    public let line: Int
    /// The text in Markdown; it opens with a heading.
    public let lines: [String]

    /// Takes a statement out of a file.
    public init(file: String, line: Int, lines: [String]) {
      self.file = file
      self.line = line
      self.lines = lines
    }

    /// The statement as a part of a chapter, with the number that each line has in its file.
    var page: SourcePage {
      let text = lines.enumerated().map { $0 == 0 ? "##" + $1 : $1 }.joined(separator: "\n")
      return SourcePage(markdown: text, file: file, firstLine: line)
    }
  }

  /// The pages around the chapters, written in Markdown.
  public struct Frame: Equatable, Sendable {
    /// The opening, which the table of contents follows.
    public let preface: String
    /// What the letters mean.
    public let notation: String
    /// The sources, each with a key in an anchor: `<a id="key"></a>`.
    public let bibliography: String
    /// What wrong answers the grader tells apart: lines of Markdown, or none.
    public var grading: [String] = []

    /// Creates a frame of three pages.
    public init(preface: String, notation: String, bibliography: String) {
      self.preface = preface
      self.notation = notation
      self.bibliography = bibliography
    }
  }

  /// Weaves a book.
  ///
  /// - Throws: `WeaveErrors` with everything that cannot be woven, each with file and line.
  public init(_ sources: [Source], frame: Frame) throws(WeaveErrors) {
    var weaver = BookWeaver(sources, frame: frame)
    weaver.weave()
    if !weaver.errors.isEmpty { throw WeaveErrors(errors: weaver.errors) }
    (files, typedNumbers) = (weaver.files, weaver.typedNumbers)
  }

  /// How the contents of every woven book begin, so that a woven book is known for one.
  static let marker = "<!-- A book woven by `chapter-runner book`."

  /// The name of a chapter's file, such as `01-perceptron.md`.
  static func fileName(_ folder: String) -> String { folder.lowercased() + ".md" }

  /// The place of a figure's files, without their endings.
  static func figureStem(_ figure: Figure, chapter: Int) -> String {
    "figures/\(chapter)-\(figure.name)"
  }
}

/// Everything in the book's source that cannot be woven.
public struct WeaveErrors: Error, Equatable, CustomStringConvertible {
  /// The errors, in reading order.
  public let errors: [WeaveError]

  public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// Weaves chapters and the pages around them.
private struct BookWeaver {
  let sources: [Book.Source]
  let frame: Book.Frame
  var files: [String: String] = [:]
  var errors: [WeaveError] = []
  var typedNumbers: [TypedNumber] = []
  private var context = ProseContext()
  private var cited: Set<String> = []

  init(_ sources: [Book.Source], frame: Book.Frame) {
    self.sources = sources
    self.frame = frame
    for source in sources {
      context.chapters[source.chapter.number] =
        (Book.fileName(source.folder), source.chapter.title)
    }
    let anchors = frame.bibliography.matches(of: /<a id="([^"]+)">/)
    context.sources = Set(anchors.map { String($0.output.1) })
  }

  mutating func weave() {
    for index in sources.indices { weaveChapter(index) }
    let preface = weavePage(frame.preface, "Preface.md")
    let marker = Book.marker + " Change Chapters/Preface.md instead. -->"
    files["README.md"] = Self.text([marker, ""] + preface + contents)
    let notation = weavePage(frame.notation, "Notation.md")
    files["notation.md"] = Self.text([Self.home, ""] + notation)
    let beforeSources = typedNumbers
    let bibliography = weavePage(frame.bibliography, "Bibliography.md")
    // Years, volumes and pages are citations, all of them.
    typedNumbers = beforeSources
    files["bibliography.md"] = Self.text([Self.home, ""] + bibliography)
    files["certificates.md"] = Self.text([Self.home, ""] + certificates)
    if !frame.grading.isEmpty {
      files["grading.md"] = Self.text([Self.home, ""] + frame.grading)
    }
    for key in context.sources.subtracting(cited).sorted() {
      let lines = frame.bibliography.components(separatedBy: "\n")
      let line = (lines.firstIndex { $0.contains("id=\"\(key)\"") } ?? 0) + 1
      let place = SourcePlace(file: "Chapters/Bibliography.md", line: line)
      errors.append(WeaveError(place: place, message: "the source “\(key)” is never cited"))
    }
  }

  private static let home = "[Contents](README.md)"

  /// Returns lines as a text in which no two empty lines follow each other.
  private static func text(_ lines: [String]) -> String {
    var text: [String] = []
    for line in lines where !(line.isEmpty && text.last?.isEmpty ?? true) { text.append(line) }
    while text.last?.isEmpty ?? false { text.removeLast() }
    return text.joined(separator: "\n") + "\n"
  }

  private mutating func weavePage(_ markdown: String, _ name: String) -> [String] {
    let page = SourcePage(markdown: markdown, file: "Chapters/\(name)")
    return weave([page], report: nil).markdown
  }

  /// Weaves pages that belong together.
  private mutating func weave(_ pages: [SourcePage], report: Report?) -> (
    markdown: [String], shown: [ProseWeaver.Shown]
  ) {
    var context = context
    context.report = report
    var markdown: [String] = []
    var shown: [ProseWeaver.Shown] = []
    for page in pages {
      errors += page.errors
      var prose = ProseWeaver(file: page.file, context: context, after: shown)
      for block in page.blocks {
        switch block {
        case .prose(let lines): prose.weave(lines)
        case .code(let lines): prose.print(code: lines)
        }
      }
      errors += prose.errors
      typedNumbers += prose.typedNumbers
      cited.formUnion(prose.cited)
      shown = prose.shown
      markdown += prose.markdown
    }
    return (markdown, shown)
  }

  private mutating func weaveChapter(_ index: Int) {
    let source = sources[index]
    let pages = source.pages.map { page in
      SourcePage(swift: page.text, file: "Chapters/\(source.folder)/\(page.name)")
    }
    let (markdown, shown) = weave(pages, report: source.report)
    requireShown(source.report, shown)
    files[Book.fileName(source.folder)] = Self.text(
      [
        "<!-- Woven from Chapters/\(source.folder) by `chapter-runner book`. Change it there. -->",
        navigation(index), "",
      ] + markdown + exercises(of: source)
        + ["## Checks", "", "What this run claimed, and what it found.", ""]
        + source.report.certificate + ["", "---", "", navigation(index)])
    for figure in source.report.figures {
      let stem = Book.figureStem(figure, chapter: source.chapter.number)
      files[stem + ".svg"] = figure.svg
      files[stem + ".csv"] = figure.csv
    }
  }

  /// Weaves the statements of a chapter's exercises; their solutions are no part of the book.
  private mutating func exercises(of source: Book.Source) -> [String] {
    if source.exercises.isEmpty { return [] }
    // What an exercise gives is given: no run could record it.
    let before = typedNumbers
    let statements = weave(source.exercises.map(\.page), report: source.report).markdown
    typedNumbers = before
    return [
      "## Exercises", "",
      "Each is a file in `Exercises/\(source.folder)`, where your answer goes; "
        + "`scripts/run check \(source.chapter.number)` checks them, and "
        + "`scripts/run watch \(source.chapter.number)` does so whenever you save.", "",
    ] + statements
  }

  /// Complains of figures and tables that the run made and the prose never shows.
  private mutating func requireShown(_ report: Report, _ shown: [ProseWeaver.Shown]) {
    for name in report.figures.map(\.name) where !shown.contains(.figure(name)) {
      complain(report, name, "the figure “\(name)” is made, and never shown")
    }
    for name in report.tables.map(\.name) where !shown.contains(.table(name)) {
      complain(report, name, "the table “\(name)” is made, and never shown")
    }
  }

  private mutating func complain(_ report: Report, _ name: String, _ message: String) {
    let place = report.origins[name] ?? SourcePlace(file: "Chapters", line: 1)
    errors.append(WeaveError(place: place, message: message))
  }

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
    return ["## Contents", "", "| | chapter | asks |", "|--:|:--|:--|"] + rows + [
      "",
      "[Notation](notation.md) · [Certificates](certificates.md) · "
        + (frame.grading.isEmpty ? "" : "[Grading](grading.md) · ")
        + "[Bibliography](bibliography.md)",
    ]
  }

  /// Every claim of the book, with what the runs say of it.
  private var certificates: [String] {
    let checks = sources.flatMap(\.report.checks)
    let passed = checks.filter { $0.verdict == .pass }.count
    return [
      "# Certificates", "",
      "Every claim that the chapters check, as the runs behind this book found it: "
        + "\(passed) of \(checks.count) hold.", "",
    ]
      + sources.flatMap { source in
        ["## \(source.chapter.number) · \(source.chapter.title)", ""]
          + source.report.certificate + [""]
      }
  }
}

extension Report {
  /// The checks as a table in Markdown.
  fileprivate var certificate: [String] {
    let marks: [Check.Verdict: String] = [.pass: "✓", .fail: "✗", .undecided: "?"]
    let rows = checks.map { check in
      "| \(marks[check.verdict, default: "?"]) | \(check.name) | \(check.detail) |"
    }
    return ["| | claim | found |", "|:-:|:--|:--|"] + rows
  }
}
