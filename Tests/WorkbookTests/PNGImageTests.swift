import Foundation
import Testing
import Workbook

@Test(arguments: PNGSample.all)
func `every kind of pixel and depth is read, in order or interlaced`(sample: PNGSample) throws {
  let picture = try GreyPicture(png: sample.file, path: "a")
  #expect(picture.height == sample.height && picture.width == sample.width)
  for pixel in picture.pixels.indices {
    #expect(abs(Double(picture.pixels[pixel]) - sample.lightness(pixel)) < 1e-6)
  }
}

@Test(arguments: PNGSample.all.filter { $0.kind < 4 })
func `one transparent colour, or a palette with transparency, lies over white`(
  sample: PNGSample
) throws {
  var sample = sample
  sample.transparency =
    sample.kind == 3
    ? [0, 51]
    : sample.samples.prefix(sample.channels).flatMap { [UInt8($0 / 256), UInt8($0 % 256)] }
  let picture = try GreyPicture(png: sample.file, path: "a")
  for pixel in picture.pixels.indices {
    #expect(abs(Double(picture.pixels[pixel]) - sample.lightness(pixel)) < 1e-6)
  }
  if sample.kind != 3 { #expect(picture.pixels[0] == 1) }
}

@Test(arguments: 1...9) func `small interlaced pictures leave passes out`(size: Int) throws {
  for (height, width) in [(size, 1), (1, size), (size, 10 - size)] {
    let sample = PNGSample(kind: 0, depth: 4, isInterlaced: true, height: height, width: width)
    let picture = try GreyPicture(png: sample.file, path: "a")
    #expect(
      picture.pixels.indices.allSatisfy {
        abs(Double(picture.pixels[$0]) - sample.lightness($0)) < 1e-6
      })
  }
}

/// Written by Pillow 13: `Image.fromarray(…).save(…)` of 2 × 3 pixels, 0, 50, … 250.
@Test func `a file that Pillow wrote is read`() throws {
  let file = try #require(
    Data(
      base64Encoded:
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAC4HznGAAAAEElEQVR4nGNkMDJimHbiFwAGggK+LjRbnQAAAABJRU5ErkJggg=="
    ))
  let picture = try GreyPicture(png: Array(file), path: "a")
  #expect((picture.height, picture.width) == (2, 3))
  let bytes: [Float] = [0, 50, 100, 150, 200, 250]
  #expect(zip(picture.pixels, bytes).allSatisfy { abs($0 - $1 / 255) < 1e-6 })
}

// MARK: - What is damaged is named

private func png(_ parts: [UInt8]...) -> [UInt8] {
  pngSignature + parts.joined() + chunk("IEND", [])
}

private let whole = PNGSample(kind: 2, depth: 8, isInterlaced: false).file
/// Where the name of the chunk with the pixels stands in it.
private let pixels = whole.indices.first { whole[$0...].starts(with: "IDAT".utf8) } ?? 0

/// What is wrong, the file, and words of the sentence that must say so.
private let damagedFiles: [(String, [UInt8], String)] = [
  ("empty", [], "does not begin as a PNG file does"),
  ("signature alone", pngSignature, "cut short"),
  ("no end", Array(whole.dropLast(12)), "cut short"),
  ("cut inside", Array(whole.prefix(pixels + 9)), "cut short inside its chunk IDAT"),
  (
    "a chunk of 4 GB", pngSignature + [255, 255, 255, 255] + Array("IHDR".utf8) + whole, "cut short"
  ),
  ("a chunk without a name", pngSignature + chunk("\u{1}\u{2}\u{3}\u{4}", []), "without a name"),
  ("zero width", png(pngHeader(0, 5)), "0 × 5 pixels"),
  ("zero height", png(pngHeader(5, 0)), "5 × 0 pixels"),
  ("huge", png(pngHeader(0x7FFF_FFFF, 0x7FFF_FFFF)), "save it smaller"),
  ("a little too large", png(pngHeader(4_097, 4_096)), "save it smaller"),
  ("3 bits", png(pngHeader(2, 2, 3)), "3 bits"),
  ("kind 5", png(pngHeader(2, 2, 8, 5)), "kind 5"),
  ("interlaced otherwise", png(pngHeader(2, 2, 8, 0, 2)), "interlaced in a way"),
  ("short header", png(chunk("IHDR", [0])), "13 bytes"),
  ("no header", png(chunk("IDAT", [0])), "IHDR does not come first"),
  ("two headers", png(pngHeader(2, 2), pngHeader(2, 2)), "comes twice"),
  ("no pixels", png(pngHeader(2, 2)), "IDAT is missing"),
  ("empty pixels", png(pngHeader(2, 2), chunk("IDAT", [])), "IDAT is missing"),
  ("no palette", png(pngHeader(2, 2, 8, 3), chunk("IDAT", [1])), "palette is missing"),
  ("half a colour", png(pngHeader(2, 2, 8, 3), chunk("PLTE", [1, 2])), "palette has 2 bytes"),
  (
    "a colour too many",
    png(
      pngHeader(1, 1, 8, 3), chunk("PLTE", [1, 2, 3]), chunk("IDAT", zlibStored([0, 1]))),
    "colour 1 of a palette of 1"
  ),
  (
    "too much transparency",
    png(pngHeader(1, 1, 8, 3), chunk("PLTE", [1, 2, 3]), chunk("tRNS", [1, 2])), "more entries"
  ),
  ("odd transparency", png(pngHeader(1, 1), chunk("tRNS", [1])), "does not fit"),
  ("unknown and critical", png(pngHeader(1, 1), chunk("ABCD", [])), "ABCD is unknown"),
  (
    "pixels in two places",
    png(pngHeader(1, 1), chunk("IDAT", [1]), chunk("tEXt", []), chunk("IDAT", [1])),
    "several places"
  ),
  ("filter 5", png(pngHeader(1, 1), chunk("IDAT", zlibStored([5, 0]))), "filter 5"),
  ("too few pixels", png(pngHeader(2, 1), chunk("IDAT", zlibStored([0, 0]))), "fewer pixels"),
  ("too many pixels", png(pngHeader(1, 1), chunk("IDAT", zlibStored([0, 0, 0]))), "more pixels"),
  ("no zlib stream", png(pngHeader(1, 1), chunk("IDAT", [1, 2, 3])), "compressed data is damaged"),
  ("half a zlib stream", png(pngHeader(1, 1), chunk("IDAT", [0x78, 1])), "cut short"),
]

@Test(arguments: damagedFiles.indices)
func `a damaged picture is refused with a sentence that says why`(index: Int) throws {
  let (name, file, words) = damagedFiles[index]
  let error = try #require(throws: InputError.self) { try GreyPicture(png: file, path: "a.png") }
  #expect(error.kind == .damaged && error.path == "a.png")
  #expect(error.problem.contains(words), "\(name)")
}

@Test func `a changed byte of a chunk does not match the checksum`() throws {
  var file = whole
  file[file.count - 30] ^= 1
  let error = try #require(throws: InputError.self) { try GreyPicture(png: file, path: "a") }
  #expect(error.problem == "its chunk IDAT does not match its checksum; copy the file anew")
}

/// 16 × 16 pixels, and a stream that holds 100,000 zeros.
@Test func `a small file that decompresses to much is stopped`() throws {
  let bomb = try #require(
    Data(
      base64Encoded:
        "eNrtwTEBAAAAwqD1T20ND6AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAVwOGrwAB"))
  let file = png(pngHeader(16, 16), chunk("IDAT", Array(bomb)))
  let error = try #require(throws: InputError.self) { try GreyPicture(png: file, path: "a") }
  #expect(error.problem == "it holds more pixels than its size of 16 × 16 says")
}

/// Some bytes are changed or cut off, and the checksums of half of the files are mended.
@Test(arguments: 0..<200) func `no damage makes the decoder trap`(seed: Int) {
  var random = SplitMix64(seed: UInt64(seed))
  var file = PNGSample.all[seed % PNGSample.all.count].file
  for _ in 0..<Int.random(in: 1...4, using: &random) {
    let position = Int.random(in: 0..<file.count, using: &random)
    file[position] = .random(in: 0...255, using: &random)
  }
  if seed % 3 == 0 { file = Array(file.prefix(Int.random(in: 0..<file.count, using: &random))) }
  if seed % 2 == 0 { mendChecksums(&file) }
  do throws(InputError) {
    let picture = try GreyPicture(png: file, path: "a")
    #expect(picture.pixels.allSatisfy { 0...1 ~= $0 })
  } catch {
    #expect(error.kind == .damaged && !error.problem.isEmpty)
  }
}

private func mendChecksums(_ file: inout [UInt8]) {
  var position = 8
  while file.count - position >= 12 {
    let length = file[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
    guard file.count - position - 12 >= length else { return }
    let end = position + 8 + length
    file.replaceSubrange(end..<end + 4, with: bigEndian(Int(crc32(file[position + 4..<end]))))
    position = end + 4
  }
}

// MARK: - Files of both kinds

@Test func `arrays of two and three axes are pictures, and the file says which kind it is`() throws
{
  try withTemporaryFolder { folder in
    try write(npy(.uint8, shape: [2, 1], data: [0, 255]), to: folder + "/grey.npy")
    let grey = try GreyPicture(contentsOf: folder + "/grey.npy")
    #expect(grey == GreyPicture(height: 2, width: 1, pixels: [0, 255]))
    try write(
      npy(.float32, shape: [1, 1, 3], data: littleEndian([Float(1), 0, 0].map(\.bitPattern))),
      to: folder + "/red.png")
    let red = try GreyPicture(contentsOf: folder + "/red.png")
    #expect(red.pixels == [0.2126])
    try write(whole, to: folder + "/colour.npy")
    #expect(try GreyPicture(contentsOf: folder + "/colour.npy").width == 13)
  }
}

@Test func `what is no picture is refused with a sentence`() throws {
  try withTemporaryFolder { folder in
    func problem(_ file: [UInt8]) throws -> String {
      try write(file, to: folder + "/a")
      return try #require(throws: InputError.self) {
        try GreyPicture(contentsOf: folder + "/a")
      }.problem
    }
    #expect(try problem([]).contains("neither as a PNG nor as a .npy file"))
    #expect(try problem(Array("GIF89a".utf8)).contains("neither as a PNG"))
    #expect(try problem(npy(.uint8, shape: [4], data: [1, 2, 3, 4])).contains("its shape is [4]"))
    #expect(try problem(npy(.uint8, shape: [0, 4], data: [])).contains("4 × 0 pixels"))
    let nan = npy(.float32, shape: [1, 1], data: littleEndian([Float.nan.bitPattern]))
    #expect(try problem(nan).contains("entry 0 is nan"))
    let large = npy(.float64, shape: [1, 1], data: littleEndian([(1e300).bitPattern]))
    #expect(try problem(large).contains("too large"))
    let missing = try #require(throws: InputError.self) {
      try GreyPicture(contentsOf: folder + "/none.png")
    }
    #expect(missing.kind == .missing)
    for special in [folder, "/dev/zero"] {
      let error = try #require(throws: InputError.self) { try GreyPicture(contentsOf: special) }
      #expect(error.problem == "it is no file that holds a picture")
    }
  }
}
