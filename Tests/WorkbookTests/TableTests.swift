import Testing
import Workbook

@testable import Reports

private let table = Table(
  "losses", columns: ["network", "epochs", "loss"],
  rows: [
    ["linear", .count(1000), .number(0.12345, .decimals(3))],
    ["two layers", .count(20), Table.Cell(nil, .decimals(3))],
  ])

@Test func `words stand flush left, numbers flush right, under a rule`() {
  // By hand: columns of 10, 6 and 5 characters, two spaces apart and in front.
  #expect(
    table.lines(in: .pipe) == [
      "  network     epochs   loss",
      "  ──────────  ──────  ─────",
      "  linear       1,000  0.123",
      "  two layers      20      –",
    ])
}

@Test func `without Unicode the rule is made of hyphens`() {
  #expect(table.lines(in: .dumb)[1] == "  ----------  ------  -----")
}

@Test func `a table exactly as wide as the terminal stands side by side`() {
  var style = TerminalStyle.pipe
  style.width = 27
  #expect(table.lines(in: style).count == 4)
  style.width = 26
  #expect(
    table.lines(in: style) == [
      "  network: linear", "  epochs: 1,000", "  loss: 0.123", "",
      "  network: two layers", "  epochs: 20", "  loss: –", "",
    ])
}

@Test func `where a column of words can be wrapped, a wide table stands side by side`() {
  let table = Table(
    "bugs", columns: ["bug", "what its gradient says of itself", "n"],
    rows: [
      ["one", "it is divided by n too often, W1", .count(1)], ["two", "nothing", .count(20)],
    ])
  // By hand: columns of 3, 32 and 2 characters, two spaces apart and in front, are 43.
  var style = TerminalStyle.pipe
  style.width = 31
  #expect(
    table.lines(in: style) == [
      "  bug  what its gradient      n", "       says of itself",
      "  ───  ────────────────────  ──",
      "  one  it is divided by n     1", "       too often, W1",
      "  two  nothing               20",
    ])
  style.width = 30
  #expect(table.lines(in: style).first == "  bug: one")
  style.width = 43
  #expect(table.lines(in: style).count == 4)
}

@Test func `an entry under no heading stands alone`() {
  let table = Table("sets", columns: ["", "all"], rows: [["training", .count(1_079)]])
  var style = TerminalStyle.pipe
  style.width = 12
  #expect(table.lines(in: style) == ["  training", "  all: 1,079", ""])
}

@Test func `a column with nothing in it is set like words`() {
  let empty = Table("e", columns: ["a", "wide"], rows: [["x", .none], ["y", .none]])
  #expect(empty.lines(in: .pipe)[2] == "  x  –")
}

@Test func `a table without rows shows its headings`() {
  #expect(Table("e", columns: ["a", "b"]).lines(in: .pipe) == ["  a  b", "  ─  ─"])
}

@Test func `adding a row is writing it at once`() {
  var grown = Table("losses", columns: table.columns)
  for row in table.rows { grown.add(row) }
  #expect(grown == table)
}

@Test func `a row with too few entries is refused, and the message names the table`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var table = Table("losses", columns: ["a", "b", "c"])
    table.add(["x", "y"])
  }
  #expect(try words(of: result).contains("table losses: 2 entries, 3 headings"))
}
