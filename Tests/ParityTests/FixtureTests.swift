import Foundation
import Testing
import Workbook

/// What a fixture that is not as it should be is told. A test of nothing must not pass.
@Suite struct FixtureTests {
  func blocks(_ text: String, count: Int = 1) throws(InputError) -> [Block] {
    try Fixture.cases(in: Data(text.utf8), path: "a.json", count: count)
  }

  @Test func `numbers come out of a fixture to the last bit`() throws {
    let text =
      "0.1, 0.30000000000000004, 5e-324, 1.7976931348623157e+308, -0.0, 2.2250738585072e-308"
    let block = try blocks(#"[{"shape": [2, 3], "values": [\#(text)]}]"#)[0]
    let expected = text.split(separator: ", ").compactMap { Double($0)?.bitPattern }
    #expect(block.values.map(\.bitPattern) == expected)
  }

  @Test(arguments: [
    ("", "makes it anew"), ("[{", "makes it anew"), ("[]", "0 cases, wanted: 1"),
    (#"[{"shape": [2, 3], "values": [1, 2]}]"#, "2 numbers do not fill the shape [2, 3]"),
    (#"[{"shape": [0], "values": []}]"#, "0 numbers do not fill the shape [0]"),
    (#"[{"shape": [1], "values": [null]}]"#, "makes it anew"),
  ])
  func `a damaged fixture is refused with a sentence`(text: String, problem: String) {
    let error = #expect(throws: InputError.self) { try blocks(text) }
    #expect(error?.kind == .damaged && error?.problem.contains(problem) == true)
  }

  @Test func `a missing fixture is named, with the script that makes it`() {
    let error = #expect(throws: InputError.self) {
      try Fixture.cases(of: Block.self, in: "nothing", count: 1)
    }
    #expect(error?.kind == .missing && error?.path.hasSuffix("/Fixtures/nothing.json") == true)
    #expect(error?.problem.contains("scripts/make-parity-fixtures") == true)
    let other = #expect(throws: InputError.self) {
      try Fixture.cases(of: Block.self, in: "peers-nothing", count: 1)
    }
    #expect(other?.problem.contains("scripts/make-peer-fixtures") == true)
  }
}
