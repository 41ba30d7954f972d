import Testing
import Workbook

/// A picture as its samples, and the PNG file that holds it, by the words of the specification.
struct PNGSample: Sendable, CustomTestStringConvertible {
  let (kind, depth): (UInt8, Int)
  let isInterlaced: Bool
  let (height, width): (Int, Int)
  /// A number for each channel of each pixel, row after row.
  var samples: [Int]
  var palette: [UInt8] = []
  var transparency: [UInt8] = []

  static let channels: [UInt8: Int] = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4]
  var channels: Int { Self.channels[kind] ?? 1 }
  var testDescription: String { "kind \(kind), \(depth) bits, interlaced: \(isInterlaced)" }

  init(kind: UInt8, depth: Int, isInterlaced: Bool, height: Int = 11, width: Int = 13) {
    (self.kind, self.depth, self.isInterlaced) = (kind, depth, isInterlaced)
    (self.height, self.width) = (height, width)
    var random = SplitMix64(seed: UInt64(kind) * 100 + UInt64(depth))
    let channels = Self.channels[kind] ?? 1
    samples = (0..<height * width * channels).map { _ in
      Int.random(in: 0..<1 << depth, using: &random)
    }
    if kind == 3 { palette = (0..<3 << depth).map { _ in .random(in: 0...255, using: &random) } }
  }

  static let all: [PNGSample] = [
    (0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]),
  ].flatMap { (kind: UInt8, depths: [Int]) in
    depths.flatMap { depth in
      [false, true].map { PNGSample(kind: kind, depth: depth, isInterlaced: $0) }
    }
  }

  // MARK: - What a viewer shows

  /// How light a pixel is over white.
  func lightness(_ pixel: Int) -> Double {
    let largest = Double(1 << depth - 1)
    let own = Array(samples[pixel * channels..<(pixel + 1) * channels])
    var parts = own.map { Double($0) / largest }
    var alpha = kind == 4 || kind == 6 ? parts.removeLast() : 1
    if kind == 3 {
      parts = (0..<3).map { Double(palette[3 * own[0] + $0]) / 255 }
      if own[0] < transparency.count { alpha = Double(transparency[own[0]]) / 255 }
    } else if !transparency.isEmpty {
      let clear = stride(from: 0, to: transparency.count, by: 2).map {
        Int(transparency[$0]) * 256 + Int(transparency[$0 + 1])
      }
      if own == clear { alpha = 0 }
    }
    let light =
      parts.count == 1 ? parts[0] : 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return alpha * light + 1 - alpha
  }

  // MARK: - The file

  var file: [UInt8] {
    var file = pngSignature + pngHeader(width, height, depth, kind, isInterlaced ? 1 : 0)
    if !palette.isEmpty { file += chunk("PLTE", palette) }
    if !transparency.isEmpty { file += chunk("tRNS", transparency) }
    let data = zlibStored(rows)
    return file + chunk("IDAT", Array(data.prefix(9))) + chunk("IDAT", Array(data.dropFirst(9)))
      + chunk("IEND", [])
  }

  /// The rows of every pass; their filters take turns.
  private var rows: [UInt8] {
    let passes =
      isInterlaced
      ? [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
      ] : [(0, 0, 1, 1)]
    return passes.flatMap { x, y, dx, dy in
      var above: [UInt8] = []
      return stride(from: y, to: height, by: dy).enumerated().flatMap { number, row -> [UInt8] in
        let columns = stride(from: x, to: width, by: dx)
        let bytes = packed(
          columns.flatMap { column in
            (0..<channels).map { samples[(row * width + column) * channels + $0] }
          })
        if bytes.isEmpty { return [] }
        defer { above = bytes }
        return filtered(bytes, above: above, filter: number % 5)
      }
    }
  }

  private func packed(_ samples: [Int]) -> [UInt8] {
    if depth == 16 { return samples.flatMap { [UInt8($0 / 256), UInt8($0 % 256)] } }
    let perByte = 8 / depth
    return stride(from: 0, to: samples.count, by: perByte).map { start in
      (0..<perByte).reduce(0) { byte, next in
        let sample = start + next < samples.count ? samples[start + next] : 0
        return byte << UInt8(depth % 8) | UInt8(sample)
      }
    }
  }

  private func filtered(_ bytes: [UInt8], above: [UInt8], filter: Int) -> [UInt8] {
    let step = max(1, depth * channels / 8)
    return [UInt8(filter)]
      + bytes.indices.map { index in
        let a = index < step ? 0 : Int(bytes[index - step])
        let b = above.isEmpty ? 0 : Int(above[index])
        let c = above.isEmpty || index < step ? 0 : Int(above[index - step])
        let nearest = [a, b, c].min { abs(a + b - c - $0) < abs(a + b - c - $1) } ?? 0
        return bytes[index] &- UInt8([0, a, b, (a + b) / 2, nearest][filter])
      }
  }
}

let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

/// Four bytes, the highest first.
func bigEndian(_ number: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}

func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
  let body = Array(name.utf8) + data
  return bigEndian(data.count) + body + bigEndian(Int(crc32(body[...])))
}

func pngHeader(
  _ width: Int, _ height: Int, _ depth: Int = 8, _ kind: UInt8 = 0, _ interlace: UInt8 = 0
) -> [UInt8] {
  chunk("IHDR", bigEndian(width) + bigEndian(height) + [UInt8(depth), kind, 0, 0, interlace])
}

/// A zlib stream of one block that is not compressed, of at most 65,535 bytes.
func zlibStored(_ bytes: [UInt8]) -> [UInt8] {
  let length = [UInt8(bytes.count % 256), UInt8(bytes.count / 256)]
  return [0x78, 0x01, 1] + length + length.map { ~$0 } + bytes
    + bigEndian(Int(adler32(bytes[...])))
}
