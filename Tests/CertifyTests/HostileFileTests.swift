import Foundation
import Testing
import Workbook

@testable import Certify

/// Damaged and hostile gradient files end in a sentence or a report, never in a trap.
@Suite struct HostileFileTests {
  private static let fixtures = "\(BundledData.packageRoot)/Tests/CertifyTests/Fixtures"

  /// Judges a file, and returns whether it could be read.
  private func judge(_ path: String) throws -> Bool {
    do {
      let file = try GradientFile(contentsOf: path)
      let report = GradientReport(file)
      let style = TerminalStyle(width: 80, hasColour: false, hasUnicode: true)
      #expect(!report.lines(of: path, in: style).isEmpty)
      #expect(try !report.json().isEmpty)
      return true
    } catch let error as InputError {
      #expect(!error.problem.isEmpty && error.problem.utf8.count < 2_000)
      return false
    }
  }

  private func withFile(_ bytes: [UInt8], _ name: String, _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: name)
    try Data(bytes).write(to: file)
    try body(file.path(percentEncoded: false))
  }

  /// Random bytes in the place of others, in the numbers as well: a safetensors file has no checksum.
  @Test(arguments: 0..<30)
  func damagedFilesDoNotTrap(_ part: Int) throws {
    var random = SplitMix64(seed: UInt64(part), stream: "damage")
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures)
      .filter { $0.hasSuffix(part % 3 == 0 ? ".npz" : ".safetensors") }.sorted()
    var read = 0
    for _ in 0..<10 {
      let name = names[random.index(below: names.count)]
      var bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(Self.fixtures)/\(name)")))
      for _ in 0..<1 + random.index(below: 6) {
        // Most damage is done to the numbers, behind the description.
        let start = random.index(below: 4) == 0 ? 0 : bytes.count / 2
        bytes[start + random.index(below: bytes.count - start)] = UInt8(random.index(below: 256))
      }
      if random.index(below: 8) == 0 { bytes.removeLast(random.index(below: bytes.count)) }
      try withFile(bytes, name) { read += try judge($0) ? 1 : 0 }
    }
    if part % 3 != 0 { #expect(read > 0) }
  }

  @Test(arguments: [
    "", "[]", "{}", "nonsense", "{\"layers\": 3, \"loss\": \"mse\"}",
    "{\"layers\": [[]], \"loss\": \"mse\"}", "{\"layers\": [{}], \"loss\": \"mse\"}",
    "{\"layers\": [null], \"loss\": \"mse\"}", "{\"layers\": [\"linear\"]}",
    "{\"layers\": [\"linear\"], \"loss\": null}",
    "{\"layers\": [{\"kind\": \"conv2d\", \"stride\": 0}], \"loss\": \"mse\"}",
    "{\"layers\": [{\"kind\": \"conv2d\", \"stride\": 1e300}], \"loss\": \"mse\"}",
    "{\"layers\": [{\"kind\": \"conv2d\", \"padding\": [1, 2, 3]}], \"loss\": \"mse\"}",
    "{\"layers\": [{\"kind\": \"maxpool2d\"}], \"loss\": \"mse\"}",
    "{\"layers\": [{\"kind\": \"maxpool2d\", \"size\": -1}], \"loss\": \"mse\"}",
    "{\"layers\": [{\"kind\": \"leaky relu\", \"slope\": \"steep\"}], \"loss\": \"mse\"}",
    "{\"layers\": [\"linear\"], \"loss\": \"mse\", \"precision\": \"integer\"}",
    "{\"layers\": [\"linear\"], \"loss\": \"mse\", \"l2\": {\"lambda\": \"big\"}}",
    "{\"layers\": [\"linear\", \"softmax\"], \"loss\": \"cross-entropy\", \"layout\": 7}",
  ])
  func strangeDescriptionsAreRefused(_ description: String) throws {
    let text = Array(description.utf8)
    var file = try SmallFile()
    file.description = [:]
    let arrays = file.arrays.map { name, shape, numbers in
      (name, NpyArray(numbers, shape: shape))
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.npz").path(percentEncoded: false)
    try NpzArchive(arrays + [("description", NpyArray(text, shape: [text.count]))]).write(to: path)
    #expect(try !judge(path))
  }

  /// Nesting without end, and very many layers.
  @Test func longDescriptionsAreRefusedOrRead() throws {
    var file = try SmallFile()
    file.description["layers"] = [String](repeating: "identity", count: 1_001)
    #expect(file.refusal()?.contains("has 1001 layers; at most 1000 are read") == true)
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: InputError.self) { try Description(deep, path: "deep") }
  }

  /// Numbers at the ends of what there is.
  @Test(arguments: [0, 1e-300, 1e300, -1e300, .leastNonzeroMagnitude, 3e38])
  func extremeNumbersDoNotTrap(_ number: Double) throws {
    for name in ["x", "0.weight", "2.weight", "2.bias", "0.weight.grad", "loss"] {
      var file = try SmallFile()
      file.isSingle = false
      file[name] = file[name].map { _ in number }
      let bytes = try file.archive()
      let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "a.npz").path(percentEncoded: false)
      try bytes.write(to: path)
      _ = try judge(path)
    }
  }
}
