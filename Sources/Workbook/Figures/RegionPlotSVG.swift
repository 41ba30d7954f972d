import Tensors
import Text

extension RegionPlot {
  /// Returns the plane drawn on a card: regions as tints, points as shapes on them.
  public func svg() -> SVG {
    let yTicks = LinePlot.Axis.linear("").ticks(in: yRange, about: 6)
    let left = 28 + (yTicks.map { SVG.width(of: $0.label) }.max() ?? 0)
    let plane = planeSize
    let frame = PlotFrame(
      left: left, top: 42, right: left + plane.width, bottom: 42 + plane.height,
      xRange: xRange, yRange: yRange)
    let legendBottom = frame.top + 26 * Double(points.classes)
    var svg = SVG(
      width: (frame.right + 128).rounded(.up), height: max(frame.bottom + 56, legendBottom + 12))
    let outlines = outlines
    let step = (x: plane.width / Double(outlines.width), y: plane.height / Double(outlines.height))
    for label in Set(outlines.kinds).sorted() {
      svg.cells(
        outlines.path(of: label), at: (frame.left, frame.top), width: step.x, height: step.y,
        ["class": "f\(label % 6)", "fill-opacity": "0.2", "shape-rendering": "crispEdges"])
    }
    let borders = outlines.borders { column, row in
      (frame.left + step.x * Double(column), frame.top + step.y * Double(row))
    }
    svg.path(borders, ["class": "axis", "stroke-opacity": "0.7"])
    frame.draw(
      xTicks: LinePlot.Axis.linear("").ticks(in: xRange, about: 6), yTicks: yTicks, in: &svg)
    frame.label(x: "x₁", y: "x₂", yTop: 26, in: &svg)
    for label in 0..<points.classes { draw(label, in: frame, on: &svg) }
    return svg
  }

  /// The outlines of the regions. Where they take more than 16 KB, the grid has fewer cells, each in
  /// the class of its middle.
  private var outlines: RegionOutlines {
    var cells = resolution
    while true {
      let outlines = outlines(cells: cells)
      let sizes: [Int] = Set(outlines.kinds).map { outlines.path(of: $0).data.utf8.count }
      if cells <= 1 || sizes.reduce(0, +) <= 16_000 { return outlines }
      cells = cells * 3 / 4
    }
  }

  /// Returns the outlines of the regions on a grid of `cells` × `cells`.
  private func outlines(cells: Int) -> RegionOutlines {
    let middles: [Double] = (0..<cells).map { (Double($0) + 0.5) / Double(cells) }
    var kinds: [Int] = []
    kinds.reserveCapacity(cells * cells)
    for down in middles {
      for across in middles { kinds.append(region(across: across, down: down)) }
    }
    return RegionOutlines(width: cells, height: cells, kinds: kinds)
  }

  /// The size of the plane: equal scales on both axes, unless that makes the plane too long.
  private var planeSize: (width: Double, height: Double) {
    let aspect = (xRange.upperBound - xRange.lowerBound) / (yRange.upperBound - yRange.lowerBound)
    if aspect > 2 || aspect < 0.5 { return (400, 400) }
    return aspect >= 1 ? (440, (440 / aspect).rounded()) : ((400 * aspect).rounded(), 400)
  }

  /// Draws the points of a class, and its entry in the legend.
  private func draw(_ label: Int, in frame: PlotFrame, on svg: inout SVG) {
    let own = (0..<points.count).filter { points.labels[$0] == label }
    let positions = own.map { frame.position(points.points[$0, 0], points.points[$0, 1]) }
    var marks = SVGPath()
    for position in Decimation.points(positions, atMost: max(1, 1000 / points.classes)) {
      Marker.of(label).draw(at: position, radius: 4, in: &marks)
    }
    let look: KeyValuePairs = ["class": "f\(label % 6) rim", "stroke-width": "1"]
    svg.path(marks, look)
    let corner: SVG.Position = (frame.right + 18, frame.top + 26 * Double(label))
    svg.rect(
      corner.x, corner.y, width: 22, height: 18, radius: 3,
      ["class": "f\(label % 6)", "fill-opacity": "0.2"])
    var sample = SVGPath()
    Marker.of(label).draw(at: (corner.x + 11, corner.y + 9), radius: 4.5, in: &sample)
    svg.path(sample, look)
    svg.text(names[label], at: (corner.x + 30, corner.y + 13.5), style: "t\(label % 6)")
  }
}
