import Foundation
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
