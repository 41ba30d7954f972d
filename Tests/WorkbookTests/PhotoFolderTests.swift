import Foundation
import Testing
import Workbook

/// Writes prepared photographs of 2 × 2 pixels, changed, and returns what reading them says.
private func reading(
  labels: [UInt8]? = [0, 1, 1, 0], test: [UInt8]? = [0, 0, 1, 1], validation: [UInt8]? = nil,
  shape: [Int]? = [4, 2, 2, 3], skipped: String? = nil, inside: String = "", cutting: Int = 0
) throws -> Result<Photographs, InputError> {
  try withTemporaryFolder { folder in
    let place = folder + inside
    if let shape {
      let pixels = [UInt8](repeating: 9, count: shape.reduce(1, *))
      let file = npy(.uint8, shape: shape, data: pixels)
      try write(Array(file.dropLast(cutting)), to: place + "/images.npy")
    }
    for (name, numbers) in [("labels", labels), ("test", test), ("validation", validation)] {
      guard let numbers else { continue }
      try write(npy(.uint8, shape: [numbers.count], data: numbers), to: "\(place)/\(name).npy")
    }
    if let skipped { try write(Array(skipped.utf8), to: place + "/skipped.txt") }
    return Result { () throws(InputError) in try PhotoFolder(folder).photographs() }
  }
}

private func problem(of result: Result<Photographs, InputError>) throws -> InputError {
  try #require(throws: InputError.self) { try result.get() }
}

@Test(arguments: ["", "/prepared-photographs"])
func `prepared photographs are read, from the folder or from inside it`(inside: String) throws {
  let photographs = try reading(skipped: "a: empty\nb: cut\n", inside: inside).get()
  #expect(photographs.images.count == 4 && photographs.images.size == 12)
  #expect(photographs.images.labels == [0, 1, 1, 0])
  #expect(photographs.isTest == [false, false, true, true])
  #expect(photographs.skipped == 2)
}

@Test func `a test folder decides what is held back`() throws {
  var random = SplitMix64(seed: 1, stream: "split")
  let split = try reading().get().split(using: &random)
  #expect(split.training == [0, 1] && split.test == [2, 3] && split.validation == [])
}

@Test func `without a test folder one photograph in five is held back`() throws {
  var random = SplitMix64(seed: 1, stream: "split")
  let labels = (0..<20).map { UInt8($0 % 2) }
  let photographs = try reading(
    labels: labels, test: [UInt8](repeating: 0, count: 20), shape: [20, 2, 2, 3]
  ).get()
  let split = photographs.split(using: &random)
  #expect(split.test.count == 4)
  #expect((split.training + split.test).sorted() == Array(0..<20))
}

@Test func `a validation folder decides what the choices are made by`() throws {
  var random = SplitMix64(seed: 1, stream: "split")
  let photographs = try reading(
    labels: [0, 1, 1, 0, 1, 0], test: [0, 0, 1, 0, 0, 0], validation: [0, 0, 0, 0, 1, 1],
    shape: [6, 2, 2, 3]
  ).get()
  #expect(photographs.isValidation == [false, false, false, false, true, true])
  let split = photographs.split(using: &random)
  #expect(split.training == [0, 1, 3] && split.test == [2] && split.validation == [4, 5])
}

@Test func `without a test folder the test is held back of what is not for validation`() throws {
  var random = SplitMix64(seed: 1, stream: "split")
  let photographs = try reading(
    labels: (0..<30).map { UInt8($0 % 2) }, test: [UInt8](repeating: 0, count: 30),
    validation: (0..<30).map { $0 % 3 == 1 ? 1 : 0 }, shape: [30, 2, 2, 3]
  ).get()
  let split = photographs.split(using: &random)
  #expect(split.validation == (0..<10).map { 3 * $0 + 1 })
  #expect(split.test.count == 4 && split.training.count == 16)
  #expect((split.training + split.validation + split.test).sorted() == Array(0..<30))
}

@Test func `what was prepared without a validation folder has none, and splits as ever`() throws {
  let labels = (0..<20).map { UInt8($0 % 2) }
  let none = [UInt8](repeating: 0, count: 20)
  let splits = try [none, nil].map { validation in
    var random = SplitMix64(seed: 1, stream: "split")
    return try reading(labels: labels, test: none, validation: validation, shape: [20, 2, 2, 3])
      .get().split(using: &random)
  }
  var random = SplitMix64(seed: 1, stream: "split")
  #expect(splits == [splits[1], Split(20, test: 0.2, using: &random)])
}

@Test func `a photograph for the test is not for validation too, and some are for neither`() throws
{
  let both = try problem(of: reading(validation: [0, 0, 0, 1]))
  #expect(both.path.hasSuffix("/validation.npy"))
  #expect(both.problem == "photograph 3 is for the test already")
  let none = try problem(of: reading(validation: [1, 1, 0, 0]))
  #expect(none.problem.contains("for validation or the test; none is for training"))
  let wrong = try problem(of: reading(validation: [0, 3, 0, 0]))
  #expect(wrong.problem == "entry 1 is 3; it must be 0 or 1")
}

@Test func `a folder that is not there is missing, and so is one without photographs`() throws {
  let nowhere = try #require(throws: InputError.self) {
    try PhotoFolder("/nowhere").photographs()
  }
  #expect(nowhere.kind == .missing && nowhere.description == "/nowhere: there is no such folder")
  let empty = try problem(of: reading(labels: nil, test: nil, shape: nil))
  #expect(empty.kind == .missing && empty.problem.contains("scripts/prepare-images"))
}

@Test func `missing labels and a missing split are missing, and named`() throws {
  let labels = try problem(of: reading(labels: nil))
  #expect(labels.kind == .missing && labels.path.hasSuffix("/labels.npy"))
  let test = try problem(of: reading(test: nil))
  #expect(test.kind == .missing && test.path.hasSuffix("/test.npy"))
}

@Test(arguments: [
  ([4, 2, 2], "wanted: [any, any, any, 3]"), ([4, 2, 2, 1], "wanted: [any, any, any, 3]"),
  ([0, 2, 2, 3], "no photographs"), ([4, 0, 2, 3], "no photographs"),
])
func `photographs of another shape are refused`(shape: [Int], words: String) throws {
  let error = try problem(of: reading(shape: shape))
  #expect(error.kind == .damaged && error.path.hasSuffix("/images.npy"))
  #expect(error.problem.contains(words))
}

@Test(arguments: [1, 20, 48])
func `photographs that are cut short are refused`(missing: Int) throws {
  let error = try problem(of: reading(cutting: missing))
  #expect(error.kind == .damaged && error.problem.contains("promises 48 bytes of data"))
}

@Test func `a label or a split that is neither 0 nor 1 is refused, with its place`() throws {
  let label = try problem(of: reading(labels: [0, 1, 2, 0]))
  #expect(label.problem == "label 2 is 2; it must be 0 or 1")
  let test = try problem(of: reading(test: [0, 255, 0, 0]))
  #expect(test.problem == "entry 1 is 255; it must be 0 or 1")
}

@Test func `labels and splits of another number are refused`() throws {
  #expect(try problem(of: reading(labels: [0, 1])).problem == "its shape is [2], wanted: [4]")
  #expect(try problem(of: reading(test: [0, 0, 0, 0, 1])).problem.hasSuffix("wanted: [4]"))
}

@Test func `who has only cats, or only a test folder, is told what is missing`() throws {
  #expect(
    try problem(of: reading(labels: [0, 0, 1, 0])).problem.hasPrefix(
      "there is no dog to learn from"))
  #expect(
    try problem(of: reading(labels: [1, 1, 1, 0])).problem.hasPrefix(
      "there is no cat to learn from"))
  #expect(try problem(of: reading(test: [1, 1, 1, 1])).problem.contains("none is for training"))
}

@Test func `too few to hold some back is said`() throws {
  #expect(
    try problem(of: reading(test: [0, 0, 0, 0])).problem.hasPrefix("4 photographs are too few"))
}

@Test func `photographs that were added since make what was prepared stale`() throws {
  try withTemporaryFolder { folder in
    let photo = folder + "/train/cat/1.jpg"
    try write([1], to: photo)
    let prepared = PhotoFolder(folder).preparedPath + "/images.npy"
    try write([1], to: prepared)
    func date(_ path: String, _ seconds: Double) throws {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: path)
    }
    for path in [photo, folder + "/train/cat", folder + "/train"] { try date(path, 1_000) }
    try date(prepared, 2_000)
    #expect(!PhotoFolder(folder).isStale)
    try date(photo, 3_000)
    #expect(PhotoFolder(folder).isStale)
  }
}
