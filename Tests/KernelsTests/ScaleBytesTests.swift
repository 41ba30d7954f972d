import Testing

@testable import Kernels

@Test(arguments: [0, 1, 3, 15, 16, 17, 63, 64, 65, 256])
func `bytes become numbers, each times the scale, and nothing behind them is touched`(count: Int) {
  let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 255 - $0) }
  var single = [Float](repeating: -1, count: count + 3)
  var double = [Double](repeating: -1, count: count + 3)
  bytes.withUnsafeBufferPointer { bytes in
    Float.scale(bytes, by: 1 / 255, to: &single)
    Double.scale(bytes, by: 1 / 255, to: &double)
  }
  #expect(single.prefix(count).elementsEqual(bytes.map { Float($0) * (1 / 255) }))
  #expect(double.prefix(count).elementsEqual(bytes.map { Double($0) * (1 / 255) }))
  #expect(single.suffix(3) == [-1, -1, -1] && double.suffix(3) == [-1, -1, -1])
}
