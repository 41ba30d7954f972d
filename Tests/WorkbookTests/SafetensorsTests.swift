import Foundation
import Testing
import Workbook

// MARK: - What is written is read

@Test func `a small file is written byte by byte as the format says`() throws {
  let header =
    #"{"__metadata__":{"a":"1\n","b":"“"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"#
    + #""n":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}"#
  // The longer numbers come first, and spaces bring the header to a multiple of 8 bytes.
  let file = Safetensors(
    [
      Safetensors.Entry(name: "n", elementType: .uint8, shape: [3], bytes: [7, 8, 9]),
      Safetensors.Entry("w", [1, -0.5] as [Float], shape: [1, 2]),
    ], metadata: ["b": "“", "a": "1\n"])
  let escaped = header.replacing("1\\n", with: "1\\u000a")
  let spaces = String(repeating: " ", count: (8 - escaped.utf8.count % 8) % 8)
  let expected = safetensors(
    escaped + spaces, data: [0, 0, 0x80, 0x3F, 0, 0, 0, 0xBF, 7, 8, 9])
  #expect(file.bytes == expected)
  let read = try Safetensors(file.bytes, path: "a")
  #expect(read.metadata == ["a": "1\n", "b": "“"])
  #expect(read.entries == file.entries)
}

@Test func `a file comes back from the disk as it was written`() throws {
  var random = SplitMix64(seed: 1)
  let floats = (0..<24).map { _ in Float(random.normal()) }
  let doubles = (0..<6).map { _ in random.normal() }
  let file = Safetensors(
    [
      .init("a.weight", floats, shape: [2, 3, 4]), .init("b", doubles, shape: [6]),
      .init("number", [Float.pi], shape: []), .init("none", [] as [Double], shape: [0, 7]),
    ], metadata: ["key": "\"\\/\u{1}\u{1F600}"])
  try withTemporaryFolder { folder in
    let path = folder + "/a.safetensors"
    try file.write(to: path)
    let read = try Safetensors(contentsOf: path)
    #expect(read.entries == file.entries && read.metadata == file.metadata)
    #expect(try read.numbers("a.weight", shape: [2, 3, 4], as: Float.self) == floats)
    #expect(try read.numbers("b", shape: [6], as: Double.self) == doubles)
    #expect(try read.numbers("number", shape: [], as: Double.self) == [Double(Float.pi)])
    #expect(try read.numbers("none", shape: [0, 7], as: Float.self) == [])
    // Another file takes its place; nothing else is left in the folder.
    try Safetensors([]).write(to: path)
    #expect(try Safetensors(contentsOf: path).entries.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.safetensors"])
  }
}

/// By IEEE 754, and by Google's description of bfloat16, its first 16 bits.
@Test func `halves of both kinds are read as the numbers they stand for`() throws {
  let halves: [(UInt16, Float)] = [
    (0x0000, 0), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x0001, 0x1p-24),
    (0x03FF, 1023 * 0x1p-24), (0x0400, 0x1p-14), (0x3555, 0.333251953125), (0x7C00, .infinity),
  ]
  let brain: [(UInt16, Float)] = [(0x3F80, 1), (0xC040, -3), (0x0000, 0), (0x4049, 3.140625)]
  let file = Safetensors([
    .init(
      name: "f", elementType: .float16, shape: [halves.count],
      bytes: littleEndian(halves.map(\.0))),
    .init(
      name: "b", elementType: .bfloat16, shape: [brain.count], bytes: littleEndian(brain.map(\.0))),
    .init(name: "nan", elementType: .float16, shape: [1], bytes: [0x01, 0x7E]),
  ])
  #expect(file["f"]?.numbers(as: Float.self) == halves.map(\.1))
  #expect(file["b"]?.numbers(as: Double.self) == brain.map { Double($0.1) })
  #expect(file["nan"]?.numbers(as: Float.self)?.first?.isNaN == true)
}

@Test func `integers of every kind are read`() throws {
  func entry(_ type: Safetensors.ElementType, _ bytes: [UInt8]) -> Safetensors.Entry {
    .init(name: type.rawValue, elementType: type, shape: [bytes.count / type.size], bytes: bytes)
  }
  #expect(entry(.bool, [0, 1]).integers() == [0, 1])
  #expect(entry(.uint8, [0, 255]).integers() == [0, 255])
  #expect(entry(.int8, [0, 255]).integers() == [0, -1])
  #expect(entry(.int16, littleEndian([.min, 7] as [Int16])).integers() == [-32768, 7])
  #expect(entry(.uint16, littleEndian([.max] as [UInt16])).integers() == [65535])
  #expect(entry(.int32, littleEndian([.min] as [Int32])).integers() == [-2_147_483_648])
  #expect(entry(.uint32, littleEndian([.max] as [UInt32])).integers() == [4_294_967_295])
  #expect(entry(.int64, littleEndian([.min] as [Int64])).integers() == [.min])
  #expect(entry(.uint64, littleEndian([.max >> 1] as [UInt64])).integers() == [.max])
  #expect(entry(.uint64, littleEndian([1 << 63] as [UInt64])).integers() == nil)
  #expect(entry(.float32, [0, 0, 0, 0]).integers() == nil)
  #expect(entry(.int64, littleEndian([1] as [Int64])).numbers(as: Double.self) == nil)
}

@Test func `JSON in another order, with spaces and escapes, says the same`() throws {
  let header = """
     { "\\u0061\\ud83d\\ude00\\/" : { "data_offsets" : [ 0 , 2 ] ,\n "shape":[ 2 ],"dtype":"U8"} ,\t
       "__metadata__" : { } }   
    """.drop { $0 == " " }
  let file = try Safetensors(safetensors(String(header), data: [5, 6]), path: "a")
  #expect(file.entries.map(\.name) == ["a\u{1F600}/"])
  #expect(file.entries[0].bytes == [5, 6])
}

// MARK: - What cannot be written

@Test func `a file that cannot be written leaves the old one whole, and no other`() throws {
  try withTemporaryFolder { folder in
    let file = Safetensors([.init("a", [1] as [Float], shape: [1])])
    for path in ["\(folder)/none/a", "/dev/null", folder] {
      let error = #expect(throws: OutputError.self) { try file.write(to: path) }
      #expect(error?.path == path && error?.problem.isEmpty == false)
    }
    let pipe = folder + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: OutputError.self) { try file.write(to: pipe) }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(left == ["pipe"])
  }
}

@Test func `what is written to a link goes where it leads`() throws {
  try withTemporaryFolder { folder in
    try write([1], to: folder + "/kept/a")
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link", withDestinationPath: folder + "/kept/a")
    try Safetensors([]).write(to: folder + "/link")
    #expect(try Safetensors(contentsOf: folder + "/kept/a").entries.isEmpty)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") != "")
  }
}

// MARK: - What stands in a file's place

@Test func `what is no file is refused at once`() throws {
  try withTemporaryFolder { folder in
    let pipe = folder + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, folder, "/dev/zero"] {
      let words = "it is a folder, a pipe or a device; a file is expected"
      let one = #expect(throws: InputError.self) { try Safetensors(contentsOf: path) }
      let two = #expect(throws: InputError.self) { try NpyArray(contentsOf: path) }
      let three = #expect(throws: InputError.self) { try NpzArchive(contentsOf: path) }
      #expect([one, two, three].map { $0?.problem } == [words, words, words])
    }
    let error = #expect(throws: InputError.self) { try Safetensors(contentsOf: folder + "/no") }
    #expect(error?.kind == .missing)
    try write([], to: folder + "/empty")
    #expect(throws: InputError.self) { try Safetensors(contentsOf: folder + "/empty") }
    #expect(throws: InputError.self) { try NpzArchive(contentsOf: folder + "/empty") }
  }
}

// MARK: - Archives of NumPy

@Test func `an archive comes back from the disk as it was written`() throws {
  let archive = NpzArchive([
    ("w", NpyArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])),
    ("ünï", NpyArray([7] as [UInt8], shape: [])), ("d", NpyArray([0.1], shape: [1])),
  ])
  try withTemporaryFolder { folder in
    try archive.write(to: folder + "/a.npz")
    let read = try NpzArchive(contentsOf: folder + "/a.npz")
    #expect(read.names == ["w", "ünï", "d"])
    #expect(try read.array("w").doubles(shape: [2, 3]) == [1, 2, 3, 4, 5, 6])
    #expect(try read.array("ünï").integers(shape: []) == [7])
    #expect(try read.array("d").doubles(shape: [1]) == [0.1])
    let error = #expect(throws: InputError.self) { try read.array("x") }
    #expect(error?.problem == "it has no array “x”; it has “w”, “ünï”, “d”")
  }
}

/// `numpy.savez` writes sizes before the data in the 64-bit form, whatever they are.
@Test func `an archive as NumPy writes it is read, stored and packed`() throws {
  let array = npy(.uint8, shape: [2], data: [3, 4])
  let extra = littleEndian([1, 16] as [UInt16]) + littleEndian([Int64(array.count), 0])
  let stored = ZipMember("a.npy", array).with { $0.localExtra = extra }
  let packed = ZipMember("b.npy", array, packed: storedBlocks(array))
  let read = try NpzArchive(zip([stored, packed], comment: Array("PK".utf8)), path: "a")
  #expect(read.names == ["a", "b"])
  #expect(try read.array("a").integers(shape: [2]) == [3, 4])
  #expect(try read.array("b").integers(shape: [2]) == [3, 4])
}
