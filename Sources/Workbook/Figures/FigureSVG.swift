extension Figure {
  /// The picture as an SVG file that suits light pages and dark ones, the same bytes every time.
  public var svg: String {
    let drawing =
      switch content {
      case .lines(let plot): plot.svg()
      case .regions(let plot): plot.svg()
      case .images(let grid): grid.svg()
      case .confusion(let plot): plot.svg()
      case .bars(let plot): plot.svg()
      case .network(let diagram): diagram.svg()
      case .graph(let diagram): diagram.svg()
      }
    return drawing.document(title: name, description: alt)
  }
}
