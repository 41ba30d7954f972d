/// A picture described once, for every medium: what it shows, not how it is drawn.
public struct Figure: Equatable, Sendable {
  /// What the picture shows.
  public enum Content: Equatable, Sendable {
    case lines(LinePlot)
    case regions(RegionPlot)
    case images(ImageGrid)
    case confusion(ConfusionPlot)
    case bars(BarPlot)
    case network(NetworkDiagram)
    case graph(GraphDiagram)
  }

  /// The name by which prose refers to it.
  public let name: String
  /// What the picture shows.
  public let content: Content

  /// Names a plot of lines.
  public init(_ name: String, _ plot: LinePlot) { (self.name, content) = (name, .lines(plot)) }

  /// Names a plot of decision regions.
  public init(_ name: String, _ plot: RegionPlot) { (self.name, content) = (name, .regions(plot)) }

  /// Names a grid of images.
  public init(_ name: String, _ grid: ImageGrid) { (self.name, content) = (name, .images(grid)) }

  /// Names a confusion matrix.
  public init(_ name: String, _ plot: ConfusionPlot) {
    (self.name, content) = (name, .confusion(plot))
  }

  /// Names a plot of bars.
  public init(_ name: String, _ plot: BarPlot) { (self.name, content) = (name, .bars(plot)) }

  /// Names a diagram of a network.
  public init(_ name: String, _ diagram: NetworkDiagram) {
    (self.name, content) = (name, .network(diagram))
  }

  /// Names a diagram of a graph.
  public init(_ name: String, _ diagram: GraphDiagram) {
    (self.name, content) = (name, .graph(diagram))
  }

  /// The picture in words, made from its data, for those who cannot see it.
  public var alt: String {
    switch content {
    case .lines(let plot): plot.alt
    case .regions(let plot): plot.alt
    case .images(let grid): grid.alt
    case .confusion(let plot): plot.alt
    case .bars(let plot): plot.alt
    case .network(let diagram): diagram.alt
    case .graph(let diagram): diagram.alt
    }
  }
}

extension Figure {
  /// What keeps the words of the picture from saying anything, or `nil` where nothing does.
  var missingWords: String? {
    switch content {
    case .lines(let plot) where plot.x.label.isEmpty || plot.y.label.isEmpty:
      "an axis has no label"
    case .lines(let plot) where plot.series.contains { $0.name.isEmpty }: "a curve has no name"
    case .images(let grid) where grid.captions.contains(""): "an image has no caption"
    default: nil
    }
  }
}
