import Tensors
import Text

extension PlaneDiagram {
  /// Returns the plane as braille dots: lines and arrows, with a letter at the head of each arrow and
  /// in the place of each point.
  public func lines(in style: TerminalStyle) -> [String] {
    guard let xRange, let yRange else { return style.wrapped("(no points or arrows to draw)") }
    let aspect = (yRange.upperBound - yRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
    // A character is twice as high as it is wide.
    let columns = max(
      8, Int((Double(min(style.width - 4, 56)) * min(1, 1 / aspect)).rounded(.down)))
    let rows = max(4, Int((Double(columns) * aspect / 2).rounded()))
    var canvas = BrailleCanvas(columns: columns, rows: rows)
    func position(_ place: Position) -> (x: Int, y: Int) {
      let across = (place.x - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
      let down = (yRange.upperBound - place.y) / (yRange.upperBound - yRange.lowerBound)
      return (
        Int((across * Double(canvas.width - 1)).rounded()),
        Int((down * Double(canvas.height - 1)).rounded())
      )
    }
    for (index, line) in lines.enumerated() {
      guard let (start, end) = ends(of: line) else { continue }
      canvas.line(from: position(start), to: position(end), series: colour(ofLine: index))
    }
    for (index, arrow) in arrows.enumerated() where arrow.start.isDrawable && arrow.end.isDrawable {
      canvas.line(
        from: position(arrow.start), to: position(arrow.end), series: colour(ofArrow: index))
    }
    for (index, group) in points.enumerated() {
      for place in group.positions where place.isDrawable {
        canvas.mark(Self.pointLetter(index), at: position(place), series: index)
      }
    }
    for (index, arrow) in arrows.enumerated() where arrow.start.isDrawable && arrow.end.isDrawable {
      canvas.mark(Self.arrowLetter(index), at: position(arrow.end), series: colour(ofArrow: index))
    }
    return canvas.lines(in: style).map { "  " + $0 } + legend(in: style)
  }

  /// Returns a line for each kind of points, each line and each arrow.
  private func legend(in style: TerminalStyle) -> [String] {
    func entry(_ sign: String, _ name: String, colour: Int) -> [String] {
      style.wrapped("\(sign) \(name)", first: "  ", rest: "    ")
        .map { style.paint($0, series: colour) }
    }
    let dash = style.hasUnicode ? "⠒" : "*"
    return points.enumerated().flatMap { entry("\(Self.pointLetter($0))", $1.name, colour: $0) }
      + lines.enumerated().flatMap { entry(dash, $1.name, colour: colour(ofLine: $0)) }
      + arrows.enumerated().flatMap {
        entry("\(Self.arrowLetter($0))", $1.name, colour: colour(ofArrow: $0))
      }
  }

  private static func pointLetter(_ index: Int) -> Character {
    ["o", "x", "+", "v", "s", "d"][index % 6]
  }
  private static func arrowLetter(_ index: Int) -> Character {
    Character(Unicode.Scalar(UInt8(ascii: "A") + UInt8(index % 26)))
  }
}
