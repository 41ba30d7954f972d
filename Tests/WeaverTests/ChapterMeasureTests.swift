import Testing

@testable import Weaver

@Suite struct ChapterMeasureTests {
  /// Measures a page of Swift.
  func measure(_ page: String) -> ChapterMeasure {
    var measure = ChapterMeasure(chapter: 7)
    Document(swift: page, file: "Chapters/07-Small/1-Page.swift").accept(&measure)
    return measure
  }

  /// A block of code with so many lines.
  func code(_ count: Int) -> String {
    (0..<count).map { "let a\($0) = \($0)" }.joined(separator: "\n")
  }

  @Test func `prose and formulas are counted in lines, and so is printed code`() {
    let measure = measure(
      """
      /*:
       # A heading

       Two lines
       of $x$ text.

       - an item
       - another

       > **Guess:** How many?
       >
       > Three
       > lines.

       $$
       x = 1
       $$

       ```python
       import torch
       ```
       */

      let a = 1

      let b = 2
      """)
    #expect(measure.prose == 1 + 2 + 2 + 1 + 2 + 1)
    #expect(measure.code == 1 + 2)
    #expect(measure.blocks == [1, 3])
  }

  @Test func `hidden code and experiments are no code`() {
    let measure = measure(
      """
      //#-hidden-code
      let a = 1
      //#-end-hidden-code

      /// Trains.
      func train(on run: inout RunRecorder) {
      }
      """)
    #expect(measure.code == 0 && measure.blocks.isEmpty)
  }

  @Test func `each limit is told where it is passed, and only there`() {
    var measure = ChapterMeasure(chapter: 7)
    measure.lines = 1_000
    #expect(measure.excesses.isEmpty)
    measure.lines = 1_001
    #expect(measure.excesses == ["1001 lines, at most 1000"])

    let text = String(repeating: " word\n", count: 40)
    #expect(self.measure("/*:\n\(text)*/\n" + code(12)).excesses.isEmpty)
    #expect(
      self.measure("/*:\n\(text)*/\n" + code(13)).excesses
        == ["a median block of 13 lines, at most 12"])
    #expect(
      self.measure("/*:\n\(text)*/\n" + code(26)).excesses
        == [
          "a block of 26 lines, at most 25", "a median block of 26 lines, at most 12",
        ])
    #expect(self.measure(code(2)).excesses == ["0 lines of prose beside 2 of code"])
  }

  @Test func `a chapter without code has nothing to complain of`() {
    let measure = measure("//: Words.")
    #expect(measure.median == 0 && measure.longest == 0 && measure.excesses.isEmpty)
  }
}
