import Workbook

// The targets of a gradient file, and the names that it may hold.
extension NetworkBuilder {
  /// Refuses arrays that belong to no layer: a gradient that nobody looks at would seem right.
  func requireKnownNames() throws(Misfit) {
    var known: Set = ["x", "y", "loss", "x.grad"]
    for parameter in parameters { known.formUnion([parameter.name, parameter.name + ".grad"]) }
    for layer in layers {
      if case .dropout = layer.kind { known.insert("\(layer.index).mask") }
    }
    guard let other = arrays.names.first(where: { !known.contains($0) }) else { return }
    throw Misfit(
      "the array \(other.quoted) belongs to no layer of the description; arrays are named as in "
        + "\"0.weight\" and \"0.weight.grad\", by the number of the layer")
  }

  func targets(outputs: Int) throws(Misfit) -> Matrix<Double> {
    let y = try array("y", "the targets")
    let isColumns = arrangement.examples == .columns && (arrays["x"]?.shape.count ?? 0) == 2
    let shape = y.shape.filter { $0 != 1 }
    let isClasses =
      description.loss.isOfClasses && y.elements.count == examples && shape.count <= 1
      && outputs > 1
    if isClasses {
      return try classes(y.elements, outputs)
    }
    let wanted = isColumns ? [outputs, examples] : [examples, outputs]
    // A single output may go without an axis.
    guard y.shape == wanted || outputs == 1 && y.shape == [examples] else {
      throw Misfit(
        "\"y\" has the shape \(y.shape); the outputs have \(wanted)"
          + (description.loss.isOfClasses ? ", and classes would have [\(examples)]" : ""))
    }
    return Matrix(rows: examples, columns: outputs) { row, column in
      y.elements[isColumns ? column * examples + row : row * outputs + column]
    }
  }

  private func classes(_ labels: [Double], _ outputs: Int) throws(Misfit) -> Matrix<Double> {
    var elements = [Double](repeating: 0, count: labels.count * outputs)
    for (example, given) in labels.enumerated() {
      guard let label = Int(exactly: given), 0..<outputs ~= label else {
        let text = Int(exactly: given).map(String.init) ?? "\(given)"
        throw Misfit(
          "\"y\" has the class \(text) at example \(example); with \(outputs) outputs classes are 0 to "
            + "\(outputs - 1)")
      }
      elements[example * outputs + label] = 1
    }
    return Matrix(rows: labels.count, columns: outputs, elements: elements)
  }
}
