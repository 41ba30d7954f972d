import Foundation
import Testing
import Workbook

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Text for files and for readers.
@Suite struct TextTests {
  /// What a parser reads: an attribute and the text of the element that has it.
  private final class Reader: NSObject, XMLParserDelegate {
    private(set) var attribute: String?
    private(set) var text = ""

    init?(_ xml: String) {
      super.init()
      let parser = XMLParser(data: Data(xml.utf8))
      parser.delegate = self
      if !parser.parse() { return nil }
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      attribute = attributes["a"]
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { self.text += text }
  }

  /// Whether XML 1.0 (production 2, Char) allows a scalar.
  private func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  @Test func `every scalar comes back from XML, or as the replacement character`() throws {
    let values =
      Array(0..<0x180) + [0x301, 0x2028, 0xD7FF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F600]
    for scalar in values.compactMap(Unicode.Scalar.init) {
      // A combining accent after the scalar makes one Character of both.
      for text in ["x\(scalar)y", "x\(scalar)\u{301}y"] {
        let escaped = XML.escaped(text)
        let read = try #require(Reader("<e a=\"\(escaped)\">\(escaped)</e>"), "\(scalar.value)")
        let expected = String(
          String.UnicodeScalarView(text.unicodeScalars.map { isAllowed($0) ? $0 : "\u{FFFD}" }))
        #expect(read.attribute.map { Array($0.unicodeScalars) } == Array(expected.unicodeScalars))
        #expect(Array(read.text.unicodeScalars) == Array(expected.unicodeScalars))
      }
    }
  }

  @Test func `signs of XML are written as entities`() {
    #expect(XML.escaped("a < b & \"c\" > 'd' é漢") == "a &lt; b &amp; &quot;c&quot; &gt; 'd' é漢")
  }

  @Test(arguments: [
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@f", "'@f"), ("\tx", "'\tx"),
    ("\rx", "'\rx"),
    ("=\u{301}", "'=\u{301}"), ("", ""), ("a=b", "a=b"), (" =1", "' =1"),
    ("\u{FEFF}=1", "'\u{FEFF}=1"),
    ("\u{A0}\u{200B}=1", "'\u{A0}\u{200B}=1"), ("\"=1", "'\"=1"), ("' @f", "'' @f"), ("＝1", "'＝1"),
    ("＋1", "'＋1"), ("－1", "'－1"), ("＠f", "'＠f"), ("﹦1", "'﹦1"), ("|f", "'|f"), ("%f", "'%f"),
    ("\n=1", "'\n=1"), ("\u{1B}=1", "'\u{1B}=1"), ("a;=1", "a;'=1"), ("a; \"-1", "a; \"'-1"),
    ("a\r\n@f", "a\r\n'@f"), ("a\t+1", "a\t'+1"), ("a, -1", "a, -1"), ("[1; 2]", "[1; 2]"),
    ("−1", "−1"), ("(=", "(="), ("1=1", "1=1"), (";;=", ";;'="), ("a;;=", "a;;'="),
  ])
  func `a field for a spreadsheet is no formula`(text: String, expected: String) {
    #expect(
      Array(CSV.withoutFormula(text).unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test(arguments: [
    ("Ada é漢 −1", "Ada é漢 −1"), ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{1B}[2J", "\\u{1B}[2J"),
    ("\u{9B}2J\u{7F}", "\\u{9B}2J\\u{7F}"), ("a\u{202E}b\u{2066}", "a\\u{202E}b\\u{2066}"),
    ("a\u{200B}\u{FEFF}\u{AD}", "a\\u{200B}\\u{FEFF}\\u{AD}"), ("\u{2028}", "\\u{2028}"),
    ("\u{E0041}\u{E000}", "\\u{E0041}\\u{E000}"), ("::error::x", "\\u{3A}:error::x"),
    (" ::error::x", " \\u{3A}:error::x"), ("::\u{301}", "\\u{3A}:\u{301}"), ("a::b", "a::b"),
    ("x ##[error]", "x #\\u{23}[error]"), ("###[", "##\\u{23}["), ("##[##[", "#\\u{23}[#\\u{23}["),
    ("", ""),
  ])
  func `text from strangers steers no terminal and no log`(text: String, expected: String) {
    #expect(Array(text.harmless.unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test func `records end in CR LF, and only fields that need quotes have them`() {
    #expect(CSV.text(of: []) == "")
    #expect(CSV.text(of: [["a", ""], ["b;", " c"]]) == "a,\r\nb;, c\r\n")
    #expect(
      CSV.text(of: [["a\tb", "\u{0}", "\u{9B}J"]]) == "\"a b\",\"\u{FFFD}\",\"\u{FFFD}J\"\r\n")
    #expect(CSV.text(of: [["a,b", "\"", "\r", "\n"]]) == "\"a,b\",\"\"\"\",\"\r\",\"\n\"\r\n")
  }

  @Test(arguments: 0..<20, 1..<8)
  func `chunks have the length asked for, the last what is left`(count: Int, length: Int) {
    let chunks = (0..<count).chunked(by: length)
    #expect(chunks.flatMap { $0 } == Array(0..<count))
    #expect(chunks.dropLast().allSatisfy { $0.count == length })
    #expect(chunks.last.map { (1...length).contains($0.count) } ?? (count == 0))
    let text = String(repeating: "é", count: count)
    #expect(text.chunked(by: length).map(\.count) == chunks.map(\.count))
  }

  @Test func `chunks without elements are refused`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = [1, 2].chunked(by: 0)
    }
    #expect(try words(of: result).contains("chunks of 0 elements; at least 1 is expected"))
  }

  @Test func `white space goes from the ends of a text, and only from there`() {
    #expect(" \n\ta b\r\n".trimmed == "a b")
    #expect("a".trimmed == "a" && " \n".trimmed == "" && "".trimmed == "")
    #expect("xx a ".dropFirst(2).trimmed == "a")
  }

  @Test func `one thing is no plural, and none and many are`() {
    let amounts = [0, 1, 2, 21].map { amount($0, of: "seed") }
    #expect(amounts == ["0 seeds", "1 seed", "2 seeds", "21 seeds"])
  }

  @Test func `an error is told in one sentence`() {
    let input = InputError(.missing, "a.csv", "there is no such file")
    #expect(sentence(input, "unused") == "a.csv: there is no such file\n")
    do {
      try Data().write(to: URL(fileURLWithPath: "/nowhere-\(UUID().uuidString)/x"))
      Issue.record("the write succeeded")
    } catch {
      let text = sentence(error, "x: it cannot be written")
      #expect(text.hasPrefix("x: it cannot be written: ") && text.hasSuffix("\n"))
      #expect(text.count > "x: it cannot be written: \n".count)
      #expect(!text.contains("Optional") && !text.contains("NSCocoaErrorDomain"))
    }
  }
}
