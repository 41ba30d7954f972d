/// Small grey pictures side by side, each with a caption.
public struct ImageGrid: Equatable, Sendable {
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
    precondition(images.allSatisfy { $0.count == height * width }, "pixels of an image")
    precondition(images.count == captions.count, "\(captions.count) captions")
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
}
