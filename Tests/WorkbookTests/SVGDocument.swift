import Foundation
import Workbook

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An SVG file read back: its elements, its texts, and how far its marks reach.
final class SVGDocument: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    var text = ""

    func number(_ attribute: String) -> Double { attributes[attribute].flatMap { Double($0) } ?? 0 }
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  /// Reads a file, or returns `nil` where it is not well-formed.
  init?(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse(), elements.first?.name == "svg" else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.last { elements[last].text += text }
  }

  func parser(
    _ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  /// The texts on the card.
  var texts: [Element] { elements.filter { $0.name == "text" } }

  /// The text of the first element of a name.
  func text(of name: String) -> String? { elements.first { $0.name == name }?.text }

  /// The size of the card.
  var size: (width: Double, height: Double) {
    (elements[0].number("width"), elements[0].number("height"))
  }
}

extension SVGDocument.Element {
  /// A rectangle around a mark.
  struct Box {
    var left = Double.infinity
    var top = Double.infinity
    var right = -Double.infinity
    var bottom = -Double.infinity

    mutating func add(_ x: Double, _ y: Double) {
      (left, right) = (min(left, x), max(right, x))
      (top, bottom) = (min(top, y), max(bottom, y))
    }
  }

  /// How far this mark reaches, or `nil` for what is not drawn.
  var box: Box? {
    var box = Box()
    switch name {
    case "rect":
      box.add(number("x"), number("y"))
      box.add(number("x") + number("width"), number("y") + number("height"))
    case "text":
      let width = SVG.width(of: text, size: Double(attributes["font-size"] ?? "") ?? 13)
      let parts: [String: Double] = ["middle": 0.5, "end": 1]
      let part = parts[attributes["text-anchor"] ?? ""] ?? 0
      box.add(number("x") - part * width, number("y") - 10)
      box.add(number("x") + (1 - part) * width, number("y") + 3)
    case "path":
      let move = attributes["transform"].map { Self.numbers($0) } ?? [0, 0, 1, 1]
      for (x, y) in corners { box.add(move[0] + x * move[2], move[1] + y * move[3]) }
    default: return nil
    }
    return box
  }

  /// The positions that a path goes through, circles by their two ends.
  var corners: [(x: Double, y: Double)] {
    var (pen, start): ((x: Double, y: Double), (x: Double, y: Double)) = ((0, 0), (0, 0))
    var corners: [(x: Double, y: Double)] = []
    for (letter, numbers) in steps {
      switch letter {
      case "h": pen.x += numbers[0]
      case "v": pen.y += numbers[0]
      case "M": pen = (numbers[0], numbers[1])
      case "z": pen = start
      default:
        pen = (pen.x + numbers[numbers.count - 2], pen.y + numbers[numbers.count - 1])
      }
      if letter == "m" || letter == "M" { start = pen }
      corners.append(pen)
    }
    return corners
  }

  /// The letters of a path, each with its numbers.
  private var steps: [(letter: Character, numbers: [Double])] {
    var steps: [(Character, String)] = []
    for character in attributes["d"] ?? "" {
      if character.isLetter {
        steps.append((character, ""))
      } else if !steps.isEmpty {
        steps[steps.count - 1].1.append(character)
      }
    }
    return steps.map { ($0, Self.numbers($1)) }
  }

  /// The numbers in a text; a minus begins a new one.
  private static func numbers(_ text: String) -> [Double] {
    text.replacingOccurrences(of: "-", with: " -")
      .split { !($0.isNumber || $0 == "." || $0 == "-") }.compactMap { Double(String($0)) }
  }
}
