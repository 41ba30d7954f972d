extension RegionPlot {
  /// Returns the plane drawn on a card: regions as tints, points as shapes on them.
  func svg() -> SVG {
    let yTicks = LinePlot.Axis.linear("").ticks(in: yRange, about: 6)
    let left = 28 + (yTicks.map { SVG.width(of: $0.label) }.max() ?? 0)
    let plane = planeSize
    let frame = PlotFrame(
      left: left, top: 42, right: left + plane.width, bottom: 42 + plane.height,
      xRange: xRange, yRange: yRange)
    let legendBottom = frame.top + 26 * Double(points.classes)
    var svg = SVG(
      width: (frame.right + 128).rounded(.up), height: max(frame.bottom + 56, legendBottom + 12))
    let mosaic = mosaic
    let step = (x: plane.width / Double(mosaic.width), y: plane.height / Double(mosaic.height))
    for label in Set(mosaic.kinds).sorted() {
      svg.cells(
        mosaic.path(of: label), at: (frame.left, frame.top), width: step.x, height: step.y,
        ["class": "f\(label % 6)", "fill-opacity": "0.2", "shape-rendering": "crispEdges"])
    }
    let borders = mosaic.borders { column, row in
      (frame.left + step.x * Double(column), frame.top + step.y * Double(row))
    }
    svg.path(borders, ["class": "axis", "stroke-opacity": "0.7"])
    frame.draw(
      xTicks: LinePlot.Axis.linear("").ticks(in: xRange, about: 6), yTicks: yTicks, in: &svg)
    frame.label(x: "x₁", y: "x₂", yTop: 26, in: &svg)
    for label in 0..<points.classes { draw(label, in: frame, on: &svg) }
    return svg
  }

  /// The plane in cells: every place, or where their outlines take more than 16 KB, fewer cells in
  /// the class of their middles.
  private var mosaic: Mosaic {
    var cells = resolution
    while true {
      let middles = (0..<cells).map { (Double($0) + 0.5) / Double(cells) }
      let kinds = middles.flatMap { down in middles.map { region(across: $0, down: down) } }
      let mosaic = Mosaic(width: cells, height: cells, kinds: kinds)
      let sizes = Set(kinds).map { mosaic.path(of: $0).data.utf8.count }
      if cells <= 1 || sizes.reduce(0, +) <= 16_000 { return mosaic }
      cells = cells * 3 / 4
    }
  }

  /// The size of the plane: with equal scales, unless that makes it too long.
  private var planeSize: (width: Double, height: Double) {
    let aspect = (xRange.upperBound - xRange.lowerBound) / (yRange.upperBound - yRange.lowerBound)
    if aspect > 2 || aspect < 0.5 { return (400, 400) }
    return aspect >= 1 ? (440, (440 / aspect).rounded()) : ((400 * aspect).rounded(), 400)
  }

  /// Draws the points of a class, and its line of the legend.
  private func draw(_ label: Int, in frame: PlotFrame, on svg: inout SVG) {
    let own = (0..<points.count).filter { points.labels[$0] == label }
    let places = own.map { frame.place(points.points[$0, 0], points.points[$0, 1]) }
    var marks = SVGPath()
    for place in Thinning.points(places, atMost: max(1, 1000 / points.classes)) {
      Marker.of(label).draw(at: place, radius: 4, in: &marks)
    }
    let look: KeyValuePairs = ["class": "f\(label % 6) rim", "stroke-width": "1"]
    svg.path(marks, look)
    let corner: SVG.Place = (frame.right + 18, frame.top + 26 * Double(label))
    svg.rect(
      corner.x, corner.y, width: 22, height: 18, radius: 3,
      ["class": "f\(label % 6)", "fill-opacity": "0.2"])
    var sample = SVGPath()
    Marker.of(label).draw(at: (corner.x + 11, corner.y + 9), radius: 4.5, in: &sample)
    svg.path(sample, look)
    svg.text("class \(label)", at: (corner.x + 30, corner.y + 13.5), style: "t\(label % 6)")
  }
}
