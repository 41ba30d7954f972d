import Testing
import Workbook

@testable import Reports

/// Where regions, cells and pixels stand on the card, held beside what they show.
@Suite struct GridGeometryTests {
  @Test func `a region lies where its class is predicted, x to the right and y upwards`() throws {
    // Neither a transposition nor a reflection of the plane leaves these regions as they are.
    func classOf(_ x: Double, _ y: Double) -> Int { x < 1 ? (y > 3 ? 2 : 0) : (y > 4 ? 0 : 1) }
    let points = LabelledPoints(
      points: [[0, 0], [4, 0.5], [0.5, 5], [3, 4.5]], labels: [0, 1, 2, 0], classes: 3)
    let plot = RegionPlot(points, resolution: 60) { cells in
      (0..<cells.rows).map { classOf(cells[$0, 0], cells[$0, 1]) }
    }
    let drawing = Figure("regions", plot).drawing
    let (x, y) = try (drawing.horizontalAxis(), drawing.verticalAxis())
    #expect(x.isEven && y.isEven)
    #expect(x.position(of: 4) > x.position(of: 0) && y.position(of: 4) < y.position(of: 0))
    let regions = drawing.all("path").filter { $0.attributes["transform"] != nil }
    #expect(regions.compactMap { $0.attributes["class"] } == ["f0", "f1", "f2"])
    for place in [
      (0.2, 0.3), (0.7, 2.6), (0.7, 3.4), (0.1, 4.8), (1.4, 4.5), (3.8, 4.9), (1.4, 3.6),
      (3.9, 0.2),
    ] {
      let (left, top) = (x.position(of: place.0), y.position(of: place.1))
      let there = regions.indices.filter { regions[$0].cells.contains { $0.contains(left, top) } }
      #expect(there == [classOf(place.0, place.1)], "at \(place)")
    }
    // The points of a class, and its sample in the legend.
    for label in 0..<3 {
      let own = (0..<points.count).filter { points.labels[$0] == label }
      let marks = drawing.middles(ofPath: "f\(label) rim")
      #expect(marks.count == own.count + 1)
      for (point, mark) in zip(own, marks) {
        #expect(abs(mark.x - x.position(of: points.points[point, 0])) < 1)
        #expect(abs(mark.y - y.position(of: points.points[point, 1])) < 1)
      }
      let name = try drawing.text("class \(label)")
      let sample = try #require(marks.last)
      #expect(abs(sample.y - (name.number("y") - 4.5)) < 1 && sample.x < name.number("x"))
    }
    // The axes have their own names.
    #expect(try drawing.text("x₁").number("y") > y.position(of: 0))
    #expect(try drawing.text("x₂").number("y") < y.position(of: 5))
  }

  @Test func `a border of regions runs between them, not along the other axis`() throws {
    let points = LabelledPoints(points: [[0, 0], [4, 3]], labels: [0, 1], classes: 2)
    let plot = RegionPlot(points, resolution: 50) { cells in
      (0..<cells.rows).map { cells[$0, 0] > 1 ? 1 : 0 }
    }
    let drawing = Figure("regions", plot).drawing
    let (x, border) = try (drawing.horizontalAxis(), drawing.line("axis"))
    #expect(border.count == 2)
    // A cell is a fiftieth of the plane.
    #expect(border.allSatisfy { abs($0.x - x.position(of: 1)) < 10 })
    #expect(abs(border[1].y - border[0].y) > 250)
  }

  @Test func `a count stands in the row of what is and the column of what it is taken for`() throws
  {
    let names = ["cat", "dog", "owl"]
    let matrix = ConfusionMatrix(
      actual: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2],
      predicted: [0, 0, 0, 1, 1, 2, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2], classes: 3)
    let plot = ConfusionPlot(matrix, classNames: names)
    let drawing = Figure("confusion", plot).drawing
    let texts = drawing.all("text")
    let rows = texts.filter { names.contains($0.text) && $0.attributes["text-anchor"] == "end" }
    let columns = texts.filter {
      names.contains($0.text) && $0.attributes["text-anchor"] == "middle"
    }
    #expect(rows.map(\.text) == names && columns.map(\.text) == names)
    let frames = drawing.all("rect", class: "axis").map { Box(rect: $0) }
    #expect(frames.count == 3)
    for (actual, row) in rows.enumerated() {
      for (predicted, column) in columns.enumerated() {
        let (x, y) = (column.number("x"), row.number("y"))
        let there = texts.filter { abs($0.number("x") - x) < 0.2 && abs($0.number("y") - y) < 0.2 }
        #expect(there.map(\.text) == ["\(matrix.counts[actual][predicted])"])
        #expect(frames.contains { $0.contains(x, y) } == (actual == predicted))
      }
      let recall = try drawing.text(plot.recall(of: actual))
      #expect(abs(recall.number("y") - row.number("y")) < 0.2)
      #expect(recall.number("x") > columns[2].number("x"))
    }
    // What is goes down, and what it is taken for across.
    #expect(try drawing.text("is").number("x") < columns[0].number("x"))
    #expect(try drawing.text("taken for").number("y") < columns[0].number("y"))
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.number("y") < $1.number("y") })
    #expect(zip(columns, columns.dropFirst()).allSatisfy { $0.number("x") < $1.number("x") })
  }

  @Test func `a pixel has its grey at its row and column, above the caption of its image`() throws {
    var random = SplitMix64(seed: 1)
    let (height, width) = (5, 3)
    let images = (0..<13).map { _ in
      (0..<height * width).map { _ in Double(random.index(below: 16)) / 15 }
    }
    let captions = (0..<13).map { "image \($0)" }
    let drawing = Figure(
      "images", ImageGrid(height: height, width: width, images: images, captions: captions)
    ).drawing
    // Later marks cover earlier ones: the ground of an image, then its other greys.
    let marks = drawing.elements.filter { $0.attributes["fill"] != nil }
      .map { ($0.attributes["fill"] ?? "", $0.name == "rect" ? [Box(rect: $0)] : $0.cells) }
    let grounds = drawing.all("rect").filter { $0.attributes["fill"] != nil }.map { Box(rect: $0) }
    #expect(grounds.count == 13)
    // They follow each other from left to right, and then below.
    #expect(
      zip(grounds, grounds.dropFirst()).allSatisfy { $0.right < $1.left || $0.bottom < $1.top })
    #expect(grounds[0].right < grounds[1].left && grounds[0].bottom < grounds[12].top)
    for (index, image) in images.enumerated() {
      let ground = grounds[index]
      for (pixel, level) in image.enumerated() {
        let (row, column) = (Double(pixel / width) + 0.5, Double(pixel % width) + 0.5)
        let x = ground.left + (ground.right - ground.left) * column / Double(width)
        let y = ground.top + (ground.bottom - ground.top) * row / Double(height)
        let fill = marks.last { $0.1.contains { $0.contains(x, y) } }?.0
        let digit = String(Int((level * 15).rounded()), radix: 16)
        #expect(fill == "#" + String(repeating: digit, count: 3), "image \(index), pixel \(pixel)")
      }
      let caption = try drawing.text(captions[index])
      #expect(abs(caption.number("x") - ground.middle.x) < 0.2)
      #expect(caption.number("y") > ground.bottom && caption.number("y") - ground.bottom < 30)
    }
  }

  @Test func `a grid's cells stand row below row, highlighted where they should be`() throws {
    let rows = [[1.0, 2, 3], [4, 5, 6]]
    let grid = GridDiagram.Grid(
      "grid", rows.map { $0.map { .init($0, highlight: $0 == 3 ? 0 : $0 == 4 ? 1 : nil) } },
      rowLabels: ["upper", "lower"])
    let drawing = Figure("grid", GridDiagram([grid])).drawing
    let numbers = try rows.map { try $0.map { try drawing.text("\(Int($0))") } }
    for row in 0..<2 {
      #expect(Set(numbers[row].map { $0.number("y") }).count == 1)
      #expect(numbers[row][0].number("x") < numbers[row][1].number("x"))
      #expect(numbers[row][1].number("x") < numbers[row][2].number("x"))
      let name = try drawing.text(["upper", "lower"][row])
      #expect(name.number("y") == numbers[row][0].number("y"))
      #expect(name.number("x") < numbers[row][0].number("x"))
    }
    for column in 0..<3 {
      #expect(numbers[0][column].number("x") == numbers[1][column].number("x"))
      #expect(numbers[0][column].number("y") < numbers[1][column].number("y"))
    }
    for (colour, number) in [(0, numbers[0][2]), (1, numbers[1][0])] {
      let marked = try #require(drawing.all("path", class: "f\(colour)").first).cells
      #expect(marked.count == 1 && marked[0].contains(number.number("x"), number.number("y")))
    }
  }
}
