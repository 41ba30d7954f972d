import Testing
import Workbook

@testable import Reports

/// Regions, images, confusion matrices and diagrams of networks.
@Suite struct PlotsOfClassesTests {
  @Test func `rectangles of outlines cover each cell once, with its own kind`() throws {
    var random = SplitMix64(seed: 3)
    let kinds = (0..<35 * 20).map { _ in Int(random.next() % 3) }
    let outlines = RegionOutlines(width: 35, height: 20, kinds: kinds)
    var covered = [Int?](repeating: nil, count: kinds.count)
    for kind in 0..<3 {
      let svg = "<svg><path d=\"\(outlines.path(of: kind).data)\"/></svg>"
      // A rectangle is a move, three sides and an end.
      let corners = try #require(SVGDocument(svg)).elements[1].corners
      for start in stride(from: 0, to: corners.count, by: 5) {
        let (from, to) = (corners[start], corners[start + 2])
        for row in Int(from.y)..<Int(to.y) {
          for column in Int(from.x)..<Int(to.x) {
            #expect(covered[row * 35 + column] == nil)
            covered[row * 35 + column] = kind
          }
        }
      }
    }
    #expect(covered == kinds)
  }

  @Test func `borders run between unlike cells and nowhere else`() throws {
    let outlines = RegionOutlines(width: 3, height: 2, kinds: [0, 0, 1, 0, 0, 2])
    let path = outlines.borders { (Double($0), Double($1)) }
    #expect(path.data == "M2 1h1m-1-1v2")
    #expect(
      RegionOutlines(width: 2, height: 2, kinds: [5, 5, 5, 5]).borders { _, _ in (0, 0) }.isEmpty)
  }

  @Test func `the plane has equal scales where its sides are alike`() throws {
    func size(_ stretch: Double) throws -> (width: Double, height: Double) {
      let points = LabelledPoints(
        points: Matrix(rows: 2, columns: 2) { row, column in
          Double(row) * (column == 0 ? stretch : 1)
        }, labels: [0, 0], classes: 1)
      let plot = RegionPlot(points, resolution: 4) { Array(repeating: 0, count: $0.rows) }
      let document = try #require(SVGDocument(Figure("plane", plot).svg))
      let plane = try #require(document.elements.first { $0.attributes["transform"] != nil }?.box)
      return (plane.right - plane.left, plane.bottom - plane.top)
    }
    for stretch in [0.6, 1, 1.5] {
      let plane = try size(stretch)
      #expect(abs(plane.width / plane.height / stretch - 1) < 0.01)
    }
    let square = try size(40)
    #expect(square.width == square.height)
  }

  @Test func `classes have shapes of their own`() {
    let shapes = (0..<6).map { index -> String in
      var path = SVGPath()
      Marker.of(index).draw(at: (10, 10), radius: 4, in: &path)
      return path.data
    }
    #expect(Set(shapes).count == 6)
  }

  @Test func `an image has at most 16 greys, and NaN is black`() throws {
    let ramp = (0..<256).map { $0 == 0 ? Double.nan : Double($0) / 128 - 0.5 }
    let grid = ImageGrid(height: 16, width: 16, images: [ramp], captions: ["ramp"])
    let document = try #require(SVGDocument(Figure("ramp", grid).svg))
    let greys = Set(document.elements.compactMap { $0.attributes["fill"] })
    #expect(greys.count == 16)
    #expect(greys.contains("#000") && greys.contains("#fff"))
  }

  @Test func `a confusion matrix says its most frequent mistake`() {
    #expect(Samples.tenClasses.alt.contains("mistake: 9 taken for 3, 179 times."))
    let empty = ConfusionMatrix(actual: [], predicted: [], classes: 2)
    let plot = ConfusionPlot(empty, classNames: ["a", "b"])
    #expect(plot.alt == "Confusion matrix without examples.")
    #expect(plot.recall(of: 0) == "–")
  }

  @Test func `a cell is shaded by its fraction of the row`() throws {
    let matrix = ConfusionMatrix(
      actual: [0, 0, 0, 0, 1], predicted: [0, 0, 0, 1, 1], classes: 2)
    let plot = ConfusionPlot(matrix, classNames: ["a", "b"])
    let document = try #require(SVGDocument(Figure("cells", plot).svg))
    let shades = document.elements.compactMap { $0.attributes["fill-opacity"] }
    #expect(shades == ["0.48", "0.23", "0.04", "0.6"])
  }

  @Test func `a wide layer is a few circles, an ellipsis and its count`() throws {
    #expect(NetworkDiagram.rows(of: 3, atMost: 5) == [0, 1, 2])
    #expect(NetworkDiagram.rows(of: 100, atMost: 5) == [0, 1, nil, 98, 99])
    let texts = try #require(SVGDocument(Samples.deepNetwork.svg)).texts.map(\.text)
    #expect(texts.filter { $0 == "1,024" }.count == 8)
    #expect(texts.contains("784"))
    let style = TerminalStyle(width: 80, hasColour: false, hasUnicode: true)
    let circles = Samples.network.lines(in: style).joined().filter { $0 == "○" }.count
    #expect(circles == 2 + 4 + 4 + 1)
  }

  @Test func `a network in words has its layers in order`() {
    #expect(
      Samples.network.alt
        == "A network drawn as 4 columns of units, each joined to the next: x with 2 units, "
        + "then relu with 8 units, then relu with 8 units, then sigmoid with 1 unit; "
        + "88 connections.")
  }
}
