import Foundation
import Testing

@testable import Workbook

/// A chapter that makes one of everything.
private enum SmallLesson: Lesson {
  static func teach<Scalar: FloatingField>(on page: inout Page, in scalar: Scalar.Type) {
    page.record(0.6931, .decimals(2), as: "loss", label: "loss")
    page.show(Table("rows", columns: ["a|b", "n"], rows: [["x", .count(1_200)]]))
    page.show(
      Figure(
        "curve", LinePlot(x: .linear("step"), y: .linear("loss"), series: [.init("l", [3, 2, 1])])))
    page.check("it falls", true, detail: "from 3 to 1")
  }
}

/// A chapter whose figure has no words.
private enum WordlessLesson: Lesson {
  static func teach<Scalar: FloatingField>(on page: inout Page, in scalar: Scalar.Type) {
    page.show(
      Figure("curve", LinePlot(x: .linear(""), y: .linear("loss"), series: [.init("l", [3, 2])])))
  }
}

@Suite struct BookTests {
  static let whole = """
    import Workbook

    /*:
     # 7 · Title

     The loss is \\(loss), and $a_1$ is not `b1`.

     ![A curve that
     falls](figure:curve)

     ![Rows](table:rows)

     $$
     x^2
     $$
     */

    let shown = 1

    //#-hidden-code
    let hidden = 2
    //#-end-hidden-code

    //: Onward to [the same](chapter:7), by [Author](cite:author-1999).
    """

  /// Weaves a book of one chapter with one page.
  func weave(
    _ page: String, _ lesson: any Lesson.Type = SmallLesson.self,
    bibliography: String = "<a id=\"author-1999\"></a>\nAuthor, 1999."
  ) throws -> Book {
    let chapter = Chapter(number: 7, title: "Title", question: "Why?", lesson: lesson)
    let report = try chapter.report(options: RunOptions())
    let source = Book.Source(
      chapter: chapter, report: report, folder: "07-Small", pages: [("1-Page.swift", page)])
    let frame = Book.Frame(preface: "# Preface", notation: "# Notation", bibliography: bibliography)
    return try Book([source], frame: frame)
  }

  /// Returns what weaving a page complains of.
  func complaints(
    _ page: String, _ lesson: any Lesson.Type = SmallLesson.self,
    bibliography: String = "<a id=\"author-1999\"></a>"
  ) throws -> [String] {
    do {
      _ = try weave(page, lesson, bibliography: bibliography)
      return []
    } catch let errors as WeaveErrors {
      return errors.errors.map(\.description)
    }
  }

  @Test func `a page becomes Markdown for GitHub`() throws {
    let book = try weave(Self.whole)
    let chapter = try #require(book.files["07-small.md"])
    #expect(chapter.contains("The loss is 0.69, and $`a_1`$ is not `b1`."))
    #expect(chapter.contains("```math\nx^2\n```"))
    #expect(chapter.contains("```swift\nlet shown = 1\n```"))
    #expect(!chapter.contains("hidden") && !chapter.contains("import Workbook"))
    #expect(chapter.contains("*Figure 7.1: A curve that falls.* [Data](figures/7-curve.csv)"))
    #expect(chapter.contains("*Table 7.1: Rows.*\n\n| a\\|b | n |\n|:--|--:|\n| x | 1,200 |"))
    #expect(chapter.contains("Onward to [the same](07-small.md)"))
    #expect(chapter.contains("[Author](bibliography.md#author-1999)"))
    #expect(chapter.contains("| ✓ | it falls | from 3 to 1 |"))
    #expect(!chapter.contains("\n\n\n"))
  }

  @Test func `the book has contents, notation, certificates, bibliography and figures`() throws {
    let book = try weave(Self.whole)
    #expect(
      book.files.keys.sorted() == [
        "07-small.md", "README.md", "bibliography.md", "certificates.md", "figures/7-curve.csv",
        "figures/7-curve.svg", "notation.md",
      ])
    #expect(try #require(book.files["README.md"]).contains("| 7 | [Title](07-small.md) | Why? |"))
    #expect(try #require(book.files["certificates.md"]).contains("1 of 1 hold"))
  }

  @Test func `the same sources give the same bytes`() throws {
    #expect(try weave(Self.whole) == weave(Self.whole))
  }

  /// A change of the whole page, the line of the slip, and words of the complaint.
  static let slips: [(from: String, to: String, line: Int, words: String)] = [
    ("\\(loss)", "\\(los)", 6, "no number “los” was recorded; there are: loss"),
    ("figure:curve", "figure:curv", 8, "no figure “curv” was made; there are: curve"),
    ("table:rows", "table:row", 11, "no table “row” was made; there are: rows"),
    ("chapter:7", "chapter:8", 24, "there is no chapter “8”; there are: 7"),
    ("cite:author-1999", "cite:nobody", 24, "no source “nobody”; there are: author-1999"),
    ("![Rows](", "![](", 11, "the table “rows” has no caption"),
    ("x^2", "\\operatorname{x}", 14, "GitHub refuses \\operatorname"),
    ("$a_1$", "$\\mbox{a}$", 6, "GitHub refuses \\mbox"),
    ("and $a_1$", "/* and $a_1$", 6, "a comment opener inside prose"),
    ("The loss", "Simply, the loss", 6, "“Simply” says"),
    ("is not", "is\n just not", 7, "“just” says"),
    (" x^2\n $$", " x^2", 13, "this formula is never closed"),
    (" */\n", "\n", 3, "this prose is never closed"),
    ("//#-end-hidden-code", "//", 20, "this hidden code is never closed"),
    ("//#-hidden-code", "//", 22, "the end of hidden code that never began"),
    ("The loss is", "The loss ![x](figure:curve) is", 6, "must stand in a paragraph of its own"),
  ]

  @Test(arguments: slips.indices)
  func `a slip is told with file, line and what there is`(index: Int) throws {
    let slip = Self.slips[index]
    #expect(Self.whole.contains(slip.from))
    let complaints = try complaints(
      Self.whole.replacing(slip.from, with: slip.to, maxReplacements: 1))
    let place = "Chapters/07-Small/1-Page.swift:\(slip.line): error: "
    #expect(
      complaints.contains { $0.hasPrefix(place) && $0.contains(slip.words) },
      "\(complaints.joined(separator: "\n"))")
  }

  @Test func `all slips are told at once`() throws {
    let page = Self.whole.replacing("\\(loss)", with: "\\(a) and \\(b)")
    #expect(try complaints(page).count == 2)
  }

  @Test(arguments: [
    ("![Rows](table:rows)", "rows"), ("![A curve that\n falls](figure:curve)", "curve"),
  ])
  func `what is made and never shown is told where it was made`(
    reference: String, name: String
  ) throws {
    let complaints = try complaints(Self.whole.replacing(reference, with: "Nothing."))
    #expect(complaints.count == 1)
    let complaint = try #require(complaints.first)
    #expect(complaint.hasPrefix("Tests/WorkbookTests/BookTests.swift:"))
    #expect(complaint.contains("“\(name)” is made, and never shown"))
  }

  @Test func `a figure without words for who cannot see it is an error`() throws {
    let page = "/*:\n\n ![A curve](figure:curve)\n\n [A](cite:author-1999)\n */"
    let complaints = try complaints(page, WordlessLesson.self)
    #expect(
      complaints == [
        "Chapters/07-Small/1-Page.swift:3: error: the figure “curve” has no words for who cannot "
          + "see it: an axis has no label"
      ])
  }

  @Test func `a source that is never cited is an error`() throws {
    let complaints = try complaints(
      Self.whole, bibliography: "<a id=\"author-1999\"></a>\n<a id=\"other\"></a>")
    #expect(
      complaints == [
        "Chapters/Bibliography.md:2: error: the source “other” is never cited"
      ])
  }
}

@Suite struct TypedNumberTests {
  func numbers(_ prose: String) -> [String] {
    var weaver = ProseWeaver(file: "page", context: ProseContext())
    weaver.weave([SourcePage.Line(number: 1, text: prose)])
    return weaver.typedNumbers.map(\.numeral)
  }

  @Test func `numerals in running text are found`() {
    #expect(
      numbers("After 50 epochs it is 0.0021, or 1,797 of them.") == ["50", "0.0021", "1,797"])
  }

  @Test func `formulas, code, titles and links are not running text`() {
    #expect(numbers("# 4 · Which of many?") == [])
    #expect(numbers("A step of $10^{-8}$ in `[2, 64, .relu]`.") == [])
    #expect(numbers("    a = 1") == [])
  }

  @Test func `statements of exercises close a chapter, and may have numerals`() throws {
    let chapter = Chapter(number: 7, title: "T", question: "Q?", lesson: SmallLesson.self)
    let page = "/*:\n ![Rows](table:rows)\n\n ![Curve](figure:curve)\n */"
    var source = Book.Source(
      chapter: chapter, report: try chapter.report(options: RunOptions()), folder: "07-Small",
      pages: [("1-Page.swift", page)])
    source.exercises = [
      Book.Statement(
        file: "Solutions/07-Small/1-Two.swift", line: 5,
        lines: ["# 7.1 · Two ★", "", "*Predict.* What is $1 + 1$? Not 3."])
    ]
    var frame = Book.Frame(preface: "", notation: "", bibliography: "")
    frame.grading = ["# Grading"]
    let book = try Book([source], frame: frame)
    let text = try #require(book.files["07-small.md"])
    #expect(
      text.contains(
        "\n### 7.1 · Two ★\n\n*Predict.* What is $`1 + 1`$? Not 3.\n\n## Checks\n"))
    #expect(text.contains("`scripts/run check 7`") && book.typedNumbers.isEmpty)
    #expect(book.files["grading.md"]?.contains("# Grading") == true)

    source.exercises = [
      Book.Statement(file: "S.swift", line: 5, lines: ["# 7.1", "[x](chapter:9)"])
    ]
    let errors = #expect(throws: WeaveErrors.self) { _ = try Book([source], frame: frame) }
    #expect(errors?.errors.first?.description.hasPrefix("S.swift:6: error:") == true)
  }

  @Test func `a list that allows too little or too much is not true`() throws {
    let chapter = Chapter(number: 7, title: "T", question: "Q?", lesson: SmallLesson.self)
    let page = "/*:\n Nine is 9.\n\n ![Rows](table:rows)\n\n ![Curve](figure:curve)\n */"
    let source = Book.Source(
      chapter: chapter, report: try chapter.report(options: RunOptions()), folder: "07-Small",
      pages: [("1-Page.swift", page)])
    let book = try Book(
      [source], frame: Book.Frame(preface: "", notation: "", bibliography: ""))
    let key = "07-Small/1-Page.swift: 9"
    #expect(book.disagreements(withAllowed: [key]).isEmpty)
    #expect(
      book.disagreements(withAllowed: []).first?.hasPrefix(
        "Chapters/07-Small/1-Page.swift:2: error: 9 is typed by hand") ?? false)
    #expect(book.disagreements(withAllowed: [key, "07-Small/1-Page.swift: 8"]).count == 1)
  }
}

@Suite struct BookFolderTests {
  /// Calls `body` with a book and a path where nothing stands yet.
  func withFolder(_ body: (Book, String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "backprop-checked-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(try BookTests().weave(BookTests.whole), folder.appending(path: "book").path())
  }

  /// The hidden neighbour of a book's folder that a change of places goes by.
  func beside(_ path: String, _ role: String) -> String {
    path.replacing("/book", with: "/.book.woven-\(role)")
  }

  @Test func `what was woven is what stands there`() throws {
    try withFolder { book, path in
      let folder = BookFolder(path)
      #expect(folder.differences(from: book).count == book.files.count)
      try folder.replace(with: book)
      #expect(folder.differences(from: book) == [])
      try folder.replace(with: book)
      #expect(folder.differences(from: book) == [])
    }
  }

  @Test func `a changed, a missing and a strange file are told`() throws {
    try withFolder { book, path in
      let folder = BookFolder(path)
      try folder.replace(with: book)
      let chapter = try #require(book.files["07-small.md"])
      try Data(chapter.replacing("0.69", with: "0.70").utf8).write(
        to: URL(filePath: path + "/07-small.md"))
      try FileManager.default.removeItem(atPath: path + "/notation.md")
      try Data().write(to: URL(filePath: path + "/stray.md"))
      let differences = folder.differences(from: book)
      #expect(differences.count == 3)
      #expect(differences[0].contains("0.70") && differences[0].contains("0.69"))
      #expect(differences.contains("notation.md: missing"))
      #expect(differences.contains("stray.md: not part of the book"))
    }
  }

  @Test func `what is no woven book is left alone`() throws {
    try withFolder { book, path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let mine = path + "/mine.txt"
      try Data("mine".utf8).write(to: URL(filePath: mine))
      #expect(throws: InputError.self) { try BookFolder(path).replace(with: book) }
      #expect(FileManager.default.contents(atPath: mine) == Data("mine".utf8))
      #expect(throws: InputError.self) { try BookFolder(mine).replace(with: book) }
      #expect(FileManager.default.contents(atPath: mine) == Data("mine".utf8))
    }
  }

  @Test func `a link to a book stays a link`() throws {
    try withFolder { book, path in
      try BookFolder(path).replace(with: book)
      try FileManager.default.createSymbolicLink(
        atPath: path + "-link", withDestinationPath: path)
      try BookFolder(path + "-link/").replace(with: book)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path + "-link") == path)
      #expect(BookFolder(path).differences(from: book) == [])
    }
  }

  @Test func `an interruption before the change of places leaves the old book whole`() throws {
    try withFolder { book, path in
      let folder = BookFolder(path)
      try folder.replace(with: book)
      // Half of a next book was written when the power failed.
      try FileManager.default.createDirectory(
        atPath: beside(path, "next"), withIntermediateDirectories: true)
      try Data("half".utf8).write(to: URL(filePath: beside(path, "next") + "/README.md"))
      #expect(folder.differences(from: book) == [])
      try folder.replace(with: book)
      #expect(folder.differences(from: book) == [])
      #expect(!FileManager.default.fileExists(atPath: beside(path, "next")))
    }
  }

  @Test func `an interruption half way brings the old book back`() throws {
    try withFolder { book, path in
      let folder = BookFolder(path)
      try folder.replace(with: book)
      try FileManager.default.moveItem(atPath: path, toPath: beside(path, "previous"))
      try folder.replace(with: book)
      #expect(folder.differences(from: book) == [])
      #expect(!FileManager.default.fileExists(atPath: beside(path, "previous")))
    }
  }
}
