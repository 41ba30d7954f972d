import Foundation
import Testing
import Workbook

// MARK: - What is written is read

@Test(arguments: 1...3 as ClosedRange<UInt8>)
func `every type of entry is read as it was written`(version: UInt8) throws {
  let bytes: [UInt8] = [0, 1, 127, 128, 255, 9]
  let uint8 = try NpyArray(npy(.uint8, shape: [2, 3], data: bytes, version: version), path: "a")
  #expect(try uint8.uint8s(shape: [2, 3]) == bytes)
  #expect(try uint8.integers(shape: [2, nil]) == [0, 1, 127, 128, 255, 9])
  #expect(try uint8.doubles(shape: [nil, nil]) == [0, 1, 127, 128, 255, 9])

  let int32s: [Int32] = [.min, -1, 0, 1, 256, .max]
  let int32 = try NpyArray(
    npy(.int32, shape: [6], data: littleEndian(int32s), version: version), path: "a")
  #expect(try int32.integers(shape: [6]) == int32s.map(Int.init))
  #expect(try int32.doubles(shape: [6]) == int32s.map(Double.init))

  let int64s: [Int64] = [.min, -1, 0, 1, 1 << 40, .max]
  let int64 = try NpyArray(
    npy(.int64, shape: [6], data: littleEndian(int64s), version: version), path: "a")
  #expect(try int64.integers(shape: [nil]) == int64s.map(Int.init))

  let floats: [Float] = [0, -0.1, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
  let float32 = try NpyArray(
    npy(
      .float32, shape: [1, 2, 2], data: littleEndian(floats.map(\.bitPattern)), version: version),
    path: "a")
  #expect(try float32.doubles(shape: [1, 2, 2]) == floats.map(Double.init))

  let doubles: [Double] = [0, -0.1, .pi, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
  let float64 = try NpyArray(
    npy(.float64, shape: [5], data: littleEndian(doubles.map(\.bitPattern)), version: version),
    path: "a")
  #expect(try float64.doubles(shape: [5]) == doubles)
}

@Test func `a file on disk is read as its bytes are`() throws {
  let file = npy(.uint8, shape: [3], data: [1, 2, 3])
  try withTemporaryFolder { folder in
    try write(file, to: folder + "/a.npy")
    #expect(try NpyArray(contentsOf: folder + "/a.npy").integers(shape: [3]) == [1, 2, 3])
  }
}

@Test func `a single number has no axes, and an empty array no entries`() throws {
  let number = try NpyArray(npy(.uint8, shape: [], data: [7]), path: "a")
  #expect(try number.integers(shape: []) == [7])
  let empty = try NpyArray(npy(.float64, shape: [0, 4], data: []), path: "a")
  #expect(empty.shape == [0, 4])
  #expect(try empty.doubles(shape: [nil, 4]) == [])
}

@Test func `the dictionary may come in any order and without spaces`() throws {
  let dictionary = "{'shape':(2,),'fortran_order':False,'descr':'|u1'}"
  let array = try NpyArray(npy(header: dictionary, data: [5, 6]), path: "a")
  #expect(try array.integers(shape: [2]) == [5, 6])
}

@Test(arguments: [
  "{'descr': '<u1', 'fortran_order': False, 'shape': (2, 3), }",
  "{'descr': '>u1', 'fortran_order': False, 'shape': (2, 3), }",
  "{\"descr\": \"|u1\", \"fortran_order\": False, \"shape\": (2, 3)}",
  "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3L), }",
])
func `a dictionary in the words of another writer says the same`(dictionary: String) throws {
  let array = try NpyArray(npy(header: dictionary, data: [1, 2, 3, 4, 5, 6]), path: "a")
  #expect(try array.uint8s(shape: [2, 3]) == [1, 2, 3, 4, 5, 6])
}

@Test(arguments: StoredNumbers.all)
func `a type of number is read in every order of bytes and of axes`(type: StoredNumbers) throws {
  for file in type.files {
    let array = try NpyArray(file.bytes, path: "a")
    #expect(array.elementType.rawValue == (type.size == 1 ? "|" : "<") + type.type, "\(file.name)")
    #expect(array.bytes == type.data(), "\(file.name)")
    if type.format == "integer" {
      #expect(try array.integers(shape: [2, 3]).map { Double($0) } == type.numbers)
      #expect(try array.doubles(shape: [2, 3]) == type.numbers)
    }
  }
}

/// From 2⁵³ on, a `Double` stands for several integers, and it takes the nearest of those it has.
@Test func `unsigned integers beyond those of Swift are named, or rounded`() throws {
  let data = littleEndian([.max, 1 << 63, (1 << 53) + 1, 7] as [UInt64])
  let array = try NpyArray(npy(.uint64, shape: [4], data: data), path: "a")
  #expect(try array.doubles(shape: [4]) == [0x1p64, 0x1p63, 0x1p53, 7])
  let error = try #require(throws: InputError.self) { try array.integers(shape: [4]) }
  #expect(error.problem == "an entry is above 9223372036854775807")
  let most = try NpyArray(
    npy(.uint64, shape: [1], data: littleEndian([.max >> 1] as [UInt64])), path: "a")
  #expect(try most.integers(shape: [1]) == [.max])
}

@Test func `truth values are read as 0 and 1`() throws {
  let array = try NpyArray(npy(header: header("|b1", shape: [4]), data: [0, 1, 255, 0]), path: "a")
  #expect(array.elementType == .bool)
  #expect(try array.integers(shape: [4]) == [0, 1, 1, 0])
  #expect(try array.doubles(shape: [4]) == [0, 1, 1, 0])
}

/// Entry [i, j, k] is 100 i + 10 j + k. NumPy's `asfortranarray` writes the first axis fastest.
@Test func `an array in Fortran order is read in the order of its indices`() throws {
  let (a, b, c) = (2, 3, 4)
  var (byLastAxis, byFirstAxis): ([Int32], [Int32]) = ([], [])
  for i in 0..<a {
    for j in 0..<b { for k in 0..<c { byLastAxis.append(Int32(100 * i + 10 * j + k)) } }
  }
  for k in 0..<c {
    for j in 0..<b { for i in 0..<a { byFirstAxis.append(Int32(100 * i + 10 * j + k)) } }
  }
  let file = npy(
    header: header("<i4", order: "True", shape: [a, b, c]), data: littleEndian(byFirstAxis))
  let array = try NpyArray(file, path: "a")
  #expect(try array.integers(shape: [a, b, c]) == byLastAxis.map { Int($0) })
  for shape: [Int] in [[], [0], [0, 3], [3, 0], [6], [1, 6], [6, 1]] {
    let count = shape.reduce(1, *)
    let data = (0..<count).map { UInt8($0) }
    let flat = npy(header: header("|u1", order: "True", shape: shape), data: data)
    #expect(try NpyArray(flat, path: "a").uint8s(shape: shape) == data)
  }
}

// MARK: - What this workbook writes

@Test(arguments: [[], [0], [6], [2, 3], [1, 2, 1, 3]] as [[Int]])
func `an array is read back as it was written, whatever its axes`(shape: [Int]) throws {
  let count = shape.reduce(1, *)
  let bytes = (0..<count).map { UInt8(255 - $0) }
  let floats = (0..<count).map { Float($0) - 0.1 }
  try withTemporaryFolder { folder in
    try NpyArray(bytes, shape: shape).write(to: folder + "/bytes.npy")
    #expect(try NpyArray(contentsOf: folder + "/bytes.npy").uint8s(shape: shape) == bytes)
    try NpyArray(floats, shape: shape).write(to: folder + "/floats.npy")
    let read = try NpyArray(contentsOf: folder + "/floats.npy")
    #expect(read.elementType == .float32)
    #expect(try read.doubles(shape: shape) == floats.map(Double.init))
  }
}

@Test(arguments: [0, 1, 9, 10, 99, 100, 99_999])
func `what is written is what NumPy would write`(length: Int) throws {
  let bytes = [UInt8](repeating: 7, count: length)
  try withTemporaryFolder { folder in
    try NpyArray(bytes, shape: [length]).write(to: folder + "/a.npy")
    let file = try Data(contentsOf: URL(filePath: folder + "/a.npy"))
    #expect(Array(file) == npy(.uint8, shape: [length], data: bytes))
  }
}

/// Its length takes both bytes: 310 is 1 · 256 + 54.
@Test func `a header of 310 bytes is written and read`() throws {
  let shape = Array(repeating: 1, count: 69) + [2, 5]
  let bytes = (0..<shape.reduce(1, *)).map { UInt8($0 + 1) }
  try withTemporaryFolder { folder in
    try NpyArray(bytes, shape: shape).write(to: folder + "/a.npy")
    let file = try Array(Data(contentsOf: URL(filePath: folder + "/a.npy")))
    #expect(file[8...9] == [54, 1])
    #expect(file == npy(.uint8, shape: shape, data: bytes))
    #expect(try NpyArray(contentsOf: folder + "/a.npy").uint8s(shape: shape) == bytes)
  }
}

@Test func `a file that cannot be written is an error, not a crash`() {
  #expect(throws: (any Error).self) {
    try NpyArray([1] as [UInt8], shape: [1]).write(to: "/dev/null/a.npy")
  }
}

@Test func `as many entries are wanted as the shape says`() async {
  await #expect(processExitsWith: .failure) { _ = NpyArray([1, 2] as [UInt8], shape: [3]) }
}

// MARK: - What is damaged is named

/// A file, and words of the sentence that must say what is wrong with it.
struct DamagedFile: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let words: String

  init(_ description: String, _ bytes: [UInt8], _ words: String) {
    (testDescription, self.bytes, self.words) = (description, bytes, words)
  }

  init(_ description: String, header: String, _ words: String) {
    self.init(description, npy(header: header, data: [1, 2, 3, 4]), words)
  }

  private static let whole = npy(.uint8, shape: [2, 2], data: [1, 2, 3, 4])

  private static func changing(_ position: Int, to byte: UInt8) -> [UInt8] {
    var bytes = whole
    bytes[position] = byte
    return bytes
  }

  static let all = [
    DamagedFile("empty file", [], "does not begin as a .npy file does"),
    DamagedFile("text", Array("1, 2, 3, 4\n5, 6, 7, 8".utf8), "does not begin as a .npy file does"),
    DamagedFile("wrong magic", changing(1, to: 0x4E ^ 1), "does not begin as a .npy file does"),
    DamagedFile("magic alone", Array(whole.prefix(6)), "cut short"),
    DamagedFile("version 0", changing(6, to: 0), "version"),
    DamagedFile("version 4", changing(6, to: 4), "version"),
    DamagedFile("no header", Array(whole.prefix(10)), "cut short"),
    DamagedFile("half a header", Array(whole.prefix(40)), "cut short inside its header"),
    DamagedFile("longer header than file", changing(9, to: 0xFF), "cut short inside its header"),
    DamagedFile(
      "version 2 with a header of 4 GB",
      whole.prefix(6) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF] + whole.dropFirst(10),
      "cut short inside its header"),
    DamagedFile("no data", Array(whole.dropLast(4)), "promises 4 bytes of data, and 0 follow"),
    DamagedFile(
      "data cut short", Array(whole.dropLast()), "promises 4 bytes of data, and 3 follow"),
    DamagedFile("a byte too many", whole + [0], "promises 4 bytes of data, and 5 follow"),
    DamagedFile("empty header", header: "", "header is not understood"),
    DamagedFile("garbage header", header: "{'descr': \u{1F}\u{0}", "header is not understood"),
    DamagedFile(
      "records", header: "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (4,)}",
      "its entries are records"),
    DamagedFile(
      "a list around a type", header: "{'descr': ['|u1', 'fortran_order': False, 'shape': (4,)}",
      "its entries are records"),
    DamagedFile(
      "no order", header: "{'descr': '|u1', 'shape': (4,), }", "header is not understood"),
    DamagedFile(
      "no shape", header: "{'descr': '|u1', 'fortran_order': False, }", "header is not understood"),
    DamagedFile(
      "a header that is long",
      header: header("|u1", shape: [4]) + String(repeating: " ", count: 9_999),
      "at most 10000 are read"),
    DamagedFile(
      "a key twice",
      header: "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (4,)}",
      "header is not understood"),
    DamagedFile(
      "a key too many", header: "{'descr': '|u1', 'fortran_order': False, 'shape': (4,), 'x': 1}",
      "header is not understood"),
    DamagedFile(
      "words behind the dictionary", header: header("|u1", shape: [4]) + " 'shape': (1,)",
      "header is not understood"),
    DamagedFile(
      "a number that is no tuple", header: "{'descr': '|u1', 'fortran_order': False, 'shape': (4)}",
      "header is not understood"),
    DamagedFile(
      "an axis that is no number",
      header: "{'descr': '|u1', 'fortran_order': False, 'shape': (L,)}",
      "header is not understood"),
    DamagedFile(
      "an order that is no truth value", header: header("|u1", order: "Maybe", shape: [4]),
      "header is not understood"),
    DamagedFile(
      "quotes of two kinds", header: "{\"descr': '|u1', 'fortran_order': False, 'shape': (4,)}",
      "header is not understood"),
    DamagedFile("bits", header: header("|b2", shape: [2]), "its entries are |b2"),
    DamagedFile("numbers of no order", header: header("|f4", shape: [1]), "its entries are |f4"),
    DamagedFile("an order that is none", header: header("!f4", shape: [1]), "its entries are !f4"),
    DamagedFile("no order of bytes", header: header("f4", shape: [1]), "its entries are f4"),
    DamagedFile("no type", header: header("", shape: [4]), "its entries are ;"),
    DamagedFile(
      "Fortran order beyond all integers",
      header: header("<f4", order: "True", shape: [1 << 40, 1 << 40]), "is absurd"),
    DamagedFile(
      "Fortran order with data cut short", header: header("|u1", order: "True", shape: [2, 3]),
      "promises 6 bytes of data, and 4 follow"),
    DamagedFile(
      "long floats", header: header("<f16", shape: [1]),
      "its entries are <f16 (floating-point numbers that differ between machines)"),
    DamagedFile(
      "complex numbers", header: header("<c8", shape: [1]),
      "its entries are <c8 (complex numbers); this reader takes |b1, |i1, |u1, <i2, <u2,"),
    DamagedFile("text entries", header: header("<U1", shape: [1]), "its entries are <U1 (text)"),
    DamagedFile("byte strings", header: header("|S4", shape: [1]), "its entries are |S4 (text)"),
    DamagedFile(
      "text beyond all integers", header: header("<U9999999999", shape: [1]),
      "its entries are <U9999999999 (text)"),
    DamagedFile(
      "objects", header: header("|O", shape: [1]), "its entries are |O (Python objects)"),
    DamagedFile(
      "halves of Google", header: header("<V2", shape: [2]), "save them as float32"),
    DamagedFile("days", header: header("<M8[D]", shape: [1]), "its entries are <M8[D] (dates)"),
    DamagedFile("negative axis", header: header("|u1", shape: [-4]), "header is not understood"),
    DamagedFile(
      "axis in words", header: "{'descr': '|u1', 'fortran_order': False, 'shape': (four,), }",
      "header is not understood"),
    DamagedFile(
      "axis beyond all integers",
      header: "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,), }",
      "99999999999999999999 is absurd"),
    DamagedFile(
      "product beyond all integers", header: header("|u1", shape: [1 << 40, 1 << 40]),
      "is absurd"),
    DamagedFile("bytes beyond all integers", header: header("<f8", shape: [1 << 61]), "is absurd"),
    DamagedFile(
      "more than any disk holds", header: header("|u1", shape: [1 << 60]),
      "promises 1152921504606846976 bytes of data, and 4 follow"),
  ]
}

@Test(arguments: DamagedFile.all)
func `a damaged file is refused with a sentence that says why`(file: DamagedFile) throws {
  let error = try #require(throws: InputError.self) {
    try NpyArray(file.bytes, path: "some/file.npy")
  }
  #expect(error.kind == .damaged)
  #expect(error.path == "some/file.npy")
  #expect(error.problem.contains(file.words))
  #expect("\(error)".hasPrefix("some/file.npy: "))
}

@Test func `what is wrong is said in one line of printable characters`() throws {
  // A header may hold anything; on its way to a terminal it must not move the cursor.
  let bytes = npy(header: "{'descr': \u{1B}[2J\u{7}\r\n")
  let error = try #require(throws: InputError.self) { try NpyArray(bytes, path: "a") }
  #expect(error.problem.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
  let type = npy(header: header("\u{1B}[31m", shape: [1]))
  let other = try #require(throws: InputError.self) { try NpyArray(type, path: "a") }
  #expect(other.problem.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
}

@Test func `a file that is not there is missing, not damaged`() throws {
  try withTemporaryFolder { folder in
    let error = try #require(throws: InputError.self) {
      try NpyArray(contentsOf: folder + "/none.npy")
    }
    #expect(error.kind == .missing && error.path == folder + "/none.npy")
    #expect(error.problem == "there is no such file")
  }
}

@Test func `a folder is no file`() throws {
  try withTemporaryFolder { folder in
    let error = try #require(throws: InputError.self) { try NpyArray(contentsOf: folder) }
    #expect(error.kind == .damaged)
  }
}

@Test(arguments: [Double.nan, .infinity, -.infinity])
func `a network is not fed what is not finite`(bad: Double) throws {
  let doubles = npy(.float64, shape: [3], data: littleEndian([0, bad, 1].map(\.bitPattern)))
  let wide = try NpyArray(doubles, path: "a")
  let error = try #require(throws: InputError.self) { try wide.doubles(shape: [3]) }
  #expect(error.problem.contains("entry 1 is \(bad)"))

  let floats = npy(
    .float32, shape: [3], data: littleEndian([0, 1, Float(bad)].map(\.bitPattern)))
  let narrow = try NpyArray(floats, path: "a")
  let other = try #require(throws: InputError.self) { try narrow.doubles(shape: [3]) }
  #expect(other.problem.contains("entry 2 is \(bad)"))
}

@Test(arguments: [[4], [2, 3], [nil, 3], [2, 2, 1], [], [nil]] as [[Int?]])
func `another shape than wanted is refused, and both are named`(wanted: [Int?]) throws {
  let array = try NpyArray(npy(.uint8, shape: [2, 2], data: [1, 2, 3, 4]), path: "a")
  let error = try #require(throws: InputError.self) { try array.uint8s(shape: wanted) }
  let text = wanted.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
  #expect(error.problem == "its shape is [2, 2], wanted: [\(text)]")
}

@Test func `another type than wanted is refused, and both are named`() throws {
  let floats = try NpyArray(
    npy(.float32, shape: [1], data: littleEndian([Float(1).bitPattern])), path: "a")
  let bytes = try #require(throws: InputError.self) { try floats.uint8s(shape: [1]) }
  #expect(bytes.problem == "its entries are <f4, wanted: |u1")
  let integers = try #require(throws: InputError.self) { try floats.integers(shape: [1]) }
  #expect(
    integers.problem
      == "its entries are <f4, wanted: |b1, |i1, |u1, <i2, <u2, <i4, <u4, <i8, <u8")
}

// MARK: - Anything at all

@Test(arguments: 1...3 as ClosedRange<UInt8>)
func `no change of a byte makes the reader trap`(version: UInt8) {
  let whole = npy(
    .float32, shape: [5, 7], data: littleEndian((0..<35).map { Float($0).bitPattern }),
    version: version)
  var refused = 0
  for position in 0..<200 {
    for change in [0x01, 0x02, 0x08, 0x10, 0x20, 0x80, 0xFF] as [UInt8] {
      var bytes = whole
      bytes[position] ^= change
      do throws(InputError) {
        let array = try NpyArray(bytes, path: "a")
        #expect(array.bytes.count == array.shape.reduce(array.elementType.size, *))
        _ = try array.doubles(shape: [5, 7])
      } catch {
        #expect(!error.problem.isEmpty)
        refused += 1
      }
    }
  }
  // Each change of the magic word or the version number, 7 bytes, is noticed at the least.
  #expect(refused >= 6 * 7)
}

@Test func `no start of a file is taken for the whole`() {
  let whole = npy(.int64, shape: [3], data: littleEndian([1, 2, 3] as [Int64]))
  for length in whole.indices {
    #expect(throws: InputError.self) { try NpyArray(Array(whole[..<length]), path: "a") }
  }
}
