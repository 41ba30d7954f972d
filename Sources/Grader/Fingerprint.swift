/// A short text that differs where what was added differs (FNV-1a, with 64 bits and another basis beside).
struct Fingerprint {
  private var first: UInt64 = 0xcbf2_9ce4_8422_2325
  private var second: UInt64 = 0x8422_2325_cbf2_9ce4

  init() {}

  /// The fingerprint of one text.
  init(of text: String) { add(text) }

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(0xFF)
  }

  private mutating func add(_ byte: UInt8) {
    first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    second = (second &+ UInt64(byte) &+ 1) &* 0x9e37_79b9_7f4a_7c15
    second ^= second >> 29
  }

  var text: String { String(first, radix: 36) + String(second, radix: 36) }
}
