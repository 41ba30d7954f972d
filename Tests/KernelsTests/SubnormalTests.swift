import Kernels
import Testing

/// What happens to numbers below 2⁻¹²⁶ in `Float` and below 2⁻¹⁰²² in `Double`.
@Suite struct SubnormalTests {
  struct Stopped: Error {}

  /// Returns half of a number, as the processor computes it.
  @inline(never) private func half(_ x: Float) -> Float { x * 0.5 }
  @inline(never) private func half(_ x: Double) -> Double { x * 0.5 }

  @Test func `they are 0 inside, and as they were afterwards`() {
    let (float, double) = (Float.leastNormalMagnitude, Double.leastNormalMagnitude)
    #expect(half(float) > 0 && half(double) > 0)
    let inside = flushingSubnormals { (half(float), half(double), half(1 as Float)) }
    #expect(inside == (0, 0, 0.5))
    #expect(half(float) > 0 && half(double) > 0)
  }

  @Test func `an error, and a call within a call, leave the setting as it was`() {
    let float = Float.leastNormalMagnitude
    #expect(throws: Stopped.self) { try flushingSubnormals { throw Stopped() } }
    #expect(half(float) > 0)
    let inside = flushingSubnormals {
      flushingSubnormals {}
      return half(float)
    }
    #expect(inside == 0 && half(float) > 0)
  }

  @Test func `another thread keeps its own setting`() async {
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { flushingSubnormals { half(Float.leastNormalMagnitude) } }
        group.addTask { half(Float.leastNormalMagnitude) }
      }
      var kept = 0
      for await value in group { kept += value > 0 ? 1 : 0 }
      #expect(kept == 8)
    }
  }
}
