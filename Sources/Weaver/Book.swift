import Workbook

/// The woven book: every file of the folder `book`, by name.
public struct Book: Equatable, Sendable {
  /// The text of each file.
  public private(set) var files: [String: String] = [:]
  /// The numerals that stand in the prose itself.
  public private(set) var literalNumbers: [LiteralNumber] = []
  /// How long each chapter is, and how much of it is code.
  public private(set) var measures: [ChapterMeasure] = []

  /// A chapter's pages, and the report of its run.
  public struct Source {
    /// The chapter.
    public let chapter: Chapter
    /// The report of its run.
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
    var document: Document {
      let text = lines.enumerated().map { $0 == 0 ? "##" + $1 : $1 }.joined(separator: "\n")
      return Document(markdown: text, file: file, firstLine: line)
    }
  }

  /// The pages before and after the chapters, front and back matter, in Markdown.
  public struct FrontMatter: Equatable, Sendable {
    /// The opening, which the table of contents follows.
    public let preface: String
    /// What the letters mean.
    public let notation: String
    /// The sources, each with a key in an anchor: `<a id="key"></a>`.
    public let bibliography: String
    /// Which wrong answers the grader tells apart: lines of Markdown, or none.
    public var grading: [String] = []
    /// The pages of the appendix, in order.
    public var appendix: [AppendixPage] = []
    /// The library's folders, and the texts of their files, for the page that lists its names; or none.
    public var library: [LibraryFolder] = []

    /// Creates the three pages that every book has.
    public init(preface: String, notation: String, bibliography: String) {
      self.preface = preface
      self.notation = notation
      self.bibliography = bibliography
    }
  }

  /// A folder of the library.
  public struct LibraryFolder: Equatable, Sendable {
    /// Its name, such as `Arrays`.
    public let name: String
    /// The text of each of its files.
    public let files: [String]

    /// Takes a folder's files.
    public init(name: String, files: [String]) { (self.name, self.files) = (name, files) }
  }

  /// A page of the appendix.
  public struct AppendixPage: Equatable, Sendable {
    /// Its file, from the folder `Chapters`, such as `Appendix/1-Checks.md`.
    public let file: String
    /// Its text, in Markdown; it opens with its title.
    public let text: String

    /// Takes a page from its file.
    public init(file: String, text: String) { (self.file, self.text) = (file, text) }

    /// The name by which links refer to it, such as `checks`.
    public var name: String {
      let stem = file.split(separator: "/").last.map { $0.replacing(".md", with: "") } ?? ""
      return stem.trimmingPrefix(/[0-9]+-/).lowercased()
    }

    /// Its title.
    public var title: String {
      String(text.prefix { $0 != "\n" }.trimmingPrefix("# "))
    }
  }

  /// Weaves one chapter of a book, to be looked at: its page and its figures.
  ///
  /// - Parameter outline: The book's chapters, and the folder of each.
  /// - Throws: `WeaveErrors` with everything that cannot be woven, each with file and line.
  public init(
    only source: Source, of outline: [(chapter: Chapter, folder: String)],
    frontMatter: FrontMatter
  ) throws(WeaveErrors) {
    var weaver = BookWeaver([source], frontMatter, outline: outline)
    weaver.weaveChapters()
    if !weaver.errors.isEmpty { throw WeaveErrors(errors: weaver.errors) }
    (files, literalNumbers, measures) = (weaver.files, weaver.literalNumbers, weaver.measures)
  }

  /// Weaves a book of chapters, with the pages before and after them.
  ///
  /// - Throws: `WeaveErrors` with everything that cannot be woven, each with file and line.
  public init(_ sources: [Source], frontMatter: FrontMatter) throws(WeaveErrors) {
    var weaver = BookWeaver(
      sources, frontMatter, outline: sources.map { ($0.chapter, $0.folder) })
    weaver.weave()
    if !weaver.errors.isEmpty { throw WeaveErrors(errors: weaver.errors) }
    (files, literalNumbers, measures) = (weaver.files, weaver.literalNumbers, weaver.measures)
  }

  /// How the contents of every woven book begin, by which a woven book is recognised.
  static let marker = "<!-- A book woven by `chapter-runner book`."

  /// The name of the file of a chapter, such as `01-perceptron.md`, or of one of its later parts, which
  /// are counted from 0: `08-training-2.md`.
  static func fileName(_ folder: String, part: Int = 0) -> String {
    folder.lowercased() + (part == 0 ? "" : "-\(part + 1)") + ".md"
  }

  /// The name of a page of the appendix, such as `appendix-checks.md`.
  static func appendixFile(_ name: String) -> String { "appendix-\(name).md" }

  /// The path of a figure's files, without their endings.
  static func figureStem(_ figure: Figure, chapter: Int) -> String {
    "figures/\(chapter)-\(figure.name)"
  }
}
