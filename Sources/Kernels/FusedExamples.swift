// A step on few examples. Along the lanes of a register lie the units of a layer, and its inputs where it
// has few units; the examples go through the layers one after another.

import Foundation
internal import Processor

private typealias Lanes = SIMD8<Float>

extension FusedNetwork {
  /// Returns the last pre-activations, the logits, of one example.
  ///
  /// - Parameter x: Its features.
  public func logits(of x: UnsafePointer<Float>) -> [Float] {
    forward(x)
    let z = values + layers[layers.count - 1].unit
    return (0..<widths[widths.count - 1]).map { z[$0] }
  }

  /// Returns the first logit of one example: of a network with one output, the only one.
  public func firstLogit(of x: UnsafePointer<Float>) -> Float {
    forward(x)
    return values[layers[layers.count - 1].unit]
  }

  func computeGradientByExamples(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, rows: UnsafeBufferPointer<Int>
  ) -> Float {
    for i in 0..<count { gradient[i] = 0 }
    let (features, outputs) = (widths[0], widths[widths.count - 1])
    let share = 1 / Float(rows.count)
    var loss: Float = 0
    for row in rows {
      let x = x + row * features
      forward(x)
      loss += lossAndGradient(y + row * outputs, share)
      backward(x)
    }
    return loss * share
  }

  /// Takes one example through all layers.
  private func forward(_ x: UnsafePointer<Float>) {
    layers.withUnsafeBufferPointer { layers in
      var a = x
      for (index, layer) in layers.enumerated() {
        let z = values + layer.unit
        let isLast = index == layers.count - 1
        if layer.isTransposed {
          forwardOneByOne(layer, a, z, isLast: isLast)
        } else {
          forwardByLanes(layer, a, z, isLast: isLast)
        }
        a = UnsafePointer(z)
      }
    }
  }

  /// A layer of many units: z = b + Σ aₖ wₖ, where wₖ is a row of the weights.
  @inline(__always)
  private func forwardByLanes(
    _ layer: FusedLayer, _ a: UnsafePointer<Float>, _ z: UnsafeMutablePointer<Float>, isLast: Bool
  ) {
    var j = 0
    while j < layer.inputStride {
      // Two sums, since each waits for its last addition.
      var (even, odd) = (load(parameters + layer.bias + j), Lanes.zero)
      var w = parameters + layer.weights + j
      var k = 0
      while k + 1 < layer.fanIn {
        even = even.addingProduct(Lanes(repeating: a[k]), load(w))
        odd = odd.addingProduct(Lanes(repeating: a[k + 1]), load(w + layer.inputStride))
        w += 2 * layer.inputStride
        k += 2
      }
      if k < layer.fanIn { even = even.addingProduct(Lanes(repeating: a[k]), load(w)) }
      let sum = even + odd
      store(isLast ? sum : processor_choose8(-sum, .zero, sum), z + j)
      j += 8
    }
  }

  /// A layer of few units: each is the dot product of the inputs with a row of the weights.
  @inline(__always)
  private func forwardOneByOne(
    _ layer: FusedLayer, _ a: UnsafePointer<Float>, _ z: UnsafeMutablePointer<Float>, isLast: Bool
  ) {
    for j in 0..<layer.fanOut {
      let w = parameters + layer.weights + j * layer.outputStride
      var lanes = Lanes.zero
      var k = 0
      while k + 8 <= layer.fanIn {
        lanes = lanes.addingProduct(load(a + k), load(w + k))
        k += 8
      }
      var sum = parameters[layer.bias + j] + total(lanes)
      while k < layer.fanIn {
        sum = sum.addingProduct(a[k], w[k])
        k += 1
      }
      z[j] = sum < 0 && !isLast ? 0 : sum
    }
  }

  /// Returns the loss of one example, and leaves its gradient in the logits.
  private func lossAndGradient(_ y: UnsafePointer<Float>, _ share: Float) -> Float {
    let last = layers[layers.count - 1]
    let (z, dZ) = (values + last.unit, valueGradients + last.unit)
    var sum: Float = 0
    switch loss {
    case .halfSquaredError:
      for j in 0..<last.fanOut {
        let error = z[j] - y[j]
        sum += error * error / 2
        dZ[j] = error * share
      }
    case .binaryCrossEntropy:
      for j in 0..<last.fanOut {
        let e = exponential(-abs(z[j]))
        sum += max(z[j], 0) - y[j] * z[j] + log1pf(e)
        dZ[j] = ((z[j] < 0 ? e : 1) / (1 + e) - y[j]) * share
      }
    case .crossEntropy:
      var (top, total): (Float, Float) = (z[0], 0)
      for j in 1..<last.fanOut { top = max(top, z[j]) }
      for j in 0..<last.fanOut {
        dZ[j] = exponential(z[j] - top)
        total += dZ[j]
      }
      let logarithm = logf(total)
      for j in 0..<last.fanOut {
        if y[j] != 0 { sum -= y[j] * (z[j] - top - logarithm) }
        dZ[j] = (dZ[j] / total - y[j]) * share
      }
    }
    return sum
  }

  /// Takes the gradient of one example back through all layers, and adds it to the sum.
  private func backward(_ x: UnsafePointer<Float>) {
    layers.withUnsafeBufferPointer { layers in
      for index in layers.indices.reversed() {
        let layer = layers[index]
        let before = index == 0 ? nil : valueGradients + layers[index - 1].unit
        let a = index == 0 ? x : UnsafePointer(values + layers[index - 1].unit)
        if layer.isTransposed {
          backwardOneByOne(layer, a, valueGradients + layer.unit, before)
        } else {
          backwardByLanes(layer, a, valueGradients + layer.unit, before)
        }
      }
    }
  }

  @inline(__always)
  private func backwardByLanes(
    _ layer: FusedLayer, _ a: UnsafePointer<Float>, _ dZ: UnsafeMutablePointer<Float>,
    _ dBefore: UnsafeMutablePointer<Float>?
  ) {
    // Behind the last unit lies what an earlier layer left there.
    for j in layer.fanOut..<layer.inputStride { dZ[j] = 0 }
    if let dBefore {
      for k in 0..<layer.fanIn {
        let w = parameters + layer.weights + k * layer.inputStride
        var sum = Lanes.zero
        var j = 0
        while j < layer.inputStride {
          sum = sum.addingProduct(load(dZ + j), load(w + j))
          j += 8
        }
        dBefore[k] = a[k] > 0 ? total(sum) : 0
      }
    }
    var j = 0
    while j < layer.inputStride {
      let d = load(dZ + j)
      var dW = gradient + layer.weights + j
      for k in 0..<layer.fanIn {
        store(load(dW).addingProduct(Lanes(repeating: a[k]), d), dW)
        dW += layer.inputStride
      }
      store(load(gradient + layer.bias + j) + d, gradient + layer.bias + j)
      j += 8
    }
  }

  @inline(__always)
  private func backwardOneByOne(
    _ layer: FusedLayer, _ a: UnsafePointer<Float>, _ dZ: UnsafeMutablePointer<Float>,
    _ dBefore: UnsafeMutablePointer<Float>?
  ) {
    if let dBefore {
      for k in 0..<layer.fanIn {
        var sum: Float = 0
        for j in 0..<layer.fanOut {
          sum += dZ[j] * parameters[layer.weights + j * layer.outputStride + k]
        }
        dBefore[k] = a[k] > 0 ? sum : 0
      }
    }
    for j in 0..<layer.fanOut {
      let dW = gradient + layer.weights + j * layer.outputStride
      for k in 0..<layer.fanIn { dW[k] += dZ[j] * a[k] }
      gradient[layer.bias + j] += dZ[j]
    }
  }
}

/// Returns eˣ for x ≤ 0, to about an ulp: e^(r + k log 2) for a whole k, and a polynomial in r.
///
/// - Source: the polynomial is that of S. L. Moshier's Cephes library, function expf.
@inline(__always)
private func exponential(_ x: Float) -> Float {
  let x = max(x, -87)
  let k = (x * 1.442_695_04).rounded()
  let r = (x - k * 0.693_359_375) + k * 2.121_944_4e-4
  var p: Float = 1.987_569_150_0e-4
  p = Float(1.398_199_950_7e-3).addingProduct(p, r)
  p = Float(8.333_451_907_3e-3).addingProduct(p, r)
  p = Float(4.166_579_589_4e-2).addingProduct(p, r)
  p = Float(1.666_666_545_9e-1).addingProduct(p, r)
  p = Float(5.000_000_120_1e-1).addingProduct(p, r)
  let e = (1 + r).addingProduct(p, r * r)
  return x.isNaN ? x : e * Float(bitPattern: UInt32(Int32(k) + 127) << 23)
}

/// The sum of all lanes.
@inline(__always)
private func total(_ x: Lanes) -> Float {
  let four = x.lowHalf + x.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

@inline(__always)
private func load(_ source: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(source).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func load(_ source: UnsafeMutablePointer<Float>) -> Lanes {
  UnsafeRawPointer(source).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func store(_ lanes: Lanes, _ target: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: Lanes.self)
}
