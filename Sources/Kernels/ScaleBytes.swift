// Pixels lie in memory as bytes, a quarter of what they need as numbers. They become numbers a piece
// at a time, where the processor keeps what it reads often.

/// Writes bytes, each multiplied by a number, over numbers: xᵢ = s bᵢ.
///
/// - Parameters:
///   - bytes: The first byte.
///   - count: The number of bytes.
///   - scale: What each is multiplied by.
///   - x: The first number, apart from the bytes in memory.
public func scaleBytes(
  _ bytes: UnsafePointer<UInt8>, count: Int, by scale: Float, to x: UnsafeMutablePointer<Float>
) {
  for index in 0..<count { x[index] = Float(bytes[index]) * scale }
}

/// Writes bytes, each multiplied by a number, over numbers, as for `Float`.
public func scaleBytes(
  _ bytes: UnsafePointer<UInt8>, count: Int, by scale: Double, to x: UnsafeMutablePointer<Double>
) {
  for index in 0..<count { x[index] = Double(bytes[index]) * scale }
}
