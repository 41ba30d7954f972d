import Foundation
import Testing
import Workbook

/// Returns the bytes of a `.npy` file, by the words of NumPy Enhancement Proposal 1.
func npy(header: String, data: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
  let lengthBytes = version == 1 ? 2 : 4
  // Spaces bring the start of the data to a multiple of 64 bytes; a line end closes the header.
  let spaces = 63 - (8 + lengthBytes + header.utf8.count) % 64
  let text = Array((header + String(repeating: " ", count: spaces) + "\n").utf8)
  let length = (0..<lengthBytes).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
}

/// Returns the bytes of a `.npy` file of an array in C order.
func npy(
  _ type: NpyArray.ElementType, shape: [Int], data: [UInt8], version: UInt8 = 1
) -> [UInt8] {
  npy(header: header(type.rawValue, shape: shape), data: data, version: version)
}

/// Returns the dictionary that NumPy writes, where `(3,)` is the tuple of one number.
func header(_ type: String, order: String = "False", shape: [Int]) -> String {
  let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
  return "{'descr': '\(type)', 'fortran_order': \(order), 'shape': (\(axes)), }"
}

/// Returns numbers as they lie in a file, the lowest byte first.
func littleEndian<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
  numbers.flatMap { number in
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}

/// Six numbers of a type of NumPy, and the bits that stand for each.
struct StoredNumbers: Sendable, CustomTestStringConvertible {
  /// The letter and the size, such as `f4`.
  let type: String
  /// What arrays by name call it.
  let format: String
  let numbers: [Double]
  let bits: [UInt64]

  var testDescription: String { type }
  var size: Int { Int(type.dropFirst()) ?? 0 }
  /// The orders of bytes in which NumPy may write it.
  var orders: String { size == 1 ? "<>=|" : "<>=" }

  private init(
    _ type: String, _ format: String, _ numbers: [Double], _ bits: [UInt64]
  ) {
    (self.type, self.format, self.numbers, self.bits) = (type, format, numbers, bits)
  }

  private static func integers(_ type: String, _ numbers: [Int]) -> StoredNumbers {
    StoredNumbers(
      type, "integer", numbers.map { Double($0) },
      numbers.map { UInt64(bitPattern: Int64($0)) })
  }

  private static let floats: [Float] = [
    0.1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.infinity, 1 / 3,
  ]
  private static let doubles: [Double] = [
    0.1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -1 / 3,
  ]

  static let all = [
    integers("b1", [0, 1, 1, 0, 1, 0]), integers("i1", [-128, -1, 0, 1, 2, 127]),
    integers("u1", [0, 1, 2, 127, 128, 255]), integers("i2", [-32768, -1, 0, 1, 258, 32767]),
    integers("u2", [0, 1, 2, 258, 32768, 65535]),
    integers("i4", [-2_147_483_648, -1, 0, 1, 16_909_060, 2_147_483_647]),
    integers("u4", [0, 1, 2, 16_909_060, 2_147_483_648, 4_294_967_295]),
    integers("i8", [-9_007_199_254_740_991, -1, 0, 1, 1 << 40, 9_007_199_254_740_991]),
    integers("u8", [0, 1, 2, 1 << 32, 1 << 52, 9_007_199_254_740_991]),
    StoredNumbers(
      "f2", "float16", [1, -2, 65504, 0x1p-24, .infinity, -0.333251953125],
      [0x3C00, 0xC000, 0x7BFF, 0x0001, 0x7C00, 0xB555]),
    StoredNumbers("f4", "float32", floats.map { Double($0) }, floats.map { UInt64($0.bitPattern) }),
    StoredNumbers("f8", "float64", doubles, doubles.map(\.bitPattern)),
  ]

  /// The bytes of the numbers at some positions, the lowest first.
  func data(_ positions: [Int] = Array(0..<6), reversed: Bool = false) -> [UInt8] {
    positions.flatMap { position in
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: bits[position] >> (8 * $0)) }
      return reversed ? bytes.reversed() : bytes
    }
  }

  /// Files of the numbers as an array [2, 3]: in each order of bytes and of axes, and of each version.
  var files: [(name: String, bytes: [UInt8])] {
    orders.flatMap { order in
      [(false, 1), (false, 2), (false, 3), (true, 1), (true, 3)].map { isFortran, version in
        let words = header("\(order)\(type)", order: isFortran ? "True" : "False", shape: [2, 3])
        let positions = isFortran ? [0, 3, 1, 4, 2, 5] : Array(0..<6)
        let numbers = data(positions, reversed: order == ">")
        let bytes = npy(header: words, data: numbers, version: UInt8(version))
        return ("\(order) \(isFortran) \(version)", bytes)
      }
    }
  }
}

/// Calls `body` with a new folder, and removes it.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path(percentEncoded: false))
}

/// Writes a file, and the folders above it.
func write(_ bytes: [UInt8], to path: String) throws {
  let url = URL(filePath: path)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(bytes).write(to: url)
}
