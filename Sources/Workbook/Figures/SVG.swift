import Tensors
import Text

/// A drawing on a card, in the subset of SVG that the figures need. Only Workbook draws.
public struct SVG: Sendable {
  /// A position on the card, from its top left corner, in pixels.
  typealias Position = (x: Double, y: Double)

  /// The part of a text that stands at its position.
  enum Anchor: String { case start, middle, end }

  /// The width of the card, in pixels.
  let width: Double
  /// The height of the card, in pixels.
  let height: Double
  private var elements: [String] = []

  /// Creates an empty card.
  init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  /// Adds an element with its attributes, in their order.
  mutating func add(_ name: String, _ attributes: KeyValuePairs<String, String>) {
    elements.append("<\(name)\(Self.list(attributes))/>")
  }

  /// Adds a rectangle.
  mutating func rect(
    _ x: Double, _ y: Double, width: Double, height: Double, radius: Double = 0,
    _ attributes: KeyValuePairs<String, String>
  ) {
    let sides =
      " x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
      + " width=\"\(Self.number(width))\" height=\"\(Self.number(height))\""
    let corner = radius > 0 ? " rx=\"\(Self.number(radius))\"" : ""
    elements.append("<rect\(sides)\(corner)\(Self.list(attributes))/>")
  }

  /// Adds a path, unless it is empty.
  mutating func path(_ path: SVGPath, _ attributes: KeyValuePairs<String, String>) {
    if !path.isEmpty { elements.append("<path\(Self.list(attributes)) d=\"\(path.data)\"/>") }
  }

  /// Adds a path whose unit is a cell of a grid, at a position on the card.
  mutating func cells(
    _ path: SVGPath, at position: Position, width: Double, height: Double,
    _ attributes: KeyValuePairs<String, String>
  ) {
    if path.isEmpty { return }
    let move = "translate(\(Self.number(position.x)) \(Self.number(position.y)))"
    let scale = "scale(\(Self.number(width)) \(Self.number(height)))"
    elements.append(
      "<path transform=\"\(move) \(scale)\"\(Self.list(attributes)) d=\"\(path.data)\"/>")
  }

  /// Adds a line of text whose baseline is at a position. Line breaks and tabs become spaces.
  mutating func text(
    _ text: String, at position: Position, _ anchor: Anchor = .start, style: String = "",
    size: Double = 13
  ) {
    var attributes = " x=\"\(Self.number(position.x))\" y=\"\(Self.number(position.y))\""
    if anchor != .start { attributes += " text-anchor=\"\(anchor.rawValue)\"" }
    if !style.isEmpty { attributes += " class=\"\(style)\"" }
    if size != 13 { attributes += " font-size=\"\(Self.number(size))\"" }
    let line = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    elements.append("<text\(attributes)>\(XML.escaped(line))</text>")
  }

  /// Returns the whole file: the card, the elements drawn on it, and the description in words.
  func document(title: String, description: String) -> String {
    let size =
      "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\""
      + " viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\""
    let head = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"workbook\" \(size) role=\"img\""
        + " aria-label=\"\(XML.escaped(description))\">",
      "<title>\(XML.escaped(title))</title>",
      "<desc>\(XML.escaped(description))</desc>",
      "<style>\(Palette.styleSheet)</style>",
      "<rect class=\"card\" x=\"0.5\" y=\"0.5\" width=\"\(Self.number(width - 1))\""
        + " height=\"\(Self.number(height - 1))\" rx=\"10\"/>",
    ]
    return (head + elements + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private static func list(_ attributes: KeyValuePairs<String, String>) -> String {
    attributes.map { " \($0)=\"\(XML.escaped($1))\"" }.joined()
  }
}

extension SVG {
  /// Returns a number with at most two digits after the point, the same on every machine.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    let digits = rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)"
    return "\(sign)\(whole).\(digits)"
  }

  /// Returns an estimate of the width of a line of text in a sans-serif font; it errs on the wide side.
  static func width(of text: String, size: Double = 13) -> Double {
    text.reduce(0) { $0 + size * ems(of: $1) }
  }

  /// Returns text cut with an ellipsis where it is wider than allowed.
  static func shortened(_ text: String, to width: Double, size: Double = 13) -> String {
    if self.width(of: text, size: size) <= width { return text }
    var short = text
    while !short.isEmpty && self.width(of: short + "…", size: size) > width { short.removeLast() }
    return short + "…"
  }

  /// Returns text in lines of at most a width, parted between words; a longer word is cut.
  static func wrapped(_ text: String, to width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ").map(String.init) {
      if let last = lines.last, self.width(of: last + " " + word) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(shortened(word, to: width))
      }
    }
    return lines
  }

  /// The width of a character, as a fraction of the font's size.
  private static func ems(of character: Character) -> Double {
    if "iIjl.,:;'|!·".contains(character) { return 0.3 }
    if "frt()[] -/°ˣ".contains(character) { return 0.38 }
    if "⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉".contains(character) { return 0.42 }
    if "mwMW%@…→—".contains(character) { return 0.95 }
    return character.isUppercase ? 0.7 : character.isASCII ? 0.6 : 0.68
  }
}
