import Perceptron
import Workbook

//#-hidden-code
/// The parameters in their order.
let handNames = ["w₁₁", "w₁₂", "w₂₁", "w₂₂", "b₁", "b₂", "v₁", "v₂", "c"]

/// Returns a number of the pass by hand with the digits that it needs.
func handText(_ value: Double) -> String {
  let digits = (0...6).first { digits in
    NumberFormat.decimals(digits).rounded(value) == value
  }
  return NumberFormat.decimals(digits ?? 5).text(of: value)
}

/// Returns a factor of a product: in brackets where it is negative.
func handFactor(_ value: Double) -> String {
  value < 0 ? "(\(handText(value)))" : handText(value)
}

/// Returns a cell with a number of the pass by hand.
func handNumber(_ value: Double) -> Table.Cell { .text(handText(value)) }

/// Returns the text of a sum of products and of its value.
func handSum(
  _ products: [(Double, Double)], plus bias: Double? = nil, is value: Double
) -> Table.Cell {
  let terms = products.enumerated().map { index, factors in
    let first = index == 0 ? handText(factors.0) : handFactor(factors.0)
    return "\(first)·\(handFactor(factors.1))"
  }
  var text = terms.joined(separator: " + ")
  if let bias {
    text += (bias < 0 ? " − " : " + ") + handText(abs(bias))
  }
  return .text(text + " = " + handText(value))
}

/// Returns the forward pass, a row for each number.
func handForward(
  _ network: TwoLayerNetwork<Double>, _ passes: [HandPass]
) -> Table {
  let (w, b, v) = (network.w1, network.b1, network.w2)
  var table = Table(
    "hand-forward", columns: ["number", "formula", "example 1", "example 2"])
  func row(_ name: String, _ formula: String, _ cell: (HandPass) -> Table.Cell)
  {
    table.add([.text(name), .text(formula)] + passes.map(cell))
  }
  for (input, i) in subscripts.enumerated() {
    row("x" + i, "") { handNumber($0.x[input]) }
  }
  row("y", "") { handNumber($0.y) }
  for (unit, j) in subscripts.enumerated() {
    row("z" + j, "x₁·w₁\(j) + x₂·w₂\(j) + b\(j)") { pass in
      handSum(
        [(pass.x[0], w[0, unit]), (pass.x[1], w[1, unit])], plus: b[unit],
        is: pass.z[unit])
    }
  }
  for (unit, j) in subscripts.enumerated() {
    row("h" + j, "max(0, z\(j))") { handNumber($0.h[unit]) }
  }
  row("ŷ", "h₁·v₁ + h₂·v₂ + c") { pass in
    handSum(
      [(pass.h[0], v[0, 0]), (pass.h[1], v[1, 0])], plus: network.b2[0],
      is: pass.prediction)
  }
  row("ŷ − y", "") { pass in
    .text(
      "\(handText(pass.prediction)) − \(handFactor(pass.y)) = "
        + handText(pass.residual))
  }
  return table
}

/// Returns the backward pass, a row for each number.
func handBackward(
  _ network: TwoLayerNetwork<Double>, _ passes: [HandPass]
) -> Table {
  var table = Table(
    "hand-backward", columns: ["number", "formula", "example 1", "example 2"])
  func row(_ name: String, _ formula: String, _ cell: (HandPass) -> Table.Cell)
  {
    table.add([.text(name), .text(formula)] + passes.map(cell))
  }
  row("dŷ", "(ŷ − y) / n") { pass in
    .text("\(handText(pass.residual)) / 2 = \(handText(pass.dPrediction))")
  }
  for (unit, j) in subscripts.enumerated() {
    row("dh" + j, "dŷ·v\(j)") { pass in
      handSum([(pass.dPrediction, network.w2[unit, 0])], is: pass.dH[unit])
    }
  }
  for (unit, j) in subscripts.enumerated() {
    row("dz" + j, "dh\(j)·φ′(z\(j))") { pass in
      handSum([(pass.dH[unit], pass.z[unit] > 0 ? 1 : 0)], is: pass.dZ[unit])
    }
  }
  return table
}

/// The derivative in each parameter: its factors in an example.
func handFactors(_ pass: HandPass) -> [(Double, Double)] {
  let weights = pass.x.flatMap { x in pass.dZ.map { (x, $0) } }
  return weights + pass.dZ.map { (1, $0) }
    + pass.h.map { ($0, pass.dPrediction) } + [(1, pass.dPrediction)]
}

/// Returns the nine derivatives: sums over the examples.
func handDerivatives(_ passes: [HandPass]) -> [Double] {
  handNames.indices.map { index in
    passes.map { handFactors($0)[index] }.map { $0 * $1 }.reduce(0, +)
  }
}

/// Returns the central difference in each parameter.
func handDifferences(
  _ network: TwoLayerNetwork<Double>, _ x: Matrix<Double>, _ y: Matrix<Double>
) -> [Double] {
  var changed = network
  return network.tensors.enumerated().flatMap { number, tensor in
    tensor.elements.enumerated().map { index, value in
      let difference = centralDifference(
        of: { value in
          changed.setEntry(index, ofParameter: number, to: value)
          return changed.loss(from: x, to: y)
        }, at: value, step: 0x1p-4)
      changed.setEntry(index, ofParameter: number, to: value)
      return difference
    }
  }
}

/// Returns the nine derivatives with their two terms, beside the differences and
/// the weights after a step.
func handGradient(
  _ passes: [HandPass], _ derivatives: [Double], _ differences: [Double],
  _ weights: [Double], _ rate: Double
) -> Table {
  let formulas =
    ["x₁·dz₁", "x₁·dz₂", "x₂·dz₁", "x₂·dz₂", "1·dz₁", "1·dz₂"]
    + ["h₁·dŷ", "h₂·dŷ", "1·dŷ"]
  var table = Table(
    "hand-gradient",
    columns: [
      "derivative", "sum of", "example 1 + example 2", "difference",
      "weight before", "weight after",
    ])
  for (index, name) in handNames.enumerated() {
    let terms = passes.map { handFactors($0)[index] }
    table.add([
      .text("d" + name), .text(formulas[index]),
      handSum(terms, is: derivatives[index]), handNumber(differences[index]),
      handNumber(weights[index]),
      handNumber(weights[index] - rate * derivatives[index]),
    ])
  }
  return table
}
//#-end-hidden-code
