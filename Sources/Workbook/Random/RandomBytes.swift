import Numbers

extension SplitMix64 {
  /// Returns bytes, each value as likely as another.
  package mutating func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { bytes, initializedCount in
      for start in stride(from: 0, to: count, by: 8) {
        var draw = next()
        for index in start..<min(start + 8, count) {
          bytes[index] = UInt8(truncatingIfNeeded: draw)
          draw >>= 8
        }
      }
      initializedCount = count
    }
  }
}
