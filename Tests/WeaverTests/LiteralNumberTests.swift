import Testing

@testable import Weaver
import Workbook

@Suite struct LiteralNumberTests {
  func numbers(_ prose: String) -> [String] {
    var visitor = LiteralNumbers("page")
    Document(markdown: prose, file: "page").accept(&visitor)
    return visitor.numbers.map(\.numeral)
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
        file: "Judges/07-Small/1-Two/Solution.swift", line: 5,
        lines: ["# 7.1 · Two ★", "", "*Predict.* What is $1 + 1$? Not 3."])
    ]
    var frontMatter = Book.FrontMatter(preface: "", notation: "", bibliography: "")
    frontMatter.grading = ["# Grading"]
    let book = try Book([source], frontMatter: frontMatter)
    let text = try #require(book.files["07-small.md"])
    #expect(
      text.contains(
        "\n### 7.1 · Two ★\n\n*Predict.* What is $`1 + 1`$? Not 3.\n\n## Checks\n"))
    #expect(text.contains("`scripts/run check 7`") && book.literalNumbers.isEmpty)
    #expect(book.files["grading.md"]?.contains("# Grading") == true)

    source.exercises = [
      Book.Statement(file: "S.swift", line: 5, lines: ["# 7.1", "[x](chapter:9)"])
    ]
    let errors = #expect(throws: WeaveErrors.self) {
      _ = try Book([source], frontMatter: frontMatter)
    }
    #expect(errors?.errors.first?.description.hasPrefix("S.swift:6: error:") == true)
  }

  @Test func `a list that allows too little or too much is not true`() throws {
    let chapter = Chapter(number: 7, title: "T", question: "Q?", lesson: SmallLesson.self)
    let page = "/*:\n Nine is 9.\n\n ![Rows](table:rows)\n\n ![Curve](figure:curve)\n */"
    let source = Book.Source(
      chapter: chapter, report: try chapter.report(options: RunOptions()), folder: "07-Small",
      pages: [("1-Page.swift", page)])
    let book = try Book(
      [source],
      frontMatter: Book.FrontMatter(preface: "", notation: "", bibliography: ""))
    let key = "07-Small/1-Page.swift: 9"
    #expect(book.disagreements(withAllowed: [key]).isEmpty)
    #expect(
      book.disagreements(withAllowed: []).first?.hasPrefix(
        "Chapters/07-Small/1-Page.swift:2: error: 9 is typed by hand") ?? false)
    #expect(book.disagreements(withAllowed: [key, "07-Small/1-Page.swift: 8"]).count == 1)
  }
}
