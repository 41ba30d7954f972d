import Foundation
import Testing

/// `--images`, on photographs that are drawn here, byte by byte, as the script prepares them.
extension CommandTests {
  /// Calls `body` with a folder whose name a shell would break in two, and removes it.
  func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "my photographs \(UUID().uuidString)").path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  /// Writes an array of bytes as NumPy does.
  func write(_ bytes: [UInt8], shape: [Int], to path: String) throws {
    let axes = shape.map { "\($0), " }.joined()
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(axes)), }"
    let text = header.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8)
    try Data(start + bytes).write(to: URL(filePath: path))
  }

  /// Writes red cats and blue dogs, the last four of them for the test.
  func drawPhotographs(_ count: Int, into folder: String) throws {
    let labels = (0..<count).map { UInt8($0 % 2) }
    let pixels = labels.enumerated().flatMap { number, label in
      (0..<3072).map { UInt8(($0 % 3 == 2 * Int(label) ? 140 : 0) + (number * 31 + $0 * 17) % 100) }
    }
    try write(pixels, shape: [count, 32, 32, 3], to: folder + "/images.npy")
    try write(labels, shape: [count], to: folder + "/labels.npy")
    try write(
      (0..<count).map { $0 < count - 4 ? 0 : 1 }, shape: [count], to: folder + "/test.npy")
    try Data("train/cat/7.jpg: it is empty\n".utf8).write(
      to: URL(filePath: folder + "/skipped.txt"))
  }

  @Test func `chapter 3 learns from photographs, and shows what it learned`() throws {
    try withFolder { folder in
      try drawPhotographs(60, into: folder)
      let outcome = try run("3", "--json", "--images", folder)
      #expect(outcome.code == 0 && outcome.error.isEmpty)
      let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      let report = try #require(object as? [String: Any])
      let numbers = try #require(report["numbers"] as? [String: Double])
      #expect(numbers["photos.count"] == 60 && numbers["photos.skipped"] == 1)
      #expect(numbers["photos.training"] == 56 && numbers["photos.test"] == 4)
      #expect(numbers["photos.baseline"] == 0.5)
      #expect(try #require(numbers["photos.accuracy.test"]) == 1)
    }
  }

  @Test(arguments: [true, false])
  func `chapter 9 chooses by the validation folder, or by one in five of training`(
    isGiven: Bool
  ) throws {
    try withFolder { folder in
      try drawPhotographs(60, into: folder)
      if isGiven {
        try write((0..<60).map { $0 < 8 ? 1 : 0 }, shape: [60], to: folder + "/validation.npy")
      }
      let outcome = try run(
        "9", "--quick", "--json", "--images", folder, "--set", "photos.epochs=8")
      #expect(outcome.code == 0 && outcome.error.isEmpty)
      let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      let report = try #require(object as? [String: Any])
      let numbers = try #require(report["numbers"] as? [String: Double])
      #expect(numbers["photos.validation"] == (isGiven ? 8 : 12))
      #expect(numbers["photos.learned"] == (isGiven ? 48 : 44) && numbers["photos.test"] == 4)
      #expect(numbers["photos.baseline"] == 0.5)
      #expect(try #require(numbers["photos.accuracy"]) == 1)
      // Wilson's interval for 4 of 4 begins at 4 / (4 + 1.96²).
      #expect(abs(try #require(numbers["photos.accuracy.low"]) - 0.5101) < 1e-4)
      #expect(numbers["photos.accuracy.high"] == 1)
    }
  }

  /// The photographs are held once and stay bytes: a second copy, or one as numbers, is noticed.
  @Test(arguments: [("3", 150), ("9", 220)])
  func `a run needs little more memory than the bytes of the photographs`(
    chapter: String, more: Int
  ) throws {
    try withFolder { folder in
      let (count, size) = (8_192, 64 * 64 * 3)
      let some = (0..<128 * size).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
      let labels = (0..<count).map { UInt8($0 % 2) }
      try write(labels, shape: [count], to: folder + "/labels.npy")
      // One in eight is for the test.
      try write(labels.indices.map { $0 % 8 < 7 ? 0 : 1 }, shape: [count], to: folder + "/test.npy")
      try write([], shape: [count, 64, 64, 3], to: folder + "/images.npy")
      let file = try FileHandle(forWritingTo: URL(filePath: folder + "/images.npy"))
      try file.seekToEnd()
      for _ in 0..<count / 128 { try file.write(contentsOf: Data(some)) }
      try file.close()

      let settings = chapter == "9" ? ["--set", "photos.epochs=1"] : []
      let outcome = try run([chapter, "--quick", "--verbose", "--images", folder] + settings)
      let words = try #require(
        outcome.output.firstMatch(of: /at most ([0-9,]+) MB held, of which .* are ([0-9]+) MB/))
      let held = try #require(Int(words.1.replacing(",", with: "")))
      #expect(Int(words.2) == 100)
      #expect(held > 100 && held <= 100 + more)
    }
  }

  @Test func `a folder of photographs that is not there is 66`() throws {
    let outcome = try run("3", "--images", "/nowhere")
    #expect(outcome.code == 66 && outcome.output.isEmpty)
    #expect(outcome.error == "/nowhere: there is no such folder\n")
  }

  @Test(arguments: [0, 7, 100, 128, 10_000])
  func `photographs cut short are 65, and the sentence names the file`(length: Int) throws {
    try withFolder { folder in
      try drawPhotographs(60, into: folder)
      let images = folder + "/images.npy"
      try Data(contentsOf: URL(filePath: images)).prefix(length).write(to: URL(filePath: images))
      // Nothing of the chapter is shown before it.
      let outcome = try run("3", "--quick", "--images", folder)
      #expect(outcome.code == 65 && outcome.output.isEmpty)
      #expect(outcome.error.contains(images))
    }
  }

  @Test func `without Python, the sentence says what to type, and the code is 69`() throws {
    try withFolder { folder in
      let outcome = try run(["3", "--images", folder], ["PATH": folder])
      #expect(outcome.code == 69 && outcome.output.isEmpty)
      #expect(outcome.error.contains("python3 is missing"))
      // The script's path is quoted too where the clone's path needs it.
      #expect(outcome.error.contains(/scripts\/prepare-images'? '/))
      #expect(outcome.error.contains(" '\(folder)'"))
    }
  }

  @Test func `the exit code of the script is the command's`() throws {
    try withFolder { folder in
      let python = folder + "/python3"
      try Data("#!/bin/sh\necho \"$2\" >&2\nexit 65\n".utf8).write(to: URL(filePath: python))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python)
      let outcome = try run(["3", "--images", folder], ["PATH": folder])
      #expect(outcome.code == 65 && outcome.error.hasSuffix("\n\(folder)\n"))
    }
  }
}
