import Testing
import Workbook

@testable import Reports

private let plot = ConfusionPlot(
  ConfusionMatrix(
    actual: [0, 0, 0, 0, 1, 1, 1, 1, 1], predicted: [0, 0, 0, 1, 1, 1, 0, 0, 1], classes: 3),
  classNames: ["cat", "dog", "owl"])

@Test func `a cell is a fraction of its row`() {
  #expect(plot.fraction(of: 0, takenFor: 0) == 0.75)
  #expect(plot.fraction(of: 0, takenFor: 1) == 0.25)
  #expect(plot.fraction(of: 1, takenFor: 0) == 0.4)
  #expect(plot.fraction(of: 2, takenFor: 0) == 0)
  #expect(plot.recall(of: 0) == "75.0 %" && plot.recall(of: 2) == "–")
}

@Test func `the words name the accuracy, each recall and the first of the worst mistakes`() {
  #expect(
    plot.alt == "Confusion matrix of 3 classes: 6 of 9 examples recognised, 66.7 %. "
      + "Recall: cat 75.0 %, dog 60.0 %, owl –. The most frequent mistake: dog taken for cat, "
      + "2 times.")
  let tied = ConfusionPlot(
    ConfusionMatrix(actual: [0, 1, 1], predicted: [1, 0, 1], classes: 2), classNames: ["a", "b"])
  #expect(tied.alt.hasSuffix("The most frequent mistake: a taken for b, 1 times."))
}

@Test func `cells are darker for greater fractions, and framed where they are right`() {
  let drawing = Figure("c", plot).drawing
  // By hand: 0.04 where there are none, else 0.1 + share / 2.
  let shades = drawing.all("rect", class: "shade").map { $0.number("fill-opacity") }
  let expected = [0.48, 0.23, 0.04, 0.3, 0.4, 0.04, 0.04, 0.04, 0.04]
  #expect(zip(shades, expected).allSatisfy { abs($0 - $1) < 0.0051 } && shades.count == 9)
  #expect(drawing.all("rect", class: "axis").count == 3)
  #expect(drawing.words.filter { $0 == "dog" }.count == 2)
}

@Test func `a narrow terminal lists each class with its mistakes`() {
  var style = TerminalStyle.pipe
  #expect(
    Figure("c", plot).lines(in: style)[2].split(separator: " ") == [
      "cat", "3", "1", "0", "75.0", "%",
    ])
  style.width = 24
  let lines = Figure("c", plot).lines(in: style)
  #expect(lines[0] == "  cat: recall 75.0 %;")
}

@Test func `names that do not match the classes are refused`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = ConfusionPlot(
      ConfusionMatrix(actual: [], predicted: [], classes: 2), classNames: ["only"])
  }
  #expect(try words(of: result).contains("1 names for 2 classes"))
}
