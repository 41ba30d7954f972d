import Tensors
import Text

/// Small grey pictures side by side, each with a caption.
public struct ImageGrid: FigureContent {
  /// The number of rows of each picture.
  public let height: Int
  /// The number of columns of each picture.
  public let width: Int
  /// The pictures, each row after row, from 0 (black) to 1 (white).
  public let images: [[Double]]
  /// The caption of each picture.
  public let captions: [String]

  /// Creates a grid of pictures.
  ///
  /// - Precondition: Each picture has `height` times `width` pixels, and a caption.
  public init(height: Int, width: Int, images: [[Double]], captions: [String]) {
    for image in images {
      precondition(
        image.count == height * width,
        "an image has \(image.count) pixels; \(height) × \(width) are expected")
    }
    precondition(
      images.count == captions.count, "\(captions.count) captions for \(images.count) images")
    self.height = height
    self.width = width
    self.images = images
    self.captions = captions
  }

  /// The grid in words.
  public var alt: String {
    let count = images.count == 1 ? "One grey image" : "\(images.count) grey images"
    return "\(count) of \(height) by \(width) pixels"
      + (captions.isEmpty
        ? "" : ": " + captions.map { $0.isEmpty ? "no caption" : $0 }.joined(separator: ", ")) + "."
  }

  /// An image without a caption says nothing to a reader who cannot see it.
  public var missingWords: String? { captions.contains("") ? "an image has no caption" : nil }

  /// A record for each image, its pixels row after row.
  public var records: [[String]] {
    let names = (0..<height).flatMap { row in (0..<width).map { "r\(row)c\($0)" } }
    return [["caption"] + names]
      + zip(captions, images).map { caption, pixels in [caption] + pixels.map { "\($0)" } }
  }
}
