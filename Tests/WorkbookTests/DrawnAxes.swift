import Testing
import Workbook

@testable import Reports

/// What the numbers beside an axis say of it: which position on the card stands for which number.
struct DrawnAxis {
  /// A number that stands beside the axis, and the position that it marks.
  typealias Mark = (number: Double, position: Double)

  let marks: [Mark]
  /// Whether equal steps are equal ratios.
  let isLogarithmic: Bool

  /// Takes the numbers of an axis in ascending order.
  init(_ marks: [Mark], isLogarithmic: Bool = false) throws {
    self.marks = marks.sorted { $0.number < $1.number }
    self.isLogarithmic = isLogarithmic
    try #require(marks.count >= 2, "an axis with \(marks.count) numbers says nothing")
  }

  /// Returns the position that stands for a number, by the first number and the last.
  func position(of number: Double) -> Double {
    func along(_ number: Double) -> Double { isLogarithmic ? .log10(number) : number }
    let (first, last) = (marks[0], marks[marks.count - 1])
    let part = (along(number) - along(first.number)) / (along(last.number) - along(first.number))
    return first.position + part * (last.position - first.position)
  }

  /// Whether each number stands where the first and the last ask for it, to a tenth of a pixel or so.
  var isEven: Bool { marks.allSatisfy { abs(position(of: $0.number) - $0.position) < 0.2 } }
}

extension Drawing {
  /// The numbers below a plot.
  func horizontalAxis(isLogarithmic: Bool = false) throws -> DrawnAxis {
    let texts = all("text", class: "faint").filter { $0.attributes["text-anchor"] == "middle" }
    return try DrawnAxis(
      texts.compactMap { text in
        plainNumber(text.text).map { (number: $0, position: text.number("x")) }
      },
      isLogarithmic: isLogarithmic)
  }

  /// The numbers before a plot. Their baselines are 4.5 pixels below what they mark.
  func verticalAxis(isLogarithmic: Bool = false) throws -> DrawnAxis {
    let texts = all("text", class: "faint").filter { $0.attributes["text-anchor"] == "end" }
    return try DrawnAxis(
      texts.compactMap { text in
        plainNumber(text.text).map { (number: $0, position: text.number("y") - 4.5) }
      },
      isLogarithmic: isLogarithmic)
  }

  /// The text that reads so, where there is one and no more.
  func text(_ words: String) throws -> Element {
    let found = all("text").filter { $0.text == words }
    try #require(found.count == 1, "“\(words)” stands there \(found.count) times")
    return found[0]
  }

  /// The middles of the pieces of a path: of points, where they stand.
  func middles(ofPath style: String) -> [SVG.Position] {
    all("path", class: style).flatMap { Box.positions(of: $0.attributes["d"] ?? "") }.map { piece in
      let (x, y) = (piece.map(\.x), piece.map(\.y))
      return (
        ((x.min() ?? .nan) + (x.max() ?? .nan)) / 2, ((y.min() ?? .nan) + (y.max() ?? .nan)) / 2
      )
    }
  }

  /// The positions that a line goes through.
  func line(_ style: String) throws -> [SVG.Position] {
    let path = try #require(all("path", class: style).first, "there is no path \(style)")
    return Box.positions(of: path.attributes["d"] ?? "").flatMap(\.self)
  }
}

extension Drawing.Element {
  /// The rectangles of a path of cells, on the card.
  var cells: [Box] {
    Box.positions(of: attributes["d"] ?? "").map { corners in
      var whole = Box(path: self)
      let move = (attributes["transform"] ?? "").split { "() ".contains($0) }.map {
        Double($0) ?? 0
      }
      let (dx, dy, sx, sy) =
        move.count == 6 ? (move[1], move[2], move[4], move[5]) : (0, 0, 1, 1)
      let (x, y) = (corners.map { $0.x * sx + dx }, corners.map { $0.y * sy + dy })
      (whole.left, whole.right) = (x.min() ?? .nan, x.max() ?? .nan)
      (whole.top, whole.bottom) = (y.min() ?? .nan, y.max() ?? .nan)
      return whole
    }
  }
}

extension Box {
  /// Whether a position lies inside.
  func contains(_ x: Double, _ y: Double) -> Bool {
    left <= x && x <= right && top <= y && y <= bottom
  }

  var middle: SVG.Position { ((left + right) / 2, (top + bottom) / 2) }
}

/// Returns the number that a text is, such as −1,000, 0.5, 50 % or 10⁻².
func plainNumber(_ text: String) -> Double? {
  let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
  var text = text.replacing("−", with: "-").replacing(",", with: "").replacing("⁻", with: "-")
  text = String(text.map { sign in digits.firstIndex(of: sign).map { Character("\($0)") } ?? sign })
  if let match = text.wholeMatch(of: /10(-?\d)/), text != "100", text != "10" {
    return Double(match.1).map { .exp10($0) }
  }
  if text.hasSuffix(" %") { return Double(text.dropLast(2)).map { $0 / 100 } }
  return Double(text)
}
