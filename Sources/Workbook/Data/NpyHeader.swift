import Text

/// The start of a `.npy` file: a magic word, a version, and a Python dictionary as text.
struct NpyHeader {
  /// What each entry is, in the words of the file.
  let descr: String
  /// What each entry is.
  let entry: NpyEntry
  /// Whether the first axis is the fastest, as in Fortran, and not the last.
  let isFortranOrder: Bool
  /// The length of each axis, outermost first.
  let shape: [Int]
  /// Where the entries are, up to the end of the file.
  let data: Range<Int>

  /// How each file begins.
  static let magic = [0x93] + Array("NUMPY".utf8)
  /// NumPy refuses more, too: whatever reads a dictionary of Python may take long for a long one.
  private static let limit = 10_000

  /// Reads a header, and compares the size of the file with what it promises.
  init(_ source: ByteSource) throws(InputError) {
    func damaged(_ problem: String) -> InputError { InputError(.damaged, source.path, problem) }
    let start = try source.bytes(0..<min(12, source.size))
    guard start.starts(with: Self.magic) else {
      throw damaged("it does not begin as a .npy file does")
    }
    guard start.count == 12, (1...3).contains(start[6]) else {
      throw damaged("it is cut short, or of a version of .npy that this reader does not know")
    }
    let lengthBytes = start[6] == 1 ? 2 : 4
    let length = start.littleEndian(lengthBytes, at: 8)
    let begin = 8 + lengthBytes
    guard source.size >= begin + length else { throw damaged("it is cut short inside its header") }
    guard length <= Self.limit else {
      throw damaged("its header has \(length) bytes; at most \(Self.limit) are read")
    }
    data = begin + length..<source.size
    let text = try source.bytes(begin..<begin + length)
    var dictionary = NpyDictionary(text)
    guard let contents = dictionary.read() else {
      if dictionary.hasRecords {
        throw damaged("its entries are records; this reader takes numbers")
      }
      let shown = String(decoding: text.prefix(80), as: UTF8.self).harmless
      throw damaged("its header is not understood: \(shown)")
    }
    (descr, isFortranOrder) = (contents.descr, contents.isFortranOrder)
    guard let entry = NpyEntry(descr) else { throw damaged(NpyEntry.refusal(of: descr)) }
    self.entry = entry
    let byteCount: Int
    (shape, byteCount) = try Self.size(contents.axes, entry, damaged)
    guard data.count == byteCount else {
      throw damaged(
        "its header promises \(byteCount) bytes of data, and \(data.count) follow; "
          + "copy the file anew")
    }
  }

  private static func size(
    _ axes: [String], _ entry: NpyEntry, _ damaged: (String) -> InputError
  ) throws(InputError) -> (shape: [Int], byteCount: Int) {
    var (shape, size) = ([Int](), entry.size)
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
  typealias Contents = (descr: String, isFortranOrder: Bool, axes: [String])

  /// Whether `descr` is a list: of the fields of records.
  private(set) var hasRecords = false
  private var scanner: ByteScanner
  private var descr: String?
  private var isFortranOrder: Bool?
  private var axes: [String]?

  init(_ text: [UInt8]) { scanner = ByteScanner(text) }

  /// Reads the text; `nil` where it is no such dictionary, with its three keys once each.
  mutating func read() -> Contents? {
    scanner.skipBlanks()
    guard scanner.take("{") else { return nil }
    while true {
      scanner.skipBlanks()
      if scanner.take("}") { break }
      guard readEntry() else { return nil }
      scanner.skipBlanks()
      if scanner.take(",") { continue }
      guard scanner.take("}") else { return nil }
      break
    }
    scanner.skipBlanks()
    guard scanner.next == nil, let descr, let isFortranOrder, let axes else { return nil }
    return (descr, isFortranOrder, axes)
  }

  private mutating func readEntry() -> Bool {
    guard let key = string() else { return false }
    scanner.skipBlanks()
    guard scanner.take(":") else { return false }
    scanner.skipBlanks()
    switch key {
    case "descr" where descr == nil:
      hasRecords = scanner.take("[")
      if !hasRecords { descr = string() }
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
