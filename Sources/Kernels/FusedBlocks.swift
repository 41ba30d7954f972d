// A step on many examples, sixteen at a time: a register holds one number of each. A weight meets sixteen
// examples in one instruction, whatever the width of its layer, and no sum is taken across lanes before
// the end of the step:
//
//                 16 examples
//              ┌──────────────┐
//     unit 0   │ a  a  a …  a │        a unit of the next layer:   z += w · a, for each unit of this one
//     unit 1   │ a  a  a …  a │        the gradient of a weight:   Σ over examples of a · dz, in each lane
//     …        └──────────────┘

import Foundation
internal import Processor

private typealias Lanes = SIMD16<Float>

extension FusedNetwork {
  func computeGradientByBlocks(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, rows: UnsafeBufferPointer<Int>
  ) -> Float {
    let isShallow = isShallow
    if !isShallow { for i in 0..<count { store(.zero, laneSums + 16 * i) } }
    let share = 1 / Float(rows.count)
    var (sum, factors) = (Lanes.zero, Lanes(repeating: 1))
    var (loss, start): (Float, Int) = (0, 0)
    layers.withUnsafeBufferPointer { layers in
      while start < rows.count {
        let block = UnsafeBufferPointer(rebasing: rows[start..<min(start + 16, rows.count)])
        gather(x, columns: widths[0], block, to: values)
        if isShallow { forwardByUnits() } else { forward(layers) }
        let last = 16 * layers[layers.count - 1].unit
        add(
          y, block, share, at: values + last, valueGradients + last, stride: 16, to: &sum, &factors)
        if isShallow {
          backwardByUnits(block.count, isFirst: start == 0)
        } else {
          backward(layers)
        }
        start += 16
        // A factor is at most 100, the number of classes: sixteen of them are a number of Float.
        if start % 256 == 0 { loss += takeLogarithm(&factors) }
      }
    }
    loss += takeLogarithm(&factors) + total(sum)
    if isShallow {
      takeOutputBiasSums()
    } else {
      for i in stride(from: 0, to: count, by: 16) {
        store(processor_totals16(laneSums + 16 * i), gradient + i)
      }
    }
    return loss * share
  }

  /// Copies the rows of up to sixteen examples, `[columns][16]`. A block that is not full repeats its last.
  @inline(__always)
  private func gather(
    _ source: UnsafePointer<Float>, columns: Int, _ block: UnsafeBufferPointer<Int>,
    to target: UnsafeMutablePointer<Float>
  ) {
    for column in 0..<columns {
      // Gathered in a register: a processor waits long to load together what was stored one by one.
      let lanes = processor_gather16(source + column, columns, block.baseAddress, block.count - 1)
      store(lanes, target + 16 * column)
    }
  }

  private func forward(_ layers: UnsafeBufferPointer<FusedLayer>) {
    for (index, layer) in layers.enumerated() {
      let z = values + 16 * layer.unit
      let isLast = index == layers.count - 1
      var j = 0
      while j + 3 < layer.fanOut {
        forwardFour(layer, j, z, isLast: isLast)
        j += 4
      }
      while j < layer.fanOut {
        forwardOne(layer, j, z, isLast: isLast)
        j += 1
      }
    }
  }

  /// Four units at a time: their sums do not wait for each other, and share what is loaded.
  @inline(__always)
  private func forwardFour(
    _ layer: FusedLayer, _ j: Int, _ z: UnsafeMutablePointer<Float>, isLast: Bool
  ) {
    let (next, bias) = (layer.outputStride, parameters + layer.bias + j)
    var sum0 = Lanes(repeating: bias[0])
    var sum1 = Lanes(repeating: bias[1])
    var sum2 = Lanes(repeating: bias[2])
    var sum3 = Lanes(repeating: bias[3])
    var w = parameters + layer.weights + j * next
    var a = z - 16 * layer.fanIn
    for _ in 0..<layer.fanIn {
      let lanes = load(a)
      sum0 = sum0.addingProduct(lanes, Lanes(repeating: w[0]))
      sum1 = sum1.addingProduct(lanes, Lanes(repeating: w[next]))
      sum2 = sum2.addingProduct(lanes, Lanes(repeating: w[2 * next]))
      sum3 = sum3.addingProduct(lanes, Lanes(repeating: w[3 * next]))
      w += layer.inputStride
      a += 16
    }
    let target = z + 16 * j
    store(isLast ? sum0 : positive(sum0), target)
    store(isLast ? sum1 : positive(sum1), target + 16)
    store(isLast ? sum2 : positive(sum2), target + 32)
    store(isLast ? sum3 : positive(sum3), target + 48)
  }

  @inline(__always)
  private func forwardOne(
    _ layer: FusedLayer, _ j: Int, _ z: UnsafeMutablePointer<Float>, isLast: Bool
  ) {
    var (even, odd) = (Lanes(repeating: parameters[layer.bias + j]), Lanes.zero)
    var w = parameters + layer.weights + j * layer.outputStride
    var a = z - 16 * layer.fanIn
    var k = 0
    while k + 1 < layer.fanIn {
      even = even.addingProduct(load(a), Lanes(repeating: w[0]))
      odd = odd.addingProduct(load(a + 16), Lanes(repeating: w[layer.inputStride]))
      w += 2 * layer.inputStride
      a += 32
      k += 2
    }
    if k < layer.fanIn { even = even.addingProduct(load(a), Lanes(repeating: w[0])) }
    let sum = even + odd
    store(isLast ? sum : positive(sum), z + 16 * j)
  }

  // MARK: - The loss

  /// Adds the losses of a block, and writes their gradient.
  ///
  /// A logarithm costs as much as many products, and a sum of logarithms is that of a product: so what
  /// the logarithm is to be taken of is multiplied up in `factors`.
  ///
  /// - Parameters:
  ///   - y: The targets of all examples, `[all, outputs]`.
  ///   - block: Which of them to take, sixteen at most.
  ///   - share: The fraction of the mean that is an example's.
  ///   - z: The logits of the block, `[outputs]`, sixteen each, `stride` apart.
  ///   - dZ: Where their gradients are written, laid out as they are.
  ///   - sum: The losses so far, without logarithms.
  ///   - factors: What their logarithms are to be taken of.
  func add(
    _ y: UnsafePointer<Float>, _ block: UnsafeBufferPointer<Int>, _ share: Float,
    at z: UnsafeMutablePointer<Float>, _ dZ: UnsafeMutablePointer<Float>, stride: Int,
    to sum: inout SIMD16<Float>, _ factors: inout SIMD16<Float>
  ) {
    let outputs = widths[widths.count - 1]
    // 1 in the lanes of the block, and 0 beyond, where nothing counts.
    let isThere = processor_choose16(
      Float(block.count) - Lanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      Lanes(repeating: 1), .zero)
    let share = share * isThere
    gather(y, columns: outputs, block, to: targets)
    switch loss {
    case .halfSquaredError:
      for j in 0..<outputs {
        let error = load(z + stride * j) - load(targets + 16 * j)
        sum += 0.5 * error * error * isThere
        store(error * share, dZ + stride * j)
      }
    case .binaryCrossEntropy:
      for j in 0..<outputs {
        let (logit, target) = (load(z + stride * j), load(targets + 16 * j))
        let e = exponential(processor_choose16(logit, -logit, logit))
        sum += (positive(logit) - target * logit) * isThere
        factors *= 1 + e * isThere
        let probability = processor_choose16(-logit, e, Lanes(repeating: 1)) / (1 + e)
        store((probability - target) * share, dZ + stride * j)
      }
    case .crossEntropy:
      var (top, total) = (load(z), Lanes.zero)
      for j in 1..<max(outputs, 1) {
        let score = load(z + stride * j)
        top = processor_choose16(score - top, score, top)
      }
      for j in 0..<outputs {
        let e = exponential(load(z + stride * j) - top)
        store(e, dZ + stride * j)
        total += e
      }
      for j in 0..<outputs {
        let target = load(targets + 16 * j)
        sum -= target * (load(z + stride * j) - top) * isThere
        store((load(dZ + stride * j) / total - target) * share, dZ + stride * j)
      }
      factors *= processor_choose16(isThere, total, Lanes(repeating: 1))
    }
  }

  /// Returns the sum of the logarithms of some factors, and sets them to 1.
  func takeLogarithm(_ factors: inout SIMD16<Float>) -> Float {
    var sum: Float = 0
    for lane in 0..<16 { sum += logf(factors[lane]) }
    factors = Lanes(repeating: 1)
    return sum
  }

  // MARK: - Backwards

  private func backward(_ layers: UnsafeBufferPointer<FusedLayer>) {
    for index in layers.indices.reversed() {
      let layer = layers[index]
      let dZ = valueGradients + 16 * layer.unit
      for j in 0..<layer.fanOut {
        let sum = laneSums + 16 * (layer.bias + j)
        store(load(sum) + load(dZ + 16 * j), sum)
      }
      if layer.isTransposed {
        backwardByOutputs(layer, dZ, isFirst: index == 0)
      } else {
        backwardByInputs(layer, dZ, isFirst: index == 0)
      }
    }
  }

  /// A layer of many units: for each input, the weights to all units lie side by side.
  @inline(__always)
  private func backwardByInputs(
    _ layer: FusedLayer, _ dZ: UnsafeMutablePointer<Float>, isFirst: Bool
  ) {
    let a = values + 16 * (layer.unit - layer.fanIn)
    for k in 0..<layer.fanIn {
      let lanes = load(a + 16 * k)
      var w = parameters + layer.weights + k * layer.inputStride
      var dW = laneSums + 16 * (layer.weights + k * layer.inputStride)
      var d = dZ
      var (even, odd) = (Lanes.zero, Lanes.zero)
      var j = 0
      while j + 1 < layer.fanOut {
        let (d0, d1) = (load(d), load(d + 16))
        store(load(dW).addingProduct(lanes, d0), dW)
        store(load(dW + 16).addingProduct(lanes, d1), dW + 16)
        w += 2
        dW += 32
        d += 32
        j += 2
        if isFirst { continue }
        even = even.addingProduct(d0, Lanes(repeating: w[-2]))
        odd = odd.addingProduct(d1, Lanes(repeating: w[-1]))
      }
      if j < layer.fanOut {
        store(load(dW).addingProduct(lanes, load(d)), dW)
        even = even.addingProduct(load(d), Lanes(repeating: w[0]))
      }
      if isFirst { continue }
      store(processor_choose16(lanes, even + odd, .zero), dZ + 16 * (k - layer.fanIn))
    }
  }

  /// A layer of few units: for each unit, the weights from all inputs lie side by side.
  @inline(__always)
  private func backwardByOutputs(
    _ layer: FusedLayer, _ dZ: UnsafeMutablePointer<Float>, isFirst: Bool
  ) {
    let (a, dA) = (values + 16 * (layer.unit - layer.fanIn), dZ - 16 * layer.fanIn)
    for j in 0..<layer.fanOut {
      let d = load(dZ + 16 * j)
      let w = parameters + layer.weights + j * layer.outputStride
      let dW = laneSums + 16 * (layer.weights + j * layer.outputStride)
      for k in 0..<layer.fanIn {
        let lanes = load(a + 16 * k)
        store(load(dW + 16 * k).addingProduct(lanes, d), dW + 16 * k)
        if isFirst { continue }
        let before = j == 0 ? Lanes.zero : load(dA + 16 * k)
        store(before.addingProduct(d, Lanes(repeating: w[k])), dA + 16 * k)
      }
    }
    if isFirst { return }
    for k in 0..<layer.fanIn {
      store(processor_choose16(load(a + 16 * k), load(dA + 16 * k), .zero), dA + 16 * k)
    }
  }
}

/// Returns eˣ of numbers x ≤ 0, to about an ulp each: e^(r + k log 2) for a whole k, and a polynomial
/// in r.
///
/// - Source: the polynomial is that of S. L. Moshier's Cephes library, function expf.
@inline(__always)
private func exponential(_ x: Lanes) -> Lanes {
  let x = processor_choose16(-87 - x, Lanes(repeating: -87), x)
  // Added to 1.5 · 2²³, a number is rounded to a whole one, which is then in its last bits.
  let shifted = Lanes(repeating: 12_582_912).addingProduct(x, Lanes(repeating: 1.442_695_04))
  let k = shifted - 12_582_912
  let r = x.addingProduct(k, Lanes(repeating: -0.693_359_375))
    .addingProduct(k, Lanes(repeating: 2.121_944_4e-4))
  var p = Lanes(repeating: 1.987_569_150_0e-4)
  p = Lanes(repeating: 1.398_199_950_7e-3).addingProduct(p, r)
  p = Lanes(repeating: 8.333_451_907_3e-3).addingProduct(p, r)
  p = Lanes(repeating: 4.166_579_589_4e-2).addingProduct(p, r)
  p = Lanes(repeating: 1.666_666_545_9e-1).addingProduct(p, r)
  p = Lanes(repeating: 5.000_000_120_1e-1).addingProduct(p, r)
  let e = (1 + r).addingProduct(p, r * r)
  let power = unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &<< 23 &+ 0x3F80_0000
  return e * unsafeBitCast(power, to: Lanes.self)
}

/// ReLU: 0 in place of what is below 0. NaN stays NaN.
@inline(__always)
private func positive(_ x: Lanes) -> Lanes { processor_choose16(-x, .zero, x) }

/// The sum of all lanes.
@inline(__always)
private func total(_ x: Lanes) -> Float {
  let eight = x.lowHalf + x.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

@inline(__always)
private func load(_ source: UnsafeMutablePointer<Float>) -> Lanes {
  UnsafeRawPointer(source).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func store(_ lanes: Lanes, _ target: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: Lanes.self)
}
