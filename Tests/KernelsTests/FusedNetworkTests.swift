import Foundation
import Testing

@testable import Kernels

// A fused step is compared with a step of loops in Double, on widths around those of registers, few
// examples and many, and with rows in an order of their own.

/// Networks, and how many examples they see.
private let cases: [(widths: [Int], loss: FusedNetwork.Loss, rows: Int)] = [
  ([2, 8, 8, 1], .binaryCrossEntropy, 1), ([2, 8, 8, 1], .binaryCrossEntropy, 16),
  ([2, 8, 8, 1], .binaryCrossEntropy, 299), ([1, 64, 1], .halfSquaredError, 32),
  ([1, 64, 1], .halfSquaredError, 7), ([2, 64, 3], .crossEntropy, 45),
  ([3, 5, 9, 17, 2], .binaryCrossEntropy, 5), ([3, 5, 9, 17, 2], .halfSquaredError, 33),
  ([4, 7, 11], .crossEntropy, 3), ([4, 7, 11], .crossEntropy, 8), ([5, 1], .halfSquaredError, 1),
  ([9, 3], .crossEntropy, 20), ([2, 12, 100], .crossEntropy, 300),
  ([64, 128, 64, 10], .crossEntropy, 32), ([64, 128, 64, 10], .crossEntropy, 45),
  ([17, 90, 24, 5], .halfSquaredError, 20), ([33, 57, 40, 3, 1], .binaryCrossEntropy, 8),
  ([70, 41], .crossEntropy, 300), ([9, 7, 300], .halfSquaredError, 33),
  ([41, 50, 30, 2], .crossEntropy, 7), ([2, 16, 1], .binaryCrossEntropy, 40),
  ([1, 32, 2], .halfSquaredError, 16), ([1, 16, 3], .crossEntropy, 300),
  ([2, 48, 2], .crossEntropy, 33), ([2, 16, 4], .crossEntropy, 40),
  ([3, 16, 1], .halfSquaredError, 40), ([2, 24, 1], .halfSquaredError, 40),
  ([1, 64, 1], .halfSquaredError, 40), ([1, 64, 1], .halfSquaredError, 8),
  ([1, 32, 2], .crossEntropy, 33),
]

@Test(arguments: cases.indices)
func `a fused gradient is that of loops, to rounding`(index: Int) {
  let (widths, loss, rows) = cases[index]
  var plain = PlainNetwork(widths, loss, seed: index)
  let network = plain.fused()
  let (x, y) = plain.examples(rows + 5)
  // Every row but the first five, backwards: rows are taken where they are.
  let order = Array((5..<rows + 5).reversed())
  let found = order.withUnsafeBufferPointer { network.computeGradient(x, y, rows: $0) }
  let (expected, gradients) = plain.gradient(x, y, order)
  let tolerance = 1e-5
  #expect(abs(Double(found) - expected) <= tolerance * max(1, abs(expected)))
  for (layer, gradient) in gradients.enumerated() {
    let found = network.gradient(ofLayer: layer)
    let scale = (gradient.weights + gradient.bias).map { abs($0) }.max() ?? 0
    let pairs = zip(found.weights + found.bias, gradient.weights + gradient.bias)
    #expect(scale > 0 && pairs.allSatisfy { abs(Double($0) - $1) <= tolerance * scale })
  }
}

@Test func `parameters come out as they went in, and the logits are those of loops`() {
  var plain = PlainNetwork([3, 5, 9, 2], .halfSquaredError, seed: 3)
  let network = plain.fused()
  for (index, layer) in plain.layers.enumerated() {
    #expect(network.layer(index).weights == layer.weights.map { Float($0) })
    #expect(network.layer(index).bias == layer.bias.map { Float($0) })
  }
  let (x, _) = plain.examples(1)
  let expected = plain.values(of: x.map { Double($0) }).last ?? []
  let found = network.logits(of: x)
  #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) <= 1e-5 } && found.count == 2)
  #expect(network.firstLogit(of: x) == found[0])
}

@Test(arguments: [5, 24], [false, true])
func `steps of SGD and of Adam are those of loops`(rows: Int, usesAdam: Bool) {
  let plain = PlainNetwork([2, 9, 11, 3, 1], .binaryCrossEntropy, seed: 11)
  compareSteps(of: plain, rows: [rows], usesAdam: usesAdam)
}

/// What fills the registers must stay 0, or the form for few examples adds it to sums.
@Test(arguments: [false, true])
func `steps on few and on many examples of a wide network are those of loops`(usesAdam: Bool) {
  let plain = PlainNetwork([18, 57, 35, 3], .crossEntropy, seed: 5, scale: 0.2)
  compareSteps(of: plain, rows: [40, 3, 9, 5], usesAdam: usesAdam)
}

/// One hidden layer between few inputs and few outputs has passes of its own.
@Test(arguments: [false, true])
func `steps on points of a plane are those of loops`(usesAdam: Bool) {
  let plain = PlainNetwork([2, 32, 3], .crossEntropy, seed: 7)
  compareSteps(of: plain, rows: [40, 3, 16, 9], usesAdam: usesAdam)
}

/// Trains a network as it is and as loops have it, on the first rows of some examples in turn.
private func compareSteps(of plain: PlainNetwork, rows: [Int], usesAdam: Bool) {
  var plain = plain
  let network = plain.fused()
  let (x, y) = plain.examples(rows.max() ?? 0)
  for step in 0..<30 {
    let order = Array(0..<rows[step % rows.count])
    _ = order.withUnsafeBufferPointer { network.computeGradient(x, y, rows: $0) }
    let gradients = plain.gradient(x, y, order).1
    if usesAdam {
      network.stepOfAdam(rate: 0.01, β: (0.9, 0.999), ε: 1e-8)
      plain.stepOfAdam(gradients, rate: 0.01)
    } else {
      network.stepOfSGD(rate: 0.1)
      plain.stepOfSGD(gradients, rate: 0.1)
    }
  }
  for (index, layer) in plain.layers.enumerated() {
    let found = network.layer(index)
    let pairs = zip(found.weights + found.bias, layer.weights + layer.bias)
    #expect(pairs.allSatisfy { abs(Double($0) - $1) <= 2e-4 })
  }
}

@Test func `large logits give finite losses and gradients`() {
  for loss in [FusedNetwork.Loss.binaryCrossEntropy, .crossEntropy] {
    for rows in [2, 16] {
      let network = FusedNetwork(widths: [1, 2], loss: loss)
      network.setLayer(0, weights: [1, -1], bias: [0, 0])
      let x = (0..<rows).map { Float($0 % 2 == 0 ? 300 : -300) }
      let y = (0..<2 * rows).map { Float($0 % 2) }
      let order = Array(0..<rows)
      let found = order.withUnsafeBufferPointer { network.computeGradient(x, y, rows: $0) }
      #expect(abs(found - 300) <= 1e-3)
      let gradient = network.gradient(ofLayer: 0)
      #expect((gradient.weights + gradient.bias).allSatisfy { $0.isFinite })
      #expect(abs(gradient.bias[0] - 0.5) <= 1e-6 && abs(gradient.bias[1] + 0.5) <= 1e-6)
    }
  }
}

@Test(arguments: [1, 21])
func `the loss of many classes and many examples does not overflow on the way`(features: Int) {
  let network = FusedNetwork(widths: [features, 100], loss: .crossEntropy)
  let rows = 640
  let x = [Float](repeating: 1, count: features * rows)
  let y = (0..<100 * rows).map { Float($0 % 100 == 7 ? 1 : 0) }
  let order = Array(0..<rows)
  let found = order.withUnsafeBufferPointer { network.computeGradient(x, y, rows: $0) }
  #expect(abs(Double(found) - log(100)) <= 1e-5)
}

@Test(
  arguments: [[1, 1], [1, 16, 1], [2, 48, 3], [2, 8, 8, 1], [3, 5, 2], [64, 32, 4]], [1, 16])
func `what is not a number is told as such, whatever the form`(widths: [Int], rows: Int) {
  var plain = PlainNetwork(widths, .binaryCrossEntropy, seed: 1)
  let network = plain.fused()
  let (x, y) = plain.examples(rows)
  var (weights, bias) = network.layer(0)
  weights[weights.count - 1] = .nan
  network.setLayer(0, weights: weights, bias: bias)
  let order = Array(0..<rows)
  let found = order.withUnsafeBufferPointer { network.computeGradient(x, y, rows: $0) }
  let gradient = network.gradient(ofLayer: widths.count - 2)
  #expect(found.isNaN && gradient.bias.contains { $0.isNaN })
}

/// A block that is not full ends with its last example: what follows in the order is not read.
@Test(arguments: [[1, 32, 1], [2, 16, 3], [3, 9, 2], [64, 32, 4]])
func `examples that are not asked for change nothing`(widths: [Int]) {
  var plain = PlainNetwork(widths, .halfSquaredError, seed: 4)
  let (x, y) = plain.examples(40)
  let order = Array(0..<40)
  for rows in [9, 16, 23, 33] {
    let network = plain.fused()
    let losses = [x, x[0..<rows * widths[0]] + [Float](repeating: .nan, count: 40 * widths[0])]
      .map { x in
        order.withUnsafeBufferPointer {
          network.computeGradient(Array(x), y, rows: UnsafeBufferPointer(rebasing: $0[..<rows]))
        }
      }
    #expect(losses[0] == losses[1])
  }
}

// MARK: - Loops in Double

/// A network as loops have it.
private struct PlainNetwork {
  let widths: [Int]
  let loss: FusedNetwork.Loss
  var layers: [(weights: [Double], bias: [Double])]
  var memory: [[(m: Double, s: Double)]] = []
  var steps = 0
  var generator: Generator

  init(_ widths: [Int], _ loss: FusedNetwork.Loss, seed: Int, scale: Double = 1) {
    (self.widths, self.loss, generator) = (widths, loss, Generator(state: UInt64(seed + 1)))
    layers = []
    for (fanIn, fanOut) in zip(widths, widths.dropFirst()) {
      let weights = (0..<fanIn * fanOut).map { _ in scale * generator.number() }
      layers.append((weights, (0..<fanOut).map { _ in generator.number() / 2 }))
    }
  }

  func fused() -> FusedNetwork {
    let network = FusedNetwork(widths: widths, loss: loss)
    for (index, layer) in layers.enumerated() {
      network.setLayer(
        index, weights: layer.weights.map { Float($0) }, bias: layer.bias.map { Float($0) })
    }
    return network
  }

  mutating func examples(_ count: Int) -> (x: [Float], y: [Float]) {
    let outputs = widths[widths.count - 1]
    let x = (0..<count * widths[0]).map { _ in Float(generator.number()) }
    let y = (0..<count).flatMap { row in
      (0..<outputs).map { j -> Float in
        switch loss {
        case .halfSquaredError: Float(generator.number())
        case .binaryCrossEntropy: Float((row + j) % 2)
        case .crossEntropy: row % outputs == j ? 1 : 0
        }
      }
    }
    return (x, y)
  }

  /// Returns the inputs and the values of each layer for one example.
  func values(of x: [Double]) -> [[Double]] {
    var values = [x]
    for (index, layer) in layers.enumerated() {
      let a = values[index]
      let z = layer.bias.indices.map { j -> Double in
        let terms = a.indices.map { k -> Double in a[k] * layer.weights[k * layer.bias.count + j] }
        return terms.reduce(layer.bias[j], +)
      }
      values.append(index == layers.count - 1 ? z : z.map { max(0, $0) })
    }
    return values
  }

  func gradient(
    _ x: [Float], _ y: [Float], _ rows: [Int]
  ) -> (Double, [(weights: [Double], bias: [Double])]) {
    var gradients = layers.map { layer in
      (weights: layer.weights.map { _ in 0.0 }, bias: layer.bias.map { _ in 0.0 })
    }
    let (features, outputs) = (widths[0], widths[widths.count - 1])
    var sum = 0.0
    for row in rows {
      let values = values(of: (0..<features).map { Double(x[row * features + $0]) })
      let y = (0..<outputs).map { Double(y[row * outputs + $0]) }
      var (own, dZ) = lossAndGradient(values[layers.count], y)
      sum += own / Double(rows.count)
      dZ = dZ.map { $0 / Double(rows.count) }
      for index in layers.indices.reversed() {
        let (a, fanOut) = (values[index], layers[index].bias.count)
        for j in 0..<fanOut {
          gradients[index].bias[j] += dZ[j]
          for k in a.indices { gradients[index].weights[k * fanOut + j] += a[k] * dZ[j] }
        }
        dZ = a.indices.map { k -> Double in
          let terms = (0..<fanOut).map { j -> Double in
            dZ[j] * layers[index].weights[k * fanOut + j]
          }
          return a[k] > 0 ? terms.reduce(0, +) : 0
        }
      }
    }
    return (sum, gradients)
  }

  private func lossAndGradient(_ z: [Double], _ y: [Double]) -> (Double, [Double]) {
    switch loss {
    case .halfSquaredError:
      let errors = zip(z, y).map { z, y in z - y }
      return (errors.map { $0 * $0 / 2 }.reduce(0, +), errors)
    case .binaryCrossEntropy:
      let a = z.map { z in 1 / (1 + exp(-z)) }
      let losses = zip(a, y).map { a, y -> Double in -y * log(a) - (1 - y) * log(1 - a) }
      return (losses.reduce(0, +), zip(a, y).map { a, y in a - y })
    case .crossEntropy:
      let powers = z.map { z in exp(z) }
      let total = powers.reduce(0, +)
      let p = powers.map { $0 / total }
      let losses = zip(p, y).map { p, y -> Double in -y * log(p) }
      return (losses.reduce(0, +), zip(p, y).map { p, y in p - y })
    }
  }

  mutating func stepOfSGD(_ gradients: [(weights: [Double], bias: [Double])], rate: Double) {
    move(gradients) { $0 - rate * $1 }
  }

  mutating func stepOfAdam(_ gradients: [(weights: [Double], bias: [Double])], rate: Double) {
    steps += 1
    if memory.isEmpty {
      memory = layers.map { layer in
        Array(repeating: (0, 0), count: layer.weights.count + layer.bias.count)
      }
    }
    let (c1, c2) = (1 - pow(0.9, Double(steps)), 1 - pow(0.999, Double(steps)))
    for index in layers.indices {
      let numbers = gradients[index].weights + gradients[index].bias
      for (i, g) in numbers.enumerated() {
        memory[index][i].m = 0.9 * memory[index][i].m + 0.1 * g
        memory[index][i].s = 0.999 * memory[index][i].s + 0.001 * g * g
        let (m, s) = (memory[index][i].m / c1, memory[index][i].s / c2)
        let step = rate * m / (s.squareRoot() + 1e-8)
        let weights = layers[index].weights.count
        if i < weights {
          layers[index].weights[i] -= step
        } else {
          layers[index].bias[i - weights] -= step
        }
      }
    }
  }

  private mutating func move(
    _ gradients: [(weights: [Double], bias: [Double])], _ change: (Double, Double) -> Double
  ) {
    for index in layers.indices {
      layers[index].weights = zip(layers[index].weights, gradients[index].weights).map(change)
      layers[index].bias = zip(layers[index].bias, gradients[index].bias).map(change)
    }
  }
}

/// Numbers between −1 and 1 of few bits, the same every time.
private struct Generator {
  var state: UInt64

  mutating func number() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(Int(state >> 56) - 127) / 128 + 1.0 / 512
  }
}
