import Testing
import Workbook

/// The figures that the chapters make, as files.
@Suite struct ChapterFigureTests {
  @Test(arguments: 1...9)
  func `a chapter's figures are small files, the same every time`(number: Int) throws {
    let figures = try QuickReports.report(number, threads: 2).figures
    #expect(!figures.isEmpty)
    for figure in figures {
      #expect(figure.svg.utf8.count < 60_000, "\(figure.name)")
      #expect(figure.alt.count > 20 && figure.csv.contains("\r\n"), "\(figure.name)")
    }
    let again = try QuickReports.report(number, threads: 1).figures
    #expect(figures.map(\.svg) == again.map(\.svg))
  }
}
