// A small network, trained in as few calls as there are steps.
//
// A layer of eight units has so little to compute that a call to a matrix product takes longer than the
// product. So here a whole step is one piece of code: it goes through all layers forwards and
// backwards, and then through all parameters, which lie in one row of memory. Two things can lie along
// the lanes of a register, and wide layers are worth the tiles of a matrix product. Each has its file:
//
//     few examples     the units of a layer, or its inputs where it has few units  FusedExamples.swift
//     many examples    sixteen examples                                            FusedBlocks.swift
//     of few numbers   and backwards the units of the only hidden layer            FusedShallow.swift
//     and wide layers  thirty-two examples, in tiles of many units                 FusedTiles.swift

import Foundation

/// A network of fully connected layers in `Float`, with ReLU behind all but the last, and the memory that
/// its training needs.
public final class FusedNetwork {
  /// The loss, a mean over the examples, of the last pre-activations.
  public enum Loss: Sendable {
    /// ‖Z − Y‖² / 2n.
    case halfSquaredError
    /// The cross-entropy of independent probabilities, whose logits are Z.
    case binaryCrossEntropy
    /// The cross-entropy of classes, of which Z has the scores: at most 100 of them.
    case crossEntropy
  }

  /// The number of features and the width of each layer.
  public let widths: [Int]
  public let loss: Loss
  let layers: [FusedLayer]
  /// The number of parameters, with those that only fill registers and are always 0.
  let count: Int
  /// The parameters, and their gradient.
  let parameters: UnsafeMutablePointer<Float>
  let gradient: UnsafeMutablePointer<Float>
  /// What an update rule remembers: two numbers for each parameter, 0 at first.
  let memory: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
  /// For each parameter, the sum of its gradient over sixteen examples at a time.
  let laneSums: UnsafeMutablePointer<Float>
  /// The inputs and the values of each unit, of sixteen examples, and their gradients.
  let values: UnsafeMutablePointer<Float>
  let valueGradients: UnsafeMutablePointer<Float>
  /// The targets of sixteen examples, `[outputs][16]`.
  let targets: UnsafeMutablePointer<Float>
  /// What a network of wide layers needs besides.
  let tiles: FusedTiles?
  /// β₁ᵗ and β₂ᵗ, after t steps of Adam.
  var powers = (1.0, 1.0)

  /// Makes a network whose parameters are 0.
  ///
  /// - Precondition: There are at least two widths, none below 1, and at most 100 classes.
  public init(widths: [Int], loss: Loss) {
    precondition(
      widths.count > 1 && widths.allSatisfy { $0 > 0 },
      "a network needs features and a layer, and no width below 1: given \(widths)")
    precondition(
      loss != .crossEntropy || widths[widths.count - 1] <= 100,
      "at most 100 classes: given \(widths[widths.count - 1])")
    (self.widths, self.loss) = (widths, loss)
    var (layers, offset, unit): ([FusedLayer], Int, Int) = ([], 0, widths[0])
    for (fanIn, fanOut) in zip(widths, widths.dropFirst()) {
      layers.append(FusedLayer(fanIn: fanIn, fanOut: fanOut, offset: offset, unit: unit))
      offset = layers[layers.count - 1].end
      unit += fanOut
    }
    self.layers = layers
    count = offset
    // Sums over lanes come sixteen at a time.
    let filledCount = (count + 15) & ~15
    (parameters, gradient) = (zeros(count), zeros(filledCount))
    memory = (zeros(count), zeros(count))
    tiles = count < FusedTiles.leastCount ? nil : FusedTiles(layers)
    laneSums = zeros(tiles == nil ? 16 * filledCount : 0)
    // Registers reach beyond the last unit.
    (values, valueGradients) = (zeros(16 * (unit + 16)), zeros(16 * (unit + 16)))
    targets = zeros(16 * widths[widths.count - 1])
  }

  deinit {
    for block in [
      parameters, gradient, memory.0, memory.1, laneSums, values, valueGradients,
      targets,
    ] { block.deallocate() }
  }

  /// Computes the gradient of the mean loss over some examples, and returns that loss.
  ///
  /// - Parameters:
  ///   - x: The inputs of all examples, `[all, features]`, row after row.
  ///   - y: Their targets, `[all, outputs]`.
  ///   - rows: Which examples to take.
  /// - Precondition: There is at least one example.
  public func computeGradient(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, rows: UnsafeBufferPointer<Int>
  ) -> Float {
    precondition(!rows.isEmpty, "no examples to learn from")
    if rows.count < 8 { return computeGradientByExamples(x, y, rows: rows) }
    if let tiles { return computeGradientByTiles(x, y, rows: rows, on: tiles) }
    return computeGradientByBlocks(x, y, rows: rows)
  }
}

/// Returns memory for some numbers, each 0, that begins at a multiple of 64 bytes.
func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
  let bytes = UnsafeMutableRawPointer.allocate(
    byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
  let numbers = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
  numbers.initialize(repeating: 0, count: max(count, 1))
  return numbers
}

/// Where the parameters of a layer lie.
///
/// Rows are filled up with zeros to whole registers of 8. A layer of few units has its weights
/// transposed: then its rows are long, and little is filled up.
struct FusedLayer {
  let fanIn: Int
  let fanOut: Int
  /// Whether weights lie as `[out, in]`; otherwise as `[in, out]`.
  let isTransposed: Bool
  /// The first weight and the first bias.
  let weights: Int
  let bias: Int
  /// The distance of two weights whose inputs, or whose outputs, are neighbours.
  let inputStride: Int
  let outputStride: Int
  /// The number of inputs and of units before the first unit of this layer.
  let unit: Int
  /// Behind the last number.
  let end: Int

  init(fanIn: Int, fanOut: Int, offset: Int, unit: Int) {
    let (filledIn, filledOut) = ((fanIn + 7) & ~7, (fanOut + 7) & ~7)
    (self.fanIn, self.fanOut, self.unit) = (fanIn, fanOut, unit)
    isTransposed = fanOut < 8
    weights = offset
    bias = offset + (isTransposed ? fanOut * filledIn : fanIn * filledOut)
    (inputStride, outputStride) = isTransposed ? (1, filledIn) : (filledOut, 1)
    end = bias + filledOut
  }
}

// MARK: - Parameters in and out

extension FusedNetwork {
  /// Writes the parameters of a layer: weights `[in, out]`, row after row, and biases `[out]`.
  ///
  /// - Precondition: There are as many as the layer has.
  public func setLayer(_ index: Int, weights: [Float], bias: [Float]) {
    let layer = layers[index]
    precondition(
      weights.count == layer.fanIn * layer.fanOut && bias.count == layer.fanOut,
      "layer \(index + 1) has \(layer.fanIn) inputs and \(layer.fanOut) units: given "
        + "\(weights.count) weights and \(bias.count) biases")
    for k in 0..<layer.fanIn {
      for j in 0..<layer.fanOut {
        parameters[layer.weights + k * layer.inputStride + j * layer.outputStride] =
          weights[k * layer.fanOut + j]
      }
    }
    for j in 0..<layer.fanOut { parameters[layer.bias + j] = bias[j] }
  }

  /// Returns the parameters of a layer: weights `[in, out]`, row after row, and biases `[out]`.
  public func layer(_ index: Int) -> (weights: [Float], bias: [Float]) {
    numbers(of: layers[index], in: parameters)
  }

  /// Returns the gradient of a layer's parameters that was computed last, in the same order.
  public func gradient(ofLayer index: Int) -> (weights: [Float], bias: [Float]) {
    numbers(of: layers[index], in: gradient)
  }

  private func numbers(
    of layer: FusedLayer, in block: UnsafeMutablePointer<Float>
  ) -> (weights: [Float], bias: [Float]) {
    let weights = (0..<layer.fanIn * layer.fanOut).map { index in
      let (k, j) = (index / layer.fanOut, index % layer.fanOut)
      return block[layer.weights + k * layer.inputStride + j * layer.outputStride]
    }
    return (weights, (0..<layer.fanOut).map { block[layer.bias + $0] })
  }
}
