import Testing
import Workbook

@testable import Reports

@Test(arguments: [1, 2, 5])
func `the outlines of all kinds cover each cell once`(kinds: Int) {
  var random = SplitMix64(seed: 7)
  let (width, height) = (13, 9)
  let cells = (0..<width * height).map { _ in random.index(below: kinds) }
  let outlines = RegionOutlines(width: width, height: height, kinds: cells)
  var covered = [Int?](repeating: nil, count: cells.count)
  for kind in 0..<kinds {
    for corners in Box.positions(of: outlines.path(of: kind).data) {
      for row in Int(corners[0].y)..<Int(corners[2].y) {
        for column in Int(corners[0].x)..<Int(corners[2].x) {
          #expect(covered[row * width + column] == nil)
          covered[row * width + column] = kind
        }
      }
    }
  }
  #expect(covered == cells)
}

@Test func `equal runs below each other are one rectangle`() {
  #expect(
    RegionOutlines(width: 3, height: 2, kinds: [1, 1, 1, 1, 1, 1]).path(of: 1).data
      == "M0 0h3v2h-3z")
}
