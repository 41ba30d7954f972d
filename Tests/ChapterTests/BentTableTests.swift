import Testing
import Workbook

@testable import Regression

@Suite struct BentTableTests {
  @Test func `the table takes more epochs and other seeds than were published`() {
    let published = publishedErrors.count
    for (epochs, seeds) in [(0, 0), (1, 1), (published, 20), (6 * published, 3)] {
      let errors = Array(repeating: 0.5, count: epochs)
      let table = bentTable(errors, Array(repeating: errors, count: seeds))
      #expect(table.rows.count == epochs)
      #expect(table.rows.filter { $0[3] == .none }.count == max(0, epochs - published))
    }
  }

  @Test func `a median is the middle number, or the mean of two`() {
    #expect(median(of: [3, 1, 2]) == 2 && median(of: [4, 1, 2, 3]) == 2.5)
    #expect(median(of: [7]) == 7 && median(of: []).isNaN)
  }
}
