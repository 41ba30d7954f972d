// A step on thirty-two examples at a time of a network whose layers are wide. Between two such layers
// are thousands of weights; to keep a sum in sixteen lanes for each, as FusedBlocks.swift does, is to wait
// for memory. So here the micro-kernel multiplies, and what it multiplies lies as it reads it:
//
//               32 examples                     64 units …
//            ┌──────────────┐               ┌────────────────┐
//     unit 0 │ a  a  a …  a │     example 0 │ dz  dz  dz … dz │
//     unit 1 │ a  a  a …  a │     example 1 │ dz  dz  dz … dz │
//     …      └──────────────┘     …         └────────────────┘
//
//     forwards     Zᵀ  = Wᵀ Aᵀ      the rows of Wᵀ are columns of W
//     backwards    dAᵀ = W dZᵀ
//     gradient     dW  = Aᵀ dZ      the one that needs dZ with an example in each row
//
// So dZ is all that is ever transposed.

internal import Processor

/// The values of a network for thirty-two examples, and their gradients.
final class FusedTiles {
  /// The number of parameters from which tiles are faster.
  static let leastCount = 2048
  /// Each unit has as many numbers as there are examples. Rows beyond the last unit of a layer are 0.
  static let lanes = 32

  /// The values of the inputs and of each layer, `[units][32]`, and their gradients.
  let values: UnsafeMutablePointer<Float>
  let gradients: UnsafeMutablePointer<Float>
  /// Where the inputs and each layer begin in both.
  let starts: [Int]
  /// The gradients of a layer with an example in each row, `[32][units]`, or the inputs.
  let rows: UnsafeMutablePointer<Float>

  init(_ layers: [FusedLayer]) {
    let heights = ([layers.first?.fanIn ?? 0] + layers.map(\.fanOut)).map { ($0 + 15) & ~15 }
    var (starts, end) = ([Int](), 0)
    for height in heights {
      starts.append(end)
      end += Self.lanes * height
    }
    self.starts = starts
    (values, gradients) = (zeros(end), zeros(end))
    rows = zeros(Self.lanes * (heights.max() ?? 0))
  }

  deinit { for block in [values, gradients, rows] { block.deallocate() } }
}

private let lanes = FusedTiles.lanes

extension FusedNetwork {
  func computeGradientByTiles(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, rows: UnsafeBufferPointer<Int>,
    on tiles: FusedTiles
  ) -> Float {
    gradient.update(repeating: 0, count: count)
    let share = 1 / Float(rows.count)
    let last = tiles.starts[layers.count]
    var (sum, factors) = (SIMD16<Float>.zero, SIMD16<Float>(repeating: 1))
    var (loss, start): (Float, Int) = (0, 0)
    while start < rows.count {
      let block = UnsafeBufferPointer(rebasing: rows[start..<min(start + lanes, rows.count)])
      gather(x, block, on: tiles)
      for index in layers.indices { forward(index, on: tiles) }
      for lane in stride(from: 0, to: block.count, by: 16) {
        let half = UnsafeBufferPointer(rebasing: block[lane..<min(lane + 16, block.count)])
        add(
          y, half, share, at: tiles.values + last + lane, tiles.gradients + last + lane,
          stride: lanes, to: &sum, &factors)
      }
      if block.count <= 16 {
        for j in 0..<widths[layers.count] { store(.zero, tiles.gradients + last + lanes * j + 16) }
      }
      for index in layers.indices.reversed() { backward(index, on: tiles) }
      start += lanes
      if start % 256 == 0 { loss += takeLogarithm(&factors) }
    }
    return (loss + takeLogarithm(&factors) + sum.total) * share
  }

  /// Copies the inputs of some examples, `[features][32]`. A block that is not full repeats its last.
  private func gather(
    _ x: UnsafePointer<Float>, _ block: UnsafeBufferPointer<Int>, on tiles: FusedTiles
  ) {
    let (features, height) = (widths[0], (widths[0] + 15) & ~15)
    for lane in 0..<lanes {
      let row = x + block[min(lane, block.count - 1)] * features
      let target = tiles.rows + lane * height
      target.update(from: row, count: features)
      (target + features).update(repeating: 0, count: height - features)
    }
    for feature in stride(from: 0, to: features, by: 16) {
      for lane in [0, 16] {
        processor_transpose16(
          tiles.rows + lane * height + feature, height, tiles.values + lanes * feature + lane, lanes
        )
      }
    }
  }

  /// Zᵀ = Wᵀ Aᵀ, and the bias of each unit; ReLU behind all layers but the last.
  private func forward(_ index: Int, on tiles: FusedTiles) {
    let layer = layers[index]
    let z = tiles.values + tiles.starts[index + 1]
    for j in 0..<layer.fanOut {
      let bias = SIMD32<Float>(repeating: parameters[layer.bias + j])
      UnsafeMutableRawPointer(z + lanes * j).storeBytes(of: bias, as: SIMD32<Float>.self)
    }
    let w = MatrixView<Float>(
      parameters + layer.weights, rows: layer.fanOut, columns: layer.fanIn,
      rowStride: layer.outputStride, columnStride: layer.inputStride)
    multiply(w, tiles.values + tiles.starts[index], to: z)
    if index == layers.count - 1 { return }
    for i in stride(from: 0, to: lanes * layer.fanOut, by: 16) {
      let lanes = load(z + i)
      store(processor_choose16(-lanes, .zero, lanes), z + i)
    }
  }

  private func backward(_ index: Int, on tiles: FusedTiles) {
    let layer = layers[index]
    let (a, dZ) = (tiles.values + tiles.starts[index], tiles.gradients + tiles.starts[index + 1])
    if layer.isTransposed {
      addGradientByOutputs(layer, a, dZ)
    } else {
      addGradientByTiles(layer, a, dZ, rows: tiles.rows)
    }
    if index == 0 { return }
    let dA = tiles.gradients + tiles.starts[index]
    dA.update(repeating: 0, count: lanes * layer.fanIn)
    let w = MatrixView<Float>(
      parameters + layer.weights, rows: layer.fanIn, columns: layer.fanOut,
      rowStride: layer.inputStride, columnStride: layer.outputStride)
    multiply(w, dZ, to: dA)
    for i in stride(from: 0, to: lanes * layer.fanIn, by: 16) {
      store(processor_choose16(load(a + i), load(dA + i), .zero), dA + i)
    }
  }

  /// Adds the product of weights and `[columns][32]` numbers to `[rows][32]` numbers.
  @inline(__always)
  private func multiply(
    _ w: MatrixView<Float>, _ b: UnsafePointer<Float>, to c: UnsafeMutablePointer<Float>
  ) {
    addPanel(
      w, Panel(base: b, rowStride: lanes, columns: lanes, width: lanes),
      to: Target(base: c, rowStride: lanes, columnStride: 1))
  }

  /// A layer of many units: dW = Aᵀ dZ, and the sum of the rows of dZ.
  private func addGradientByTiles(
    _ layer: FusedLayer, _ a: UnsafePointer<Float>, _ dZ: UnsafePointer<Float>,
    rows: UnsafeMutablePointer<Float>
  ) {
    let height = (layer.fanOut + 15) & ~15
    for j in stride(from: 0, to: height, by: 16) {
      for lane in [0, 16] {
        processor_transpose16(dZ + lanes * j + lane, lanes, rows + lane * height + j, height)
      }
    }
    let a = MatrixView<Float>(a, rows: layer.fanIn, columns: lanes, rowStride: lanes)
    var j = 0
    while j < layer.inputStride {
      // Rows of dW are whole registers of 8: they are cut into panels that have no edge.
      let left = layer.inputStride - j
      let width = left >= 32 ? 32 : left >= 16 ? 16 : 8
      addPanel(
        a, Panel(base: rows + j, rowStride: height, columns: width, width: width),
        to: Target(
          base: gradient + layer.weights + j, rowStride: layer.inputStride, columnStride: 1))
      j += width
    }
    for j in stride(from: 0, to: layer.inputStride, by: 8) {
      let bias = gradient + layer.bias + j
      var (even, odd) = (loadEight(bias), SIMD8<Float>.zero)
      for lane in stride(from: 0, to: lanes, by: 2) {
        even += loadEight(rows + lane * height + j)
        odd += loadEight(rows + (lane + 1) * height + j)
      }
      UnsafeMutableRawPointer(bias).storeBytes(of: even + odd, as: SIMD8<Float>.self)
    }
  }

  /// A layer of few units: for each, sixteen sums over the examples at a time.
  private func addGradientByOutputs(
    _ layer: FusedLayer, _ a: UnsafePointer<Float>, _ dZ: UnsafePointer<Float>
  ) {
    for j in 0..<layer.fanOut {
      let (d0, d1) = (load(dZ + lanes * j), load(dZ + lanes * j + 16))
      gradient[layer.bias + j] += (d0 + d1).total
      let dW = gradient + layer.weights + j * layer.outputStride
      for k in stride(from: 0, to: layer.fanIn, by: 16) {
        let sums = totals(of: a + lanes * k, d0, d1)
        // A row of dW is filled up to a multiple of 8; behind its last unit all products are 0.
        UnsafeMutableRawPointer(dW + k).storeBytes(
          of: loadEight(dW + k) + sums.lowHalf, as: SIMD8<Float>.self)
        guard k + 8 < layer.fanIn else { continue }
        UnsafeMutableRawPointer(dW + k + 8).storeBytes(
          of: loadEight(dW + k + 8) + sums.highHalf, as: SIMD8<Float>.self)
      }
    }
  }

  /// Returns Σ a · d over the examples, of sixteen units.
  @inline(__always)
  private func totals(
    of a: UnsafePointer<Float>, _ d0: SIMD16<Float>, _ d1: SIMD16<Float>
  ) -> SIMD16<Float> {
    withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 64) { bytes in
      guard let base = bytes.baseAddress else { return .zero }
      let products = base.assumingMemoryBound(to: Float.self)
      for k in 0..<16 {
        let product = load(a + lanes * k) * d0
        store(product.addingProduct(load(a + lanes * k + 16), d1), products + 16 * k)
      }
      return processor_totals16(products)
    }
  }
}

@inline(__always)
private func load(_ source: UnsafePointer<Float>) -> SIMD16<Float> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD16<Float>.self)
}

@inline(__always)
private func loadEight(_ source: UnsafePointer<Float>) -> SIMD8<Float> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Float>.self)
}

@inline(__always)
private func store(_ lanes: SIMD16<Float>, _ target: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: SIMD16<Float>.self)
}
