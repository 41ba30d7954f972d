import BinaryClassifier
import Regression
import Workbook

/*:
 ## Four bugs, and the tests that miss them

 The backward pass of a convolution is easy to get wrong. Each of these four
 bugs has happened in practice, and each passes a test that is chosen badly.
 */

/// A mistake in the backward pass of a convolution layer.
enum ConvolutionBug: String, CaseIterable {
  case lastColumn = "the last column is treated as padding"
  case swapped = "channel and filter swapped in dX"
  case everyMaximum = "every tied maximum receives the gradient"
  case assignment = "col2im assigns instead of adding"
}

/*:
 A test is a formula: a layer and some images, with a random gradient of the
 output. Its parameters are the filters, the bias, and the images. The exact
 check compares the backward pass with dual numbers over fractions.

 > **Guess:** For which images, windows or filters does each bug change nothing?
 >
 > The first bug leaves the last column out of the gradient of the filters. It
 > stays hidden where that column of every image is empty, as in most of the
 > silhouettes. The second bug shows only with more than one channel and more
 > than one filter. The third needs a tie, and the tie must last when the
 > weights change, since the loss has no derivative there otherwise. A flat
 > image has such ties, for example. The fourth needs a window that is larger
 > than its stride.

 ![The verdict of the exact check on each bug](table:planted)

 So a test of a convolution has several channels and several filters, windows
 that overlap, numbers that are not zero at the border, and, where there is
 max-pooling, windows with ties.
 */

//#-hidden-code
/// Plants each bug in a backward pass, and has the exact check judge two
/// formulas.
func plantBugs(on run: inout RunRecorder) throws(WindowError) {
  run.section("Four bugs")
  run.ask("How many of four bugs does the exact check find?")
  var table = Table(
    "planted", columns: ["bug", "exposing formula", "hiding formula"])
  var found = 0
  var hidden = 0
  for bug in ConvolutionBug.allCases {
    let seen = try bug.exposingFormula().with(bug).exactFinding()
    let unseen = try bug.hidingFormula().with(bug).exactFinding()
    found += seen.verdict == .fail ? 1 : 0
    hidden += unseen.verdict == .pass ? 1 : 0
    table.add([
      .text(bug.rawValue), .text(seen.verdict.rawValue),
      .text(unseen.verdict.rawValue),
    ])
  }
  run.show(table)
  let count = ConvolutionBug.allCases.count
  run.check(
    "each bug is found by one formula and missed by another",
    found == count && hidden == count,
    detail: "\(found) of \(count) fail with the exposing formula, \(hidden) "
      + "pass with the hiding one")
}

extension ConvolutionBug {
  /// A formula that exposes the bug.
  func exposingFormula() throws(WindowError) -> ConvolutionFormula {
    let (image, window) = (ImageShape(5, 4, 2), Window(3))
    guard self == .everyMaximum else {
      return try formula("exposes \(self)", image, window, filters: 3)
    }
    var formula = try ConvolutionFormula(
      "exposes \(self)", 2, ImageShape(6, 4, 2), window, filters: 3, nil,
      pooling: Window(2, stride: 2))
    formula.fixed = Matrix(rows: 2, columns: 48) { 0.5 + Double($0 + $1 % 2) }
    formula.evaluationPoint.removeLast()
    return formula
  }

  /// A formula that does not expose the bug.
  func hidingFormula() throws(WindowError) -> ConvolutionFormula {
    let (image, window) = (ImageShape(5, 4, 2), Window(3))
    switch self {
    case .lastColumn:
      var formula = try formula("hides \(self)", image, window, filters: 3)
      let images = formula.evaluationPoint[2].elements.indices
      for index in images where index / 2 % 4 == 3 {
        formula.evaluationPoint[2].elements[index] = 0
      }
      return formula
    case .swapped:
      return try formula(
        "hides \(self)", ImageShape(5, 4, 1), window, filters: 1)
    case .everyMaximum:
      return try ConvolutionFormula(
        "hides \(self)", 2, ImageShape(6, 4, 2), window, filters: 3, nil,
        pooling: Window(2, stride: 2))
    case .assignment:
      return try formula(
        "hides \(self)", ImageShape(4, 6, 2), Window(2, stride: 2), filters: 3)
    }
  }

  private func formula(
    _ name: String, _ image: ImageShape, _ window: Window, filters: Int
  ) throws(WindowError) -> ConvolutionFormula {
    try ConvolutionFormula(name, 2, image, window, filters: filters, nil)
  }
}

extension ConvolutionFormula {
  /// Returns the same formula with a bug in its backward pass.
  func with(_ bug: ConvolutionBug) -> Self {
    var formula = self
    formula.bug = bug
    return formula
  }
}
//#-end-hidden-code
