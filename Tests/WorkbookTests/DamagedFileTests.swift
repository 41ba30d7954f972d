import Foundation
import Testing
import Workbook

/// The formats of files that strangers may hand in.
enum FileFormat: String, CaseIterable, Sendable {
  case safetensors, npy, npz
  /// The same, read as arrays by name: from a file, or from the folder that it is in.
  case namedTensors, namedFolder, namedArchive

  /// The name under which such a file is read from a folder.
  fileprivate var fileName: String { self == .namedFolder ? "a.npy" : "a" }

  /// A file that is whole, and has all that the format knows.
  var whole: [UInt8] {
    let floats = (0..<30).map { Float($0) / 8 - 1 }
    let data = littleEndian(floats.map(\.bitPattern))
    let array = WorkbookTests.npy(.float32, shape: [5, 6], data: data)
    let members = [
      ZipMember("a.npy", array), ZipMember("b.npy", array, packed: storedBlocks(array)),
    ]
    switch self {
    case .safetensors, .namedTensors:
      return Safetensors(
        [
          .init("layers.0.weight", floats, shape: [5, 6]), .init("b", [0.5, 2], shape: [2]),
          .init(name: "n", elementType: .uint8, shape: [3], bytes: [1, 2, 3]),
        ], metadata: ["loss": "cross-entropy", "epochs": "3"]
      ).bytes
    case .npy, .namedFolder: return array
    case .npz: return zip(members)
    case .namedArchive:
      let letter: [UInt8] = [0, 0, 0, 65]
      let text = WorkbookTests.npy(header: header(">U1", shape: []), data: letter)
      return zip(members + [ZipMember("description.npy", text)])
    }
  }

  /// Reads a file, and returns what is wrong with it; `nil` where it is taken.
  func problem(of bytes: [UInt8]) -> InputError? {
    do throws(InputError) {
      switch self {
      case .safetensors:
        let file = try Safetensors(bytes, path: "a")
        for entry in file.entries where entry.integers() == nil {
          _ = try file.numbers(entry.name, shape: entry.shape, as: Float.self)
        }
      case .npy: _ = try NpyArray(bytes, path: "a").doubles(shape: [5, 6])
      case .npz:
        let file = try NpzArchive(bytes, path: "a")
        for name in file.names { _ = try file.array(name).doubles(shape: [5, 6]) }
      case .namedTensors, .namedFolder, .namedArchive:
        return try? withTemporaryFolder { folder in
          try write(bytes, to: folder + "/" + fileName)
          return problem(at: self == .namedFolder ? folder : folder + "/" + fileName)
        }
      }
      return nil
    } catch {
      return error
    }
  }

  /// Reads the same from the disk.
  func problem(at path: String) -> InputError? {
    do throws(InputError) {
      switch self {
      case .safetensors: _ = try Safetensors(contentsOf: path)
      case .npy: _ = try NpyArray(contentsOf: path)
      case .npz: _ = try NpzArchive(contentsOf: path)
      case .namedTensors, .namedFolder, .namedArchive: _ = try NamedArrays(contentsOf: path)
      }
      return nil
    } catch {
      return error
    }
  }

  /// A name in the bytes of its stranger's file that steers terminals.
  static let steering = "\u{1B}[2J\u{7}\u{202E}"
}

extension String {
  /// Whether this may be shown in a terminal, as a message of moderate length.
  var isSentence: Bool {
    !isEmpty && count < 1_000
      && unicodeScalars.allSatisfy {
        $0.value >= 0x20 && $0.value != 0x7F && $0.properties.generalCategory != .format
      }
  }
}

// MARK: - Files that were damaged at random

/// Returns a file with one kind of damage: flipped bits, an end cut off, bytes that are missing, bytes
/// that stand twice, absurd numbers, or a part of another file.
private func damaged(_ whole: [UInt8], using random: inout SplitMix64) -> [UInt8] {
  var bytes = whole
  let (start, other) = (
    Int.random(in: bytes.indices, using: &random), Int.random(in: bytes.indices, using: &random)
  )
  let piece = bytes[start..<min(bytes.count, start + Int.random(in: 1...40, using: &random))]
  switch Int.random(in: 0..<7, using: &random) {
  case 0:
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      let position = Int.random(in: bytes.indices, using: &random)
      bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
  case 1: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
  case 2: bytes.removeSubrange(piece.indices)
  case 3: bytes.insert(contentsOf: Array(piece), at: other)
  case 4: for index in piece.indices.prefix(8) { bytes[index] = 0xFF }
  case 5:
    // The first bytes say how long a header is.
    bytes[start % 16] = UInt8.random(in: 0...255, using: &random)
  default:
    let stranger = FileFormat.allCases.map(\.whole)[other % FileFormat.allCases.count]
    bytes.replaceSubrange(start..., with: stranger.dropFirst(other))
  }
  return bytes
}

/// Reads 300 damaged files of a format, and returns how many were refused, or what went wrong.
private func readDamaged(_ format: FileFormat) -> (refused: Int, wrong: [String]) {
  var random = SplitMix64(seed: 17, stream: format.rawValue)
  var (refused, wrong) = (0, [String]())
  let whole = format.whole
  for round in 0..<300 {
    guard let error = format.problem(of: damaged(whole, using: &random)) else { continue }
    refused += 1
    if !error.problem.isSentence { wrong.append("\(round): \(error)") }
  }
  return (refused, wrong)
}

@Test(arguments: FileFormat.allCases)
func `300 files that were damaged at random are read or refused in a sentence`(
  format: FileFormat
) {
  #expect(format.problem(of: format.whole) == nil)
  let (refused, wrong) = readDamaged(format)
  #expect(wrong == [])
  // Damage to a number gives another number. Most of a file is no such number, or is missed.
  #expect(refused > 150, "\(refused) were refused")
}

/// A child process of its own, since the other tests of this one hold memory too.
@Test(.enabled(if: peakMemory > 0))
func `no damaged file costs memory`() async {
  await #expect(processExitsWith: .success) {
    for format in FileFormat.allCases { _ = readDamaged(format) }
    for file in CraftedFile.all { _ = file.format.problem(of: file.bytes) }
    for file in try CraftedFile.sparse() {
      defer { try? FileManager.default.removeItem(atPath: file.path) }
      guard file.format.problem(at: file.path) != nil else { exit(2) }
    }
    exit(peakMemory < 100 << 20 ? 0 : 1)
  }
}

// MARK: - Files that mean harm

/// A file that was made to be refused, and words of the sentence that refuses it.
struct CraftedFile: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let format: FileFormat
  let bytes: [UInt8]
  let words: String

  init(_ description: String, _ format: FileFormat, _ bytes: [UInt8], _ words: String) {
    testDescription = "\(format): \(description)"
    (self.format, self.bytes, self.words) = (format, bytes, words)
  }

  static let all = lengths + texts + tensors + holes + archives + arrays

  /// Files that have gigabytes of nothing, of which the disk keeps none.
  static func sparse() throws -> [(format: FileFormat, path: String)] {
    let tensor = safetensors("{\(member(shape: "\(1 << 33)", offsets: "0,\(1 << 33)"))}")
    let starts: [(FileFormat, [UInt8], Int)] = [
      (.safetensors, littleEndian([90_000_000 as Int64]), 1 << 33),
      (.safetensors, littleEndian([1 << 32 as Int64]) + Array("{".utf8), 1 << 33),
      (.npy, Array(WorkbookTests.npy(header: header("|u1", shape: [1 << 34]))), 1 << 33),
      (.npy, FileFormat.npy.whole.prefix(6) + [2, 0, 0, 0, 0, 0x7F], 1 << 33),
      (.npz, Array("PK".utf8), 1 << 33),
      // These promise what they have, and have more than there is room for.
      (.namedTensors, tensor, tensor.count + 1 << 33),
      (.namedArchive, [0x50, 0x4B, 3, 4], 1 << 33),
    ]
    return try starts.map { format, start, size in
      let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        .path(percentEncoded: false)
      try Data(start).write(to: URL(filePath: path))
      truncate(path, off_t(size))
      return (format, path)
    }
  }

  private static func tensor(
    _ description: String, _ member: String, data: Int = 4, _ words: String
  ) -> CraftedFile {
    tensors(description, [member], data, words)
  }

  private static func tensor(
    _ description: String, _ member: String, _ second: String, data: Int = 4, _ words: String
  ) -> CraftedFile {
    tensors(description, [member, second], data, words)
  }

  private static func tensors(
    _ description: String, _ members: [String], _ data: Int, _ words: String
  ) -> CraftedFile {
    let text = safetensors(
      "{\(members.joined(separator: ","))}", data: [UInt8](repeating: 1, count: data))
    return CraftedFile(description, .safetensors, text, words)
  }

  private static func text(_ description: String, _ header: String, _ words: String) -> CraftedFile
  {
    CraftedFile(description, .safetensors, safetensors(header, data: [1, 2, 3, 4]), words)
  }

  private static let lengths: [CraftedFile] = startsOfFiles.map {
    CraftedFile($0, .safetensors, $1, $1.count < 8 ? "begins with the length" : "header")
  }

  private static let startsOfFiles: [(String, [UInt8])] = [
    ("empty", []), ("seven bytes", [2, 0, 0, 0, 0, 0, 0]),
    ("no header", littleEndian([0 as Int64])),
    ("a header of one byte", littleEndian([1 as Int64]) + Array("{".utf8)),
    ("a longer header than the file", safetensors("{}", length: 3)),
    ("a header of 100 MB and a byte", safetensors("{}", length: 100_000_001)),
    ("a header of 8 EB", safetensors("{}", length: .max)),
    ("a header of 16 EB", littleEndian([-1 as Int64]) + Array("{}".utf8)),
    ("big-endian length", [0, 0, 0, 0, 0, 0, 0, 2] + Array("{}".utf8)),
    ("a pickle", [0x80, 2, 0x7D, 0x71, 0, 0x2E, 0x2E, 0x2E, 0x2E]),
    ("text", Array("These are not numbers.".utf8)),
  ]

  private static let texts = [
    text("spaces before the header", " {\(member())}", "does not begin"),
    text("a list", "[\(member())]", "does not begin"),
    text("a header cut short", "{\(member().dropLast())", "is not the JSON"),
    text("a comma too many", "{\(member()),}", "is not the JSON"),
    text("no comma", "{\(member())\(member("b"))}", "is not the JSON"),
    text("two objects", "{\(member())}{}", "is not the JSON"),
    text("zeros behind the header", "{\(member())}\0\0", "is not the JSON"),
    text("single quotes", "{\(member())}".replacing("\"", with: "'"), "is not the JSON"),
    text("a name without quotes", "{a:1}", "is not the JSON"),
    text("a line break in a name", "{\(member("a\nb"))}", "is not the JSON"),
    text("an unknown escape", "{\(member("\\x41"))}", "is not the JSON"),
    text("half a pair of surrogates", "{\(member("\\ud800"))}", "is not the JSON"),
    text("a pair the wrong way round", "{\(member("\\udc00\\ud800"))}", "is not the JSON"),
    text("an escape cut short", "{\(member("\\u00"))}", "is not the JSON"),
    text("a string without an end", "{\"a", "is not the JSON"),
    text("a null for a tensor", "{\"a\":null}", "is not the JSON"),
    text(
      "100,000 lists in one another",
      "{\"a\":" + String(repeating: "[", count: 100_000) + "}", "is not the JSON"),
    text(
      "100,000 objects in one another", String(repeating: "{\"a\":", count: 100_000),
      "says “a” of “a”"),
    text(
      "a shape in a shape", "{\(member(shape: String(repeating: "[", count: 100_000)))}",
      "is not the JSON"),
    text(
      "metadata that are no strings", "{\"__metadata__\":{\"a\":1}}", "metadata “a” is no string"),
    text("metadata that are a list", "{\"__metadata__\":[]}", "is not the JSON"),
    text("metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", "stands twice"),
    text(
      "a key of metadata twice", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", "“a” stands twice"),
    CraftedFile(
      "a header that is not UTF-8", .safetensors,
      littleEndian([4 as Int64]) + Array("{\"".utf8) + [0xFF, 0x7D], "is not UTF-8"),
    CraftedFile(
      "an overlong form of UTF-8", .safetensors,
      littleEndian([4 as Int64]) + Array("{".utf8) + [0xC0, 0xA2, 0x7D], "is not UTF-8"),
  ]

  private static let tensors = [
    tensor("a name twice", member(), member(), "“a” stands twice"),
    tensor("a name twice, once escaped", member(), member("\\u0061"), "“a” stands twice"),
    tensor("an unknown type", member("a", "F7"), "the dtype of “a” is “F7”"),
    tensor("a type in small letters", member("a", "u8"), "the dtype of “a” is “u8”"),
    tensor("a type that steers", member("a", "\\u001b[2J"), "the dtype of “a” is"),
    tensor("a name that steers", member("\\u001b[2J\\u202e", "F7"), "\\u{1B}"),
    tensor(
      "a long name", member(String(repeating: "x", count: 100_000), "F7"), "…” is “F7”"),
    tensor("no type", #""a":{"shape":[4],"data_offsets":[0,4]}"#, "lacks the dtype"),
    tensor("no shape", #""a":{"dtype":"U8","data_offsets":[0,4]}"#, "lacks the dtype, the shape"),
    tensor("no offsets", #""a":{"dtype":"U8","shape":[4]}"#, "or the data_offsets of “a”"),
    tensor("nothing", #""a":{}"#, "lacks the dtype"),
    tensor(
      "a type twice", #""a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}"#,
      "or says it twice"),
    tensor(
      "a word that is not known", #""a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":{}}"#,
      "says “x” of “a”"),
    tensor("a negative axis", member(shape: "-4"), "is not the JSON"),
    tensor("half an axis", member(shape: "4.5"), "is not the JSON"),
    tensor("an axis with an exponent", member(shape: "4e0"), "is not the JSON"),
    tensor("an axis with a leading zero", member(shape: "04"), "is not the JSON"),
    tensor(
      "an axis beyond all integers", member(shape: "99999999999999999999"),
      "99999999999999999999 of “a” is absurd"),
    tensor(
      "a product beyond all integers", member(shape: "4294967296,4294967296"),
      "shape of “a” is absurd"),
    tensor(
      "a product that would wrap around to 4", member(shape: "4611686018427387905,4"),
      "shape of “a” is absurd"),
    tensor(
      "bytes beyond all integers", member("a", "F64", shape: "1152921504606846976"),
      "shape of “a” is absurd"),
    tensor(
      "1,001 axes", member(shape: Array(repeating: "1", count: 1_001).joined(separator: ",")),
      "more than 1000 axes"),
    tensor("terabytes", member(shape: "4000000000000"), "asks for 4000000000000 bytes"),
  ]

  private static let holes = [
    tensor("offsets in reverse", member(offsets: "4,0"), "are no start and end"),
    tensor("three offsets", member(offsets: "0,4,4"), "are no start and end"),
    tensor("no offset", member(offsets: ""), "are no start and end"),
    tensor("fewer bytes than the shape", member(offsets: "0,3"), "its data_offsets for 3"),
    tensor("more bytes than the shape", member(offsets: "0,5"), "its data_offsets for 5"),
    tensor("a hole at the start", member(offsets: "1,5"), data: 5, "lie 1 bytes of no tensor"),
    tensor(
      "a hole in the middle", member(), member("b", offsets: "6,10"), data: 10,
      "before “b” lie 2 bytes"),
    tensor("a hole at the end", member(), data: 5, "promises 4 bytes of numbers, and 5 follow"),
    tensor("an overlap", member(), member("b", offsets: "3,7"), data: 7, "“b” overlap"),
    tensor("the same bytes twice", member(), member("b"), "overlap"),
    tensor("numbers cut short", member(), data: 3, "promises 4 bytes of numbers, and 3 follow"),
    tensor("no numbers", member(), data: 0, "promises 4 bytes of numbers, and 0 follow"),
    tensor(
      "offsets far behind the end", member(offsets: "9223372036854775803,9223372036854775807"),
      "bytes of no tensor"),
  ]

  private static let array = WorkbookTests.npy(.uint8, shape: [2], data: [3, 4])
  private static let entry = ZipMember("a.npy", array)

  private static func archive(
    _ description: String, _ members: [ZipMember], count: Int? = nil, _ words: String
  ) -> CraftedFile {
    CraftedFile(description, .npz, zip(members, count: count), words)
  }

  private static let archives = [
    CraftedFile("empty", .npz, [], "does not end as a ZIP file does"),
    CraftedFile("an array", .npz, array, "does not end as a ZIP file does"),
    CraftedFile("cut short", .npz, Array(zip([entry]).dropLast()), "may be cut short"),
    CraftedFile("a byte too many", .npz, zip([entry]) + [0], "may be cut short"),
    CraftedFile("the end alone", .npz, zip([], count: 1), "promises 1 entries"),
    CraftedFile("words before it", .npz, [1, 2] + zip([entry]), "does not stand where"),
    archive("more entries than promised", [entry], count: 0, "promises 0 entries"),
    archive("fewer entries than promised", [entry], count: 2, "promises 2 entries"),
    archive("a 64-bit count", [entry], count: 0xFFFF, "64-bit form"),
    archive("an entry of 4 GB", [entry.with { $0.size = 0xFFFF_FFFF }], "64-bit form"),
    archive("encrypted", [entry.with { $0.flags = 1 }], "is encrypted"),
    archive("an unknown method", [entry.with { $0.method = 12 }], "packed by method 12"),
    archive("a name twice", [entry, entry], "two of its entries are named “a.npy”"),
    archive("a wrong checksum", [entry.with { $0.checksum = 1 }], "checksum of its entry “a.npy”"),
    archive("a wrong size", [entry.with { $0.size = 1 }], "is stored in"),
    archive(
      "more bytes than there are", [entry.with { ($0.size, $0.packedSize) = (9_999, 9_999) }],
      "goes on behind the end of the data"),
    archive(
      "another name before the data", [entry.with { $0.localName = "b.npy" }], "does not begin"),
    archive(
      "another method before the data", [entry.with { $0.localMethod = 8 }], "does not begin"),
    archive("a start behind the end", [entry.with { $0.start = 9_999 }], "does not begin"),
    archive("a start within the data", [entry.with { $0.start = 5 }], "does not begin"),
    archive(
      "the same bytes under two names",
      [entry, ZipMember("b.npy", array).with { ($0.start, $0.localName) = (0, "a.npy") }],
      "does not begin"),
    archive("a text", [ZipMember("a.txt", [1])], "“a.txt” is no .npy file"),
    archive("a name without a name", [ZipMember(".npy", array)], "“.npy” is no .npy file"),
    archive("a name that steers", [ZipMember("\(FileFormat.steering).txt", [1])], "\\u{1B}"),
    archive(
      "an array that is none", [ZipMember("a.npy", [1, 2, 3])], "does not begin as a .npy file"),
    archive(
      "a packed entry that is damaged", [ZipMember("a.npy", array, packed: [7, 7, 7])],
      "cannot be unpacked"),
    archive(
      "a packed entry that is cut short",
      [ZipMember("a.npy", array, packed: storedBlocks(Array(array.dropLast())))],
      "bytes and has"),
    archive(
      "a packed entry that is longer than it says",
      [ZipMember("a.npy", array, packed: storedBlocks(array + [1]))], "cannot be unpacked"),
    archive(
      "a bomb",
      [ZipMember("a.npy", array, packed: storedBlocks(array)).with { $0.size = 4_000_000_000 }],
      "which does not pack"),
  ]

  private static let arrays = [
    CraftedFile(
      "another array than is wanted", .npy,
      WorkbookTests.npy(.uint8, shape: [5], data: [1, 2, 3, 4, 5]),
      "its shape is [5], wanted: [5, 6]"),
    CraftedFile(
      "a header of 10,000 parentheses", .npy,
      WorkbookTests.npy(
        header: "{'descr': '|u1', 'fortran_order': False, 'shape': "
          + String(repeating: "(", count: 9_000)), "header is not understood"),
    CraftedFile(
      "a header that steers", .npy, WorkbookTests.npy(header: "{'\(FileFormat.steering)"),
      "header is not understood"),
  ]
}

@Test(arguments: CraftedFile.all)
func `a file that means harm is refused in a sentence`(file: CraftedFile) throws {
  let error = try #require(file.format.problem(of: file.bytes), "it was read")
  #expect(error.problem.contains(file.words), "\(error)")
  #expect(error.problem.isSentence)
  #expect(error.kind == .damaged)
}

@Test func `there are a hundred files that mean harm`() {
  #expect(CraftedFile.all.count >= 100)
}

@Test func `gigabytes of nothing are refused at once, without reading them`() throws {
  for file in try CraftedFile.sparse() {
    defer { try? FileManager.default.removeItem(atPath: file.path) }
    let error = try #require(file.format.problem(at: file.path))
    #expect(error.problem.isSentence)
  }
}
