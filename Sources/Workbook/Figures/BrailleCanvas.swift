import Tensors
import Text

/// A grid of dots in a terminal: each braille character holds 2 × 4 dots.
struct BrailleCanvas {
  /// The number of characters across.
  let columns: Int
  /// The number of characters down.
  let rows: Int
  private var dots: [UInt8]
  private var owners: [Int]
  private var marks: [Character?]

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    dots = Array(repeating: 0, count: columns * rows)
    owners = Array(repeating: 0, count: columns * rows)
    marks = Array(repeating: nil, count: columns * rows)
  }

  /// The number of dots across.
  var width: Int { columns * 2 }
  /// The number of dots down.
  var height: Int { rows * 4 }

  /// The bit of each dot in a braille character, by row and column of the dot.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Sets a dot, counted from the top left.
  mutating func dot(_ x: Int, _ y: Int, series: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let cell = y / 4 * columns + x / 2
    dots[cell] |= Self.bits[y % 4][x % 2]
    owners[cell] = series
  }

  /// Sets the dots of a straight line.
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), series: Int) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y), 1)
    for step in 0...steps {
      let part = Double(step) / Double(steps)
      let x = Double(start.x) + part * Double(end.x - start.x)
      let y = Double(start.y) + part * Double(end.y - start.y)
      dot(Int(x.rounded()), Int(y.rounded()), series: series)
    }
  }

  /// Puts a letter in place of the character that holds a dot.
  mutating func mark(_ letter: Character, at position: (x: Int, y: Int), series: Int) {
    let row = min(rows - 1, max(0, position.y / 4))
    let cell = row * columns + min(columns - 1, max(0, position.x / 2))
    marks[cell] = letter
    owners[cell] = series
  }

  /// Returns the canvas as lines of text.
  func lines(in style: TerminalStyle) -> [String] {
    (0..<rows).map { row in
      (row * columns..<(row + 1) * columns).map { cell in
        let sign = character(of: cell, in: style)
        return sign == " " ? " " : style.paint(String(sign), series: owners[cell])
      }.joined()
    }
  }

  private func character(of cell: Int, in style: TerminalStyle) -> Character {
    if let mark = marks[cell] { return mark }
    if dots[cell] == 0 { return " " }
    if !style.hasUnicode { return "*" }
    return Unicode.Scalar(0x2800 + UInt32(dots[cell])).map(Character.init) ?? "*"
  }
}
