import Foundation
import Testing
import Workbook

@testable import Certify

/// Small files from NumPy, PyTorch and JAX, right ones and ones with a planted mistake. `scripts/try-certify
/// --fixtures` has made them.
@Suite struct FixtureTests {
  private static let folder = "\(BundledData.packageRoot)/Tests/CertifyTests/Fixtures"

  /// A line of `expected.csv`.
  struct Expected: CustomTestStringConvertible, Sendable {
    let file: String
    let verdict: String
    /// The layer with the first wrong gradient, and that of the mistake; `nil` where it is in none.
    let first: Int?
    let mistake: Int?
    /// What the sentence of the cause must match.
    let cause: String

    var testDescription: String { file }
  }

  static let expected: [Expected] = {
    let text = (try? String(contentsOfFile: folder + "/expected.csv", encoding: .utf8)) ?? ""
    return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Expected(
        file: fields[0], verdict: fields[1], first: Int(fields[2]), mistake: Int(fields[3]),
        cause: fields[4])
    }
  }()

  @Test func thereAreFixtures() {
    #expect(Self.expected.count { $0.verdict == "pass" } >= 12)
    #expect(Self.expected.count { $0.verdict == "fail" } >= 24)
  }

  @Test(arguments: expected)
  func eachFileIsJudgedAsItShouldBe(_ expected: Expected) throws {
    let file = try GradientFile(contentsOf: "\(Self.folder)/\(expected.file)")
    let report = GradientReport(file)
    #expect(report.verdict.rawValue == expected.verdict)
    guard expected.verdict == "fail" else {
      #expect(report.tensors.allSatisfy { $0.isRight || $0.verdict == .missing })
      return
    }
    if let first = expected.first, let mistake = expected.mistake {
      let place = try #require(report.firstBreak)
      #expect(place.layer == first && mistake <= place.upTo)
    }
    let pattern = try Regex(expected.cause)
    let isNamed = report.causes.contains { $0.words.contains(pattern) }
    #expect(isNamed, "\(report.causes.map(\.words))")
    for line in report.lines(
      of: expected.file, in: TerminalStyle(width: 80, hasColour: false, hasUnicode: true))
    {
      #expect(line.count <= 88, "\(line)")
    }
  }
}
