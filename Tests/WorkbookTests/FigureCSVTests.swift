import Testing
import Workbook

@testable import Reports

/// Returns the records of comma-separated values, read by the grammar of RFC 4180.
private func records(_ csv: String) -> [[String]] {
  var (records, record, field): ([[String]], [String], String) = ([], [], "")
  var isQuoted = false
  let signs = Array(csv.unicodeScalars)
  var index = 0
  while index < signs.count {
    let (sign, next) = (signs[index], index + 1 < signs.count ? signs[index + 1] : nil)
    switch sign {
    case "\"" where isQuoted && next == "\"":
      field.unicodeScalars.append("\"")
      index += 1
    case "\"": isQuoted.toggle()
    case "," where !isQuoted:
      record.append(field)
      field = ""
    case "\r" where !isQuoted && next == "\n":
      records.append(record + [field])
      (record, field) = ([], "")
      index += 1
    default: field.unicodeScalars.append(sign)
    }
    index += 1
  }
  return records
}

@Test(arguments: 0..<40)
func `any name comes back from the quotes`(seed: UInt64) {
  var random = SplitMix64(seed: seed)
  let signs: [Unicode.Scalar] = ["a", ",", "\"", "\r", "\n", " ", "é", "\u{301}", "'", ";", "漢"]
  let names = (0..<5).map { _ in
    var name = ""
    for _ in 0..<8 { name.unicodeScalars.append(signs[random.index(below: signs.count)]) }
    return name
  }
  let plot = LinePlot(
    x: .linear("x"), y: .linear("y"), series: names.map { .init($0, [1]) })
  let read = records(Figure("f", plot).csv)
  #expect(read.count == 6)
  for (record, name) in zip(read.dropFirst(), names) {
    #expect(record[0].unicodeScalars.elementsEqual(name.unicodeScalars))
  }
}

@Test func `numbers come back to the last bit`() {
  var random = SplitMix64(seed: 10)
  let values =
    (0..<500).map { _ in Double(bitPattern: random.next()) }.filter { !$0.isNaN } + [0, -0.0, 0.1]
  let read = records(
    Figure("f", LinePlot(x: .linear("x"), y: .linear("y"), series: [.init("v", values)])).csv)
  #expect(read[0] == ["series", "x", "y"])
  #expect(read.dropFirst().map { Double($0[2])?.bitPattern } == values.map(\.bitPattern))
  #expect(read.dropFirst().map { Double($0[1]) } == values.indices.map { Double($0 + 1) })
}

@Test func `each kind of figure has its columns`() {
  let bars = BarPlot("n", bars: [("a", 0.1)])
  #expect(records(Figure("b", bars).csv) == [["category", "n"], ["a", "0.1"]])
  let parts = BarPlot("n", parts: ["p", "q"], bars: [("a", [1, 2])])
  #expect(records(Figure("b", parts).csv) == [["category", "p", "q"], ["a", "1.0", "2.0"]])
  let histogram = BarPlot.histogram("n", values: [0, 1, 4], bins: 2)
  #expect(
    records(Figure("h", histogram).csv)
      == [["from", "to", "count"], ["0.0", "2.0", "2.0"], ["2.0", "4.0", "1.0"]])
  let confusion = ConfusionPlot(
    ConfusionMatrix(actual: [0, 1], predicted: [1, 1], classes: 2), classNames: ["a", "b"])
  #expect(
    records(Figure("c", confusion).csv)
      == [
        ["is", "taken for", "count"], ["a", "a", "0"], ["a", "b", "1"], ["b", "a", "0"],
        ["b", "b", "1"],
      ])
  let network = NetworkDiagram([("in", 2), ("out", 1)])
  #expect(
    records(Figure("n", network).csv)
      == [["layer", "name", "units"], ["0", "in", "2"], ["1", "out", "1"]])
  let owners = OwnershipDiagram([.init("c", [.init("a", "4 B"), .init("b", isHeld: false)])])
  #expect(
    records(Figure("o", owners).csv)
      == [
        ["chain", "object", "detail", "state"], ["c", "a", "4 B", "held"],
        ["c", "b", "", "released"],
      ])
  let images = ImageGrid(height: 1, width: 2, images: [[0, 0.5]], captions: ["p"])
  #expect(records(Figure("i", images).csv) == [["caption", "r0c0", "r0c1"], ["p", "0.0", "0.5"]])
  let grids = GridDiagram([.init("g", [[.init(3, highlight: 1), .init(nil)]])])
  #expect(
    records(Figure("g", grids).csv)
      == [
        ["grid", "row", "column", "value", "highlight"], ["g", "1", "1", "3.0", "2"],
        ["g", "1", "2", "", ""],
      ])
  let plane = PlaneDiagram(
    points: [.init("p", [.init(1, 2)])], lines: [.init("l", normal: .init(3, 4), offset: 5)],
    arrows: [.init("a", from: .init(6, 7), to: .init(8, 9))])
  #expect(
    records(Figure("p", plane).csv)
      == [
        ["kind", "name", "x1", "x2", "end x1", "end x2", "offset"],
        ["point", "p", "1.0", "2.0", "", "", ""], ["line", "l", "3.0", "4.0", "", "", "5.0"],
        ["arrow", "a", "6.0", "7.0", "8.0", "9.0", ""],
      ])
  let points = LabelledPoints(points: [[1, 2]], labels: [0], classes: 1)
  let regions = RegionPlot(points, resolution: 2) { Array(repeating: 0, count: $0.rows) }
  #expect(
    records(Figure("r", regions).csv)
      == [
        ["kind", "x1", "x2", "class", "fraction"], ["point", "1.0", "2.0", "0", ""],
        ["region", "", "", "0", "1.0"],
      ])
}
