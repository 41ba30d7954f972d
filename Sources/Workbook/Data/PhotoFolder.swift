import Foundation
import Numbers
import Text

/// A reader's photographs of cats and dogs, as `scripts/prepare-images` leaves them.
///
/// | file | holds |
/// |---|---|
/// | `images.npy` | the bytes of the photographs, `[n, height, width, 3]` |
/// | `labels.npy` | the class of each, 0 for a cat and 1 for a dog, `[n]` |
/// | `test.npy` | 1 for each photograph of the test folder, 0 for the others, `[n]` |
/// | `validation.npy` | the same for the validation folder; it may be missing |
/// | `skipped.txt` | a line for each file that could not be read, with the reason |
public struct PhotoFolder: Sendable {
  /// The folder that the reader named.
  public let path: String

  /// Points at a folder.
  public init(_ path: String) { self.path = path }

  /// The folder inside the reader's that prepared photographs are written into.
  public var preparedPath: String { Self.join(path, Self.preparedName) }
  private static let preparedName = "prepared-photographs"

  /// The folder that holds prepared photographs: the reader's, or the one inside it.
  public var prepared: String? {
    [path, preparedPath].first {
      FileManager.default.fileExists(atPath: Self.join($0, "images.npy"))
    }
  }

  /// Whether photographs were added or taken away since they were prepared inside the folder.
  public var isStale: Bool {
    let date = URLResourceKey.contentModificationDateKey
    func changed(_ url: URL) -> Date? {
      try? url.resourceValues(forKeys: [date]).contentModificationDate
    }
    guard prepared == preparedPath,
      let made = changed(URL(filePath: Self.join(preparedPath, "images.npy"))),
      let files = FileManager.default.enumerator(
        at: URL(filePath: path), includingPropertiesForKeys: [date], options: .skipsHiddenFiles)
    else { return false }
    for case let url as URL in files {
      if url.lastPathComponent == Self.preparedName {
        files.skipDescendants()
      } else if let date = changed(url), date > made {
        return true
      }
    }
    return false
  }

  /// Whether there is such a folder at all.
  public var exists: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Reads the prepared photographs.
  ///
  /// - Throws: `InputError` where a file is missing or damaged, where a label is neither 0 nor 1,
  ///   and where what there is to learn from is not both cats and dogs.
  public func photographs() throws(InputError) -> Photographs {
    guard exists else { throw InputError(.missing, path, "there is no such folder") }
    guard let prepared else {
      throw InputError(
        .missing, Self.join(path, "images.npy"),
        "there is no such file; to make it, type: scripts/prepare-images “\(path)”")
    }
    func file(_ leaf: String) -> String { Self.join(prepared, leaf) }
    let images = try NpyArray(contentsOf: file("images.npy"))
    let pixels = try images.uint8s(shape: [nil, nil, nil, 3])
    let (count, height, width) = (images.shape[0], images.shape[1], images.shape[2])
    guard count > 0 && height > 0 && width > 0 else {
      throw InputError(.damaged, file("images.npy"), "it holds no photographs")
    }
    let labels = try Self.bits(file("labels.npy"), count, "label")
    let isTest = try Self.bits(file("test.npy"), count, "entry").map { $0 == 1 }
    // Folders that were prepared before there was validation are read as they are.
    let validation = file("validation.npy")
    let isValidation =
      FileManager.default.fileExists(atPath: validation)
      ? try Self.bits(validation, count, "entry").map { $0 == 1 }
      : [Bool](repeating: false, count: count)
    if let both = isTest.indices.first(where: { isTest[$0] && isValidation[$0] }) {
      throw InputError(.damaged, validation, "photograph \(both) is for the test already")
    }
    let photographs = Photographs(
      images: LabelledImages(
        pixels: pixels, height: height, width: width, channels: 3, labels: labels,
        classNames: ["cat", "dog"]),
      isTest: isTest, isValidation: isValidation, skipped: Self.lineCount(file("skipped.txt")))
    try photographs.requireBothClasses(labels: file("labels.npy"), test: file("test.npy"))
    return photographs
  }

  /// Reads `count` numbers that are each 0 or 1.
  private static func bits(
    _ path: String, _ count: Int, _ noun: String
  ) throws(InputError) -> [Int] {
    let bits = try NpyArray(contentsOf: path).integers(shape: [count])
    if let bad = bits.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw InputError(.damaged, path, "\(noun) \(bad) is \(bits[bad]); it must be 0 or 1")
    }
    return bits
  }

  private static func join(_ folder: String, _ leaf: String) -> String {
    folder.hasSuffix("/") ? folder + leaf : "\(folder)/\(leaf)"
  }

  private static func lineCount(_ path: String) -> Int {
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    return bytes.count { $0 == UInt8(ascii: "\n") }
  }
}

/// Photographs of cats and dogs, and which of them are for the test.
public struct Photographs: Equatable, Sendable {
  /// The photographs: class 0 is cat, class 1 is dog.
  public let images: LabelledImages
  /// Whether each photograph came from a test folder.
  public let isTest: [Bool]
  /// Whether each photograph came from a validation folder.
  public let isValidation: [Bool]
  /// How many files could not be read.
  public let skipped: Int

  /// Returns which photographs to learn from, to choose by and to hold back.
  ///
  /// That is as the reader's folders say. Where there is no test folder, one in five at random is held
  /// back of those that are not for validation. Without a validation folder none is.
  public func split(using random: inout SplitMix64) -> Split {
    let others = isValidation.indices.filter { !isValidation[$0] }
    var split = Split(others.count, test: 0.2, using: &random)
    if isTest.contains(true) {
      split.training = others.filter { !isTest[$0] }
      split.test = others.filter { isTest[$0] }
    } else {
      split.training = split.training.map { others[$0] }
      split.test = split.test.map { others[$0] }
    }
    split.validation = isValidation.indices.filter { isValidation[$0] }
    return split
  }

  /// Throws where the photographs do not suffice to learn to tell cats from dogs.
  fileprivate func requireBothClasses(labels: String, test: String) throws(InputError) {
    let training = isTest.indices.filter { !isTest[$0] && !isValidation[$0] }
    if training.isEmpty {
      throw InputError(
        .damaged, test,
        isValidation.contains(true)
          ? "every photograph is for validation or the test; none is for training"
          : "every photograph is for the test; none is for training")
    }
    for (label, name) in images.classNames.enumerated()
    where !training.contains(where: { images.labels[$0] == label }) {
      throw InputError(
        .damaged, labels,
        "there is no \(name) to learn from; put some into train/\(name) and prepare them anew")
    }
    // A split at random needs enough to leave some on both sides.
    if !isTest.contains(true) && training.count < 10 {
      throw InputError(
        .damaged, labels,
        "\(training.count) photographs are too few to hold some back; 10 or more are needed")
    }
  }
}
