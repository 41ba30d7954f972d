import Numbers
import Text

extension NpyArray {
  /// Creates an array of bytes.
  ///
  /// - Precondition: There are as many bytes as the shape asks for.
  public init(_ bytes: [UInt8], shape: [Int]) {
    self.init(bytes, of: .uint8, shape: shape)
  }

  /// Creates an array of floating-point numbers.
  ///
  /// - Precondition: There are as many numbers as the shape asks for.
  public init(_ numbers: [Float], shape: [Int]) {
    self.init(numbers.withUnsafeBytes { Array($0) }, of: .float32, shape: shape)
  }

  /// Creates an array of floating-point numbers.
  ///
  /// - Precondition: There are as many numbers as the shape asks for.
  public init(_ numbers: [Double], shape: [Int]) {
    self.init(numbers.withUnsafeBytes { Array($0) }, of: .float64, shape: shape)
  }

  /// The bytes of a file of format 1.0 up to the entries, which begin at a multiple of 64.
  var header: [UInt8] {
    let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let words = "{'descr': '\(elementType.rawValue)', 'fortran_order': False, 'shape': (\(axes)), }"
    let start = 6 + 2 + 2  // the magic word, the version, the length of what follows
    let spaces = String(repeating: " ", count: 63 - (start + words.utf8.count) % 64)
    let text = Array((words + spaces + "\n").utf8)
    let length = [UInt8(text.count % 256), UInt8(text.count / 256)]
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + length + text
  }

  /// Writes a file that NumPy reads, of format 1.0, in the place of what was there.
  ///
  /// - Throws: `OutputError` where the file cannot be written. Then what was there is as it was.
  public func write(to path: String) throws(OutputError) {
    try writeWhole([header, bytes], to: path)
  }
}
