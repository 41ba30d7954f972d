import Foundation
import Testing
import Workbook

// MARK: - What is in the package

@Test func `the digits are 1,797 images of 8 by 8 pixels`() throws {
  // Counts of the classes: scikit-learn's load_digits, whose copy this is.
  let digits = try BundledData().digits()
  #expect(digits.count == 1797)
  #expect(digits.pixels.count == 1797 * 64 && digits.height == 8 && digits.width == 8)
  #expect(digits.pixels.max() == 16 && digits.white == 16)
  let counts = (0...9).map { digit in digits.labels.filter { $0 == digit }.count }
  #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
  #expect(digits.groups == Array(0..<1797))
}

@Test func `the first digit is the 0 that every tutorial shows`() throws {
  // scikit-learn's load_digits().images[0], first two rows.
  let digits = try BundledData().digits()
  #expect(digits.labels.prefix(10) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  #expect(
    Array(digits.pixels.prefix(16)) == [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0])
}

@Test func `cats and dogs are as many, in groups of one class`() throws {
  let silhouettes = try BundledData().catsAndDogs()
  #expect(silhouettes.count == 2000 && silhouettes.groups.count == 2000)
  #expect(silhouettes.height == 28 && silhouettes.width == 28)
  #expect(silhouettes.labels.filter { $0 == 0 }.count == 1000)
  #expect(silhouettes.classNames == ["cat", "dog"])
  let groups = Dictionary(grouping: 0..<2000) { silhouettes.groups[$0] }
  #expect(groups.count < 2000)
  #expect(groups.values.allSatisfy { Set($0.map { silhouettes.labels[$0] }).count == 1 })
}

@Test func `copies of a silhouette are in one group`() throws {
  let silhouettes = try BundledData().catsAndDogs()
  let copies = Dictionary(grouping: 0..<2000) { silhouettes.pixels[$0 * 784..<($0 + 1) * 784] }
  #expect(copies.values.allSatisfy { Set($0.map { silhouettes.groups[$0] }).count == 1 })
}

@Test func `points are the pixels of the chosen images, from 0 to 1`() throws {
  let digits = try BundledData().digits()
  let points = digits.points(at: [5, 0])
  #expect(points.points.shape == "[2, 64]" && points.labels == [5, 0] && points.classes == 10)
  #expect(points.points.row(1).elements == digits.pixels.prefix(64).map { Double($0) / 16 })
  #expect(points.points.row(0).elements == digits.pixels[320..<384].map { Double($0) / 16 })
}

// MARK: - What is damaged is named

/// Writes three silhouettes with their labels and groups, changed, and returns what reading them says.
private func reading(
  pixels: [UInt8] = Array(repeating: 255, count: 3 * 784), shape: [Int] = [3, 28, 28],
  labels: [Int64]? = [0, 1, 0], groups: [Int64]? = [7, 8, 7]
) throws -> Result<LabelledImages, InputError> {
  try withTemporaryFolder { folder in
    let place = folder + "/cats-dogs-silhouettes"
    try write(npy(.uint8, shape: shape, data: pixels), to: place + "/images.npy")
    for (name, numbers) in [("labels", labels), ("groups", groups)] {
      guard let numbers else { continue }
      let file = npy(.int64, shape: [numbers.count], data: littleEndian(numbers))
      try write(file, to: "\(place)/\(name).npy")
    }
    return Result { () throws(InputError) in try BundledData(folder: folder).catsAndDogs() }
  }
}

private func problem(of result: Result<LabelledImages, InputError>) throws -> InputError {
  try #require(throws: InputError.self) { try result.get() }
}

@Test func `a folder of one's own is read`() throws {
  let images = try reading().get()
  #expect(images.labels == [0, 1, 0] && images.groups == [7, 8, 7])
}

@Test(arguments: [-1, 2, .max, .min] as [Int64])
func `a label that names no class is refused, with its place and its file`(label: Int64) throws {
  let error = try problem(of: reading(labels: [0, label, 1]))
  #expect(error.kind == .damaged && error.path.hasSuffix("cats-dogs-silhouettes/labels.npy"))
  #expect(error.problem == "label 1 is \(label); the classes are 0…1")
}

@Test func `labels of another number than the images are refused`() throws {
  let error = try problem(of: reading(labels: [0, 1]))
  #expect(error.kind == .damaged && error.path.hasSuffix("/labels.npy"))
  #expect(error.problem == "its shape is [2], wanted: [3]")
}

@Test func `groups of another number than the images are refused`() throws {
  let error = try problem(of: reading(groups: [1, 2, 3, 4]))
  #expect(error.kind == .damaged && error.path.hasSuffix("/groups.npy"))
}

@Test func `missing labels and groups are missing, not damaged`() throws {
  let labels = try problem(of: reading(labels: nil))
  #expect(labels.kind == .missing && labels.path.hasSuffix("cats-dogs-silhouettes/labels.npy"))
  let groups = try problem(of: reading(groups: nil))
  #expect(groups.kind == .missing && groups.path.hasSuffix("cats-dogs-silhouettes/groups.npy"))
}

@Test func `images of another size are refused`() throws {
  let error = try problem(
    of: reading(pixels: Array(repeating: 0, count: 300), shape: [3, 10, 10]))
  #expect(error.kind == .damaged && error.path.hasSuffix("/images.npy"))
  #expect(error.problem == "its shape is [3, 10, 10], wanted: [any, 28, 28]")
}

@Test func `a file without images is refused`() throws {
  let error = try problem(of: reading(pixels: [], shape: [0, 28, 28], labels: [], groups: []))
  #expect(error.path.hasSuffix("/images.npy") && error.problem == "it holds no images")
}

@Test func `a pixel lighter than white is refused, with its place and its file`() throws {
  try withTemporaryFolder { folder in
    var pixels = [UInt8](repeating: 16, count: 128)
    pixels[70] = 17
    try write(npy(.uint8, shape: [2, 8, 8], data: pixels), to: folder + "/digits/images.npy")
    try write(npy(.uint8, shape: [2], data: [0, 9]), to: folder + "/digits/labels.npy")
    let error = try #require(throws: InputError.self) {
      try BundledData(folder: folder).digits()
    }
    #expect(error.kind == .damaged && error.path == folder + "/digits/images.npy")
    #expect(error.problem == "pixel 70 is 17; the lightest is 16")
  }
}

@Test func `a folder that is not there is missing`() throws {
  try withTemporaryFolder { folder in
    let error = try #require(throws: InputError.self) {
      try BundledData(folder: folder + "/none").digits()
    }
    #expect(error.kind == .missing && error.path == folder + "/none/digits/images.npy")
  }
}
