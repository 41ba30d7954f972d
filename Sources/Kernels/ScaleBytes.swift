// Pixels lie in memory as bytes, a quarter of the size that they have as `Float`. They become numbers
// a batch at a time, in memory that stays in the processor's cache.

extension Float {
  public static func scale(
    _ bytes: UnsafeBufferPointer<UInt8>, by scale: Float, to x: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<bytes.count { x[index] = Float(bytes[index]) * scale }
  }
}

extension Double {
  public static func scale(
    _ bytes: UnsafeBufferPointer<UInt8>, by scale: Double, to x: UnsafeMutablePointer<Double>
  ) {
    for index in 0..<bytes.count { x[index] = Double(bytes[index]) * scale }
  }
}
