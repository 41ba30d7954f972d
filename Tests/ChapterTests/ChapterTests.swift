import Autograd
import BinaryClassifier
import ConvNet
import Digits
import Foundation
import LossItem
import Multiclass
import Perceptron
import Regression
import Testing
import Training
import Workbook

/// Runs of the chapters, as a program sees them: their reports.
@Suite struct ChapterTests {
  static let book: [Chapter] = [
    .perceptron, .regression, .binaryClassifier, .multiclass, .convNet, .autograd,
    .lossItem, .training, .digits,
  ]

  /// Returns a chapter's report.
  func report(_ number: Int, _ change: (inout RunOptions) -> Void = { _ in }) throws -> Report {
    var options = RunOptions()
    change(&options)
    return try Self.book[number - 1].report(options: options)
  }

  /// Returns a report as JSON, with the seconds of the clock left out.
  func bytes(of report: Report) throws -> String {
    let json = String(decoding: try report.json(), as: UTF8.self)
    let lines = json.split(separator: "\n").filter { !$0.contains("\"seconds\"") }
    return lines.joined(separator: "\n")
  }

  /// A quick run leaves out the claims that need the full training. Those are checked, on several seeds
  /// and in both precisions, by `scripts/sweep-seeds`.
  @Test(arguments: 1...9, RunOptions.Precision.allCases)
  func `every check of a quick run passes`(number: Int, precision: RunOptions.Precision) throws {
    let report = try QuickReports.report(number, precision: precision)
    #expect(report.checks.filter { $0.verdict != .pass } == [])
    #expect(report.checks.count >= 5)
    #expect(report.numbers.allSatisfy { !$0.label.isEmpty && !$0.name.isEmpty })
  }

  @Test(arguments: 1...9)
  func `the same seed gives the same report, on one thread or two`(number: Int) throws {
    let one = try bytes(of: QuickReports.report(number, threads: 1))
    let two = try bytes(of: QuickReports.report(number, threads: 2))
    #expect(one == two)
  }

  @Test func `another seed gives another report`() throws {
    #expect(try bytes(of: report(1)) != bytes(of: report(1) { $0.seed = 2 }))
  }

  @Test func `the numbers that the chapters promise are kept`() throws {
    let regression = try report(2)
    #expect(try #require(regression.number("bent.mse")) <= 0.0021)
    let multiclass = try report(4)
    #expect(try #require(multiclass.number("bullseye.accuracy")) >= 0.99)
    #expect(try #require(multiclass.number("blobs.accuracy")) >= 0.95)
    let full = try #require(multiclass.table("bug-checks")?.rows.last)
    #expect(full.dropFirst().map(\.text) == ["19", "0", "0", "0"])
  }

  @Test func `missing data is the reader's to hear of, not a trap`() {
    #expect {
      try report(3) { $0.dataFolder = "/nowhere" }
    } throws: { error in
      (error as? InputError)?.kind == .missing
    }
  }
}
