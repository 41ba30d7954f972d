import Foundation
import Testing

@testable import Grader

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// JUnit's XML beside the rules of the schema that Jenkins publishes for it (junit-10.xsd of its xUnit plugin). To these
/// come `file` and `line` of a case, which PHPUnit and pytest write and services that annotate lines read.
struct GradebookJUnitTests {
  @Test func `the file keeps the rules of the schema, whatever names and messages hold`() throws {
    let root = try read(GradebookSamples.book().junit)
    #expect(root.problems.isEmpty)
    let suites = root.children
    #expect(suites.map { $0.attributes["name"] }[1...] == ["bob.b", "carl", "dora", "eve"])
    let name = GradebookSamples.hostileName.replacing("\u{1B}", with: "\u{FFFD}")
    #expect(
      suites[0].attributes["name"].map { Array($0.unicodeScalars) } == Array(name.unicodeScalars))
  }

  @Test func `numbers of suites are those of their cases, and times have no exponent`() throws {
    let root = try read(GradebookSamples.book().junit)
    for suite in root.children {
      let cases = suite.children
      #expect(suite.attributes["tests"] == "\(cases.count)")
      for (attribute, element) in [
        ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"),
      ] {
        let count = cases.count { $0.children.contains { $0.name == element } }
        #expect(suite.attributes[attribute] == "\(count)", "\(attribute)")
      }
    }
    #expect(root.attributes["tests"] == "9" && root.attributes["errors"] == "5")
    let times = root.children.map { $0.attributes["time"] }
    #expect(times[..<2] == ["0.500", "12346.100"])
    #expect(root.children[0].children[0].attributes["time"] == "0.000")
  }

  @Test func `a case tells file, line, class, type and message`() throws {
    let suites = try read(GradebookSamples.book().junit).children
    let failed = suites[0].children[0]
    #expect(failed.attributes["line"] == "7")
    #expect(
      failed.attributes["file"]?.hasSuffix("/Exercises/04-Multiclass/1-LossAtStart.swift") == true)
    #expect(suites[1].children[0].attributes["classname"] == "bob_b.04-Multiclass")
    let failure = failed.children[0]
    #expect(failure.name == "failure" && failure.attributes["type"] == "fail")
    #expect(failure.attributes["message"]?.hasSuffix("\";\n=1 and should be 2") == true)
    #expect(failure.text.contains("\nlikely @the sign") && failure.text.contains("expected 2\n"))
    #expect(failed.children[1].text.hasPrefix("points: 0 of 1\npassed: one column"))
    #expect(suites[2].children[1].children[0].attributes["type"] == "fault")
    #expect(suites[2].children[1].children[1].text.hasPrefix("points: no of 2\n"))
    #expect(
      suites[4].children[0].children[0].attributes["message"]
        == "it is a link; a folder is expected")
  }

  @Test(arguments: [
    "<testsuites><testsuite name=\"a\" tests=\"1\" failures=\"0\"/></testsuites>",
    "<testsuites><testcase name=\"a\"/></testsuites>",
    "<testsuites time=\"1e-07\"/>",
    "<testsuites skipped=\"1\"/>",
    "<testsuites>text</testsuites>",
  ])
  func `the rules of the schema find what breaks them`(text: String) throws {
    #expect(try !read(text).problems.isEmpty)
  }

  private func read(_ text: String) throws -> Element {
    let reader = Reader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(parser.parserError.debugDescription)")
    return try #require(reader.root)
  }
}

/// An element of XML.
private final class Element {
  let name: String
  let attributes: [String: String]
  var children: [Element] = []
  var text = ""

  init(_ name: String, _ attributes: [String: String]) {
    (self.name, self.attributes) = (name, attributes)
  }

  /// What breaks a rule, in this element and those within.
  var problems: [String] {
    guard let rule = Rule.all[name] else { return ["no element \(name)"] }
    var problems = rule.required.filter { attributes[$0] == nil }.map { "\(name) lacks \($0)" }
    for attribute in attributes.keys where !(rule.required + rule.optional).contains(attribute) {
      problems.append("\(name) has \(attribute)")
    }
    if let time = attributes["time"], time.wholeMatch(of: #/\d+(\.\d+)?/#) == nil {
      problems.append("\(name) has the time \(time)")
    }
    for child in children where !rule.children.contains(child.name) {
      problems.append("\(name) holds \(child.name)")
    }
    let hasText = text.contains { !$0.isWhitespace }
    if hasText && !rule.hasText { problems.append("\(name) has text") }
    return problems + children.flatMap(\.problems)
  }

  /// What the schema says of an element.
  private struct Rule {
    var required: [String] = []
    var optional: [String] = []
    var children: [String] = []
    var hasText = false

    static let outcome = Rule(optional: ["type", "message"], hasText: true)
    static let all: [String: Rule] = [
      "testsuites": Rule(
        optional: ["name", "time", "tests", "failures", "errors"], children: ["testsuite"]),
      "testsuite": Rule(
        required: ["name", "tests", "failures", "errors"],
        optional: ["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file"],
        children: ["testsuite", "properties", "testcase", "system-out", "system-err"]),
      "testcase": Rule(
        required: ["name"], optional: ["time", "classname", "group", "file", "line"],
        children: ["skipped", "error", "failure", "system-out", "system-err"]),
      "failure": outcome, "error": outcome, "skipped": outcome,
      "system-out": Rule(hasText: true), "system-err": Rule(hasText: true),
    ]
  }
}

/// Reads XML as a tree.
private final class Reader: NSObject, XMLParserDelegate {
  var root: Element?
  private var open: [Element] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    let element = Element(name, attributes)
    open.last?.children.append(element)
    if root == nil { root = element }
    open.append(element)
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    _ = open.popLast()
  }
}
