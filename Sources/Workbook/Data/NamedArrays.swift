import Text

/// Arrays of numbers by name, as NumPy, PyTorch or others saved them: `.npz`, `.safetensors`, or a folder
/// of `.npy` files.
///
/// Which of the three it is, the contents say, and not the ending of the name.
public struct NamedArrays: Sendable {
  /// What the numbers of an array were saved as.
  public enum Format: String, Sendable, CaseIterable {
    case float16, bfloat16, float32, float64
    /// Integers of any size, and truth values.
    case integer

    /// The name by which messages call it, such as “float32”.
    public var name: String { rawValue }

    /// How many bits of precision a number has, with the first, which is not stored; `nil` for integers.
    public var significandBits: Int? {
      switch self {
      case .float16: 11
      case .bfloat16: 8
      case .float32: 24
      case .float64: 53
      case .integer: nil
      }
    }
  }

  /// The numbers of an array.
  public struct Numbers: Equatable, Sendable {
    /// The length of each axis, outermost first. Their product does not overflow, in whatever order.
    public let shape: [Int]
    /// What the numbers were saved as.
    public let format: Format
    /// The numbers exactly as they were saved, the last axis fastest. NaN and infinities stay.
    public let elements: [Double]
  }

  /// The names of the arrays, without ``descriptionName``: in the order of the file, or sorted in a folder.
  public let names: [String]
  /// The text that describes the arrays, which is JSON where the writer kept to the format. Of a `.safetensors`
  /// file it is the string of this name in the metadata, else an array of bytes or of one text; in a folder
  /// it may be `description.json`.
  public let description: String?
  /// Where they were read, for messages.
  public let path: String
  private let arrays: [String: Numbers]

  /// The name that is kept for what describes the arrays.
  public static let descriptionName = "description"
  /// The most bytes that all arrays together may take in memory, 8 for each number.
  public static let sizeLimit = 256 << 20
  /// The most bytes that a description may have.
  public static let descriptionLimit = 1 << 20
  /// The most arrays that a file may have.
  public static let arrayLimit = 10_000
  /// The most `.npy` files that a folder may have.
  public static let fileLimit = 1_000

  /// Reads a file or a folder. Nothing is asked of memory before its size is compared with ``sizeLimit``.
  ///
  /// - Throws: `InputError` where there is none, it is of another kind, is damaged, has no array, two of one
  ///   name or more than the limits, or holds something that this reader does not take: text, complex
  ///   numbers, Python objects, integers of 2⁵³ or more.
  public init(contentsOf path: String) throws(InputError) {
    let found = try FoundArrays(path)
    var arrays: [String: Numbers] = [:]
    for (name, read) in found.arrays { arrays[name] = try read() }
    self.arrays = arrays
    (names, description, self.path) = (found.arrays.map(\.name), found.description, path)
  }

  /// Returns the numbers of an array; `nil` where there is none of this name.
  public subscript(_ name: String) -> Numbers? { arrays[name] }
}

extension NamedArrays.Numbers {
  /// Makes numbers of the bytes of an array.
  ///
  /// - Throws: `InputError` where an integer has no exact `Double`, or might have none.
  init(
    _ bytes: [UInt8], of type: NumberType, shape: [Int], path: String
  ) throws(InputError) {
    elements = type.numbers(in: bytes)
    // From 2⁵³ on a Double stands for several integers.
    if type.isInteger, let bad = elements.firstIndex(where: { $0.magnitude >= 0x1p53 }) {
      throw InputError(
        .damaged, path, "entry \(bad) is an integer of 2⁵³ or more, which would be rounded")
    }
    (self.shape, format) = (shape, NamedArrays.Format(type))
  }
}

extension NamedArrays.Format {
  fileprivate init(_ type: NumberType) {
    self =
      switch type {
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .float32: .float32
      case .float64: .float64
      default: .integer
      }
  }
}
