import Tensors
import Text

extension GraphDiagram {
  /// Returns a line for each node: its name, value, gradient and operands.
  public func lines(in style: TerminalStyle) -> [String] {
    if nodes.isEmpty { return style.wrapped("(no nodes)") }
    let arrow = style.hasUnicode ? "←" : "<-"
    let values = nodes.map { format.text(of: $0.value) }
    let gradients = nodes.map { format.text(of: $0.gradient) }
    // The result of an operation is numbered: several results may have the same name.
    let names = nodes.enumerated().map { index, node in
      node.parts.isEmpty ? node.name : "\(index + 1) \(node.name)"
    }
    let widths = [names, values, gradients].map { $0.map(\.count).max() ?? 0 }
    return nodes.indices.map { index -> [String] in
      let node = nodes[index]
      let parts = node.parts.enumerated().map { input, part in
        let name = nodes[part].parts.isEmpty ? nodes[part].name : "\(part + 1)"
        guard node.derivatives.indices.contains(input) else { return name }
        return "\(name) (\(format.text(of: node.derivatives[input])))"
      }
      let origin = parts.isEmpty ? "" : "  \(arrow) " + parts.joined(separator: ", ")
      let line =
        "  " + names[index].padding(to: widths[0]) + "  value "
        + String(repeating: " ", count: widths[1] - values[index].count) + values[index]
        + "  gradient " + String(repeating: " ", count: widths[2] - gradients[index].count)
        + gradients[index] + origin
      return line.count <= style.width ? [line] : style.wrapped(line)
    }.joined().map { $0 }
  }
}
