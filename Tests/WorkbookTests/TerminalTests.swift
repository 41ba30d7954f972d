import Foundation
import Testing
import Workbook

@testable import Reports

// MARK: - Width

/// One of each thing that a chapter shows, with names and words of every length.
private let events: [RunEvent] = {
  let long = "a question of some length, which no narrow terminal can hold on a single line"
  let word = String(repeating: "incomprehensibility", count: 5)
  let label = "accuracy on examples never seen"
  return [
    .section(long), .section(word), .narration(long), .narration(word), .question(long),
    .question("Why \(word)?"), .narration(""),
    .number(Quantity(name: "a", label: "loss", value: 0.25, format: .decimals(3))),
    .number(Quantity(name: "b", label: label, value: 0.987, format: .percent(1))),
    .number(Quantity(name: "c", label: word, value: -1.5e-300, format: .scientific(4))),
    .table(
      Table(
        "t", columns: ["network", "examples", "a heading of five words", "loss"],
        rows: [
          ["linear", .count(123_456), .number(0.5, .percent(1)), .number(1e-9, .scientific(3))],
          [.text(long), .count(1), .none, .none], [.text(word), .count(1), .none, .none],
        ])),
    .check(Check("it holds", .pass, detail: "47 digits")), .check(Check(long, .fail, detail: long)),
    .check(Check(word, .undecided, detail: word)), .check(Check("bare", .undecided, detail: "")),
    .leftOut(long), .leftOut(word), .shortened,
  ] + figures.map { RunEvent.figure($0) }
}()

private let figures: [Figure] = {
  let noisy = (0..<300).map { Double.exp(-Double($0) / 10) }
  var random = SplitMix64(seed: 1)
  let points = LabelledPoints.rings(60, radii: [1, 2, 3], noise: 0.1, using: &random)
  return [
    Figure("one", LinePlot(x: .linear("epoch"), y: .linear("loss"), series: [.init("a", noisy)])),
    Figure(
      "two",
      LinePlot(
        x: .log("examples seen by the network while it was trained, in thousands"),
        y: .log("mean squared error over all examples of the test set, before rounding"),
        series: [
          .init("a network with one hidden layer of seventeen units", noisy),
          .init("b", noisy.map { $0 * 1e-250 }),
        ])),
    Figure(
      "points",
      LinePlot(
        x: .linear("x"), y: .linear("y"),
        series: [.init("p", [.init(-1.2e-200, -1e250), .init(3e-201, 2e-3)], isJoined: false)])),
    Figure(
      "regions", RegionPlot(points, resolution: 20) { $0.column(0).elements.map { $0 < 0 ? 0 : 2 } }
    ),
    Figure("images", grid(8, 8, count: 10)), Figure("wide images", grid(28, 28, count: 3)),
    Figure("wider images", grid(5, 200, count: 1)),
  ]
}()

private func grid(_ height: Int, _ width: Int, count: Int) -> ImageGrid {
  ImageGrid(
    height: height, width: width,
    images: (0..<count).map { image in
      (0..<height * width).map { Double(($0 + image) % 7) / 6 }
    }, captions: (0..<count).map { "picture number \($0)" })
}

private struct Silent: Lesson {
  static func run<Scalar: FloatingField>(on run: inout RunRecorder, in scalar: Scalar.Type) {
    for event in events {
      if case .check(let check) = event { run.check(check) }
    }
  }
}

/// Returns what a whole run writes.
private func output(_ style: TerminalStyle, quick: Bool = false) throws -> String {
  let chapter = Chapter(
    number: 12, title: "Backwards, a line at a time, and then all over again",
    question: "What is the slope of a loss in each of a network's weights?", lesson: Silent.self)
  var options = RunOptions()
  options.isQuick = quick
  var text = ""
  let terminal = Terminal(style: style, bar: nil) { text += $0 }
  terminal.open(chapter)
  for event in events { terminal.show(event) }
  terminal.close(try chapter.report(options: options))
  return text
}

/// The narrow terminals one by one, where words are broken, and some that are wide.
let widths = Array(24...48) + [57, 64, 72, 80, 87, 88, 89, 100, 120]

@Test(arguments: widths)
func `no line is longer than the terminal is wide`(width: Int) throws {
  for style in [TerminalStyle.full, .pipe, .dumb] {
    var style = style
    style.width = width
    let lines = try output(style, quick: true).split(separator: "\n").map { visible(String($0)) }
    let longest = try #require(lines.max { $0.count < $1.count })
    #expect(longest.count <= width, "\(longest)")
  }
}

@Test(arguments: [24, 40, 80, 200])
func `wrapping loses no word and makes no line of prose longer than 88 characters`(width: Int) {
  let text = (1...60).map { String(repeating: "x", count: $0 % 13 + 1) }.joined(separator: " ")
  var style = TerminalStyle.pipe
  style.width = width
  let lines = style.wrapped(text, first: "> ", rest: "- ")
  #expect(lines.map { $0.dropFirst(2) }.joined(separator: " ") == text)
  #expect(lines[0].hasPrefix("> ") && lines.dropFirst().allSatisfy { $0.hasPrefix("- ") })
  #expect(lines.allSatisfy { $0.count <= min(width, 88) })
  // No line ends early: the next word would not have fitted.
  for (line, next) in zip(lines, lines.dropFirst()) {
    let word = next.dropFirst(2).prefix { $0 != " " }
    #expect(line.count + 1 + word.count > min(width, 88))
  }
}

@Test func `a word longer than the line is cut, and nothing of it is lost`() {
  var style = TerminalStyle.pipe
  style.width = 24
  let word = String(repeating: "0123456789", count: 6)
  let lines = style.wrapped("a \(word) b")
  #expect(
    lines == [
      "  a", "  0123456789012345678901", "  2345678901234567890123", "  4567890123456789 b",
    ])
}

// MARK: - What is shown

@Test func `a number stands at the end of a row of dots`() {
  let quantity = Quantity(name: "a", label: "test loss", value: 0.25, format: .decimals(3))
  // The number begins in column 45: two spaces, the label, a space, dots up to 44, a space.
  #expect(
    Terminal(style: .pipe, bar: nil) { _ in }.lines(of: .number(quantity))
      == ["  test loss " + String(repeating: ".", count: 32) + " 0.250"])
}

@Test func `a check shows its mark, its claim and what was measured`() {
  func lines(_ verdict: Check.Verdict, _ style: TerminalStyle) -> [String] {
    Terminal(style: style, bar: nil) { _ in }
      .lines(of: .check(Check("it holds", verdict, detail: "3 of 3")))
  }
  #expect(lines(.pass, .pipe) == ["  ✓ it holds", "    3 of 3"])
  #expect(lines(.fail, .pipe) == ["  ✗ it holds", "    3 of 3"])
  #expect(lines(.undecided, .pipe) == ["  ? it holds", "    3 of 3"])
  #expect(lines(.pass, .dumb) == ["  pass: it holds", "    3 of 3"])
  #expect(lines(.fail, .dumb) == ["  FAIL: it holds", "    3 of 3"])
  #expect(lines(.undecided, .dumb) == ["  undecided: it holds", "    3 of 3"])
}

@Test func `colour adds escape codes and nothing that is seen`() throws {
  let plain = Terminal(style: .pipe, bar: nil) { _ in }
  let coloured = Terminal(style: .full, bar: nil) { _ in }
  for event in events {
    if case .figure = event { continue }
    #expect(coloured.lines(of: event).map(visible) == plain.lines(of: event))
  }
  #expect(try output(.full).contains("\u{1B}[1;31m"))
}

@Test func `without colour there are no escape codes`() throws {
  #expect(!hasEscapes([try output(.pipe), try output(.dumb)]))
}

@Test(arguments: [24, 80, 120])
func `figures, tables and checks of a dumb terminal are ASCII`(width: Int) {
  var style = TerminalStyle.dumb
  style.width = width
  for figure in figures { #expect(figure.lines(in: style).joined().utf8.allSatisfy { $0 < 0x80 }) }
}

@Test func `no two empty lines follow each other`() throws {
  #expect(!(try output(.pipe).contains("\n\n\n")))
}

@Test func `the end counts the checks that pass`() throws {
  let whole = try output(.pipe)
  #expect(whole.contains("\n1 of 4 checks pass · ") && whole.hasSuffix(" s\n"))
}

/// Returns what the end of a quick run says, when the run gave some events.
private func end(of events: [RunEvent]) throws -> String {
  var options = RunOptions()
  options.isQuick = true
  let chapter = Chapter(number: 1, title: "", question: "", lesson: Silent.self)
  var style = TerminalStyle.pipe
  style.width = 200
  var text = ""
  let terminal = Terminal(style: style, bar: nil) { text += $0 }
  terminal.open(chapter)
  for event in events { terminal.show(event) }
  terminal.close(try chapter.report(options: options))
  return text.split(separator: "\n").drop { !$0.hasPrefix("Quick run") }.joined(separator: " ")
}

@Test func `a quick run says what it left out`() throws {
  let shorter = "Quick run: the training was shorter, so its numbers are weaker."
  #expect(try end(of: []) == "Quick run: this chapter has no long training, so it ran in full.")
  #expect(try end(of: [.shortened]) == shorter)
  #expect(
    try end(of: [.shortened, .leftOut("it learns")])
      == shorter + " 1 claim needs the full training and was not checked.")
  #expect(
    try end(of: [.leftOut("it learns"), .shortened, .shortened, .leftOut("it sees")])
      == shorter + " 2 claims need the full training and were not checked.")
}

// MARK: - The brief form

/// Returns what the brief form writes of some events, without what opens and closes a chapter.
private func brief(_ events: [RunEvent]) -> String {
  var text = ""
  let terminal = Terminal(style: .pipe, detail: .brief, bar: nil) { text += $0 }
  for event in events { terminal.show(event) }
  return text
}

private func number(_ label: String) -> RunEvent {
  .number(Quantity(name: label, label: label, value: 0.25, format: .decimals(3)))
}

private let table = RunEvent.table(Table("t", columns: ["a"], rows: [["x"]]))

@Test func `briefly, a question is answered by the numbers that follow it`() {
  let lines = brief([
    .section("S"), number("before"), .question("How many?"), number("one"), number("two"),
    .check(Check("c", .pass, detail: "d")), number("after"),
  ]).split(separator: "\n")
  #expect(lines.count == 4)
  #expect(lines[0] == "S" && lines[1] == "? How many?")
  #expect(lines[2].hasPrefix("  one ..") && lines[3].hasPrefix("  two .."))
}

@Test func `briefly, a section has a heading where something stands under it`() {
  #expect(brief([.section("S"), number("n"), .narration("w")]) == "")
  #expect(brief([.section("S"), .section("T"), table]).contains("T\n"))
  #expect(!brief([.section("S"), .section("T"), table]).contains("S\n"))
}

@Test func `briefly, a sentence is shown where it introduces a table or a figure`() {
  #expect(brief([.narration("of speed"), table]).hasPrefix("  of speed\n"))
  #expect(!brief([.narration("of speed"), number("n"), table]).contains("speed"))
  #expect(!brief([.narration("of speed"), .section("S"), table]).contains("speed"))
}

@Test func `briefly, a check that passes is left to the last line, and no other is`() {
  #expect(brief([.check(Check("it holds", .pass, detail: "d"))]) == "")
  for verdict in [Check.Verdict.fail, .undecided] {
    let text = brief([.section("S"), .check(Check("it holds", verdict, detail: "47 digits"))])
    #expect(text.contains("S\n") && text.contains("it holds\n    47 digits\n"))
  }
}

@Test func `briefly, the end tells what to type for more`() throws {
  let chapter = Chapter(number: 1, title: "", question: "", lesson: Silent.self)
  for (detail, isTold) in [(Terminal.Detail.brief, true), (.full, false)] {
    var text = ""
    let terminal = Terminal(style: .pipe, detail: detail, bar: nil) { text += $0 }
    terminal.close(try chapter.report(options: RunOptions()), more: "scripts/run 1 --verbose")
    #expect(text.hasSuffix("every check: scripts/run 1 --verbose\n") == isTold)
  }
}

@Test(arguments: widths)
func `briefly, no line is longer than the terminal is wide either`(width: Int) {
  var style = TerminalStyle.full
  style.width = width
  var text = ""
  let terminal = Terminal(style: style, detail: .brief, bar: nil) { text += $0 }
  for event in events { terminal.show(event) }
  for line in text.split(separator: "\n") { #expect(visible(String(line)).count <= width) }
}

// MARK: - The progress bar

@Test func `a bar is as full as the work is done, and redrawn in its place`() {
  var written: [String] = []
  let bar = ProgressBar(width: 80) { written.append($0) }
  bar.show("training", 0.5)
  let half = String(repeating: "━", count: 15) + String(repeating: "╌", count: 15)
  #expect(written == ["\r\u{1B}[2K  \(half) 50 % training"])
  bar.show("training", 0.501)
  #expect(written.count == 1, "what looks the same is not written again")
  bar.show("training", 1)
  #expect(written.last == "\r\u{1B}[2K")
  bar.clear()
  #expect(written.count == 2, "an empty bar is not cleared again")
}

@Test(arguments: [Double.nan, -1, -0.0, 0, 0.999, 1, 2, .infinity])
func `a bar takes any fraction, and stays on its line`(fraction: Double) {
  for width in 24...120 {
    var written = ""
    let bar = ProgressBar(width: width) { written += $0 }
    bar.show("a task with a rather long name, such as chapters give", fraction)
    #expect(written.replacing("\r\u{1B}[2K", with: "").count < width)
    #expect(written.isEmpty == (fraction >= 1))
  }
}

@Test func `what is shown wipes the bar away first`() {
  var written: [String] = []
  let terminal = Terminal(style: .pipe, bar: ProgressBar(width: 80) { written.append($0) }) {
    written.append($0)
  }
  terminal.show(.progress("training", 0.25))
  terminal.show(.narration("done"))
  #expect(Array(written.dropFirst()) == ["\r\u{1B}[2K", "  done\n"])
}

@Test func `without a bar progress writes nothing`() {
  var written = ""
  Terminal(style: .pipe, bar: nil) { written += $0 }.show(.progress("training", 0.25))
  #expect(written.isEmpty)
}

// MARK: - Which terminal this is

@Test(
  arguments: [
    ([:], 80), (["COLUMNS": "132"], 132), (["COLUMNS": "10"], 24), (["COLUMNS": "-5"], 24),
    (["COLUMNS": "wide"], 80), (["COLUMNS": ""], 80),
  ] as [([String: String], Int)])
func `a pipe is as wide as COLUMNS says, and takes no colour`(
  environment: [String: String], width: Int
) {
  let pipe = Pipe()
  let descriptor = pipe.fileHandleForWriting.fileDescriptor
  let style = TerminalStyle.detected(descriptor: descriptor, environment: environment)
  #expect(style == TerminalStyle(width: width, hasColour: false, hasUnicode: true))
  #expect(!TerminalStyle.isInteractive(descriptor: descriptor, environment: environment))
}

/// Calls `body` with a terminal of so many columns.
private func withTerminal(columns: UInt16, _ body: (Int32) -> Void) throws {
  let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
  try #require(descriptor >= 0)
  defer { close(descriptor) }
  var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
  try #require(ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0)
  body(descriptor)
}

@Test(
  arguments: [
    (["TERM": "xterm"], true, true), (["TERM": "dumb"], false, false),
    (["TERM": "xterm", "NO_COLOR": "1"], false, true),
    (["TERM": "xterm", "NO_COLOR": ""], true, true),
    ([:], true, true), (["TERM": "dumb", "NO_COLOR": "1"], false, false),
  ] as [([String: String], Bool, Bool)])
func `a terminal has colour unless it is dumb or NO_COLOR is set to something`(
  environment: [String: String], hasColour: Bool, hasUnicode: Bool
) throws {
  try withTerminal(columns: 100) { descriptor in
    #expect(
      TerminalStyle.detected(descriptor: descriptor, environment: environment)
        == TerminalStyle(width: 100, hasColour: hasColour, hasUnicode: hasUnicode))
    #expect(
      TerminalStyle.isInteractive(descriptor: descriptor, environment: environment) == hasUnicode)
  }
}

@Test func `the terminal's own width counts for more than COLUMNS`() throws {
  for (columns, width) in [(132, 132), (12, 24), (0, 90)] as [(UInt16, Int)] {
    try withTerminal(columns: columns) { descriptor in
      let style = TerminalStyle.detected(descriptor: descriptor, environment: ["COLUMNS": "90"])
      #expect(style.width == width)
    }
  }
}
