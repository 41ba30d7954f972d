import Foundation
import Workbook

/// Returns the bytes of a safetensors file with a header as it is given.
func safetensors(_ header: String, data: [UInt8] = [], length: Int? = nil) -> [UInt8] {
  littleEndian([Int64(length ?? header.utf8.count)]) + Array(header.utf8) + data
}

/// Returns what a header says of one tensor.
func member(
  _ name: String = "a", _ type: String = "U8", shape: String = "4", offsets: String = "0,4"
) -> String {
  #""\#(name)":{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(offsets)]}"#
}

/// A file in a ZIP file. What stands before the data and in the directory can be made to differ.
struct ZipMember {
  var name: String
  var bytes: [UInt8]
  var data: [UInt8]
  var method = 0
  var flags = 0
  var localName: String?
  var localMethod: Int?
  var localExtra: [UInt8] = []
  var size: Int?
  var packedSize: Int?
  var checksum: UInt32?
  var start: Int?

  init(_ name: String, _ bytes: [UInt8], packed: [UInt8]? = nil) {
    (self.name, self.bytes, data) = (name, bytes, packed ?? bytes)
    method = packed == nil ? 0 : 8
  }

  /// Returns this with something changed.
  func with(_ change: (inout ZipMember) -> Void) -> ZipMember {
    var member = self
    change(&member)
    return member
  }
}

/// Returns a number's bytes, the lowest first.
private func number(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// Returns the bytes of a ZIP file, by the words of its specification.
func zip(_ members: [ZipMember], count: Int? = nil, comment: [UInt8] = []) -> [UInt8] {
  var (file, directory) = ([UInt8](), [UInt8]())
  for member in members {
    let start = member.start ?? file.count
    let sizes =
      number(Int(member.checksum ?? crc(member.bytes)), 4)
      + number(member.packedSize ?? member.data.count, 4)
      + number(member.size ?? member.bytes.count, 4)
    let localName = Array((member.localName ?? member.name).utf8)
    file +=
      [0x50, 0x4B, 3, 4, 20, 0] + number(member.flags, 2)
      + number(member.localMethod ?? member.method, 2) + number(0, 4) + sizes
      + number(localName.count, 2) + number(member.localExtra.count, 2) + localName
      + member.localExtra + member.data
    directory +=
      [0x50, 0x4B, 1, 2, 20, 0, 20, 0] + number(member.flags, 2) + number(member.method, 2)
      + number(0, 4) + sizes + number(member.name.utf8.count, 2) + number(0, 12)
      + number(start, 4) + Array(member.name.utf8)
  }
  let count = number(count ?? members.count, 2)
  let end =
    [0x50, 0x4B, 5, 6] + number(0, 4) + count + count + number(directory.count, 4)
    + number(file.count, 4) + number(comment.count, 2) + comment
  return file + directory + end
}

/// Returns the CRC-32, bit by bit and not by the table of the library.
func crc(_ bytes: [UInt8]) -> UInt32 {
  var crc: UInt32 = ~0
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}

/// Returns a stream of deflate that has the bytes in blocks as they are.
func storedBlocks(_ bytes: [UInt8]) -> [UInt8] {
  var (stream, start) = ([UInt8](), 0)
  repeat {
    let count = min(65_535, bytes.count - start)
    let isLast: UInt8 = start + count == bytes.count ? 1 : 0
    stream += [isLast] + number(count, 2) + number(~count, 2) + bytes[start..<start + count]
    start += count
  } while start < bytes.count
  return stream
}
