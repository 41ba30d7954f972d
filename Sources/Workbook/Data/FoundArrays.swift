import Foundation
import Text

/// Arrays that were found in a file or a folder. Their shapes are known; their numbers are not read yet.
struct FoundArrays {
  typealias Reading = () throws(InputError) -> NamedArrays.Numbers

  /// The arrays, in the order in which they were found, each with what reads its numbers.
  private(set) var arrays: [(name: String, read: Reading)] = []
  private(set) var description: String?
  private let path: String
  private var names = Set<String>()
  /// How many bytes the arrays will take.
  private var size = 0

  /// Looks into a file or a folder.
  ///
  /// - Throws: `InputError`, as ``NamedArrays/init(contentsOf:)`` does.
  init(_ path: String) throws(InputError) {
    self.path = path
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue {
      try findInFolder()
    } else {
      try find(in: try ByteSource(contentsOf: path))
    }
    if arrays.isEmpty { throw damaged("it holds no arrays") }
  }

  private func damaged(_ problem: String) -> InputError { InputError(.damaged, path, problem) }

  /// What messages call an array, or a file in a folder.
  private func place(of name: String) -> String { "\(path), \(name.quoted)" }

  /// Looks into a file, of which the first bytes tell the kind.
  private mutating func find(in source: ByteSource) throws(InputError) {
    let start = try source.bytes(0..<min(9, source.size))
    if start.starts(with: [0x50, 0x4B, 3, 4]) || start.starts(with: [0x50, 0x4B, 5, 6]) {
      return try findInArchive(source)
    }
    // The upper half of the length of a header, which is less than 4 GB, and how the header begins.
    if start.dropFirst(4).elementsEqual([0, 0, 0, 0, UInt8(ascii: "{")]) {
      return try findTensors(source)
    }
    if start.starts(with: NpyHeader.magic) {
      throw damaged("it is a single array; save all arrays in one file with numpy.savez")
    }
    let isPickle = start.count > 1 && start[0] == 0x80 && (2...5).contains(start[1])
    throw damaged(
      (isPickle ? "it is a pickle, which only Python reads; " : "it is of no known kind; ")
        + "a .npz file of numpy.savez, a .safetensors file or a folder of .npy files is expected")
  }

  // MARK: - What is found

  /// Keeps an array, if its numbers have room beside the others.
  private mutating func add(
    _ name: String, shape: [Int], read: @escaping Reading
  ) throws(InputError) {
    guard names.insert(name).inserted else {
      throw damaged("two of its arrays are named \(name.quoted)")
    }
    guard arrays.count < NamedArrays.arrayLimit else {
      throw damaged("it has more than \(NamedArrays.arrayLimit) arrays")
    }
    // An axis without entries counts as one with an entry, so that the others are not absurd either.
    var bytes = 8
    for length in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(length, 1))
      guard !overflow else { throw damaged("the shape of \(name.quoted) is absurd") }
      bytes = product
    }
    let (sum, overflow) = size.addingReportingOverflow(bytes)
    guard !overflow, sum <= NamedArrays.sizeLimit else {
      throw damaged(
        "up to \(name.quoted) its arrays take \(overflow ? Int.max : sum) bytes, with 8 for each "
          + "number, and at most \(NamedArrays.sizeLimit) are read; save a smaller batch or network"
      )
    }
    size = sum
    arrays.append((name, read))
  }

  /// Refuses a second description, and one that is too long, before it is read.
  private func requireDescription(_ byteCount: Int, _ place: String) throws(InputError) {
    guard description == nil else { throw damaged("it has two descriptions; keep one") }
    guard byteCount <= NamedArrays.descriptionLimit else {
      throw InputError(
        .damaged, place,
        "it has \(byteCount) bytes; a description has at most \(NamedArrays.descriptionLimit)")
    }
  }

  private mutating func describe(_ text: String?, _ place: String) throws(InputError) {
    guard let text else {
      throw InputError(.damaged, place, "its bytes are no text in UTF-8, as a description is")
    }
    try requireDescription(text.utf8.count, place)
    description = text
  }

  // MARK: - Tensors

  private mutating func findTensors(_ source: ByteSource) throws(InputError) {
    let header = try SafetensorsHeader(source)
    if let text = header.metadata[NamedArrays.descriptionName] { try describe(text, path) }
    for tensor in header.tensors {
      let (place, position) = (place(of: tensor.name), header.position(of: tensor))
      if tensor.name != NamedArrays.descriptionName {
        try add(tensor.name, shape: tensor.shape) { () throws(InputError) in
          try NamedArrays.Numbers(
            try source.bytes(position), of: tensor.elementType.numberType, shape: tensor.shape,
            path: place)
        }
      } else if tensor.elementType == .uint8 {
        try requireDescription(position.count, place)
        try describe(String(validating: try source.bytes(position), as: UTF8.self), place)
      } else {
        throw InputError(
          .damaged, place,
          "its numbers are \(tensor.elementType.rawValue); a description is U8, the bytes of a text"
        )
      }
    }
  }

  // MARK: - Arrays of NumPy

  private mutating func findInArchive(_ source: ByteSource) throws(InputError) {
    let torch = damaged(
      "it is a file of torch.save; write one with save_torch of python/certify.py, or with the "
        + "package safetensors")
    if try Self.beginsAsTorch(source) { throw torch }
    let directory = try NpzArchive.directory(of: source)
    for entry in directory.entries {
      if entry.name.hasSuffix(Self.pickleOfTorch) { throw torch }
      let name = try NpzArchive.arrayName(of: entry, path: path)
      let place = place(of: name)
      // What is packed is unpacked once. The rest stays in the file until all sizes are known.
      if entry.isDeflated {
        let unpacked = ByteSource(try directory.bytes(of: entry), path: place)
        try add(name, unpacked) { () throws(InputError) in unpacked }
      } else {
        try add(name, directory.stored(entry, path: place)) { () throws(InputError) in
          ByteSource(try directory.bytes(of: entry), path: place)
        }
      }
    }
  }

  private static let pickleOfTorch = "/data.pkl"

  /// Whether the first entry of a ZIP file is one of `torch.save`, whose directory is of the 64-bit form.
  private static func beginsAsTorch(_ source: ByteSource) throws(InputError) -> Bool {
    guard source.size >= 30 else { return false }
    let length = try source.bytes(26..<28).littleEndian(2, at: 0)
    let name = try source.bytes(30..<min(30 + length, source.size))
    return name.suffix(pickleOfTorch.utf8.count).elementsEqual(pickleOfTorch.utf8)
  }

  private mutating func findInFolder() throws(InputError) {
    let all: [String]
    do {
      all = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw damaged("the folder cannot be read; check its permissions")
    }
    let names = all.filter { $0.hasSuffix(".npy") && !$0.hasPrefix(".") }.map { $0.dropLast(4) }
    guard names.count <= NamedArrays.fileLimit else {
      throw damaged(
        "it has \(names.count) .npy files, and at most \(NamedArrays.fileLimit) are read")
    }
    // Each is closed again, since a process may have few files open.
    let folder = self
    func open(_ file: String) throws(InputError) -> ByteSource {
      try ByteSource(contentsOf: "\(folder.path)/\(file)", shownAs: folder.place(of: file))
    }
    for name in names.sorted() {
      let file = "\(name).npy"
      try add(String(name), try open(file)) { () throws(InputError) in try open(file) }
    }
    let words = NamedArrays.descriptionName + ".json"
    if all.contains(words) {
      let source = try open(words)
      try requireDescription(source.size, source.path)
      let bytes = try source.bytes(0..<source.size)
      try describe(String(validating: bytes, as: UTF8.self), source.path)
    }
  }

  /// Keeps an array, or takes it for the description. `whole` opens the file that `start` begins as.
  private mutating func add(
    _ name: String, _ start: ByteSource, whole: @escaping () throws(InputError) -> ByteSource
  ) throws(InputError) {
    let header = try NpyHeader(start)
    if name == NamedArrays.descriptionName {
      try requireDescription(header.data.count, start.path)
      return try describe(Self.text(in: try whole()), start.path)
    }
    guard case .number = header.entry.kind else {
      throw InputError(.damaged, start.path, NpyEntry.refusal(of: header.descr))
    }
    try add(name, shape: header.shape) { () throws(InputError) in
      let array = try NpyArray(try whole())
      return try NamedArrays.Numbers(
        array.bytes, of: array.elementType.numberType, shape: array.shape, path: start.path)
    }
  }

  /// Returns the text that a file holds as an array of bytes, or as one entry; `nil` where it is none.
  private static func text(in source: ByteSource) throws(InputError) -> String? {
    let header = try NpyHeader(source)
    let bytes = try source.bytes(header.data)
    switch header.entry.kind {
    case .number(.uint8): return String(validating: bytes, as: UTF8.self)
    case .text where bytes.count == header.entry.size: return header.entry.text(bytes)
    default:
      throw InputError(
        .damaged, source.path,
        "its entries are \(header.descr.harmless); a description is the bytes of a text, such as "
          + "numpy.frombuffer(text.encode(), numpy.uint8)")
    }
  }
}
