import Foundation

/// Small grey images that each belong to one of several classes.
public struct LabelledImages: Equatable, Sendable {
  /// The pixels, image after image, row after row, 0 (black) to `white`.
  public let pixels: [UInt8]
  /// The number of rows of an image.
  public let height: Int
  /// The number of columns of an image.
  public let width: Int
  /// The grey level of a white pixel.
  public let white: UInt8
  /// The class of each image, from 0.
  public let labels: [Int]
  /// The name of each class.
  public let classNames: [String]
  /// The group of each image; images of a group are near-copies and must stay on one side of a split.
  public let groups: [Int]

  /// The number of images.
  public var count: Int { labels.count }

  /// Returns images as rows of pixels from 0 to 1, with their classes.
  public func points(at positions: some Collection<Int>) -> LabelledPoints {
    let size = height * width
    let scale = Double(white)
    let points = positions.flatMap { image in
      pixels[image * size..<(image + 1) * size].map { Double($0) / scale }
    }
    return LabelledPoints(
      points: Matrix(rows: positions.count, columns: size, elements: points),
      labels: positions.map { labels[$0] }, classes: classNames.count)
  }
}

/// The folder `Data/` of the workbook: two small real data sets, each with its card.
public struct EmbeddedData: Sendable {
  /// The folder.
  public let folder: String

  /// Points at a folder, by default the one in the package that this program was built from.
  public init(folder: String? = nil) { self.folder = folder ?? Self.packageFolder + "/Data" }

  /// The package that this program was built from.
  public static let packageFolder = URL(filePath: #filePath)
    .deletingLastPathComponent().appending(path: "../../..").standardizedFileURL.path(
      percentEncoded: false
    ).trimmingSuffix("/")

  /// Reads 1,797 handwritten digits, 8 × 8 pixels of 0…16.
  ///
  /// - Throws: `InputError` where a file is missing or damaged.
  public func digits() throws(InputError) -> LabelledImages {
    try images(
      "digits", height: 8, width: 8, white: 16, classNames: (0...9).map(String.init), groups: false)
  }

  /// Reads 2,000 silhouettes of cats and dogs, 28 × 28 pixels of 0…255, with their groups.
  ///
  /// - Throws: `InputError` where a file is missing or damaged.
  public func catsAndDogs() throws(InputError) -> LabelledImages {
    try images(
      "cats-dogs-silhouettes", height: 28, width: 28, white: 255, classNames: ["cat", "dog"],
      groups: true)
  }

  private func images(
    _ name: String, height: Int, width: Int, white: UInt8, classNames: [String], groups: Bool
  ) throws(InputError) -> LabelledImages {
    func file(_ leaf: String) -> String { "\(folder)/\(name)/\(leaf).npy" }
    let images = try NpyArray(contentsOf: file("images"))
    let pixels = try images.uint8s(shape: [nil, height, width])
    let count = images.shape[0]
    guard count > 0 else { throw InputError(.damaged, file("images"), "it holds no images") }
    if let bad = pixels.firstIndex(where: { $0 > white }) {
      throw InputError(
        .damaged, file("images"), "pixel \(bad) is \(pixels[bad]); the lightest is \(white)")
    }
    let labels = try NpyArray(contentsOf: file("labels")).integers(shape: [count])
    if let bad = labels.firstIndex(where: { !classNames.indices.contains($0) }) {
      throw InputError(
        .damaged, file("labels"),
        "label \(bad) is \(labels[bad]); the classes are 0…\(classNames.count - 1)")
    }
    let groupNumbers =
      groups
      ? try NpyArray(contentsOf: file("groups")).integers(shape: [count]) : Array(0..<count)
    return LabelledImages(
      pixels: pixels, height: height, width: width, white: white, labels: labels,
      classNames: classNames, groups: groupNumbers)
  }
}

extension String {
  /// Returns this text without an ending, where it has it.
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
