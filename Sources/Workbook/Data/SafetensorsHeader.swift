import Text

/// The header of a safetensors file: JSON of two levels, which is read without recursion.
struct SafetensorsHeader {
  struct Tensor {
    let name: String
    let elementType: Safetensors.ElementType
    let shape: [Int]
    /// Where its bytes are, counted from the end of the header.
    let range: Range<Int>
  }

  static let metadataKey = "__metadata__"
  /// The format's own limit, in bytes.
  static let limit = 100_000_000
  /// The most axes that are read.
  private static let axesLimit = 1_000

  private(set) var metadata: [String: String] = [:]
  /// The tensors, in the order of their bytes.
  private(set) var tensors: [Tensor] = []
  private var scanner: ByteScanner
  private let path: String
  /// Where the header ends.
  private let end: Int

  /// Reads the header of a file. Everything is compared with the size of the file before memory is asked
  /// for.
  init(_ source: ByteSource) throws(InputError) {
    func damaged(_ problem: String) -> InputError { InputError(.damaged, source.path, problem) }
    let rest = source.size - 8
    guard rest >= 0 else {
      throw damaged(
        "it has \(source.size) bytes; a safetensors file begins with the length of its header")
    }
    // As a signed number, so that an absurd length is negative at the worst.
    let length = try source.bytes(0..<8).littleEndian(8, at: 0)
    guard length >= 0, length <= Self.limit, length <= rest else {
      let shown = UInt64(bitPattern: Int64(length))
      throw damaged(
        "its header would have \(shown) bytes, of \(rest) in the file and "
          + "\(Self.limit) at most; it is no safetensors file, or is cut short")
    }
    guard length > 1, try source.bytes(8..<9) == [UInt8(ascii: "{")] else {
      throw damaged("its header does not begin as one of a safetensors file does, with {")
    }
    try self.init(
      try source.bytes(8..<8 + length), dataCount: rest - length, path: source.path)
  }

  /// Returns where a tensor's bytes are in the file.
  func position(of tensor: Tensor) -> Range<Int> {
    end + tensor.range.lowerBound..<end + tensor.range.upperBound
  }

  /// Reads a header.
  ///
  /// - Parameters:
  ///   - text: The header.
  ///   - dataCount: How many bytes follow it.
  ///   - path: Where it was read, for messages.
  private init(_ text: [UInt8], dataCount: Int, path: String) throws(InputError) {
    (scanner, self.path, end) = (ByteScanner(text), path, 8 + text.count)
    guard String(validating: text, as: UTF8.self) != nil else {
      throw damaged("its header is not UTF-8")
    }
    // Bytes and not strings, of which Swift takes some for equal that are written differently.
    var names = Set<[UInt8]>()
    try readObject { me, name, shown throws(InputError) in
      guard names.insert(name).inserted else {
        throw me.damaged("the name \(shown.quoted) stands twice in its header")
      }
      if shown == Self.metadataKey { return try me.readMetadata() }
      try me.tensors.append(me.tensor(shown))
    }
    while scanner.take(" ") {}
    guard scanner.next == nil else { throw notJSON }
    tensors.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    try requireWhole(dataCount)
  }

  private func damaged(_ problem: String) -> InputError { InputError(.damaged, path, problem) }

  private var notJSON: InputError {
    damaged("its header is not the JSON of a safetensors file, at byte \(scanner.position)")
  }

  /// Reads an object of JSON. `member` is called behind each key and its colon.
  private mutating func readObject(
    _ member: (inout Self, [UInt8], String) throws(InputError) -> Void
  ) throws(InputError) {
    try take("{")
    scanner.skipBlanks()
    if scanner.take("}") { return }
    repeat {
      scanner.skipBlanks()
      guard let key = scanner.jsonString() else { throw notJSON }
      try take(":")
      scanner.skipBlanks()
      try member(&self, key, String(decoding: key, as: UTF8.self))
      scanner.skipBlanks()
    } while scanner.take(",")
    try take("}")
  }

  private mutating func take(_ character: Unicode.Scalar) throws(InputError) {
    scanner.skipBlanks()
    guard scanner.take(character) else { throw notJSON }
  }

  private mutating func readMetadata() throws(InputError) {
    try readObject { me, _, key throws(InputError) in
      guard let value = me.scanner.jsonString() else {
        throw me.damaged("its metadata \(key.quoted) is no string")
      }
      let old = me.metadata.updateValue(String(decoding: value, as: UTF8.self), forKey: key)
      guard old == nil else { throw me.damaged("its metadata \(key.quoted) stands twice") }
    }
  }

  /// Reads what is said of one tensor.
  private mutating func tensor(_ name: String) throws(InputError) -> Tensor {
    var (type, shape, offsets): (String?, [Int]?, [Int]?)
    try readObject { me, _, key throws(InputError) in
      switch key {
      case "dtype" where type == nil:
        type = me.scanner.jsonString().map { String(decoding: $0, as: UTF8.self) }
        if type == nil { throw me.notJSON }
      case "shape" where shape == nil: shape = try me.lengths(of: name)
      case "data_offsets" where offsets == nil: offsets = try me.lengths(of: name)
      default: throw me.damaged("its header says \(key.quoted) of \(name.quoted), or says it twice")
      }
    }
    guard let type, let shape, let offsets else {
      throw damaged("its header lacks the dtype, the shape or the data_offsets of \(name.quoted)")
    }
    guard let elementType = Safetensors.ElementType(rawValue: type) else {
      let known = Safetensors.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw damaged("the dtype of \(name.quoted) is \(type.quoted); this reader takes \(known)")
    }
    return try Tensor(
      name: name, elementType: elementType, shape: shape,
      range: range(offsets, name, elementType, shape))
  }

  /// Returns where the bytes of a tensor are, if there are as many as its shape asks for.
  private func range(
    _ offsets: [Int], _ name: String, _ type: Safetensors.ElementType, _ shape: [Int]
  ) throws(InputError) -> Range<Int> {
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw damaged("the data_offsets of \(name.quoted) are no start and end")
    }
    var size = type.size
    for length in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else { throw damaged("the shape of \(name.quoted) is absurd") }
      size = product
    }
    guard size == offsets[1] - offsets[0] else {
      throw damaged(
        "the shape of \(name.quoted) asks for \(size) bytes, and its data_offsets for "
          + "\(offsets[1] - offsets[0])")
    }
    return offsets[0]..<offsets[1]
  }

  /// Reads whole numbers in brackets.
  private mutating func lengths(of name: String) throws(InputError) -> [Int] {
    try take("[")
    scanner.skipBlanks()
    if scanner.take("]") { return [] }
    var numbers: [Int] = []
    repeat {
      scanner.skipBlanks()
      let digits = scanner.digits()
      guard !digits.isEmpty, digits == "0" || !digits.hasPrefix("0") else { throw notJSON }
      guard let number = Int(digits) else {
        throw damaged("the number \(digits.prefix(30)) of \(name.quoted) is absurd")
      }
      numbers.append(number)
      guard numbers.count <= Self.axesLimit else {
        throw damaged("\(name.quoted) has more than \(Self.axesLimit) axes")
      }
      scanner.skipBlanks()
    } while scanner.take(",")
    try take("]")
    return numbers
  }

  /// Refuses tensors that overlap, leave a hole, or end where the file does not.
  private func requireWhole(_ dataCount: Int) throws(InputError) {
    var end = 0
    for tensor in tensors {
      let start = tensor.range.lowerBound
      guard start == end else {
        throw damaged(
          start < end
            ? "the bytes of \(tensor.name.quoted) overlap those of another tensor"
            : "before \(tensor.name.quoted) lie \(start - end) bytes of no tensor")
      }
      end = tensor.range.upperBound
    }
    guard end == dataCount else {
      throw damaged(
        "its header promises \(end) bytes of numbers, and \(dataCount) follow; copy the file anew")
    }
  }
}
