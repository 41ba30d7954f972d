import Numbers
import Text

/// Images that each belong to one of several classes, as bytes.
public struct LabelledImages: Equatable, Sendable {
  /// The pixels, image after image, row after row, channel beside channel, 0 (black) to `white`.
  public let pixels: [UInt8]
  /// The number of rows of an image.
  public let height: Int
  /// The number of columns of an image.
  public let width: Int
  /// The number of bytes of a pixel: 1 where it is grey, 3 where it is red, green and blue.
  public let channels: Int
  /// The byte of a pixel that is as light as can be.
  public let white: UInt8
  /// The class of each image, from 0.
  public let labels: [Int]
  /// The name of each class.
  public let classNames: [String]
  /// The group of each image; images of a group are near-copies and must stay on one side of a split.
  public let groups: [Int]

  /// Creates images from their bytes.
  ///
  /// - Precondition: There are as many bytes as the labels ask for, and a group for each label.
  public init(
    pixels: [UInt8], height: Int, width: Int, channels: Int = 1, white: UInt8 = 255, labels: [Int],
    classNames: [String], groups: [Int]? = nil
  ) {
    precondition(
      pixels.count == labels.count * height * width * channels,
      "\(labels.count) images [\(height), \(width), \(channels)] need "
        + "\(labels.count * height * width * channels) bytes; given \(pixels.count)")
    precondition(
      groups == nil || groups?.count == labels.count,
      "\(groups?.count ?? 0) groups for \(labels.count) images")
    self.pixels = pixels
    (self.height, self.width, self.channels) = (height, width, channels)
    self.white = white
    self.labels = labels
    self.classNames = classNames
    self.groups = groups ?? Array(labels.indices)
  }

  /// The number of images.
  public var count: Int { labels.count }
  /// The number of bytes of an image.
  public var size: Int { height * width * channels }

  /// Returns images as rows of pixels from 0 to 1, with their classes.
  public func points(at positions: some Collection<Int>) -> LabelledPoints {
    let scale = Double(white)
    let points = positions.flatMap { image in
      pixels[image * size..<(image + 1) * size].map { Double($0) / scale }
    }
    return LabelledPoints(
      points: Matrix(rows: positions.count, columns: size, elements: points),
      labels: positions.map { labels[$0] }, classes: classNames.count)
  }

  /// Writes images as rows of pixels from 0 to 1 into a matrix, which takes their shape.
  ///
  /// The images are stored as bytes and converted to numbers batch by batch.
  ///
  /// - Parameters:
  ///   - positions: The images that are wanted.
  ///   - x: The matrix, then `[positions, height · width · channels]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func write<Scalar: FloatingField>(
    _ positions: ArraySlice<Int>, into x: inout Matrix<Scalar>
  ) {
    x.reshape(rows: positions.count, columns: size)
    let scale = 1 / Scalar(count: Int(white))
    x.withMutableElements { x in
      guard var row = x.baseAddress else { return }
      pixels.withUnsafeBufferPointer { pixels in
        for image in positions {
          precondition(labels.indices.contains(image), "image \(image) of \(count)")
          let bytes = UnsafeBufferPointer(rebasing: pixels[image * size..<(image + 1) * size])
          Scalar.scale(bytes, by: scale, to: row)
          row += size
        }
      }
    }
  }

  /// Writes images and their classes into a data set: pixels from 0 to 1, targets 0 and 1.
  ///
  /// - Precondition: There are two classes.
  public func write<Scalar: FloatingField>(
    _ positions: ArraySlice<Int>, into batch: inout Dataset<Scalar>
  ) {
    write(positions, into: &batch.x)
    writeBinary(positions, into: &batch.y)
  }

  /// Writes the classes of images, 0 and 1, into a matrix, which becomes `[positions, 1]`.
  ///
  /// - Precondition: There are two classes.
  public func writeBinary<Scalar: FloatingField>(
    _ positions: ArraySlice<Int>, into y: inout Matrix<Scalar>
  ) {
    precondition(
      classNames.count == 2, "one output needs 2 classes; these images have \(classNames.count)")
    y.reshape(rows: positions.count, columns: 1)
    y.withMutableElements { y in
      for (row, image) in positions.enumerated() { y[row] = Scalar(count: labels[image]) }
    }
  }
}
