import Foundation

/// The compiler, and what answers are built against: the modules beside the running program.
///
/// Each answer is compiled by itself, so what is wrong in one costs no other its verdict.
package struct Compiler: Sendable {
  /// The compiler's path.
  let swiftc: String
  /// The folder of the toolchain, which programs read their libraries from.
  let toolchain: String
  /// What tells lines of addresses; `nil` where the toolchain does not have it.
  let symboliser: Symboliser?
  /// The folder of the system's compiled modules. They serve every answer; compiling them takes a second.
  private let cache: String
  private let flags: [String]
  private let objects: [String]
  /// Changes when what answers are built against changes.
  let fingerprint: String

  /// Finds the compiler and the modules.
  ///
  /// - Parameters:
  ///   - folder: Where `swift build` has put the running program.
  ///   - path: The folders in which the compiler is looked for, with colons between.
  /// - Throws: `SetupError` where something is missing.
  package init(
    besides folder: String = BuildProducts.programFolder,
    path: String = ProcessInfo.processInfo.environment["PATH"] ?? ""
  ) throws(SetupError) {
    let files = FileManager.default
    let candidates = path.split(separator: ":").map { "\($0)/swiftc" }
    guard let swiftc = candidates.first(where: files.isExecutableFile(atPath:)) else {
      throw SetupError("swiftc is not on the PATH; to check an exercise it is needed")
    }
    self.swiftc = swiftc
    let compiler = URL(filePath: swiftc).resolvingSymlinksInPath()
    toolchain = compiler.deletingLastPathComponent().deletingLastPathComponent().path
    symboliser = Symboliser(toolchain: toolchain)

    let products = try BuildProducts(in: folder)
    objects = products.objects
    let maps = try Self.moduleMaps(near: folder)
    cache = "\(folder)/ExerciseModules"
    try? files.createDirectory(atPath: cache, withIntermediateDirectories: true)
    flags =
      ["-I", products.moduleFolder, "-module-cache-path", cache] + GMPFolders().flags
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

  /// The maps of the modules that are written in C: ours, and that of swift-numerics.
  private static func moduleMaps(near folder: String) throws(SetupError) -> [String] {
    let files = FileManager.default
    var ancestor = URL(filePath: folder)
    while ancestor.path != "/" {
      let checkouts = ancestor.appending(path: "checkouts").path
      let shims = "\(checkouts)/swift-numerics/Sources/_NumericsShims/include/module.modulemap"
      if files.fileExists(atPath: shims) { return [shims] + ownMaps }
      ancestor.deleteLastPathComponent()
    }
    throw SetupError("swift-numerics is not where swift build puts it; build again: swift build")
  }

  private static let ownMaps = ["CGMP/module.modulemap", "Processor/include/module.modulemap"].map {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: $0).path
  }

  /// Compiles an answer as a module of its own, `Answer`.
  ///
  /// What its check calls stands in the module, and what it declares in the folder `symbols`.
  ///
  /// - Parameters:
  ///   - source: The answer's file.
  ///   - names: What it calls itself, where that is another name.
  ///   - folder: The folder to work in, which gets the module.
  /// - Throws: `GradingFault` where the compiler cannot do its work: it cannot be started, a disk is full, or
  ///   it fails without an error in the source.
  func compileAnswer(
    _ source: String, named names: [String], in folder: String
  ) throws(GradingFault) -> Result {
    let arguments = [
      "-module-name", "Answer", "-enable-testing", "-emit-module", "-emit-module-path",
      "\(folder)/Answer.swiftmodule", "-emit-symbol-graph", "-emit-symbol-graph-dir",
      "\(folder)/symbols", "-symbol-graph-minimum-access-level", "internal",
      "-symbol-graph-skip-inherited-docs", "-symbol-graph-skip-synthesized-members",
    ]
    return try run(
      arguments + ["-c", source, "-o", "\(folder)/Answer.o"], sources: names + [source], in: folder)
  }

  /// Compiles a check against the answer that `compileAnswer` made.
  ///
  /// - Parameters:
  ///   - sources: The files of the check.
  ///   - object: The path of what comes of it.
  ///   - folder: The folder that has the answer's module.
  /// - Throws: `GradingFault` as `compileAnswer` does.
  func compileCheck(
    _ sources: [String], to object: String, in folder: String
  ) throws(GradingFault) -> Result {
    try run(
      ["-module-name", "Check", "-I", folder, "-c"] + sources + ["-o", object], sources: sources,
      in: folder)
  }

  /// Compiles a check against the answer that `compileAnswer` made, and links the two, in one run.
  func compileCheck(
    _ sources: [String], toProgram program: String, in folder: String
  ) throws(GradingFault) -> Result {
    let arguments = ["-module-name", "Check", "-I", folder] + sources + ["\(folder)/Answer.o"]
    return try run(
      arguments + objects + linking + ["-o", program], sources: sources, in: folder)
  }

  /// Links the answer of a folder, a compiled check, and the library.
  ///
  /// - Parameters:
  ///   - check: The compiled check. It can be of another answer that declares the same.
  ///   - program: The program's path.
  ///   - folder: The folder of the answer.
  func link(
    _ check: String, to program: String, in folder: String
  ) throws(GradingFault) -> Result {
    try run(
      // The first object tells the compiler where to put what the linker must know.
      ["\(folder)/Answer.o", check] + objects + linking + ["-o", program], sources: [], in: folder)
  }

  private var linking: [String] {
    #if os(Linux)
      // Half a second sooner than the linker that is used without asking.
      ["-lgmp", "-use-ld=lld"]
    #else
      ["-lgmp"]
    #endif
  }

  private func run(
    _ arguments: [String], sources: [String], in folder: String
  ) throws(GradingFault) -> Result {
    do {
      return try runOnce(arguments, sources: sources, in: folder)
    } catch {
      // A system that is short of memory ends programs, and has some again then.
      return try runOnce(arguments, sources: sources, in: folder)
    }
  }

  private func runOnce(
    _ arguments: [String], sources: [String], in folder: String
  ) throws(GradingFault) -> Result {
    guard access(cache, W_OK) == 0 else {
      throw GradingFault("\(cache) cannot be written: \(String(cString: strerror(errno)))")
    }
    // Lines are enough; whole debugging information takes twice as long.
    let common = [
      "-Onone", "-gline-tables-only", "-swift-version", "6", "-parse-as-library", "-wmo",
      "-suppress-warnings", "-no-color-diagnostics", "-diagnostic-style=llvm",
    ]
    var compiler = SandboxedProcess(
      program: swiftc, arguments: common + flags + arguments, folder: folder)
    compiler.writable = [cache]
    compiler.environment = ProcessInfo.processInfo.environment.filter {
      Self.variables.contains($0.key)
    }
    compiler.environment["TMPDIR"] = folder
    // Of the driver, which only waits, and the compiler proper together.
    (compiler.cpuLimit, compiler.timeout) = (60, 120)
    compiler.gracePeriod = 0.1
    (compiler.memory, compiler.memoryOfAll) = (0, 3 << 30)
    (compiler.fileSize, compiler.disk) = (1 << 30, 2 << 30)
    let outcome = try compiler.run()
    if let reason = Self.reasonOfStop(outcome, compiler) { return .stopped(reason) }
    if outcome.signal == 0 && outcome.code == 0 { return .program }
    if outcome.signal != 0 {
      let words = String(cString: strsignal(outcome.signal)).lowercased()
      throw GradingFault("\(swiftc) was ended by the system (\(words)); is the memory full?")
    }
    let text = String(decoding: outcome.error + outcome.output, as: UTF8.self)
    let output = CompilerOutput(text, sources: sources)
    if let fault = output.fault {
      throw GradingFault(
        "the compiler failed, and not because of the answer: \(fault)" + Self.spaceLeft(in: folder))
    }
    return .errors(output)
  }

  /// Returns why the compiler was stopped, where it was.
  private static func reasonOfStop(
    _ outcome: SandboxedProcess.Outcome, _ compiler: SandboxedProcess
  ) -> String? {
    if outcome.isTimedOut {
      return outcome.seconds < compiler.timeout
        ? "the compiler did not end within \(Int(compiler.cpuLimit)) s of processor time"
        : "the compiler did not end within \(Int(compiler.timeout)) s"
    }
    switch outcome.exceeded {
    case .memory: return "the compiler needed more than \(compiler.memoryOfAll >> 30) GiB of memory"
    case .disk: return "the compiler wrote more than \(compiler.disk >> 30) GiB"
    case .threads, nil: break
    }
    return outcome.exceedsOutputLimit ? "the compiler printed without end" : nil
  }

  /// Returns how much space a disk has left, as the end of a sentence; nothing where it is enough to compile.
  ///
  /// A linker that finds its disk full can end without saying so.
  private static func spaceLeft(in folder: String) -> String {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value, free < 1 << 26 else {
      return ""
    }
    return "; \(free >> 10) KiB are left on the disk of \(folder)"
  }

  /// What comes of compiling.
  enum Result {
    case program
    case errors(CompilerOutput)
    /// The compiler took too much of something, because of the sources: the reason, as a clause.
    case stopped(String)
  }
}

/// Something that is missing on this machine, without which no exercise can be checked.
package struct SetupError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
