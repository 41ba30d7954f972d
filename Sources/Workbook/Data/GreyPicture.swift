import Foundation
import Numbers
import Text

/// A grey picture of any size.
public struct GreyPicture: Equatable, Sendable {
  /// The number of rows.
  public let height: Int
  /// The number of columns.
  public let width: Int
  /// How light each pixel is, row after row; 0 (black) to 1 (white) where it comes from a PNG file.
  public let pixels: [Float]

  /// The most pixels that are read from a file: those of a photograph of 4,096 × 4,096.
  public static let pixelLimit = 1 << 24

  /// Creates a picture.
  ///
  /// - Precondition: There are `height` times `width` pixels, and at least one.
  public init(height: Int, width: Int, pixels: [Float]) {
    precondition(
      height > 0 && width > 0 && pixels.count == height * width,
      "a picture [\(height), \(width)] cannot be made of \(pixels.count) pixels")
    (self.height, self.width, self.pixels) = (height, width, pixels)
  }

  /// Reads a PNG file, or a `.npy` file of shape `[height, width]` or `[height, width, 3]`.
  ///
  /// - Throws: `InputError` where the file is missing, is damaged, is of another kind, or has more
  ///   than ``pixelLimit`` pixels.
  public init(contentsOf path: String) throws(InputError) {
    let file = try Self.bytes(of: path)
    if file.starts(with: PNGFile.signature) {
      try self.init(png: file, path: path)
    } else if file.starts(with: [0x93] + Array("NUMPY".utf8)) {
      try self.init(try NpyArray(file, path: path), path: path)
    } else {
      throw InputError(
        .damaged, path, "it begins neither as a PNG nor as a .npy file does; save it as one")
    }
  }

  /// Takes the entries of an array for a picture; three channels become a grey value.
  private init(_ array: NpyArray, path: String) throws(InputError) {
    let shape = array.shape
    guard shape.count == 2 || (shape.count == 3 && shape[2] == 3) else {
      throw InputError(
        .damaged, path, "its shape is \(shape), wanted: [height, width] or [height, width, 3]")
    }
    try Self.requireSize(height: shape[0], width: shape[1], path: path)
    let entries =
      array.elementType == .uint8
      ? array.bytes.map { Float($0) } : try array.doubles(shape: shape).map { Float($0) }
    guard entries.allSatisfy(\.isFinite) else {
      throw InputError(.damaged, path, "an entry is too large; a pixel is at most 255")
    }
    self.init(
      height: shape[0], width: shape[1],
      pixels: shape.count == 2
        ? entries
        : stride(from: 0, to: entries.count, by: 3).map {
          Self.luminance(entries[$0], entries[$0 + 1], entries[$0 + 2])
        })
  }

  /// How light a colour is, in the unit of its channels.
  ///
  /// - Source: Recommendation ITU-R BT.709-6, item 3.2 (2015).
  static func luminance(_ red: Float, _ green: Float, _ blue: Float) -> Float {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
  }

  /// Refuses a picture without pixels, and one that is too large.
  static func requireSize(height: Int, width: Int, path: String) throws(InputError) {
    guard height > 0 && width > 0 else {
      throw InputError(.damaged, path, "it is \(width) × \(height) pixels, so it shows nothing")
    }
    let (count, overflow) = height.multipliedReportingOverflow(by: width)
    guard !overflow && count <= pixelLimit else {
      throw InputError(
        .damaged, path,
        "it is \(width) × \(height) pixels, more than \(pixelLimit); save it smaller")
    }
  }

  /// Reads a whole file, if it is a regular one that is not larger than a picture may be.
  private static func bytes(of path: String) throws(InputError) -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw InputError(.missing, path, "there is no such file")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw InputError(.damaged, path, "it is no file that holds a picture")
    }
    // The largest picture as Double, three channels to a pixel, and some room for what else is there.
    guard status.st_size <= 25 * pixelLimit else {
      throw InputError(.damaged, path, "it is too large for a picture; save it smaller")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(.damaged, path, "the file cannot be read; check its permissions")
    }
    return [UInt8](data)
  }
}
