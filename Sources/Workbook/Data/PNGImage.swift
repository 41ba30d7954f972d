import Text

extension GreyPicture {
  /// Decodes a PNG file: every kind of colour and depth, interlaced or not; what is transparent lies
  /// over white, and a colour becomes its luminance.
  ///
  /// - Throws: `InputError` where the file is no PNG file, is damaged, or has too many pixels.
  /// - Source: Portable Network Graphics (PNG) Specification, Third Edition, W3C (2025).
  public init(png file: [UInt8], path: String) throws(InputError) {
    let file = try PNGFile(file, path: path)
    self.init(height: file.height, width: file.width, pixels: try file.pixels())
  }
}

/// What a PNG file says, before its pixels are decoded.
struct PNGFile {
  static let signature: [UInt8] = [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A]

  private let path: String
  private(set) var (height, width) = (0, 0)
  /// Bits of a sample, and what kind of pixel the samples make.
  private var depth = 0
  private var kind = Kind.grey
  private var isInterlaced = false
  /// How light each colour of the palette is, over white.
  private var palette: [Float] = []
  /// The samples of the one colour that is transparent; empty where there is none.
  private var transparent: [Int] = []
  private var data: [UInt8] = []

  /// What the samples of a pixel are.
  private enum Kind: UInt8 {
    case grey = 0
    case colour = 2
    case indexed = 3
    case greyAndAlpha = 4
    case colourAndAlpha = 6

    var channels: Int {
      switch self {
      case .grey, .indexed: 1
      case .greyAndAlpha: 2
      case .colour: 3
      case .colourAndAlpha: 4
      }
    }
    var hasAlpha: Bool { self == .greyAndAlpha || self == .colourAndAlpha }
    var depths: [Int] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .indexed: [1, 2, 4, 8]
      default: [8, 16]
      }
    }
  }

  private func damaged(_ problem: String) -> InputError { InputError(.damaged, path, problem) }

  // MARK: - Chunks

  init(_ file: [UInt8], path: String) throws(InputError) {
    self.path = path
    guard file.starts(with: Self.signature) else {
      throw damaged("it does not begin as a PNG file does")
    }
    var position = Self.signature.count
    var last = ""
    while last != "IEND" {
      // A chunk: the length of its data, four letters, the data, a checksum.
      guard file.count - position >= 12 else { throw damaged("it is cut short") }
      let length = Self.number(file[position..<position + 4])
      let letters = file[position + 4..<position + 8]
      guard letters.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else {
        throw damaged("it has a chunk without a name; copy the file anew")
      }
      let name = String(decoding: letters, as: UTF8.self)
      guard file.count - position - 12 >= length else {
        throw damaged("it is cut short inside its chunk \(name)")
      }
      let end = position + 8 + length
      guard crc32(file[position + 4..<end]) == UInt32(Self.number(file[end..<end + 4])) else {
        throw damaged("its chunk \(name) does not match its checksum; copy the file anew")
      }
      try take(name, file[position + 8..<end], after: last)
      (position, last) = (end + 4, name)
    }
    guard !data.isEmpty else { throw damaged("it has no pixels: its chunk IDAT is missing") }
  }

  /// Reads a number, its highest byte first.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func take(
    _ name: String, _ bytes: ArraySlice<UInt8>, after last: String
  ) throws(InputError) {
    guard (name == "IHDR") == last.isEmpty else {
      throw damaged("its chunk IHDR does not come first, or comes twice")
    }
    switch name {
    case "IHDR": try takeHeader(Array(bytes))
    case "PLTE": try takePalette(Array(bytes))
    case "tRNS": try takeTransparency(Array(bytes))
    case "IDAT":
      guard kind != .indexed || !palette.isEmpty else { throw damaged("its palette is missing") }
      guard data.isEmpty || last == "IDAT" else {
        throw damaged("its pixels are in several places")
      }
      data += bytes
    case "IEND": break
    default:
      // Chunks whose name begins with a small letter may be passed over.
      if name.first?.isUppercase == true { throw damaged("its chunk \(name) is unknown") }
    }
  }

  private mutating func takeHeader(_ bytes: [UInt8]) throws(InputError) {
    guard bytes.count == 13 else { throw damaged("its chunk IHDR is not 13 bytes long") }
    (width, height) = (Self.number(bytes[0..<4]), Self.number(bytes[4..<8]))
    try GreyPicture.requireSize(height: height, width: width, path: path)
    depth = Int(bytes[8])
    guard let kind = Kind(rawValue: bytes[9]), kind.depths.contains(depth) else {
      throw damaged("no PNG file has \(depth) bits and colours of kind \(bytes[9])")
    }
    self.kind = kind
    guard bytes[10] == 0 && bytes[11] == 0 && bytes[12] < 2 else {
      throw damaged("it is compressed, filtered or interlaced in a way that no PNG file is")
    }
    isInterlaced = bytes[12] == 1
  }

  private mutating func takePalette(_ bytes: [UInt8]) throws(InputError) {
    let count = bytes.count / 3
    guard palette.isEmpty, bytes.count % 3 == 0, 1...256 ~= count else {
      throw damaged("its palette has \(bytes.count) bytes; it needs 3 for each of 1 to 256 colours")
    }
    palette = (0..<count).map { colour in
      let parts = bytes[3 * colour..<3 * colour + 3].map { Float($0) / 255 }
      return GreyPicture.luminance(parts[0], parts[1], parts[2])
    }
  }

  private mutating func takeTransparency(_ bytes: [UInt8]) throws(InputError) {
    if kind == .indexed {
      guard bytes.count <= palette.count else {
        throw damaged("its chunk tRNS has more entries than the palette has colours")
      }
      for (colour, alpha) in bytes.enumerated() {
        palette[colour] = 1 - Float(alpha) / 255 * (1 - palette[colour])
      }
    } else {
      guard !kind.hasAlpha, bytes.count == 2 * kind.channels else {
        throw damaged("its chunk tRNS does not fit its kind of colours")
      }
      transparent = stride(from: 0, to: bytes.count, by: 2).map {
        Int(bytes[$0]) << 8 | Int(bytes[$0 + 1])
      }
    }
  }

  // MARK: - Pixels

  /// A part of the picture that is stored by itself: its first pixel, and the steps to the next ones.
  private struct Pass {
    let (x, y, dx, dy): (Int, Int, Int, Int)

    init(_ x: Int, _ y: Int, _ dx: Int, _ dy: Int) {
      (self.x, self.y, self.dx, self.dy) = (x, y, dx, dy)
    }
  }

  /// One pass, or the seven of an interlaced picture.
  private var passes: [Pass] {
    isInterlaced
      ? [
        Pass(0, 0, 8, 8), Pass(4, 0, 8, 8), Pass(0, 4, 4, 8), Pass(2, 0, 4, 4), Pass(0, 2, 2, 4),
        Pass(1, 0, 2, 2), Pass(0, 1, 1, 2),
      ] : [Pass(0, 0, 1, 1)]
  }

  /// How many pixels a pass has in a row and in a column; no row where it has no column.
  private func size(of pass: Pass) -> (rows: Int, columns: Int) {
    let columns = max(0, (width - pass.x + pass.dx - 1) / pass.dx)
    return (columns == 0 ? 0 : max(0, (height - pass.y + pass.dy - 1) / pass.dy), columns)
  }

  private func byteCount(columns: Int) -> Int { (columns * depth * kind.channels + 7) / 8 }

  /// Decompresses and decodes the pixels, row after row.
  func pixels() throws(InputError) -> [Float] {
    let sizes = passes.map(size(of:))
    let wanted = sizes.map { $0.rows * (1 + byteCount(columns: $0.columns)) }.reduce(0, +)
    var bytes: [UInt8]
    do throws(InflateError) {
      bytes = try inflateZlib(data[...], limit: wanted)
    } catch .tooLong {
      throw damaged("it holds more pixels than its size of \(width) × \(height) says")
    } catch {
      throw damaged("\(error); copy the file anew")
    }
    guard bytes.count == wanted else {
      throw damaged("it holds fewer pixels than its size of \(width) × \(height) says")
    }
    var pixels = [Float](repeating: 0, count: width * height)
    var start = 0
    for (pass, size) in zip(passes, sizes) {
      let count = byteCount(columns: size.columns)
      for row in 0..<size.rows {
        try removeFilter(from: &bytes, at: start, count: count, isFirst: row == 0)
        for column in 0..<size.columns {
          pixels[(pass.y + row * pass.dy) * width + pass.x + column * pass.dx] =
            try lightness(of: column, in: bytes, at: start + 1)
        }
        start += 1 + count
      }
    }
    return pixels
  }

  /// Undoes the filter of a row, which its first byte names: bytes are stored as what is left when a
  /// neighbour on the left, above, or both is taken off.
  private func removeFilter(
    from bytes: inout [UInt8], at start: Int, count: Int, isFirst: Bool
  ) throws(InputError) {
    let filter = bytes[start]
    guard filter <= 4 else { throw damaged("a row has filter \(filter); there are 0 to 4") }
    if filter == 0 { return }
    let step = max(1, depth * kind.channels / 8)
    for index in 0..<count {
      let place = start + 1 + index
      let left = index < step ? 0 : bytes[place - step]
      let above = isFirst ? 0 : bytes[place - count - 1]
      let corner = isFirst || index < step ? 0 : bytes[place - count - 1 - step]
      switch filter {
      case 1: bytes[place] &+= left
      case 2: bytes[place] &+= above
      case 3: bytes[place] &+= UInt8((Int(left) + Int(above)) / 2)
      default: bytes[place] &+= Self.paeth(left, above, corner)
      }
    }
  }

  /// Whichever of three neighbours is nearest to left + above − corner.
  private static func paeth(_ left: UInt8, _ above: UInt8, _ corner: UInt8) -> UInt8 {
    let (a, b, c) = (Int(left), Int(above), Int(corner))
    let (da, db, dc) = (abs(b - c), abs(a - c), abs(a + b - 2 * c))
    return da <= db && da <= dc ? left : db <= dc ? above : corner
  }

  /// Returns how light a pixel of a row is, over white.
  private func lightness(
    of column: Int, in bytes: [UInt8], at start: Int
  ) throws(InputError) -> Float {
    func sample(_ channel: Int) -> Int {
      let index = column * kind.channels + channel
      switch depth {
      case 8: return Int(bytes[start + index])
      case 16: return Int(bytes[start + 2 * index]) << 8 | Int(bytes[start + 2 * index + 1])
      default:
        let bit = index * depth
        return Int(bytes[start + bit / 8]) >> (8 - depth - bit % 8) & (1 << depth - 1)
      }
    }
    let first = sample(0)
    if kind == .indexed {
      guard first < palette.count else {
        throw damaged("a pixel has colour \(first) of a palette of \(palette.count)")
      }
      return palette[first]
    }
    let scale = 1 / Float(1 << depth - 1)
    let light: Float
    var isTransparent = !transparent.isEmpty && first == transparent[0]
    if kind.channels < 3 {
      light = Float(first)
    } else {
      let (green, blue) = (sample(1), sample(2))
      light = GreyPicture.luminance(Float(first), Float(green), Float(blue))
      isTransparent = isTransparent && green == transparent[1] && blue == transparent[2]
    }
    let alpha =
      kind.hasAlpha ? Float(sample(kind.channels - 1)) * scale : isTransparent ? 0 : 1
    return 1 - alpha * (1 - light * scale)
  }
}
