// One hidden layer between few inputs and few outputs, as on points of a plane. The layer may have many units.
//
// Forwards, sixteen examples lie along a register, and what a unit gives is added to the outputs immediately. It is
// not kept. Backwards, sixteen units lie along a register, so it would have to be transposed first: instead it is
// computed again. What all examples add to the gradient of their weights stays in
// registers until the last example of a block:
//
//                      16 units
//                  ┌──────────────┐
//     an input x   │ w  w  w …  w │   z = b + Σ x w            x and dy are the same number in all lanes
//                  └──────────────┘   dz = Σ dy v where z > 0
//     a gradient   ┌──────────────┐   dw += x dz,  db += dz
//     dy of an     │ v  v  v …  v │   dv += dy z  where z > 0
//     output       └──────────────┘

internal import Processor

private typealias Lanes = SIMD16<Float>

extension FusedNetwork {
  /// Whether there is one hidden layer, between few inputs and few outputs.
  var isShallow: Bool {
    widths.count == 3 && widths[0] <= 2 && widths[1] % 16 == 0 && widths[2] <= 3
  }

  /// Computes the outputs of a block of sixteen examples, whose inputs are known.
  func forwardByUnits() {
    switch (widths[0], layers[1].fanOut) {
    case (1, 1): forward(inputs: 1, outputs: 1)
    case (1, 2): forward(inputs: 1, outputs: 2)
    case (1, _): forward(inputs: 1, outputs: 3)
    case (_, 1): forward(inputs: 2, outputs: 1)
    case (_, 2): forward(inputs: 2, outputs: 2)
    case (_, _): forward(inputs: 2, outputs: 3)
    }
  }

  /// - Parameters: The numbers of inputs and outputs, which are known where this is compiled.
  @inline(__always)
  private func forward(inputs: Int, outputs: Int) {
    let (first, last) = (layers[0], layers[1])
    let (x0, x1) = (load(values), load(values + 16))
    var w = parameters + first.weights
    var v = parameters + last.weights
    var b = parameters + first.bias
    var (y0, y1, y2) = (Lanes.zero, Lanes.zero, Lanes.zero)
    // Four units at a time: their sums do not wait for those of the four before.
    for _ in 0..<first.fanOut / 4 {
      var (z0, z1) = (Lanes(repeating: b[0]), Lanes(repeating: b[1]))
      var (z2, z3) = (Lanes(repeating: b[2]), Lanes(repeating: b[3]))
      z0 = z0.addingProduct(x0, Lanes(repeating: w[0]))
      z1 = z1.addingProduct(x0, Lanes(repeating: w[1]))
      z2 = z2.addingProduct(x0, Lanes(repeating: w[2]))
      z3 = z3.addingProduct(x0, Lanes(repeating: w[3]))
      if inputs > 1 {
        let w = w + first.inputStride
        z0 = z0.addingProduct(x1, Lanes(repeating: w[0]))
        z1 = z1.addingProduct(x1, Lanes(repeating: w[1]))
        z2 = z2.addingProduct(x1, Lanes(repeating: w[2]))
        z3 = z3.addingProduct(x1, Lanes(repeating: w[3]))
      }
      let a = (positive(z0), positive(z1), positive(z2), positive(z3))
      y0 += weighted(a, v)
      if outputs > 1 { y1 += weighted(a, v + last.outputStride) }
      if outputs > 2 { y2 += weighted(a, v + 2 * last.outputStride) }
      w += 4
      v += 4
      b += 4
    }
    let (y, bias) = (values + 16 * last.unit, parameters + last.bias)
    store(y0 + bias[0], y)
    if outputs > 1 { store(y1 + bias[1], y + 16) }
    if outputs > 2 { store(y2 + bias[2], y + 32) }
  }

  /// Adds the gradient of a block of at most sixteen examples, whose inputs and output gradients are known.
  ///
  /// - Parameters:
  ///   - count: The number of its examples.
  ///   - isFirst: Whether there was no block before: then the gradient is written, not added to.
  func backwardByUnits(_ count: Int, isFirst: Bool) {
    let last = layers[1]
    for j in 0..<last.fanOut {
      let sum = laneSums + 16 * (last.bias + j)
      let d = load(valueGradients + 16 * (last.unit + j))
      store(isFirst ? d : load(sum) + d, sum)
    }
    switch (widths[0], last.fanOut) {
    case (1, 1): backward(count, isFirst, inputs: 1, outputs: 1)
    case (1, 2): backward(count, isFirst, inputs: 1, outputs: 2)
    case (1, _): backward(count, isFirst, inputs: 1, outputs: 3)
    case (_, 1): backward(count, isFirst, inputs: 2, outputs: 1)
    case (_, 2): backward(count, isFirst, inputs: 2, outputs: 2)
    case (_, _): backward(count, isFirst, inputs: 2, outputs: 3)
    }
  }

  /// Writes the gradient of the output biases, whose sums lie in lanes until the last block.
  func takeOutputBiasSums() {
    let last = layers[1]
    for j in 0..<last.fanOut {
      gradient[last.bias + j] = load(laneSums + 16 * (last.bias + j)).sum()
    }
  }

  /// - Parameters: As those of `backwardByUnits`; the numbers of inputs and outputs are known where this is compiled.
  @inline(__always)
  private func backward(_ count: Int, _ isFirst: Bool, inputs: Int, outputs: Int) {
    let (first, last) = (layers[0], layers[1])
    let (x, dY) = (values, valueGradients + 16 * last.unit)
    var j = 0
    while j < first.fanOut {
      let w = parameters + first.weights + j
      let v = parameters + last.weights + j
      let b = load(parameters + first.bias + j)
      let w0 = load(w)
      let w1 = inputs > 1 ? load(w + first.inputStride) : .zero
      let v0 = load(v)
      let v1 = outputs > 1 ? load(v + last.outputStride) : .zero
      let v2 = outputs > 2 ? load(v + 2 * last.outputStride) : .zero
      var (db, dW0, dW1) = (Lanes.zero, Lanes.zero, Lanes.zero)
      var (dV0, dV1, dV2) = (Lanes.zero, Lanes.zero, Lanes.zero)
      for example in 0..<count {
        let x0 = Lanes(repeating: x[example])
        let d0 = Lanes(repeating: dY[example])
        var z = b.addingProduct(x0, w0)
        var dZ = d0 * v0
        if inputs > 1 { z = z.addingProduct(Lanes(repeating: x[16 + example]), w1) }
        let a = positive(z)
        dV0 = dV0.addingProduct(d0, a)
        if outputs > 1 {
          let d1 = Lanes(repeating: dY[16 + example])
          dZ = dZ.addingProduct(d1, v1)
          dV1 = dV1.addingProduct(d1, a)
        }
        if outputs > 2 {
          let d2 = Lanes(repeating: dY[32 + example])
          dZ = dZ.addingProduct(d2, v2)
          dV2 = dV2.addingProduct(d2, a)
        }
        dZ = processor_choose16(z, dZ, .zero)
        db += dZ
        dW0 = dW0.addingProduct(x0, dZ)
        if inputs > 1 { dW1 = dW1.addingProduct(Lanes(repeating: x[16 + example]), dZ) }
      }
      add(db, first.bias + j, isFirst)
      add(dW0, first.weights + j, isFirst)
      if inputs > 1 { add(dW1, first.weights + first.inputStride + j, isFirst) }
      add(dV0, last.weights + j, isFirst)
      if outputs > 1 { add(dV1, last.weights + last.outputStride + j, isFirst) }
      if outputs > 2 { add(dV2, last.weights + 2 * last.outputStride + j, isFirst) }
      j += 16
    }
  }

  /// Adds what a block gives to the gradient of sixteen parameters, or writes it.
  @inline(__always)
  private func add(_ lanes: Lanes, _ parameter: Int, _ isFirst: Bool) {
    store(isFirst ? lanes : load(gradient + parameter) + lanes, gradient + parameter)
  }
}

/// The sum of the products of four activations and the weights at an address.
@inline(__always)
private func weighted(
  _ a: (Lanes, Lanes, Lanes, Lanes), _ w: UnsafeMutablePointer<Float>
) -> Lanes {
  (a.0 * w[0]).addingProduct(a.1, Lanes(repeating: w[1]))
    .addingProduct(a.2, Lanes(repeating: w[2])).addingProduct(a.3, Lanes(repeating: w[3]))
}

/// ReLU: 0 in place of what is below 0. NaN stays NaN.
@inline(__always)
private func positive(_ x: Lanes) -> Lanes { processor_choose16(-x, .zero, x) }

// As in the other files of fused steps: a debug build inlines nothing that stands in another file.

@inline(__always)
private func load(_ source: UnsafeMutablePointer<Float>) -> Lanes {
  UnsafeRawPointer(source).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func store(_ lanes: Lanes, _ target: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: Lanes.self)
}
