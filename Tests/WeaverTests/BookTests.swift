import Foundation
import Testing

@testable import Weaver
import Workbook

/// A chapter that makes one of everything.
enum SmallLesson: Lesson {
  static func run<Scalar: FloatingField>(on run: inout RunRecorder, in scalar: Scalar.Type) {
    run.record(0.6931, .decimals(2), as: "loss", label: "loss")
    run.show(Table("rows", columns: ["a|b", "n"], rows: [["x", .count(1_200)]]))
    run.show(
      Figure(
        "curve", LinePlot(x: .linear("step"), y: .linear("loss"), series: [.init("l", [3, 2, 1])])))
    run.check("it falls", true, detail: "from 3 to 1")
  }
}

/// A chapter of which two claims hold, one does not, and one is open.
private enum OpenLesson: Lesson {
  static func run<Scalar: FloatingField>(on run: inout RunRecorder, in scalar: Scalar.Type) {
    run.check("one", true, detail: "a")
    run.check(Check("two", .undecided, detail: "b"))
    run.check("three", false, detail: "c")
    run.check("four", true, detail: "|d|")
  }
}

/// A chapter whose figure has no words.
private enum WordlessLesson: Lesson {
  static func run<Scalar: FloatingField>(on run: inout RunRecorder, in scalar: Scalar.Type) {
    run.show(
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
    let frontMatter = Book.FrontMatter(
      preface: "# Preface", notation: "# Notation", bibliography: bibliography)
    return try Book([source], frontMatter: frontMatter)
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
    #expect(
      chapter.contains(
        "This run made 1 claims, and 1 hold: [the claims, and what was found]"
          + "(certificates.md#7--title)."))
    #expect(!chapter.contains("\n\n\n"))
  }

  @Test func `what is undecided or fails is marked so, and counted with neither`() throws {
    let book = try weave("//: By [Author](cite:author-1999).", OpenLesson.self)
    let chapter = try #require(book.files["07-small.md"])
    #expect(chapter.contains("This run made 4 claims, and 2 hold: "))
    let certificates = try #require(book.files["certificates.md"])
    #expect(certificates.contains("as the runs behind this book found it: 2 of 4 hold."))
    let last = #"| ✓ | four | \|d\| |"#
    for row in ["| ✓ | one | a |", "| ? | two | b |", "| ✗ | three | c |", last] {
      #expect(certificates.contains(row), "\(row)")
    }
  }

  @Test func `the book has contents, notation, certificates, bibliography and figures`() throws {
    let book = try weave(Self.whole)
    #expect(
      book.files.keys.sorted() == [
        "07-small.md", "README.md", "bibliography.md", "certificates.md", "figures/7-curve.csv",
        "figures/7-curve.svg", "index.md", "notation.md",
      ])
    let contents = try #require(book.files["README.md"])
    #expect(contents.contains("\n\n# Preface\n\n## Contents\n\n"))
    #expect(contents.contains("| 7 | [Title](07-small.md) | Why? |"))
    let certificates = try #require(book.files["certificates.md"])
    #expect(certificates.contains("1 of 1 hold"))
    #expect(certificates.contains("| ✓ | it falls | from 3 to 1 |"))
  }

  @Test func `a chapter lists its sections before the first`() throws {
    let page = Self.whole.replacing(
      "$$\n x^2", with: "## A “kink”, and $x$ more\n\n ## The end\n\n $$\n x^2")
    let chapter = try #require(try weave(page).files["07-small.md"])
    let list =
      "**In this chapter:** [A “kink”, and $`x`$ more](#a-kink-and-x-more) · [The end](#the-end)\n\n"
      + "## A “kink”"
    #expect(chapter.contains(list))
  }

  @Test func `code that looks like a heading is no section`() throws {
    let page = Self.whole.replacing(
      "$$\n x^2", with: "## One\n\n ## Two\n\n ```python\n ## three\n ```\n\n $$\n x^2")
    let chapter = try #require(try weave(page).files["07-small.md"])
    #expect(chapter.contains("```python\n## three\n```") && !chapter.contains("[three]"))
  }

  @Test func `a page with a title of its own begins a second file of the chapter`() throws {
    let chapter = Chapter(number: 7, title: "Title", question: "?", lesson: SmallLesson.self)
    let second = "/*:\n # 7 · More\n\n ## Terms\n\n A **rare word**.\n\n ![Again](table:rows)\n */"
    let source = Book.Source(
      chapter: chapter, report: try chapter.report(options: RunOptions()), folder: "07-Small",
      pages: [("1-Page.swift", Self.whole), ("2-More.swift", second)])
    let book = try Book(
      [source],
      frontMatter: Book.FrontMatter(
        preface: "# Preface", notation: "# Notation",
        bibliography: "<a id=\"author-1999\"></a>\nAuthor, 1999."))
    let (first, other) = (
      try #require(book.files["07-small.md"]), try #require(book.files["07-small-2.md"])
    )
    #expect(first.contains("**The next part:** [7 · More](07-small-2.md)"))
    #expect(!first.contains("## Checks") && other.contains("## Checks"))
    // Captions are numbered through the chapter, and the index leads to the part.
    #expect(first.contains("*Table 7.1:") && other.contains("*Table 7.2:"))
    let index = try #require(book.files["index.md"])
    #expect(index.contains("- rare word: [chapter 7](07-small-2.md#terms)"))
    #expect(book.measures.map(\.name) == ["chapter 7", "chapter 7, part 2"])
    #expect(
      book.measures.map(\.lines)
        == [first, other].map { text in text.count { $0 == "\n" } })
  }

  @Test func `an experiment's place is a link to the page`() throws {
    let page = Self.whole + "\n\n/// Trains once.\nfunc train(on run: inout RunRecorder) {\n}\n"
    let chapter = try #require(try weave(page).files["07-small.md"])
    #expect(
      chapter.contains(
        "*Experiment: Trains once.* [Source](../Chapters/07-Small/1-Page.swift)"))
  }

  @Test func `pages of the appendix are woven, listed and linked`() throws {
    var matter = Book.FrontMatter(
      preface: "# Preface\n\nSee [how](appendix:checks).", notation: "# Notation",
      bibliography: "# Sources")
    matter.appendix = [.init(file: "Appendix/1-Checks.md", text: "# How, in 3 steps\n\nText.")]
    let book = try Book([], frontMatter: matter)
    #expect(
      try #require(book.files["appendix-checks.md"]).hasSuffix("# How, in 3 steps\n\nText.\n"))
    let contents = try #require(book.files["README.md"])
    #expect(contents.contains("See [how](appendix-checks.md)."))
    #expect(contents.contains("- [How, in 3 steps](appendix-checks.md)"))
    #expect(book.literalNumbers.isEmpty)
  }

  @Test func `one chapter is woven by itself`() throws {
    let chapter = Chapter(number: 7, title: "T", question: "Why?", lesson: SmallLesson.self)
    let source = Book.Source(
      chapter: chapter, report: try chapter.report(options: RunOptions()), folder: "07-Small",
      pages: [("1-Page.swift", Self.whole.replacing("chapter:7", with: "chapter:8"))])
    let other = Chapter(number: 8, title: "Other", question: "?", lesson: SmallLesson.self)
    let book = try Book(
      only: source, of: [(chapter, "07-Small"), (other, "08-Other")],
      frontMatter: .init(
        preface: "", notation: "", bibliography: "<a id=\"author-1999\"></a><a id=\"b\"></a>"))
    #expect(
      book.files.keys.sorted() == ["07-small.md", "figures/7-curve.csv", "figures/7-curve.svg"])
    #expect(try #require(book.files["07-small.md"]).contains("[the same](08-other.md)"))
    #expect(book.measures.map(\.chapter) == [7])
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
    ("//#-end-hidden-code", "/*: Text. */", 22, "prose inside hidden code"),
    ("The loss is", "The loss ![x](figure:curve) is", 6, "must stand in a paragraph of its own"),
    ("The loss", "[It](file:2-None.swift) loss", 6, "no file Chapters/07-Small/2-None.swift"),
    ("The loss", "[It](file:Sources/None.swift)", 6, "there is no file Sources/None.swift"),
    ("The loss", "[It](appendix:none) loss", 6, "no page “none” in the appendix; there are none"),
    ("$$\n x^2\n $$", "```python\n x", 13, "these lines of code are never closed"),
  ]

  @Test(arguments: slips.indices)
  func `a slip is told with file, line and what there is`(index: Int) throws {
    let slip = Self.slips[index]
    #expect(Self.whole.contains(slip.from))
    let complaints = try complaints(
      Self.whole.replacing(slip.from, with: slip.to, maxReplacements: 1))
    let position = "Chapters/07-Small/1-Page.swift:\(slip.line): error: "
    #expect(
      complaints.contains { $0.hasPrefix(position) && $0.contains(slip.words) },
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
    #expect(complaint.hasPrefix("Tests/WeaverTests/BookTests.swift:"))
    #expect(complaint.contains("“\(name)” is made, and never shown"))
  }

  @Test func `a figure without words for readers who cannot see it is an error`() throws {
    let page = "/*:\n\n ![A curve](figure:curve)\n\n [A](cite:author-1999)\n */"
    let complaints = try complaints(page, WordlessLesson.self)
    #expect(
      complaints == [
        "Chapters/07-Small/1-Page.swift:3: error: the figure “curve” has no words for readers "
          + "who cannot see it: an axis has no label"
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
