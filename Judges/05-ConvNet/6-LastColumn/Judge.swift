import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the layer")
  var random = exam.random("images")
  for (image, kernel) in [((4, 6), (3, 5)), ((5, 3), (1, 5)), ((7, 8), (5, 3)), ((2, 9), (3, 1))] {
    let x = wholes(image.0, image.1, &random)
    let weights = wholes(kernel.0, kernel.1, &random)
    try exam.expect(
      filtered(x, by: weights), equals: Ends.none.layer(x, weights), of: "filtered(x, by: kernel)",
      expectedMistakes: [
        "the last column is still taken for padding": Ends.lastColumn.layer(x, weights),
        "the last row is taken for padding": Ends.lastRow.layer(x, weights),
        "the first column is taken for padding": Ends.firstColumn.layer(x, weights),
        "the first row is taken for padding": Ends.firstRow.layer(x, weights),
        "around the image the edge is repeated; it should be 0": clamped(x, weights),
        "the kernel is turned round": Ends.none.layer(x, turned(weights)),
      ])
  }
  for part in Subject.all {
    exam.part(part.name)
    let witness = Witness()
    let answer = movesAlong { x, kernel in
      witness.see(x, kernel)
      return part.layer(x, kernel)
    }
    try exam.check(
      answer == part.movesAlong,
      answer
        ? "movesAlong says true of a layer \(part.words)"
        : "movesAlong says false of a layer \(part.words)",
      cause: answer ? witness.whyNothingWasSeen : part.whyAccused)
  }
  exam.part("your check, in another order")
  try exam.askAgain(
    Subject.all.map { part in (part.movesAlong, { movesAlong(part.layer) }) }, of: "movesAlong")
}

/// A layer that the learner's check is tried on.
private struct Subject {
  let name: String
  let words: String
  let movesAlong: Bool
  var whyAccused: String?
  let layer: Layer

  static var all: [Subject] {
    let edges =
      "positions are compared whose window reaches over an edge, before or after the image is moved"
    return [
      Subject(
        name: "your check, on a right layer", words: "that is right", movesAlong: true,
        whyAccused: edges, layer: Ends.none.layer),
      Subject(
        name: "your check, on a layer that repeats the edge around the image",
        words: "that pads by repeating the edge: inside it moves along", movesAlong: true,
        whyAccused: edges, layer: clamped),
      Subject(
        name: "your check, on a layer that turns its kernel round",
        words: "that turns its kernel round: it moves along all the same", movesAlong: true,
        whyAccused: "the check asks for certain numbers; it should ask whether they move"
      ) { x, kernel in
        Ends.none.layer(x, turned(kernel))
      },
      Subject(
        name: "your check, on a layer that adds a bias",
        words: "that adds 5 to every sum: it moves along all the same", movesAlong: true,
        whyAccused: "the check asks for certain numbers; it should ask whether they move"
      ) { x, kernel in
        Ends.none.layer(x, kernel).map { $0 + 5 }
      },
    ]
      + [Ends.lastColumn, .lastRow, .firstColumn, .firstRow].map { ends in
        Subject(
          name: "your check, on a layer that takes the \(ends.rawValue) for padding",
          words: "that takes the \(ends.rawValue) for padding", movesAlong: false,
          layer: ends.layer)
      }
  }
}

/// What a check gave to a layer.
private final class Witness {
  private var images: [Matrix<Double>] = []
  private var kernels: [Matrix<Double>] = []

  func see(_ x: Matrix<Double>, _ kernel: Matrix<Double>) {
    images.append(x)
    kernels.append(kernel)
  }

  /// Why a check may have overlooked what is wrong.
  var whyNothingWasSeen: String {
    if images.count < 2 {
      return "the layer is to be asked twice: for an image, and for the same image moved"
    }
    if images.allSatisfy({ $0.elements.allSatisfy { $0 == 0 } }) {
      return "an image of zeros looks alike wherever it is moved, and so does what is made of it"
    }
    if kernels.allSatisfy({ $0.elements.count { $0 != 0 } < 2 }) {
      return "the kernel looks at one entry alone, and so never past an edge"
    }
    if images.allSatisfy({ $0 == images[0] && Set($0.elements).count > 1 }) {
      return "the layer saw the same image each time: nothing was moved"
    }
    return
      "the positions that are compared lie too far inside, or the image is moved in one direction "
      + "only"
  }
}

/// Which row or column a layer takes for padding.
private enum Ends: String {
  case none
  case lastColumn = "last column"
  case lastRow = "last row"
  case firstColumn = "first column"
  case firstRow = "first row"

  func layer(_ x: Matrix<Double>, _ kernel: Matrix<Double>) -> Matrix<Double> {
    let top = self == .firstRow ? 1 : 0
    let left = self == .firstColumn ? 1 : 0
    let bottom = self == .lastRow ? x.rows - 2 : x.rows - 1
    let right = self == .lastColumn ? x.columns - 2 : x.columns - 1
    return correlation(of: x, kernel) { row, column in
      row >= top && row <= bottom && column >= left && column <= right ? x[row, column] : 0
    }
  }
}

/// A layer that lays the entries of the edge around the image.
private func clamped(_ x: Matrix<Double>, _ kernel: Matrix<Double>) -> Matrix<Double> {
  correlation(of: x, kernel) { row, column in
    x[max(0, min(x.rows - 1, row)), max(0, min(x.columns - 1, column))]
  }
}

private func correlation(
  of x: Matrix<Double>, _ kernel: Matrix<Double>, seeing entry: (Int, Int) -> Double
) -> Matrix<Double> {
  Matrix(rows: x.rows, columns: x.columns) { a, b in
    var sum = 0.0
    for i in 0..<kernel.rows {
      for j in 0..<kernel.columns {
        sum += kernel[i, j] * entry(a + i - kernel.rows / 2, b + j - kernel.columns / 2)
      }
    }
    return sum
  }
}

/// Returns a kernel turned round.
private func turned(_ kernel: Matrix<Double>) -> Matrix<Double> {
  Matrix(rows: kernel.rows, columns: kernel.columns, elements: kernel.elements.reversed())
}

/// Returns a matrix of whole numbers from −9 to 9 without 0.
private func wholes(_ rows: Int, _ columns: Int, _ random: inout SplitMix64) -> Matrix<Double> {
  Matrix(rows: rows, columns: columns) { _, _ in
    Double((1 + random.index(below: 9)) * (random.index(below: 3) == 0 ? -1 : 1))
  }
}
