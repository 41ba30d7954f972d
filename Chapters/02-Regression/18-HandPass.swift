import Workbook

//#-hidden-code
let subscripts = ["₁", "₂"]

/// The network of the pass by hand: small whole numbers.
let handNetwork = TwoLayerNetwork<Double>(
  w1: [[1, 2], [1, -1]], b1: [-1, 1], w2: [[2], [-1]], b2: [1])

/// Its examples.
let handExamples: [(x: [Double], y: Double)] = [([1, 2], 2), ([-1, 3], 4)]

/// Every number of a pass of a 2-2-1 network over one example, one by one: no
/// code of the matrices is used.
struct HandPass {
  let x: [Double]
  let y: Double
  private(set) var z: [Double] = []
  private(set) var h: [Double] = []
  let prediction: Double
  let residual: Double
  /// The residual over the number of examples.
  let dPrediction: Double
  private(set) var dH: [Double] = []
  private(set) var dZ: [Double] = []
  /// The derivative in each input.
  private(set) var dX: [Double] = []

  /// Goes forward and backward.
  init(
    _ network: TwoLayerNetwork<Double>, x: [Double], y: Double,
    examples: Double = 1
  ) {
    (self.x, self.y) = (x, y)
    for unit in 0..<2 {
      let sum = x[0] * network.w1[0, unit] + x[1] * network.w1[1, unit]
      z.append(sum + network.b1[unit])
      h.append(max(0, z[unit]))
    }
    prediction =
      h[0] * network.w2[0, 0] + h[1] * network.w2[1, 0]
      + network.b2[0]
    residual = prediction - y
    dPrediction = residual / examples
    for unit in 0..<2 {
      dH.append(dPrediction * network.w2[unit, 0])
      dZ.append(z[unit] > 0 ? dH[unit] : 0)
    }
    for input in 0..<2 {
      dX.append(
        dZ[0] * network.w1[input, 0] + dZ[1] * network.w1[input, 1])
    }
  }

  /// The loss of this example alone.
  var loss: Double { residual * residual / 2 }

  /// Returns the graph with the weights as numbers of their own.
  func graph(of network: TwoLayerNetwork<Double>) -> GraphDiagram {
    let (w, b, v) = (network.w1, network.b1, network.w2)
    func weight(_ input: Int, _ unit: Int) -> GraphDiagram.Node {
      .init(
        "w" + subscripts[input] + subscripts[unit], value: w[input, unit],
        gradient: x[input] * dZ[unit])
    }
    func bias(_ unit: Int) -> GraphDiagram.Node {
      .init("b" + subscripts[unit], value: b[unit], gradient: dZ[unit])
    }
    func input(_ input: Int) -> GraphDiagram.Node {
      .init("x" + subscripts[input], value: x[input], gradient: dX[input])
    }
    func outer(_ unit: Int) -> GraphDiagram.Node {
      .init(
        "v" + subscripts[unit], value: v[unit, 0],
        gradient: h[unit] * dPrediction)
    }
    return GraphDiagram(
      [
        weight(0, 0), weight(1, 0), bias(0), input(0), input(1), weight(0, 1),
        weight(1, 1), bias(1),
        .init("z₁", value: z[0], gradient: dZ[0], madeOf: [0, 1, 2, 3, 4]),
        .init("z₂", value: z[1], gradient: dZ[1], madeOf: [3, 4, 5, 6, 7]),
        outer(0),
        .init("h₁", value: h[0], gradient: dH[0], madeOf: [8]),
        .init("h₂", value: h[1], gradient: dH[1], madeOf: [9]),
        outer(1),
        .init("c", value: network.b2[0], gradient: dPrediction),
        .init(
          "ŷ", value: prediction, gradient: dPrediction,
          madeOf: [10, 11, 12, 13, 14]),
        .init("y", value: y, gradient: -dPrediction),
        .init("L", value: loss, gradient: 1, madeOf: [15, 16]),
      ], format: .decimals(0))
  }

  /// Returns the graph of the units, with the derivative along each arrow.
  func paths(of network: TwoLayerNetwork<Double>) -> GraphDiagram {
    let (w, v) = (network.w1, network.w2)
    func slope(_ unit: Int) -> Double { z[unit] > 0 ? 1 : 0 }
    return GraphDiagram(
      [
        .init("x₁", value: x[0], gradient: dX[0]),
        .init("x₂", value: x[1], gradient: dX[1]),
        .init(
          "z₁", value: z[0], gradient: dZ[0], madeOf: [0, 1],
          derivatives: [w[0, 0], w[1, 0]]),
        .init(
          "z₂", value: z[1], gradient: dZ[1], madeOf: [0, 1],
          derivatives: [w[0, 1], w[1, 1]]),
        .init(
          "h₁", value: h[0], gradient: dH[0], madeOf: [2],
          derivatives: [slope(0)]),
        .init(
          "h₂", value: h[1], gradient: dH[1], madeOf: [3],
          derivatives: [slope(1)]),
        .init(
          "ŷ", value: prediction, gradient: dPrediction, madeOf: [4, 5],
          derivatives: [v[0, 0], v[1, 0]]),
        .init(
          "L", value: loss, gradient: 1, madeOf: [6], derivatives: [residual]),
      ], format: .decimals(0))
  }
}
//#-end-hidden-code
