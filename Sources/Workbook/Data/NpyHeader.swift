import Text

/// The start of a `.npy` file: a magic word, a version, and a Python dictionary as text.
struct NpyHeader {
  private(set) var shape: [Int] = []
  private(set) var elementType = NpyArray.ElementType.uint8
  /// Whether the first axis is the fastest, as in Fortran, and not the last.
  private(set) var isFortranOrder = false
  private(set) var byteCount = 0
  /// Where the data starts.
  let end: Int

  /// NumPy refuses more, too: whatever reads a dictionary of Python may take long for a long one.
  private static let limit = 10_000

  /// Returns where the data starts, by the first 12 bytes of a file; `nil` where they do not say.
  static func end(of start: [UInt8]) -> Int? {
    guard start.count >= 12 else { return nil }
    let lengthBytes = start[6] == 1 ? 2 : 4
    return 8 + lengthBytes + start.littleEndian(lengthBytes, at: 8)
  }

  /// Reads a header from the start of a file.
  ///
  /// - Parameters:
  ///   - start: The whole header, and any number of bytes behind it.
  ///   - fileSize: How many bytes the file has.
  ///   - path: Where it was read, for messages.
  init(_ start: [UInt8], fileSize: Int, path: String) throws(InputError) {
    func damaged(_ problem: String) -> InputError { InputError(.damaged, path, problem) }
    guard start.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw damaged("it does not begin as a .npy file does")
    }
    guard let end = Self.end(of: start), (1...3).contains(start[6]) else {
      throw damaged("it is cut short, or of a version of .npy that this reader does not know")
    }
    guard fileSize >= end else { throw damaged("it is cut short inside its header") }
    let begin = start[6] == 1 ? 10 : 12
    guard end - begin <= Self.limit else {
      throw damaged("its header has \(end - begin) bytes; at most \(Self.limit) are read")
    }
    guard start.count >= end else { throw damaged("it is cut short inside its header") }
    self.end = end
    let text = Array(start[begin..<end])
    var dictionary = NpyDictionary(text)
    guard dictionary.read() else {
      let shown = String(decoding: text.prefix(80), as: UTF8.self).harmless
      throw damaged("its header is not understood: \(shown)")
    }
    isFortranOrder = dictionary.isFortranOrder ?? false
    elementType = try Self.elementType(dictionary.descr ?? "", damaged)
    (shape, byteCount) = try Self.size(dictionary.axes ?? [], elementType, damaged)
  }

  /// Refuses another number of bytes of data than the header promises.
  func require(_ found: Int, path: String) throws(InputError) {
    if found != byteCount {
      throw InputError(
        .damaged, path,
        "its header promises \(byteCount) bytes of data, and \(found) follow; copy the file anew")
    }
  }

  /// A byte has no order of its bytes: `<u1` and `>u1` are `|u1`.
  private static func elementType(
    _ descr: String, _ damaged: (String) -> InputError
  ) throws(InputError) -> NpyArray.ElementType {
    let isByte = descr.count == 3 && descr.hasSuffix("1") && "<>=|".contains(descr.prefix(1))
    if let type = NpyArray.ElementType(rawValue: isByte ? "|" + descr.dropFirst() : descr) {
      return type
    }
    let known = NpyArray.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
    throw damaged(
      "its entries are \(String(descr.prefix(20)).harmless); this reader takes \(known)")
  }

  private static func size(
    _ axes: [String], _ type: NpyArray.ElementType, _ damaged: (String) -> InputError
  ) throws(InputError) -> (shape: [Int], byteCount: Int) {
    var (shape, size) = ([Int](), type.size)
    for axis in axes {
      guard let length = Int(axis) else {
        throw damaged("an axis of length \(axis.prefix(30)) is absurd")
      }
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else {
        throw damaged("its shape (\(axes.prefix(8).joined(separator: ", "))) is absurd")
      }
      size = product
      shape.append(length)
    }
    return (shape, size)
  }
}

/// The dictionary of a `.npy` file, as Python 2 and 3 write it: `{'descr': '<f4', 'fortran_order': False,
/// 'shape': (2, 3), }`. Quotes may be double, and lengths may be long integers, as `2L`.
private struct NpyDictionary {
  private var scanner: ByteScanner
  private(set) var descr: String?
  private(set) var isFortranOrder: Bool?
  private(set) var axes: [String]?

  init(_ text: [UInt8]) { scanner = ByteScanner(text) }

  /// Reads the text, and returns whether it is such a dictionary, with its three keys once each.
  mutating func read() -> Bool {
    scanner.skipBlanks()
    guard scanner.take("{") else { return false }
    while true {
      scanner.skipBlanks()
      if scanner.take("}") { break }
      guard readEntry() else { return false }
      scanner.skipBlanks()
      if scanner.take(",") { continue }
      guard scanner.take("}") else { return false }
      break
    }
    scanner.skipBlanks()
    return scanner.next == nil && descr != nil && isFortranOrder != nil && axes != nil
  }

  private mutating func readEntry() -> Bool {
    guard let key = string() else { return false }
    scanner.skipBlanks()
    guard scanner.take(":") else { return false }
    scanner.skipBlanks()
    switch key {
    case "descr" where descr == nil: descr = string()
    case "fortran_order" where isFortranOrder == nil:
      if scanner.take(word: "True") { isFortranOrder = true }
      if isFortranOrder == nil && scanner.take(word: "False") { isFortranOrder = false }
    case "shape" where axes == nil: axes = tuple()
    default: return false
    }
    return true
  }

  private mutating func string() -> String? {
    guard let quote = scanner.next, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(quote) else {
      return nil
    }
    _ = scanner.take()
    return scanner.text(upTo: quote).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Reads whole numbers in parentheses. A single one has a comma behind it.
  private mutating func tuple() -> [String]? {
    guard scanner.take("(") else { return nil }
    var (numbers, hasComma) = ([String](), false)
    while true {
      scanner.skipBlanks()
      if scanner.take(")") { return numbers.count == 1 && !hasComma ? nil : numbers }
      guard numbers.isEmpty || hasComma else { return nil }
      let digits = scanner.digits()
      if digits.isEmpty { return nil }
      _ = scanner.take("L")
      numbers.append(digits)
      scanner.skipBlanks()
      hasComma = scanner.take(",")
    }
  }
}
