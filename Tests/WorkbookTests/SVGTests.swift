import RealModule
import Testing
import Workbook

@testable import Reports

/// Figures as SVG files, read back with an XML parser.
@Suite struct SVGTests {
  @Test(arguments: Samples.all)
  func `a figure is well-formed and says what it shows`(figure: Figure) throws {
    let document = try #require(SVGDocument(figure.svg))
    #expect(document.elements[0].attributes["role"] == "img")
    #expect(document.elements[0].attributes["aria-label"] == figure.alt)
    #expect(document.text(of: "title") == figure.name)
    #expect(document.text(of: "desc") == figure.alt)
    #expect(document.text(of: "style")?.contains("prefers-color-scheme:dark") == true)
  }

  @Test(arguments: Samples.all)
  func `every mark of a figure lies on its card`(figure: Figure) throws {
    let document = try #require(SVGDocument(figure.svg))
    let (width, height) = document.size
    for element in document.elements {
      guard let box = element.box else { continue }
      let isInside = box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height
      #expect(isInside, "\(element.name) \(element.attributes) \(element.text)")
    }
  }

  @Test(arguments: Samples.all)
  func `no two texts of a figure overlap`(figure: Figure) throws {
    let boxes = try #require(SVGDocument(figure.svg)).texts.compactMap { text in
      text.box.map { (text.text, $0) }
    }
    for (index, (text, box)) in boxes.enumerated() {
      for (other, next) in boxes[(index + 1)...] {
        let isApart =
          box.right <= next.left || next.right <= box.left || box.bottom <= next.top
          || next.bottom <= box.top
        #expect(isApart, "“\(text)” and “\(other)”")
      }
    }
  }

  @Test(arguments: Samples.all)
  func `a figure has the same bytes twice, and no number in full length`(figure: Figure) throws {
    #expect(figure.svg == figure.svg)
    let document = try #require(SVGDocument(figure.svg))
    for element in document.elements.dropFirst() {
      for (name, value) in element.attributes where Double(value) != nil {
        let digits = value.drop { $0 != "." }.dropFirst()
        #expect(digits.count <= 2, "\(name) is \(value)")
      }
    }
  }

  @Test(arguments: Samples.all)
  func `a figure stays below 60 kB`(figure: Figure) {
    #expect(figure.svg.utf8.count < 60_000)
  }

  @Test func `ten thousand points and a million steps stay below 60 kB`() {
    var random = SplitMix64(seed: 1)
    let values = (0..<1_000_000).map { _ in Double(random.next() % 1000) }
    let line = LinePlot(
      x: .linear("x"), y: .linear("y"),
      series: [
        .init("noise", values),
        .init(
          "points", values.prefix(10_000).enumerated().map { .init(Double($0 * 100), $1) },
          isJoined: false),
      ])
    #expect(Figure("noise", line).svg.utf8.count < 60_000)
  }

  @Test func `signs of XML come back as they were`() throws {
    let plot = LinePlot(
      x: .linear("<x>"), y: .linear("]]>"), series: [.init("<&>", [1, 2]), .init("\"", [2, 3])])
    let texts = try #require(SVGDocument(Figure("<f>", plot).svg)).texts.map(\.text)
    for label in ["<x>", "]]>", "<&>", "\""] { #expect(texts.contains(label)) }
  }

  @Test func `a text on the card is one line, whatever is in it`() throws {
    var svg = SVG(width: 10, height: 10)
    svg.text("a\tb\r\nc\nd\u{0}e", at: (0, 0))
    let document = try #require(SVGDocument(svg.document(title: "t", description: "d")))
    #expect(document.texts.map(\.text) == ["a b c d\u{FFFD}e"])
  }

  @Test func `numbers have at most two digits after the point`() {
    #expect(SVG.number(1 / 3.0) == "0.33")
    #expect(SVG.number(-0.001) == "0")
    #expect(SVG.number(-1.5) == "-1.5")
    #expect(SVG.number(12.049) == "12.05")
    #expect(SVG.number(7) == "7")
    #expect(SVG.number(.nan) == "0")
  }

  @Test func `a path's steps add up to where it should be`() throws {
    var path = SVGPath()
    path.move(to: (0.04, 10))
    for step in 1...1000 { path.line(to: (Double(step) / 3, 10 + Double(step % 2) / 7)) }
    let svg = "<svg><path d=\"\(path.data)\"/></svg>"
    let corners = try #require(SVGDocument(svg)).elements[1].corners
    #expect(corners.count == 1001)
    #expect(abs((corners.last?.x ?? 0) - 1000 / 3.0) <= 0.051)
  }

  @Test func `colours stand out from the card, light or dark`() {
    for (colours, least) in [(Palette.series, 3.0), (Palette.seriesText, 4.5)] {
      for colour in colours {
        #expect(contrast(colour.light, Palette.card.light) >= least, "\(colour.light)")
        #expect(contrast(colour.dark, Palette.card.dark) >= least, "\(colour.dark)")
      }
    }
    for colour in [Palette.text, Palette.faint] {
      #expect(contrast(colour.light, Palette.card.light) >= 4.5)
      #expect(contrast(colour.dark, Palette.card.dark) >= 4.5)
    }
    // The darkest cell of a confusion matrix: 0.6 of the shade over the card, under text.
    #expect(contrast(Palette.text.light, mix(Palette.shade.light, Palette.card.light)) >= 4.5)
    #expect(contrast(Palette.text.dark, mix(Palette.shade.dark, Palette.card.dark)) >= 4.5)
  }

  /// The red, green and blue of a colour such as #0072b2, from 0 to 1.
  private func channels(_ colour: String) -> [Double] {
    let number = Int(colour.dropFirst(), radix: 16) ?? 0
    return [16, 8, 0].map { Double(number >> $0 & 0xFF) / 255 }
  }

  private func mix(_ top: String, _ ground: String) -> String {
    let mixed = zip(channels(top), channels(ground)).map { 0.6 * $0 + 0.4 * $1 }
    return "#"
      + mixed.map { channel in
        let digits = String(Int((channel * 255).rounded()), radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }

  /// The contrast of two colours (WCAG 2.1, relative luminance).
  private func contrast(_ one: String, _ other: String) -> Double {
    func luminance(_ colour: String) -> Double {
      let linear = channels(colour).map {
        $0 <= 0.03928 ? $0 / 12.92 : Double.pow(($0 + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
    let (a, b) = (luminance(one), luminance(other))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }
}
