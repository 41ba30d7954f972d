extension GraphDiagram {
  /// Returns a line for each node: its name, value and slope, and what it was made of.
  func lines(in style: TerminalStyle) -> [String] {
    if nodes.isEmpty { return style.wrapped("(no nodes)") }
    let arrow = style.hasUnicode ? "←" : "<-"
    let values = nodes.map { format.text(of: $0.value) }
    let slopes = nodes.map { format.text(of: $0.slope) }
    // What came out of an operation has a number beside it: there may be several of a name.
    let names = nodes.enumerated().map { index, node in
      node.parts.isEmpty ? node.name : "\(index + 1) \(node.name)"
    }
    let widths = [names, values, slopes].map { $0.map(\.count).max() ?? 0 }
    return nodes.indices.map { index -> [String] in
      let node = nodes[index]
      let parts = node.parts.map { part in
        nodes[part].parts.isEmpty ? nodes[part].name : "\(part + 1)"
      }
      let origin = parts.isEmpty ? "" : "  \(arrow) " + parts.joined(separator: ", ")
      let line =
        "  " + names[index].padding(to: widths[0]) + "  value "
        + String(repeating: " ", count: widths[1] - values[index].count) + values[index]
        + "  slope " + String(repeating: " ", count: widths[2] - slopes[index].count)
        + slopes[index] + origin
      return line.count <= style.width ? [line] : style.wrapped(line)
    }.joined().map { $0 }
  }
}
