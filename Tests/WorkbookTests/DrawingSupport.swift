import Foundation
import Workbook

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An SVG file as a reader of XML finds it: its elements, and where each mark and text lies.
final class Drawing: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    var text = ""

    func number(_ attribute: String) -> Double {
      attributes[attribute].flatMap { Double($0) } ?? .nan
    }
  }

  private(set) var elements: [Element] = []
  private(set) var isWellFormed = false
  private var open: [Int] = []

  init(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last { elements[last].text += string }
  }

  /// The elements of a name, and of a class where one is given.
  func all(_ name: String, class style: String? = nil) -> [Element] {
    elements.filter {
      $0.name == name && (style == nil || $0.attributes["class"]?.hasPrefix(style ?? "") == true)
    }
  }

  /// The texts on the card, in their order.
  var words: [String] { all("text").map(\.text) }

  /// The boxes of all texts and marks, with what stands in each.
  var boxes: [(box: Box, what: String)] {
    elements.compactMap { element in
      switch element.name {
      case "text": (Box(text: element), "text \(element.text)")
      case "rect": (Box(rect: element), "rectangle \(element.attributes)")
      case "path": (Box(path: element), "path \(element.attributes["class"] ?? "")")
      default: nil
      }
    }
  }

  /// What reaches beyond the card.
  var strays: [String] {
    guard let card = elements.first else { return ["no card"] }
    return boxes.filter {
      !($0.box.left >= -0.1 && $0.box.top >= -0.1 && $0.box.right <= card.number("width") + 0.1
        && $0.box.bottom <= card.number("height") + 0.1)
    }.map { "\($0.what): \($0.box)" }
  }
}

/// What an element covers.
struct Box {
  var left = Double.infinity
  var top = Double.infinity
  var right = -Double.infinity
  var bottom = -Double.infinity

  init(text: Drawing.Element) {
    let (x, y, width) = (text.number("x"), text.number("y"), SVG.width(of: text.text))
    left = x - (["middle": 0.5, "end": 1][text.attributes["text-anchor"] ?? ""] ?? 0) * width
    (right, top, bottom) = (left + width, y - 11, y + 3)
  }

  init(rect: Drawing.Element) {
    (left, top) = (rect.number("x"), rect.number("y"))
    (right, bottom) = (left + rect.number("width"), top + rect.number("height"))
  }

  /// Covers the corners of a path, which move, draw and arc as the figures' paths do.
  init(path: Drawing.Element) {
    var (dx, dy, sx, sy) = (0.0, 0.0, 1.0, 1.0)
    let move = (path.attributes["transform"] ?? "").split { "() ".contains($0) }
    if move.count == 6 {
      (dx, dy) = (Double(move[1]) ?? .nan, Double(move[2]) ?? .nan)
      (sx, sy) = (Double(move[4]) ?? .nan, Double(move[5]) ?? .nan)
    }
    for position in Self.positions(of: path.attributes["d"] ?? "").joined() {
      (left, right) = (min(left, position.x * sx + dx), max(right, position.x * sx + dx))
      (top, bottom) = (min(top, position.y * sy + dy), max(bottom, position.y * sy + dy))
    }
  }

  /// Returns the positions that a path goes through, in pieces.
  static func positions(of data: String) -> [[SVG.Position]] {
    var pieces: [[SVG.Position]] = []
    var (pen, start): (SVG.Position, SVG.Position) = ((0, 0), (0, 0))
    for step in data.matches(of: /([Mmhvlaz])([^Mmhvlaz]*)/) {
      let numbers = step.2.matches(of: /-?(?:\d+\.?\d*|\.\d+)/).compactMap { Double($0.0) }
      switch (step.1, numbers.count) {
      case ("M", 2): pen = (numbers[0], numbers[1])
      case ("m", 2), ("l", 2): pen = (pen.x + numbers[0], pen.y + numbers[1])
      case ("h", 1): pen.x += numbers[0]
      case ("v", 1): pen.y += numbers[0]
      case ("a", 7): pen = (pen.x + numbers[5], pen.y + numbers[6])
      case ("z", 0): pen = start
      default: pen = (.nan, .nan)
      }
      if step.1.lowercased() == "m" {
        start = pen
        pieces.append([pen])
      } else if !pieces.isEmpty {
        pieces[pieces.count - 1].append(pen)
      }
    }
    return pieces
  }
}

extension Figure {
  /// The figure as it is read.
  var drawing: Drawing { Drawing(svg) }
}
