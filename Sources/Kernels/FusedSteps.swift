// The steps of a small network: one loop over all parameters, which lie in one row of memory.

internal import Processor

extension FusedNetwork {
  /// Takes a step of gradient descent: θ ← θ − η g.
  public func stepOfSGD(rate: Float) {
    let (parameters, gradient) = (parameters, gradient)
    var i = 0
    while i < count {
      store(load(parameters + i) - rate * load(gradient + i), parameters + i)
      i += 8
    }
  }

  /// Takes a step of Adam, with the correction of its cold start.
  ///
  /// - Parameters:
  ///   - rate: The learning rate η.
  ///   - β: How much of each average is kept.
  ///   - ε: What is added to the root.
  /// - Source: Kingma, Ba, “Adam: a method for stochastic optimization”, ICLR 2015, algorithm 1.
  public func stepOfAdam(rate: Float, β: (Float, Float), ε: Float) {
    powers = (powers.0 * Double(β.0), powers.1 * Double(β.1))
    let rate = rate / Float(1 - powers.0)
    let root = Float(1 / (1 - powers.1).squareRoot())
    let (new0, new1) = (1 - β.0, 1 - β.1)
    var i = 0
    while i < count {
      let g = load(gradient + i)
      let m = β.0 * load(memory.0 + i) + new0 * g
      let s = β.1 * load(memory.1 + i) + new1 * g * g
      store(m, memory.0 + i)
      store(s, memory.1 + i)
      store(
        load(parameters + i) - rate * m / (root * processor_square_roots(s) + ε), parameters + i)
      i += 8
    }
  }
}

@inline(__always)
private func load(_ source: UnsafeMutablePointer<Float>) -> SIMD8<Float> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Float>.self)
}

@inline(__always)
private func store(_ lanes: SIMD8<Float>, _ target: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: SIMD8<Float>.self)
}
