import Foundation

/// The compiler, and what answers are built against: the modules beside the running program.
///
/// Each answer is compiled by itself, so what is wrong in one costs no other its verdict.
package struct Compiler: Sendable {
  /// The compiler's path.
  let swiftc: String
  /// The folder of the toolchain, which programs read their libraries from.
  let toolchain: String
  /// The system's modules, kept from one answer to the next: to make them anew takes a second.
  private let cache: String
  private let flags: [String]
  private let objects: [String]
  /// Changes when what answers are built against changes.
  let fingerprint: String

  /// Finds the compiler and the modules.
  ///
  /// - Parameter folder: Where `swift build` has put the running program.
  /// - Throws: `SetupError` where something is missing.
  package init(besides folder: String = Self.programFolder) throws(SetupError) {
    let files = FileManager.default
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let candidates = path.split(separator: ":").map { "\($0)/swiftc" }
    guard let swiftc = candidates.first(where: files.isExecutableFile(atPath:)) else {
      throw SetupError("swiftc is not on the PATH; to check an exercise it is needed")
    }
    self.swiftc = swiftc
    let compiler = URL(filePath: swiftc).resolvingSymlinksInPath()
    toolchain = compiler.deletingLastPathComponent().deletingLastPathComponent().path

    let list = "\(folder)/chapter-runner.product/Objects.LinkFileList"
    guard let text = try? String(contentsOfFile: list, encoding: .utf8) else {
      throw SetupError("\(list) is missing; build again: swift build")
    }
    let names = text.split(separator: "\n").map { $0.trimmingCharacters(in: ["'", "\""]) }
    objects = names.filter { name in Self.modules.contains { name.contains("/\($0).build/") } }
    let maps = try Self.moduleMaps(near: folder)
    cache = "\(folder)/ExerciseModules"
    try? files.createDirectory(atPath: cache, withIntermediateDirectories: true)
    flags =
      ["-I", "\(folder)/Modules", "-module-cache-path", cache]
      + maps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
    var hash = Fingerprint()
    hash.add(swiftc)
    for object in objects {
      let attributes = try? files.attributesOfItem(atPath: object)
      hash.add(object)
      hash.add("\(attributes?[.size] ?? 0) \(attributes?[.modificationDate] ?? 0)")
    }
    fingerprint = hash.text
  }

  /// What a compiler may want to know, and nothing that is secret.
  private static let variables: Set = [
    "PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SDKROOT", "DEVELOPER_DIR", "TOOLCHAINS",
  ]

  /// The modules that answers are linked with.
  private static let modules = ["Workbook", "Kernels", "Grading", "RealModule"]

  /// The folder of the running program.
  package static var programFolder: String {
    #if os(Linux)
      let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      if path.lastPathComponent == "chapter-runner" { return path.deletingLastPathComponent().path }
    #endif
    // Tests are run by a program of the toolchain's or of their own, beside chapter-runner.
    return URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().path
  }

  /// The maps of the modules that are written in C: ours, and the one that swift-numerics brings.
  private static func moduleMaps(near folder: String) throws(SetupError) -> [String] {
    let files = FileManager.default
    var ancestor = URL(filePath: folder)
    while ancestor.path != "/" {
      let checkouts = ancestor.appending(path: "checkouts").path
      let shims = "\(checkouts)/swift-numerics/Sources/_NumericsShims/include/module.modulemap"
      if files.fileExists(atPath: shims) { return [shims, gmpMap] }
      ancestor.deleteLastPathComponent()
    }
    throw SetupError("swift-numerics is not where swift build puts it; build again: swift build")
  }

  private static let gmpMap = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "CGMP/module.modulemap").path

  /// Compiles Swift files into a program.
  ///
  /// - Parameters:
  ///   - sources: The files.
  ///   - program: The program's path.
  ///   - folder: A folder to work in.
  /// - Returns: What the compiler complained of; empty where it made the program.
  /// - Throws: `ChildError` where the compiler cannot be run.
  func compile(_ sources: [String], to program: String, in folder: String) throws(ChildError)
    -> String
  {
    var arguments = ["-Onone", "-g", "-swift-version", "6", "-parse-as-library", "-wmo"]
    arguments += ["-module-name", "Exercise", "-suppress-warnings", "-no-color-diagnostics"]
    arguments += ["-diagnostic-style=llvm"]
    #if os(Linux)
      // Half a second sooner than the linker that is used without asking.
      arguments += ["-use-ld=lld"]
    #endif
    var compiler = Child(
      program: swiftc, arguments: arguments + flags + sources + objects + ["-lgmp", "-o", program],
      folder: folder)
    compiler.writable = [cache]
    compiler.environment = ProcessInfo.processInfo.environment.filter {
      Self.variables.contains($0.key)
    }
    compiler.environment["TMPDIR"] = folder
    compiler.limit = 60
    compiler.patience = 120
    compiler.grace = 0.1
    compiler.memory = 0
    compiler.fileSize = 1 << 30
    let outcome = try compiler.run()
    if outcome.isLate { return "error: the compiler did not end within \(Int(compiler.limit)) s" }
    if outcome.signal == 0 && outcome.code == 0 { return "" }
    let words = String(decoding: outcome.error + outcome.output, as: UTF8.self)
    return words.isEmpty ? "error: the compiler ended without a word" : words
  }
}

/// What keeps exercises from being checked at all: not the learner's doing.
package struct SetupError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// A short text that differs where what was added differs (FNV-1a, with 64 bits and another basis beside).
struct Fingerprint {
  private var first: UInt64 = 0xcbf2_9ce4_8422_2325
  private var second: UInt64 = 0x8422_2325_cbf2_9ce4

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(0xFF)
  }

  private mutating func add(_ byte: UInt8) {
    first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    second = (second &+ UInt64(byte) &+ 1) &* 0x9e37_79b9_7f4a_7c15
    second ^= second >> 29
  }

  var text: String { String(first, radix: 36) + String(second, radix: 36) }
}
