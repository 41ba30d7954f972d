extension Figure {
  /// The numbers behind the picture as comma-separated values (RFC 4180), in full precision.
  ///
  /// The first record names the columns. Numbers are the shortest that read back as the same.
  public var csv: String {
    let records =
      switch content {
      case .lines(let plot): plot.records
      case .regions(let plot): plot.records
      case .images(let grid): grid.records
      case .confusion(let plot): plot.records
      case .bars(let plot): plot.records
      case .network(let diagram): diagram.records
      case .graph(let diagram): diagram.records
      }
    return records.map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// Returns a field, in quotes where it holds a sign that would end it.
  private static func field(_ text: String) -> String {
    let isPlain = !text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    if isPlain { return text }
    // A quote may bear an accent: characters would hide it, scalars do not.
    let doubled = text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
    return "\"" + doubled + "\""
  }
}

extension LinePlot {
  /// A record for each point, those without a place on the axes too.
  fileprivate var records: [[String]] {
    [["series", "x", "y"]]
      + series.flatMap { series in series.points.map { [series.name, "\($0.x)", "\($0.y)"] } }
  }
}

extension RegionPlot {
  /// A record for each point, then one for each class with its share of the plane.
  fileprivate var records: [[String]] {
    let rows = (0..<points.count).map { point in
      ["point", "\(points.points[point, 0])", "\(points.points[point, 1])"]
        + ["\(points.labels[point])", ""]
    }
    let shares = (0..<points.classes).map { ["region", "", "", "\($0)", "\(share(of: $0))"] }
    return [["kind", "x1", "x2", "class", "share"]] + rows + shares
  }
}

extension ImageGrid {
  /// A record for each picture, its pixels row after row.
  fileprivate var records: [[String]] {
    let names = (0..<height).flatMap { row in (0..<width).map { "r\(row)c\($0)" } }
    return [["caption"] + names]
      + zip(captions, images).map { caption, pixels in [caption] + pixels.map { "\($0)" } }
  }
}

extension ConfusionPlot {
  /// A record for each pair of classes.
  fileprivate var records: [[String]] {
    [["is", "taken for", "count"]]
      + matrix.counts.enumerated().flatMap { actual, row in
        row.enumerated().map { [classNames[actual], classNames[$0], "\($1)"] }
      }
  }
}

extension BarPlot {
  /// A record for each bar, with a column for each part; bins by their two borders.
  fileprivate var records: [[String]] {
    if bins != nil {
      return [["from", "to", "count"]]
        + bars.enumerated().map { ["\(edge($0))", "\(edge($0 + 1))", "\($1.total)"] }
    }
    return [["category"] + (parts.isEmpty ? [axisLabel] : parts)]
      + bars.map { [$0.name] + $0.values.map { "\($0)" } }
  }
}

extension NetworkDiagram {
  /// A record for each layer.
  fileprivate var records: [[String]] {
    [["layer", "name", "units"]]
      + layers.enumerated().map { ["\($0)", $1.name, "\($1.width)"] }
  }
}

extension GraphDiagram {
  /// A record for each node, with the numbers of the nodes that it was made of.
  fileprivate var records: [[String]] {
    [["node", "name", "value", "slope", "made of"]]
      + nodes.enumerated().map { index, node in
        [
          "\(index + 1)", node.name, "\(node.value)", "\(node.slope)",
          node.parts.map { "\($0 + 1)" }.joined(separator: " "),
        ]
      }
  }
}
