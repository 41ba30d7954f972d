import Testing

@testable import Weaver
import Workbook

/// A chapter with a number to speak of.
private enum NumberLesson: Lesson {
  static func run<Scalar: FloatingField>(on run: inout RunRecorder, in scalar: Scalar.Type) {
    run.record(0.6931, .decimals(2), as: "loss", label: "loss")
  }
}

/// Returns a page as it is woven, in a chapter that recorded a loss of 0.69.
private func markdown(_ page: String) throws -> String {
  let chapter = Chapter(number: 7, title: "T", question: "Q?", lesson: NumberLesson.self)
  var context = BookContext()
  context.report = try chapter.report(options: RunOptions())
  context.chapters = [7: ("07-t.md", "T")]
  context.sources = ["author-1999"]
  var renderer = MarkdownRenderer(context)
  let lines = renderer.lines(of: Document(markdown: page, file: "page"))
  return lines.dropFirst().joined(separator: "\n")
}

private func parse(_ page: String) -> [Block] { Document(markdown: page, file: "page").blocks }

@Test func `a page is a tree of blocks, each with its line`() {
  let page = """
    # 7 · Title

    Text of
    two lines:
    - one
      and a half
    - two
    $$
    x^2
    $$

        verbatim

        again
    ![A curve](figure:curve)
    """
  let blocks = parse(page)
  #expect(
    blocks.map(\.content) == [
      .heading(level: 1, [Inline(content: .text("7 · Title"), line: 1)]),
      .paragraph([Inline(content: .text("Text of\ntwo lines:"), line: 3)]),
      .list([
        [Inline(content: .text("one\n  and a half"), line: 5)],
        [Inline(content: .text("two"), line: 7)],
      ]),
      .formula(["x^2"]),
      .verbatim(["    verbatim"]),
      .verbatim(["    again"]),
      .figure("curve", caption: [Inline(content: .text("A curve"), line: 15)]),
    ])
  #expect(blocks.map(\.line) == [1, 3, 5, 8, 12, 14, 15])
  #expect(blocks.map(\.isTight) == [false, false, true, true, false, false, true])
}

@Test func `running text is a tree of text, code, formulas, values and links`() {
  let text = "A `b` is $c\n+ d$, or \\(loss) by [E](cite:e) in [F](chapter:7), [G](https://g)"
  #expect(
    parseInlines(text, from: 4) == [
      Inline(content: .text("A "), line: 4),
      Inline(content: .code("`b`"), line: 4),
      Inline(content: .text(" is "), line: 4),
      Inline(content: .formula("c\n+ d"), line: 4),
      Inline(content: .text(", or "), line: 5),
      Inline(content: .value("loss"), line: 5),
      Inline(content: .text(" by "), line: 5),
      Inline(content: .link(label: "E", .source("e")), line: 5),
      Inline(content: .text(" in "), line: 5),
      Inline(content: .link(label: "F", .chapter("7")), line: 5),
      Inline(content: .text(", "), line: 5),
      Inline(content: .link(label: "G", .address("https://g")), line: 5),
    ])
}

@Test(
  arguments: [
    "# Title\nText right below.\n- a list\n- of two\n\n> A quotation.\n> Its end.",
    "| a | b |\n|--:|:--|\n| 1 | 2 |", "Text\n```math\n```\nmore", "    code\n\n    code\ntext",
    "![A picture](https://example.org/a.png) and <a id=\"x\"></a>\n**bold**, *slanted*",
    "####### seven\n#none\n-none\n- - nested", "\\(not closed, $nor this, `nor that",
  ])
func `Markdown that names nothing stands as it was written`(page: String) throws {
  #expect(try markdown(page) == page)
}

@Test func `names are looked up wherever running text stands`() throws {
  let page = """
    ## \\(loss)
    - \\(loss)

    > \\(loss) [A](cite:author-1999) [T](chapter:7)
    """
  #expect(
    try markdown(page) == """
      ## 0.69
      - 0.69

      > 0.69 [A](bibliography.md#author-1999) [T](07-t.md)
      """)
}

@Test func `a question is quoted, and its answer folded away`() throws {
  let page = """
    Before.

    > **Guess:** What is the loss of
    > $2$ classes?
    >
    > It is \\(loss):
    >
    > $$
    > \\log 2
    > $$

    After.
    """
  #expect(
    try markdown(page).replacing("\n\n\n", with: "\n\n") == """
      Before.

      > **Guess:** What is the loss of
      > $`2`$ classes?

      <details>
      <summary>Answer</summary>

      It is 0.69:

      ```math
      \\log 2
      ```

      </details>

      After.
      """)
}

@Test func `a question without an answer folds nothing`() throws {
  #expect(try markdown("> **Guess:** Why?") == "> **Guess:** Why?")
}

@Test func `visitors see an answer, with the lines of the file`() throws {
  let page = "> **Guess:** Why?\n>\n> It is just 3,\n> $\\mbox{a}$ and \\(los)."
  let document = Document(markdown: page, file: "page")
  var (formulas, words) = (FormulaLint("page"), WordLint("page"))
  var (numbers, references) = (LiteralNumbers("page"), ReferenceCheck("page", BookContext()))
  document.accept(&formulas)
  document.accept(&words)
  document.accept(&numbers)
  document.accept(&references)
  #expect(formulas.errors.map(\.position.line) == [4])
  #expect(words.errors.map(\.position.line) == [3])
  #expect(numbers.numbers.map(\.numeral) == ["3"] && numbers.numbers[0].position.line == 3)
  #expect(references.errors.map(\.position.line) == [4])
}

@Test func `a formula that an answer never closes is told`() {
  let errors = Document(markdown: "> **Guess:** Why?\n>\n> $$\n> x", file: "page").errors
  #expect(errors.map(\.position.line) == [3])
}
