import Testing

@testable import Weaver

@Suite struct TermIndexTests {
  /// The entries that pages of chapters give.
  func entries(_ pages: [Int: String]) -> [String] {
    var index = TermIndex()
    for (number, text) in pages.sorted(by: { $0.key < $1.key }) {
      let page = Document(markdown: text, file: "Chapters/0\(number)-Small/1-Page.swift")
      index.add([page], ofChapter: number, file: "0\(number)-small.md")
    }
    return index.lines.filter { $0.hasPrefix("- ") }
  }

  @Test func `words in bold are terms, and link to their section`() {
    #expect(
      entries([
        1: "# 1 · One\n\nA **loss** here.\n\n## Down, and up\n\n**Softmax** and **long\nterm**."
      ])
        == [
          "- long term: [chapter 1](01-small.md#down-and-up)", "- loss: [chapter 1](01-small.md)",
          "- softmax: [chapter 1](01-small.md#down-and-up)",
        ])
  }

  @Test func `a term of two chapters is one entry, and is told once for each`() {
    #expect(
      entries([1: "**Loss** and **loss**.", 2: "## A\n\n- the **loss**"])
        == ["- loss: [chapter 1](01-small.md), [chapter 2](02-small.md#a)"])
  }

  @Test func `a plural is found under its singular`() {
    #expect(
      entries([1: "## A\n\n**logits**\n\n## B\n\na **logit**", 2: "the **logits**"])
        == ["- logit: [chapter 1](01-small.md#b), [chapter 2](02-small.md)"])
  }

  @Test func `what ends in a mark is no term, and names keep their capitals`() {
    #expect(
      entries([1: "**Onward.** **Guess:** **ReLU**, **Novikoff's theorem**, **F₁** and **`grad`**."]
      )
        == [
          "- F₁: [chapter 1](01-small.md)", "- `grad`: [chapter 1](01-small.md)",
          "- Novikoff's theorem: [chapter 1](01-small.md)", "- ReLU: [chapter 1](01-small.md)",
        ])
  }
}
