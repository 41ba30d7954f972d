import Numbers

/// A small seeded generator of 64 random bits at a time, the same on every machine.
///
/// A counter advances by a fixed odd step through all 2⁶⁴ values, and each value is scrambled.
/// No draw uses the system library, so a seed gives the same numbers everywhere.
///
/// - Source: Steele, Lea, Flood, “Fast splittable pseudorandom number generators”, OOPSLA 2014,
///   figure 17. doi:10.1145/2660193.2660195
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var counter: UInt64

  /// Creates the generator of a seed.
  public init(seed: UInt64) { counter = seed }

  /// All that decides what is drawn next. `SplitMix64(seed: random.state)` draws the same as `random`.
  public var state: UInt64 { counter }

  /// Creates the generator of one stream of a seed.
  ///
  /// Each experiment draws from a stream of its own name, so that one more draw here changes nothing
  /// there. The name is folded in by the FNV-1a hash.
  public init(seed: UInt64, stream: String) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    self.init(seed: Self.scrambled(seed) ^ hash)
  }

  public mutating func next() -> UInt64 {
    counter &+= 0x9e37_79b9_7f4a_7c15
    return Self.scrambled(counter)
  }

  private static func scrambled(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension SplitMix64 {
  /// Returns a number spread evenly over [0, 1): a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Returns a number spread evenly over an interval.
  public mutating func uniform(in interval: ClosedRange<Double>) -> Double {
    interval.lowerBound + (interval.upperBound - interval.lowerBound) * uniform()
  }

  /// Returns a number of the normal distribution with mean 0 and standard deviation 1.
  ///
  /// Marsaglia's polar method; the second number of each pair is let go, so that the generator has no
  /// state but its counter.
  ///
  /// - Source: Marsaglia, Bray, “A convenient method for generating normal variables”, SIAM Review 6
  ///   (1964). doi:10.1137/1006063
  public mutating func normal() -> Double {
    while true {
      let u = uniform(in: -1...1)
      let v = uniform(in: -1...1)
      let s = u * u + v * v
      if s > 0 && s < 1 { return u * Double.sqrt(-2 * Double.log(s) / s) }
    }
  }

  /// Returns one of 0, 1, … bound − 1, each as likely.
  ///
  /// - Precondition: `bound` is at least 1.
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "an index below \(bound) was asked for; the bound must be 1 or more")
    // Draws above the last whole multiple of the bound would favour the small indices.
    let bound = UInt64(bound)
    let excess = (UInt64.max % bound + 1) % bound
    while true {
      let draw = next()
      if draw <= UInt64.max - excess { return Int(draw % bound) }
    }
  }

  /// Puts the elements in an order chosen evenly among all (Fisher–Yates).
  @specialized(where Element == Int)
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in elements.indices.reversed() { elements.swapAt(last, index(below: last + 1)) }
  }

  /// Returns the elements in an order chosen evenly among all.
  public mutating func shuffled<Element>(_ elements: some Sequence<Element>) -> [Element] {
    var shuffled = Array(elements)
    shuffle(&shuffled)
    return shuffled
  }
}
