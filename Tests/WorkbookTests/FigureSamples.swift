import Workbook

@testable import Reports

/// Figures of every kind, ordinary and awkward, for the tests to draw.
enum Samples {
  /// Curves with a spike, gaps, numbers that an axis cannot show, points alone, and a name to escape.
  static let lines = Figure(
    "lines",
    LinePlot(
      x: .linear("step"), y: .log("loss <of & by> \"x\""),
      series: [
        .init("falls & <falls>", (1...4000).map { 1 / Double($0) }),
        .init("spike", (1...4000).map { $0 == 2001 ? 50 : 0.1 }),
        .init("gaps", (1...4000).map { $0 % 1000 < 20 ? .nan : $0 % 7 == 0 ? -1 : 0.02 }),
        .init("points", [.init(1, 1), .init(2000, 0.5), .init(4000, .infinity)], isJoined: false),
      ]))

  /// Curves that end at the same point, and one that ends early.
  static let crowded = Figure(
    "crowded",
    LinePlot(
      x: .linear("epoch"), y: .linear("accuracy"),
      series: (1...6).map { index in
        let accuracies = (1...12).map { epoch in 1 - Double(index) / Double(10 * epoch * epoch) }
        return LinePlot.Series("a network of \(index)", accuracies)
      }))

  /// Axes whose numbers are long.
  static let longNumbers = Figure(
    "long-numbers",
    LinePlot(
      x: .linear("x"), y: .linear("y"),
      series: [
        .init("y", (0..<50).map { .init(123_456_789 + Double($0) / 32, 1e-7 * Double($0)) })
      ]))

  static let empty = Figure(
    "empty", LinePlot(x: .log("x"), y: .log("y"), series: [.init("none", [-1, 0, .nan])]))

  static let single = Figure(
    "single", LinePlot(x: .linear("x"), y: .linear("y"), series: [.init("y", [3])]))

  static let noSeries = Figure("no-series", LinePlot(x: .linear("x"), y: .linear("y"), series: []))

  static let regions = Figure(
    "regions",
    RegionPlot(
      LabelledPoints(
        points: Matrix(rows: 60, columns: 2) { row, column in
          Double((row * 7 + column * 11) % 13) * (column == 0 ? 1 : 0.5)
        }, labels: (0..<60).map { $0 % 6 }, classes: 6)
    ) { positions in
      (0..<positions.rows).map { Int(abs(positions[$0, 0] + positions[$0, 1])) % 6 }
    })

  static let images = Figure(
    "images",
    ImageGrid(
      height: 8, width: 28,
      images: (3..<10).map { image in
        (0..<224).map { pixel in Double(pixel * image % 50) / 40 - 0.1 }
      }, captions: ["cat", "dog", "a caption of several words, <&>", "cat", "", "dog", "9"]))

  static let noImages = Figure(
    "no-images", ImageGrid(height: 8, width: 8, images: [], captions: []))

  static let confusion = Figure(
    "confusion",
    ConfusionPlot(
      ConfusionMatrix(
        actual: (0..<3000).map { $0 % 3 },
        predicted: (0..<3000).map { $0 % 10 < 8 ? $0 % 3 : $0 % 2 }, classes: 3),
      classNames: ["class 0", "class 1", "class 2"]))

  static let tenClasses = Figure(
    "ten-classes",
    ConfusionPlot(
      ConfusionMatrix(
        actual: (0..<1797).map { $0 % 10 },
        predicted: (0..<1797).map { $0 % 10 == 8 && $0 % 7 == 0 ? 1 : $0 % 10 == 9 ? 3 : $0 % 10 },
        classes: 10), classNames: (0...9).map(String.init)))

  static let bars = Figure(
    "bars",
    BarPlot(
      "accuracy", format: .percent(1),
      bars: [("a straight line", 0.512), ("two layers", 0.973), ("nothing <at all>", 0)]))

  static let signedBars = Figure(
    "signed-bars",
    BarPlot(
      "change", format: .decimals(2), bars: [("up", 1.5), ("down", -0.75), ("lost", .nan)]))

  static let parts = Figure(
    "parts",
    BarPlot(
      "planted bugs that a check notices", parts: ["always", "sometimes", "never"],
      bars: [
        ("A · the shapes of the gradients fit", [0, 0, 16]),
        ("B · the loss is lower after 300 steps", [0, 1, 15]),
        ("D · differences, on one example", [12, 0, 4]),
        ("F · differences, one entry a tensor, 1 %", [14, 2, 0]),
        ("G · all differences, by the contract", [16, 0, 0]),
      ]))

  /// Sums of two numbers below 10: a heap in the middle.
  static let sums = (0..<500).map { index -> Double in
    let (first, second) = (index * 37 % 100, index * 53 % 89)
    return Double(first + second) / 10
  }

  static let histogram = Figure("histogram", BarPlot.histogram("sum", values: sums, bins: 20))

  static let noBars = Figure("no-bars", BarPlot("nothing", bars: []))

  static let network = Figure(
    "network", NetworkDiagram([("x", 2), ("relu", 8), ("relu", 8), ("sigmoid", 1)]))

  static let deepNetwork = Figure(
    "deep-network",
    NetworkDiagram(
      [("x", 784)] + (0..<8).map { _ in ("leaky relu", 1024) } + [("softmax", 10)]))

  static let noLayers = Figure("no-layers", NetworkDiagram([]))

  static let graph = Figure(
    "graph",
    GraphDiagram([
      .init("w", value: -1.25, gradient: 0.5), .init("x", value: 3, gradient: -0.25),
      .init("×", value: -3.75, gradient: 1, madeOf: [0, 1]), .init("b", value: 1e9, gradient: .nan),
      .init("+ <&>", value: 1e9, gradient: 1, madeOf: [2, 3]),
      .init("a long name of a node", value: 0, gradient: 2, madeOf: [4, 4]),
    ]))

  static let longGraph = Figure(
    "long-graph",
    GraphDiagram(
      (0..<12).map {
        .init("tanh", value: Double($0) / 7, gradient: 1 / 3, madeOf: $0 == 0 ? [] : [$0 - 1])
      }))

  static let noNodes = Figure("no-nodes", GraphDiagram([]))

  static let grids = Figure(
    "grids",
    GridDiagram([
      .init(
        "an image with padding",
        (0..<4).map { row in
          (0..<4).map { column in
            .init(
              Double(row * 4 - column), highlight: row + column < 3 ? (row + column) % 3 : nil,
              isFaint: row == 3)
          }
        }, sign: "→"),
      .init(
        "patches <&>", [[.init(-1e6), .init(nil)], [.init(nil, highlight: 5), .init(.nan)]],
        rowLabels: ["window 1", "window 2"], sign: "="),
      .init("one", [[.init(1)]]),
    ]))

  static let wideGrids = Figure(
    "wide-grids",
    GridDiagram(
      (0..<3).map { grid in
        .init(
          "a wide grid", [(0..<30).map { .init(Double($0 * grid), highlight: $0 % 7) }],
          sign: "⊙")
      }, format: .decimals(1)))

  static let noGrids = Figure("no-grids", GridDiagram([]))

  static let noCells = Figure("no-cells", GridDiagram([.init("empty", []), .init("", [[]])]))

  static let owners = Figure(
    "owners",
    OwnershipDiagram([
      .init(
        "history.append(<loss> & more)",
        [.init("history"), .init("loss", "4 B")]
          + (0..<5).map { .init("a long name of a node \($0)", "1,234,567 bytes") }),
      .init("number", [.init("history"), .init("loss", isHeld: false), .init("", isHeld: false)]),
      .init("nothing", []),
    ]))

  static let noOwners = Figure("no-owners", OwnershipDiagram([]))

  static let plane = Figure(
    "plane",
    PlaneDiagram(
      points: [
        .init("label <−1>", (0..<20).map { .init(Double($0 * 7 % 13), Double($0 * 11 % 5)) }),
        .init("label +1", [.init(.nan, 0), .init(3, 4)]),
      ],
      lines: [
        .init("a line with a name that is much too long", normal: .init(1, -2), offset: 0.5),
        .init("level", normal: .init(0, 1), offset: -2),
        .init("none", normal: .init(0, 0), offset: 1),
        .init("far away", normal: .init(1, 0), offset: 1e6),
      ],
      arrows: [
        .init("w", to: .init(1, -2)), .init("no direction", from: .init(3, 3), to: .init(3, 3)),
        .init("a long name at the edge", to: .init(12, 4)), .init("lost", to: .init(.infinity, 1)),
      ]))

  static let emptyPlane = Figure(
    "empty-plane", PlaneDiagram(lines: [.init("l", normal: .init(1, 1), offset: 0)]))

  static let all = [
    owners, noOwners,
    lines, crowded, longNumbers, empty, single, noSeries, regions, images, noImages, confusion,
    tenClasses, bars,
    signedBars, parts, histogram, noBars, network, deepNetwork, noLayers, graph,
    longGraph, noNodes, grids, wideGrids, noGrids, noCells,
    plane, emptyPlane,
  ]
}
