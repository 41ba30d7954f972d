import Testing
import Workbook

@testable import Reports

private let gradient = ImageGrid(
  height: 3, width: 2, images: [[0, 1, 0, 1, 0.5, 1]], captions: ["steps"])

@Test func `a character shows the mean of two pixels, the missing one black`() {
  // By hand: rows 1 and 2 are 0 and 1 throughout; row 3, over nothing, 1/4 and 1/2.
  #expect(Figure("g", gradient).lines(in: .pipe) == ["  steps", "   █", "  ░▒"])
  #expect(Figure("g", gradient).lines(in: .dumb) == ["  steps", "   #", "  .:"])
}

@Test func `with colour a half block has both pixels' greys`() {
  let lines = Figure("g", gradient).lines(in: .full)
  #expect(
    lines[1] == "  \u{1B}[38;5;232;48;5;232m▀\u{1B}[0m\u{1B}[38;5;255;48;5;255m▀\u{1B}[0m")
}

@Test func `as many pictures stand side by side as fit`() {
  let grid = ImageGrid(
    height: 2, width: 8, images: Array(repeating: Array(repeating: 1, count: 16), count: 5),
    captions: (0..<5).map { "image \($0)" })
  var style = TerminalStyle.pipe
  style.width = 30
  let lines = Figure("g", grid).lines(in: style)
  let row = "  ████████  ████████  ████████"
  #expect(
    lines == [
      "  image 0   image 1   image 2", row, "  image 3   image 4", String(row.dropLast(10)),
    ])
  style.width = 29
  #expect(Figure("g", grid).lines(in: style)[1] == String(row.dropLast(10)))
}

@Test func `a caption takes as many lines as it needs, and no word of it is cut`() {
  let grid = ImageGrid(
    height: 2, width: 4, images: Array(repeating: Array(repeating: 1, count: 8), count: 2),
    captions: ["is 5, taken for 9", "is 7"])
  #expect(
    Figure("g", grid).lines(in: .pipe) == [
      "  is 5,  is 7", "  taken", "  for 9", "  ████   ████",
    ])
}

@Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -5])
func `a pixel that is no level is drawn as the nearest one, or as black`(level: Double) {
  let grid = ImageGrid(height: 2, width: 1, images: [[level, level]], captions: [""])
  let isWhite = level > 1
  #expect(Figure("g", grid).lines(in: .pipe)[1] == (isWhite ? "  █" : "   "))
  #expect(Figure("g", grid).lines(in: .full)[1].contains(isWhite ? "38;5;255" : "38;5;232"))
}

@Test func `the words of a grid name its pictures`() {
  #expect(Figure("g", gradient).alt == "One grey image of 3 by 2 pixels: steps.")
}

@Test func `pictures of another size are refused`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = ImageGrid(height: 2, width: 2, images: [[1, 2, 3]], captions: [""])
  }
  #expect(try words(of: result).contains("an image has 3 pixels; 2 × 2 are expected"))
}
