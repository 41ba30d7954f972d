import Testing
import Workbook

/// The figures that the chapters make, as files.
@Suite struct ChapterFigureTests {
  @Test(arguments: 1...7)
  func `a chapter's figures are small files, the same every time`(number: Int) throws {
    let chapter = ChapterTests.book[number - 1]
    let figures = try chapter.report(options: RunOptions()).figures
    #expect(!figures.isEmpty)
    for figure in figures {
      #expect(figure.svg.utf8.count < 60_000, "\(figure.name)")
      #expect(figure.alt.count > 20 && figure.csv.contains("\r\n"), "\(figure.name)")
    }
    let again = try chapter.report(options: RunOptions()).figures
    #expect(figures.map(\.svg) == again.map(\.svg))
  }
}
