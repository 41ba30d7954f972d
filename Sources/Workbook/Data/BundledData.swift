import Foundation
import Numbers
import Text

/// The folder `Data/` of the workbook: two small real data sets and a small table, each with its card.
public struct BundledData: Sendable {
  /// The folder.
  public let folder: String

  /// Points at a folder, by default the one in the package that this program was built from.
  public init(folder: String? = nil) { self.folder = folder ?? Self.packageRoot + "/Data" }

  /// The package that this program was built from.
  public static let packageRoot = URL(filePath: #filePath)
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

  /// Reads a small table: words and whole numbers between commas, below a line of headings.
  ///
  /// - Parameters:
  ///   - name: Its folder, which has the table as `table.csv`, and a card that says where it is from.
  ///   - columns: How many entries a row must have.
  /// - Throws: `InputError` where the file is missing or damaged.
  public func rows(of name: String, columns: Int) throws(InputError) -> [[String]] {
    let path = "\(folder)/\(name)/table.csv"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw InputError(.missing, path, "it cannot be read; to restore it: git checkout -- Data")
    }
    let rows = text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    if let bad = rows.firstIndex(where: { $0.count != columns }) {
      throw InputError(
        .damaged, path, "row \(bad + 1) has \(rows[bad].count) entries; it needs \(columns)")
    }
    return rows
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
