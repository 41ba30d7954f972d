import Foundation
import Testing
import Workbook

@testable import Numbers

/// Random cases of every operation, checked by exact arithmetic; scripts/soak-numbers runs more.
@Suite struct EnclosureTests {
  static let cases = number("ENCLOSURE_CASES") ?? 9_000
  static let seed = UInt64(number("ENCLOSURE_SEED") ?? 1)

  static func number(_ variable: String) -> Int? {
    ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
  }

  @Test(arguments: EnclosureOperation.allCases)
  func `an operation holds the true result, tightly`(operation: EnclosureOperation) {
    let kinds = EnclosureOperation.allCases.count
    let cases = (Self.cases + kinds - 1) / kinds
    var random = SplitMix64(seed: Self.seed, stream: operation.rawValue)
    let failures = failures(of: operation, cases: cases, using: &random)
    print("soak: \(operation.rawValue): \(cases) cases, \(failures.count) failed")
    #expect(cases > 0 && failures.isEmpty, "\(failures.count) of \(cases): \(failures.prefix(3))")
  }
}
