import Foundation
import Testing
import Workbook

/// Writes a file, reads it as arrays by name, and removes it.
func named(_ bytes: [UInt8]) throws -> NamedArrays {
  try withTemporaryFolder { folder in
    try write(bytes, to: folder + "/file")
    return try NamedArrays(contentsOf: folder + "/file")
  }
}

/// Writes files into a folder, reads it, and removes it.
func named(_ files: [String: [UInt8]]) throws -> NamedArrays {
  try withTemporaryFolder { folder in
    for (name, bytes) in files { try write(bytes, to: folder + "/" + name) }
    return try NamedArrays(contentsOf: folder)
  }
}

// MARK: - Every type, in every order

@Test(arguments: StoredNumbers.all)
func `arrays of a type are read in every order of bytes and of axes`(type: StoredNumbers) throws {
  let members = type.files.map { ZipMember("\($0.name).npy", $0.bytes) }
  let arrays = try named(zip(members))
  #expect(arrays.names == type.files.map(\.name))
  for name in arrays.names {
    let array = try #require(arrays[name])
    #expect(array.shape == [2, 3] && array.format.name == type.format)
    #expect(array.elements.map(\.bitPattern) == type.numbers.map(\.bitPattern), "\(name)")
  }
  #expect(arrays["none"] == nil && arrays.description == nil)
}

@Test func `the types of safetensors are read, and that of Google too`() throws {
  func entry(_ name: Safetensors.ElementType, _ bytes: [UInt8]) -> Safetensors.Entry {
    .init(
      name: name.rawValue, elementType: name, shape: [bytes.count / name.size], bytes: bytes)
  }
  let arrays = try named(
    Safetensors([
      entry(.bool, [0, 1]), entry(.int8, [255]),
      entry(.uint64, littleEndian([1 << 52] as [UInt64])),
      entry(.bfloat16, littleEndian([0xC049, 0x7F80] as [UInt16])),
      entry(.float16, littleEndian([0x3C00] as [UInt16])),
      entry(.float32, littleEndian([Float(0.1).bitPattern])),
      entry(.float64, littleEndian([Double(0.1).bitPattern])),
    ]).bytes)
  #expect(arrays.names == ["U64", "F64", "F32", "BF16", "F16", "BOOL", "I8"])
  #expect(arrays["BOOL"]?.elements == [0, 1] && arrays["I8"]?.elements == [-1])
  #expect(arrays["U64"]?.elements == [0x1p52] && arrays["F16"]?.elements == [1])
  #expect(arrays["BF16"]?.elements == [-3.140625, .infinity])
  #expect(arrays["F32"]?.elements == [Double(Float(0.1))] && arrays["F64"]?.elements == [0.1])
  let formats = arrays.names.map { arrays[$0]?.format.name }
  #expect(
    formats == ["integer", "float64", "float32", "bfloat16", "float16", "integer", "integer"])
  #expect(NamedArrays.Format.allCases.map(\.significandBits) == [11, 8, 24, 53, nil])
}

@Test func `what is not a number stays, and so do infinities`() throws {
  let numbers = [Double.nan, .infinity, -.infinity, 1]
  let file = npy(.float64, shape: [4], data: littleEndian(numbers.map(\.bitPattern)))
  let half = npy(.float16, shape: [2], data: littleEndian([0x7E00, 0xFC00] as [UInt16]))
  let arrays = try named(zip([ZipMember("w.npy", file), ZipMember("h.npy", half)]))
  let read = try #require(arrays["w"]).elements
  #expect(read[0].isNaN && Array(read[1...]) == [.infinity, -.infinity, 1])
  let halves = try #require(arrays["h"]).elements
  #expect(halves[0].isNaN && halves[1] == -.infinity)
}

@Test func `arrays without entries and without axes are read`() throws {
  let arrays = try named([
    "none.npy": npy(.float32, shape: [0, 784], data: []),
    "loss.npy": npy(.float64, shape: [], data: littleEndian([Double(0.5).bitPattern])),
  ])
  #expect(arrays["none"]?.shape == [0, 784] && arrays["none"]?.elements == [])
  #expect(arrays["loss"]?.shape == [] && arrays["loss"]?.elements == [0.5])
}

// MARK: - Where they are

private let byte = npy(.uint8, shape: [1], data: [7])

@Test func `a folder is read in the order of its names, without what is no array`() throws {
  let arrays = try named([
    "w.npy": byte, "0.bias.npy": byte, "0.bias.grad.npy": byte, "ünï.npy": byte,
    ".hidden.npy": [1], ".npy": [1], "notes.txt": [1], "w.npy.part": [1], "below/deep.npy": [1],
  ])
  #expect(arrays.names == ["0.bias", "0.bias.grad", "w", "ünï"])
  #expect(arrays.names.allSatisfy { arrays[$0]?.elements == [7] })
  #expect(arrays.description == nil)
}

@Test func `a name decides nothing but where the file is`() throws {
  try withTemporaryFolder { folder in
    let tensors = Safetensors([.init("w", [1] as [Float], shape: [1])])
    try write(tensors.bytes, to: folder + "/a.npz")
    try write(zip([ZipMember("w.npy", byte)]), to: folder + "/a.safetensors")
    try write(byte, to: folder + "/folder.npz/w.npy")
    for name in ["a.npz", "a.safetensors", "folder.npz"] {
      let arrays = try NamedArrays(contentsOf: "\(folder)/\(name)")
      #expect(arrays.names == ["w"] && arrays.path == "\(folder)/\(name)")
    }
  }
}

@Test func `names of other folders are names, and nothing is written there`() throws {
  try withTemporaryFolder { folder in
    let names = ["../../w", "/tmp/../w", "a/b\\c", "..", "w\u{0}"]
    try write(zip(names.map { ZipMember($0 + ".npy", byte) }), to: folder + "/in/file")
    #expect(try NamedArrays(contentsOf: folder + "/in/file").names == names)
    let left = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    #expect(left == ["in", "in/file"])
  }
}

@Test func `as many files as are allowed are read, and not one more`() throws {
  try withTemporaryFolder { folder in
    for number in 0..<NamedArrays.fileLimit { try write(byte, to: "\(folder)/\(number).npy") }
    #expect(try NamedArrays(contentsOf: folder).names.count == 1_000)
    try write(byte, to: folder + "/more.npy")
    let error = try #require(throws: InputError.self) { try NamedArrays(contentsOf: folder) }
    #expect(error.problem == "it has 1001 .npy files, and at most 1000 are read")
  }
}

// MARK: - The description

private let words = #"{"layers": ["linear"], "loss": "mse", "ä": "😀"}"#

/// The text in all forms in which NumPy writes it.
struct WrittenText: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let file: [UInt8]

  private init(_ type: String, _ shape: [Int], _ data: [UInt8]) {
    testDescription = "\(type) \(shape)"
    file = npy(header: header(type, shape: shape), data: data)
  }

  static let all: [WrittenText] = {
    let bytes = Array(words.utf8)
    let scalars = words.unicodeScalars.map(\.value)
    let (low, high) = (littleEndian(scalars), littleEndian(scalars.map(\.byteSwapped)))
    let zeros = [UInt8](repeating: 0, count: 8)
    return [
      WrittenText("|u1", [bytes.count], bytes), WrittenText("|u1", [1, bytes.count], bytes),
      WrittenText("|S\(bytes.count)", [], bytes),
      WrittenText("|S\(bytes.count + 8)", [1], bytes + zeros),
      WrittenText("<U\(scalars.count)", [], low), WrittenText(">U\(scalars.count)", [1, 1], high),
      WrittenText("<U\(scalars.count + 2)", [1], low + zeros),
    ]
  }()
}

@Test(arguments: WrittenText.all)
func `a description is read in every form`(text: WrittenText) throws {
  let archive = try named(
    zip([ZipMember("description.npy", text.file), ZipMember("w.npy", byte)]))
  let member = ZipMember("description.npy", text.file, packed: storedBlocks(text.file))
  let packed = try named(zip([ZipMember("w.npy", byte), member]))
  let folder = try named(["description.npy": text.file, "w.npy": byte])
  for arrays in [archive, packed, folder] {
    #expect(arrays.description == words)
    #expect(arrays.names == ["w"] && arrays["description"] == nil)
  }
}

@Test func `a description is read from JSON in a folder, and from metadata`() throws {
  let folder = try named(["description.json": Array(words.utf8), "w.npy": byte])
  #expect(folder.description == words && folder.names == ["w"])
  let tensor = Safetensors.Entry("w", [1] as [Float], shape: [1])
  let metadata = ["format": "pt", "description": words]
  let tensors = try named(Safetensors([tensor], metadata: metadata).bytes)
  #expect(tensors.description == words && tensors.names == ["w"])
  let text = Safetensors.Entry(
    name: "description", elementType: .uint8, shape: [words.utf8.count], bytes: Array(words.utf8))
  let inTensor = try named(Safetensors([tensor, text]).bytes)
  #expect(inTensor.description == words && inTensor.names == ["w"])
  let empty = try named(["description.npy": npy(.uint8, shape: [0], data: []), "w.npy": byte])
  #expect(empty.description == "")
}

// MARK: - What is refused

/// A file or a folder that is refused, and words of the message that says why.
struct RefusedArrays: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let files: [String: [UInt8]]
  let words: String

  /// Describes a folder.
  private init(_ description: String, _ files: [String: [UInt8]], _ words: String) {
    (testDescription, self.files, self.words) = (description, files, words)
  }

  /// Describes a file.
  private init(_ description: String, _ bytes: [UInt8], _ words: String) {
    self.init(description, ["": bytes], words)
  }

  /// Describes an archive with an array “w”, of which the message speaks.
  private init(_ description: String, type: String, _ data: [UInt8], _ words: String) {
    let file = npy(header: header(type, shape: [1]), data: data)
    let member = ZipMember("w.npy", file)
    self.init(
      description, zip([ZipMember("a.npy", byte), member]), "“w”: its entries are " + words)
  }

  var error: InputError? {
    get throws {
      try #require(throws: InputError.self) {
        try files[""].map { try named($0) } ?? named(files)
      }
    }
  }

  static let all = kinds + types + descriptions + sizes

  private static let kindsWanted =
    "a .npz file of numpy.savez, a .safetensors file or a folder of .npy files is expected"
  private static let pickle = ZipMember("archive/data.pkl", [0x80, 2, 0x2E])

  private static let kinds = [
    RefusedArrays("no bytes", [] as [UInt8], "it is of no known kind; \(kindsWanted)"),
    RefusedArrays("text", Array("x = 1\ny = 2\n".utf8), "it is of no known kind; \(kindsWanted)"),
    RefusedArrays("a picture", [0x89] + Array("PNG\r\n".utf8), "it is of no known kind"),
    RefusedArrays("two letters of a ZIP file", Array("PK".utf8), "it is of no known kind"),
    RefusedArrays("JSON", Array(#"{"layers": ["relu"]}"#.utf8), "it is of no known kind"),
    RefusedArrays("a single array", byte, "is a single array; save all arrays in one file with"),
    RefusedArrays("a pickle of Python 2", [0x80, 2, 0x7D, 0x2E], "it is a pickle, which only"),
    RefusedArrays(
      "a pickle of Python 3", [0x80, 5] + Array(repeating: 0x7B, count: 9), "it is a pickle"),
    RefusedArrays(
      "a file of PyTorch", zip([pickle, ZipMember("archive/data/0", [1])]),
      "it is a file of torch.save; write one with save_torch of python/certify.py"),
    RefusedArrays(
      "a file of PyTorch in another order", zip([ZipMember("w.npy", byte), pickle]),
      "it is a file of torch.save"),
    RefusedArrays(
      "the start of a file of PyTorch", Array(zip([pickle]).prefix(60)), "file of torch.save"),
    RefusedArrays("the head of an archive", Array(zip([pickle]).prefix(35)), "cut short"),
    RefusedArrays(
      "a document", zip([ZipMember("[Content_Types].xml", [1])]), "_Types].xml” is no .npy file"),
    RefusedArrays("an archive of nothing", zip([]), "it holds no arrays"),
    RefusedArrays("tensors of nothing", Safetensors([]).bytes, "it holds no arrays"),
    RefusedArrays("an empty folder", ["notes.txt": [1]], "it holds no arrays"),
    RefusedArrays("words alone", ["description.json": [0x7B, 0x7D]], "it holds no arrays"),
    RefusedArrays(
      "a file in a folder that is no array", ["a.npy": byte, "w.npy": Array("PK".utf8)],
      "“w.npy”: it does not begin as a .npy file does"),
    RefusedArrays(
      "a file in a folder that is cut short", ["a.npy": byte, "w.npy": Array(byte.dropLast())],
      "“w.npy”: its header promises 1 bytes of data, and 0 follow"),
    RefusedArrays("a folder in a folder", ["w.npy/a": [1]], "“w.npy”: it is a folder, a pipe"),
    RefusedArrays(
      "a name that steers a terminal", ["\u{1B}[2J.npy": [1]], "“\\u{1B}[2J.npy”: it does not"),
    RefusedArrays(
      "one name in two ways of writing",
      safetensors(
        "{\(member("\u{E9}")),\(member("e\u{301}", offsets: "4,8"))}",
        data: [1, 2, 3, 4, 5, 6, 7, 8]), "two of its arrays are named “e\u{301}”"),
  ]

  private static let big = UInt64(1) << 53

  private static let types = [
    RefusedArrays("objects", type: "|O", [1], "|O (Python objects); this reader takes |b1,"),
    RefusedArrays("complex numbers", type: "<c8", byte, "<c8 (complex numbers)"),
    RefusedArrays("text", type: "<U1", [65, 0, 0, 0], "<U1 (text)"),
    RefusedArrays("strings of bytes", type: "|S1", [65], "|S1 (text)"),
    RefusedArrays(
      "bfloat16 of NumPy", type: "<V2", [0, 1],
      "<V2 (bytes, as NumPy writes bfloat16: save them as float32)"),
    RefusedArrays("long floats", type: "<f16", byte, "<f16 (floating-point numbers that differ"),
    RefusedArrays("a type that steers", type: "\u{1B}[2J", byte, "\\u{1B}[2J; this reader"),
    RefusedArrays(
      "records",
      zip([
        ZipMember(
          "w.npy",
          npy(header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (0,), }"))
      ]), "“w”: its entries are records; this reader takes numbers"),
    RefusedArrays(
      "the first integer that is one of two",
      zip([ZipMember("w.npy", npy(.int64, shape: [2], data: littleEndian([0, big])))]),
      "“w”: entry 1 is an integer of 2⁵³ or more, which would be rounded"),
    RefusedArrays(
      "an integer below",
      zip([ZipMember("w.npy", npy(.int64, shape: [1], data: littleEndian([1 + ~big])))]),
      "“w”: entry 0 is an integer of 2⁵³ or more"),
    RefusedArrays(
      "the largest integer", ["w.npy": npy(.uint64, shape: [1], data: littleEndian([UInt64.max]))],
      "“w.npy”: entry 0 is an integer of 2⁵³ or more"),
    RefusedArrays(
      "an integer of PyTorch",
      safetensors(
        "{\(member("w", "I64", shape: "1", offsets: "0,8"))}", data: littleEndian([big + 1])),
      "“w”: entry 0 is an integer of 2⁵³ or more"),
  ]

  private static func description(_ type: String, _ shape: [Int], _ data: [UInt8]) -> [UInt8] {
    zip([
      ZipMember("description.npy", npy(header: header(type, shape: shape), data: data)),
      ZipMember("w.npy", byte),
    ])
  }

  private static let descriptions = [
    RefusedArrays(
      "a description of other bytes", description("|u1", [2], [0xC0, 0xA2]),
      "“description”: its bytes are no text in UTF-8"),
    RefusedArrays(
      "a description of half a pair", description("<U1", [], [0, 0xD8, 0, 0]), "no text in UTF-8"),
    RefusedArrays(
      "a description beyond Unicode", description(">U1", [1], [0, 0x11, 0, 0]), "no text in UTF-8"),
    RefusedArrays(
      "a description of Latin letters", description("|S2", [], [0xE4, 0x65]), "no text in UTF-8"),
    RefusedArrays(
      "two texts", description("<U1", [2], [65, 0, 0, 0, 66, 0, 0, 0]),
      "“description”: its entries are <U1; a description is the bytes of a text, such as"),
    RefusedArrays("a number", description("<f4", [1], [0, 0, 0, 0]), "its entries are <f4; a"),
    RefusedArrays("an object", description("|O", [], [0x80, 2]), "|O (Python objects)"),
    RefusedArrays(
      "a long description",
      description("|u1", [(1 << 20) + 1], Array(repeating: 32, count: (1 << 20) + 1)),
      "it has 1048577 bytes; a description has at most 1048576"),
    RefusedArrays(
      "long metadata",
      Safetensors(
        [.init("w", [1] as [Float], shape: [1])],
        metadata: ["description": String(repeating: "x", count: (1 << 20) + 1)]
      ).bytes, "a description has at most 1048576"),
    RefusedArrays(
      "two descriptions in a folder",
      ["description.json": [0x7B, 0x7D], "description.npy": byte, "w.npy": byte],
      "it has two descriptions; keep one"),
    RefusedArrays(
      "JSON that is no text", ["description.json": [0xFF], "w.npy": byte],
      "“description.json”: its bytes are no text"),
    RefusedArrays(
      "two descriptions of tensors",
      safetensors(
        #"{"__metadata__":{"description":"{}"},\#(member("description"))}"#, data: [1, 2, 3, 4]),
      "it has two descriptions"),
    RefusedArrays(
      "a description of other numbers",
      safetensors("{\(member("description", "F32", shape: "1"))}", data: [1, 2, 3, 4]),
      "“description”: its numbers are F32; a description is U8"),
  ]

  /// Nothing is in them; an axis without entries counts as one with an entry.
  private static func empty(_ shapes: [[Int]]) -> [UInt8] {
    zip(
      shapes.enumerated().map { ZipMember("\($0).npy", npy(.float32, shape: [0] + $1, data: [])) })
  }

  private static let sizes = [
    RefusedArrays(
      "a number more than there is room for", empty([[(1 << 25) + 1]]),
      "up to “0” its arrays take 268435464 bytes, with 8 for each number, and at most 268435456"),
    RefusedArrays(
      "three arrays, of which two have room", empty([[1 << 24], [1 << 24], [1]]),
      "up to “2” its arrays take 268435464 bytes"),
    RefusedArrays(
      "more than any memory", empty([[1], [1 << 60 - 1]]),
      "up to “1” its arrays take 9223372036854775807 bytes"),
    RefusedArrays(
      "10,001 arrays of nothing",
      safetensors(
        "{\((0...10_000).map { member("\($0)", shape: "0", offsets: "0,0") }.joined(separator: ","))}"
      ),
      "it has more than 10000 arrays"),
    RefusedArrays(
      "axes beyond all integers", empty([[1 << 62, 1 << 62]]), "the shape of “0” is absurd"),
    RefusedArrays(
      "tensors beyond all integers",
      safetensors("{\(member(shape: "0,4611686018427387904,4", offsets: "0,0"))}"),
      "the shape of “a” is absurd"),
    RefusedArrays(
      "a product beyond all integers", ["w.npy": npy(header: header("<f8", shape: [1 << 61]))],
      "“w.npy”: its shape (2305843009213693952) is absurd"),
  ]
}

@Test(arguments: RefusedArrays.all)
func `what is no file of arrays is refused in a sentence`(file: RefusedArrays) throws {
  let error = try #require(try file.error)
  #expect("\(error)".contains(file.words), "\(error)")
  #expect(error.problem.isSentence && error.kind == .damaged)
}

/// Its checksum is wrong, which is noticed where an entry is read.
@Test func `many small numbers are refused before they are read`() throws {
  let count = (1 << 25) + 1
  let file = npy(.uint8, shape: [count], data: Array(repeating: 1, count: count))
  let error = try #require(throws: InputError.self) {
    try named(zip([ZipMember("w.npy", file).with { $0.checksum = 1 }]))
  }
  #expect(error.problem.hasPrefix("up to “w” its arrays take 268435464 bytes"))
}

@Test func `as many numbers as there is room for are no reason to refuse`() throws {
  let shapes = [[0, 1 << 24], [0, (1 << 24) - 1], [0]]
  let arrays = try named(
    Dictionary(
      uniqueKeysWithValues: shapes.enumerated().map {
        ("\($0).npy", npy(.float32, shape: $1, data: []))
      }))
  #expect(arrays.names.map { arrays[$0]?.shape } == shapes)
}

@Test func `what cannot be opened is refused at once`() throws {
  try withTemporaryFolder { folder in
    let missing = try #require(throws: InputError.self) {
      try NamedArrays(contentsOf: folder + "/none")
    }
    #expect(missing.kind == .missing && missing.problem == "there is no such file")
    #expect(mkfifo(folder + "/w.npy", 0o600) == 0)
    for path in [folder, folder + "/w.npy", "/dev/zero"] {
      let error = try #require(throws: InputError.self) { try NamedArrays(contentsOf: path) }
      #expect(error.problem == "it is a folder, a pipe or a device; a file is expected")
    }
    let fileManager = FileManager.default
    try fileManager.removeItem(atPath: folder + "/w.npy")
    try fileManager.createSymbolicLink(
      atPath: folder + "/w.npy", withDestinationPath: folder + "/w.npy")
    #expect(throws: InputError.self) { try NamedArrays(contentsOf: folder) }
  }
}

// MARK: - Files that are cut short, and files that mean harm

@Test(arguments: [FileFormat.namedTensors, .namedArchive, .namedFolder])
func `no start of a file is taken for the whole of it`(format: FileFormat) throws {
  let whole = format.whole
  #expect(format.problem(of: whole) == nil)
  for length in whole.indices {
    let error = try #require(format.problem(of: Array(whole[..<length])), "\(length) bytes")
    #expect(error.problem.isSentence)
  }
}

@Test func `what the readers of each format refuse, arrays by name refuse too`() throws {
  let files = CraftedFile.all.filter { $0.format != .npy }
  for file in files {
    let error = try #require(
      FileFormat.namedArchive.problem(of: file.bytes), "\(file.testDescription) was read")
    #expect(error.problem.isSentence, "\(file.testDescription): \(error)")
  }
  #expect(files.count > 80)
}
