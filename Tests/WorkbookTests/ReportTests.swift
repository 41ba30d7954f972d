import Foundation
import Testing
import Workbook

@testable import Reports

/// A lesson that records one of each thing.
private enum Sampler: Lesson {
  static func run<Scalar: FloatingField>(on run: inout RunRecorder, in scalar: Scalar.Type) throws {
    run.section("A section")
    run.ask("How many?")
    run.record(0.123_456_789 as Scalar, .decimals(3), as: "third", label: "a number")
    run.record(1797, as: "digits", label: "digits")
    _ = run.setting(0.5, .decimals(2), as: "rate", label: "learning rate")
    _ = run.setting(20, as: "epochs", label: "epochs")
    run.record(Double.nan, .decimals(2), as: "nothing", label: "no number")
    run.record(-Double.infinity, .percent(1), as: "least", label: "beyond all")
    run.record(-0.0001, .decimals(2), as: "nearly", label: "nearly nothing")
    run.show(
      Table(
        "losses", columns: ["epoch", "loss", "net"],
        rows: [
          [.count(5), .number(0.6149, .decimals(2)), "a"], [.none, .number(.nan, .count), "b"],
        ]
      ))
    run.show(
      Figure(
        "curve",
        LinePlot(x: .linear("epoch"), y: .log("loss"), series: [.init("training", [1, 0.5])])))
    run.check("one and one are two", 1 + 1 == 2, detail: "2")
    run.progress("nothing", 0.5)
  }
}

private let chapter = Chapter(
  number: 7, title: "Samples", question: "What does a report hold?", lesson: Sampler.self)

private func json(_ options: RunOptions = RunOptions()) throws -> [String: Any] {
  let data = try chapter.report(options: options).json()
  return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
}

@Test func `the JSON says what was run, and how`() throws {
  var options = RunOptions()
  options.seed = .max
  options.precision = .double
  options.isQuick = true
  let report = try json(options)
  #expect(
    Set(report.keys) == [
      "schema", "chapter", "title", "seed", "precision", "quick", "seconds", "settings", "numbers",
      "tables", "figures", "checks",
    ])
  #expect(report["schema"] as? String == "workbook-report/1")
  #expect(report["chapter"] as? Int == 7)
  #expect(report["title"] as? String == "Samples")
  #expect(report["seed"] as? UInt64 == .max)
  #expect(report["precision"] as? String == "double")
  #expect(report["quick"] as? Bool == true)
  #expect(report["settings"] as? [String: Double] == ["rate": 0.5, "epochs": 20])
  #expect(try #require(report["seconds"] as? Double) >= 0)
}

@Test(arguments: RunOptions.Precision.allCases)
func `numbers carry the digits that are promised, in either precision`(
  precision: RunOptions.Precision
) throws {
  var options = RunOptions()
  options.precision = precision
  let numbers = try #require(json(options)["numbers"] as? [String: Any])
  #expect(numbers.count == 7)
  #expect(numbers["third"] as? Double == 0.123)
  #expect(numbers["digits"] as? Int == 1797)
  #expect(numbers["nothing"] as? String == "NaN")
  #expect(numbers["least"] as? String == "−∞")
}

@Test func `the text of the JSON has no digit more, and no sign on a zero`() throws {
  let text = String(decoding: try chapter.report(options: RunOptions()).json(), as: UTF8.self)
  #expect(text.contains("\"third\" : 0.123,") || text.contains("\"third\" : 0.123\n"))
  #expect(text.contains("\"nearly\" : 0,") || text.contains("\"nearly\" : 0\n"))
}

@Test func `tables, figures and checks are written as the contract says`() throws {
  let report = try json()
  let table = try #require((report["tables"] as? [String: Any])?["losses"] as? [String: Any])
  #expect(table["columns"] as? [String] == ["epoch", "loss", "net"])
  let rows = try #require(table["rows"] as? [[Any]])
  #expect(rows[0][0] as? Int == 5 && rows[0][1] as? Double == 0.61 && rows[0][2] as? String == "a")
  #expect(rows[1][0] is NSNull && rows[1][1] as? String == "NaN")
  let figures = try #require(report["figures"] as? [[String: String]])
  // Two values, at 1 and 2, in the words of the plot.
  #expect(
    figures == [
      [
        "name": "curve",
        "alt": "Plot of loss against epoch. training: falls throughout, from 1 at 1 to 0.500 at 2.",
      ]
    ])
  let checks = try #require(report["checks"] as? [[String: String]])
  #expect(checks == [["name": "one and one are two", "verdict": "pass", "detail": "2"]])
}

@Test func `the same report is written in the same bytes`() throws {
  var (one, two) = try (
    chapter.report(options: RunOptions()), chapter.report(options: RunOptions())
  )
  (one.seconds, two.seconds) = (1, 1)
  #expect(one == one && one.numbers.map(\.text) == two.numbers.map(\.text))
  #expect(try one.json() == one.json())
  #expect(try one.json() == two.json())
}

@Test func `a report passes where every check passes, and only there`() throws {
  var report = try chapter.report(options: RunOptions())
  #expect(report.passed)
  for verdict in [Check.Verdict.fail, .undecided] {
    report.checks = [Check("a", .pass, detail: ""), Check("b", verdict, detail: "")]
    #expect(!report.passed)
  }
  report.checks = []
  #expect(report.passed)
}

@Test func `numbers and tables are found by name, as they were measured`() throws {
  var options = RunOptions()
  options.precision = .double
  let report = try chapter.report(options: options)
  #expect(report.number("third") == 0.123_456_789)
  #expect(report.number("fourth") == nil)
  #expect(report.table("losses")?.rows.count == 2)
  #expect(report.table("gains") == nil)
}

@Test func `events come in the order of the lesson`() throws {
  var kinds: [String] = []
  _ = try chapter.report(options: RunOptions()) { event in
    switch event {
    case .section: kinds.append("section")
    case .narration: kinds.append("narration")
    case .question: kinds.append("question")
    case .number: kinds.append("number")
    case .table: kinds.append("table")
    case .figure: kinds.append("figure")
    case .check: kinds.append("check")
    case .leftOut: kinds.append("left out")
    case .shortened: kinds.append("shortened")
    case .progress: kinds.append("progress")
    }
  }
  #expect(
    kinds == [
      "section", "question", "number", "number", "number", "number", "number", "number", "number",
      "table", "figure", "check", "progress",
    ])
}

// MARK: - The recorder

private func recorder(_ options: RunOptions = RunOptions()) -> RunRecorder {
  RunRecorder(chapter: chapter, options: options) { _ in }
}

@Test func `an experiment draws from a stream of its own name, seed and chapter`() {
  var other = RunOptions()
  other.seed = 2
  var generators = [
    recorder().random("a"), recorder().random("a"), recorder().random("b"),
    recorder(other).random("a"),
    RunRecorder(
      chapter: Chapter(number: 8, title: "", question: "", lesson: Sampler.self),
      options: RunOptions()
    ) { _ in }.random("a"),
  ]
  let draws = generators.indices.map { generators[$0].next() }
  #expect(draws[0] == draws[1])
  #expect(Set(draws).count == 4)
}

@Test func `a quick run does things a tenth as often, but once at the least`() {
  var quick = RunOptions()
  quick.isQuick = true
  #expect(recorder().repetitions(500) == 500)
  #expect([500, 9, 1].map { recorder(quick).repetitions($0) } == [50, 1, 1])
}

@Test func `a quick run keeps the fewest repetitions that show something, and no more than all`() {
  var quick = RunOptions()
  quick.isQuick = true
  #expect([1000, 100, 12, 2].map { recorder(quick).repetitions($0, least: 3) } == [100, 10, 3, 2])
  #expect([1000, 12, 2].map { recorder().repetitions($0, least: 3) } == [1000, 12, 2])
}

@Test(arguments: [false, true])
func `a quick run says that it was shortened where it was, and only there`(isQuick: Bool) {
  var options = RunOptions()
  options.isQuick = isQuick
  var count = 0
  let run = RunRecorder(chapter: chapter, options: options) { event in
    if case .shortened = event { count += 1 }
  }
  _ = run.repetitions(1)
  _ = run.repetitions(5, least: 9)
  #expect(count == 0)
  _ = run.repetitions(20)
  #expect(count == (isQuick ? 1 : 0))
}

@Test func `a claim that needs the full training is checked in a full run alone`() {
  var events: [String] = []
  func record(_ options: RunOptions) -> Report {
    var run = RunRecorder(chapter: chapter, options: options) { event in
      switch event {
      case .leftOut(let claim): events.append("left out: \(claim)")
      case .check(let check): events.append("\(check.verdict): \(check.name)")
      default: break
      }
    }
    run.checkWhenFull("it learns", false, detail: "not at all")
    run.check("it runs", true, detail: "")
    return run.report
  }
  var quick = RunOptions()
  quick.isQuick = true
  #expect(record(RunOptions()).passed == false)
  #expect(record(quick).checks.map(\.name) == ["it runs"])
  #expect(events == ["fail: it learns", "pass: it runs", "left out: it learns", "pass: it runs"])
}

@Test func `the time of a run is not that of its reader`() throws {
  let report = try chapter.report(options: RunOptions()) { event in
    if case .question = event { Thread.sleep(forTimeInterval: 0.5) }
  }
  #expect(report.seconds < 0.5)
}

@Test func `a name stands for one thing, and the message says which`() async throws {
  let number = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var run = recorder()
    run.record(1, as: "loss", label: "")
    run.record(2, as: "loss", label: "")
  }
  #expect(try words(of: number).contains("chapter 7 records “loss” twice"))

  let table = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var run = recorder()
    run.show(Table("losses", columns: []))
    run.show(Table("losses", columns: []))
  }
  #expect(try words(of: table).contains("chapter 7 records “losses” twice"))

  let check = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var run = recorder()
    run.check("it holds", true, detail: "")
    run.check("it holds", false, detail: "")
  }
  #expect(try words(of: check).contains("chapter 7 records “it holds” twice"))

  let figure = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var run = recorder()
    let plot = LinePlot(x: .linear("x"), y: .linear("y"), series: [])
    run.show(Figure("curve", plot))
    run.show(Figure("curve", plot))
  }
  #expect(try words(of: figure).contains("chapter 7 records “curve” twice"))
}

/// A lesson that records the settings it was given.
private enum Adjustable: Lesson {
  static func run<Scalar: FloatingField>(on run: inout RunRecorder, in scalar: Scalar.Type) throws {
    let rate = run.setting(0.5, .decimals(3), as: "rate", label: "learning rate")
    let epochs = run.setting(20, as: "epochs", label: "epochs", least: 2)
    run.check("a setting is what the report says", rate * Double(epochs) >= 0, detail: "")
  }
}

@Test(
  arguments: [
    ([:], 0.5, 20.0), (["rate": 0.125], 0.125, 20), (["epochs": 31.5], 0.5, 32),
    (["epochs": 0], 0.5, 2), (["epochs": 1e300], 0.5, 0x1p31), (["other": 1], 0.5, 20),
  ] as [([String: Double], Double, Double)])
func `a reader's setting is used, a count rounded and never below the least`(
  chosen: [String: Double], rate: Double, epochs: Double
) throws {
  let chapter = Chapter(number: 7, title: "", question: "", lesson: Adjustable.self)
  var options = RunOptions()
  options.settings = chosen
  let report = try chapter.report(options: options)
  #expect(report.settings.map(\.name) == ["rate", "epochs"])
  #expect(report.settings.map(\.value) == [rate, epochs])
  #expect(report.number("rate") == rate && report.number("epochs") == epochs)
}
