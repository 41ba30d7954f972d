import Foundation
import Testing

/// The compile-time error of a wrong program, as chapter 6 prints it.
@Suite struct RefusedByTheCompilerTests {
  static let lines = """
    import Autograd
    import Workbook

    func model(using random: inout SplitMix64) -> Sequential<Float> {
      Sequential<Float> {
        Linear(784, 10, using: &random)
        ReLU(WIDTH)
        Linear(10, 1, using: &random)
      }
    }
    """

  @Test func `an activation with a width is a compile-time error, and one without is not`() throws {
    let right = try compile(Self.lines.replacing("WIDTH", with: ""))
    try #require(right.code == 0, "\(right.words)")
    let wrong = try compile(Self.lines.replacing("WIDTH", with: "10"))
    #expect(wrong.code != 0)
    let message = "error: argument passed to call that takes no arguments"
    #expect(wrong.words.contains(message), "\(wrong.words)")
    #expect(try page("11-Modules").contains("     " + message + "\n"))
  }

  @Test func `an exponential in an algebraic architecture is refused, as chapter 3 says`() throws {
    let lines = """
      import BinaryClassifier
      import Regression

      let architecture: Architecture<Algebraic> = [2, 4, .relu, 1, .ENDING]
      """
    let right = try compile(lines.replacing("ENDING", with: "identity"))
    try #require(right.code == 0, "\(right.words)")
    let wrong = try compile(lines.replacing("ENDING", with: "sigmoid"))
    #expect(wrong.code != 0 && wrong.words.contains("error: "), "\(wrong.words)")
    #expect(wrong.words.contains("sigmoid"), "\(wrong.words)")
  }

  @Test func `a test set that is opened twice is a compile-time error, as chapter 9 says`() throws {
    let lines = """
      import Digits
      import Workbook

      func count(_ points: LabelledPoints) -> Int {
        let test = SealedTestSet(points)
        return test.open().count + AGAIN
      }
      """
    let right = try compile(lines.replacing("AGAIN", with: "1"), until: "-emit-sil")
    try #require(right.code == 0, "\(right.words)")
    let wrong = try compile(lines.replacing("AGAIN", with: "test.open().count"), until: "-emit-sil")
    #expect(wrong.code != 0)
    #expect(wrong.words.contains("'test' consumed more than once"), "\(wrong.words)")
  }

  /// Lets the compiler check a file against the modules that this test was built with.
  ///
  /// - Parameter stage: How far it goes. Types are checked first, and what is consumed later.
  func compile(
    _ text: String, until stage: String = "-typecheck"
  ) throws -> (code: Int32, words: String) {
    let (modules, checkouts) = try #require(Self.built())
    let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "Refused.swift")
    try Data(text.utf8).write(to: file)
    // The build names the package after its folder, in signs that a name may have.
    let name = package.standardizedFileURL.lastPathComponent.lowercased()
      .map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
    let folders =
      try [
        modules, package.appending(path: "Sources/CGMP"),
        checkouts.appending(path: "swift-numerics/Sources/_NumericsShims/include"),
      ] + Self.headers(of: package)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      [
        "swiftc", stage, "-swift-version", "6", "-package-name", name,
        "-module-cache-path", folder.path(percentEncoded: false),
      ]
      + folders.flatMap { ["-I", $0.path(percentEncoded: false)] }
      + [file.path(percentEncoded: false)]
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let words = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: words, as: UTF8.self))
  }

  /// Returns the folders with the headers of the package's modules in C.
  static func headers(of package: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: package.appending(path: "Sources"), includingPropertiesForKeys: nil
    ).map { $0.appending(path: "include") }
  }

  /// Returns where the build system that made this test put modules and packages.
  static func built() -> (modules: URL, checkouts: URL)? {
    let files = FileManager.default
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    var modules: URL?
    while folder.path != "/" {
      for place in [folder.appending(path: "Modules"), folder]
      where modules == nil && files.fileExists(atPath: place.path + "/Autograd.swiftmodule") {
        modules = place
      }
      let checkouts = folder.appending(path: "checkouts")
      if let modules, files.fileExists(atPath: checkouts.path) { return (modules, checkouts) }
      folder.deleteLastPathComponent()
    }
    return nil
  }
}
