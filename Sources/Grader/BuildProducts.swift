import Foundation

/// What `swift build` has put beside `chapter-runner`, whichever build system made it.
package struct BuildProducts: Sendable {
  /// The build system: “native” or “Swift Build”.
  package let buildSystem: String
  /// The folder in which the compiler finds our modules.
  package let moduleFolder: String
  /// The compiled modules that answers are linked with.
  package let objects: [String]

  /// The modules that answers are linked with.
  package static let modules = [
    "Workbook", "Checks", "Reports", "Tensors", "Numbers", "Text", "Kernels", "Processor",
    "Grading", "RealModule", "_NumericsShims",
  ]

  /// Looks at what was built.
  ///
  /// - Parameter folder: Where `swift build --show-bin-path` says that programs are.
  /// - Throws: `SetupError` where the modules are missing.
  package init(in folder: String) throws(SetupError) {
    // The native build system lists the objects that it linked; a module has one for each of its files.
    let list = "\(folder)/chapter-runner.product/Objects.LinkFileList"
    if let text = try? String(contentsOfFile: list, encoding: .utf8) {
      buildSystem = "native"
      moduleFolder = "\(folder)/Modules"
      objects = text.split(separator: "\n").map(Self.unquoted)
        .filter { name in Self.modules.contains { name.contains("/\($0).build/") } }
      return
    }
    // Swift Build makes one object of each module, beside the programs.
    buildSystem = "Swift Build"
    moduleFolder = folder
    objects = Self.modules.map { "\(folder)/\($0).o" }
    if let missing = objects.first(where: { !FileManager.default.fileExists(atPath: $0) }) {
      throw SetupError("neither \(list) nor \(missing) is there; build again: swift build")
    }
  }

  /// Returns a word that a shell would read, as what it says: 'it'\''s' is it's.
  private static func unquoted(_ word: Substring) -> String {
    guard word.count > 1, word.hasPrefix("'"), word.hasSuffix("'") else { return String(word) }
    return String(word.dropFirst().dropLast()).replacing("'\\''", with: "'")
  }

  /// The folder of `chapter-runner`, which this program is or was built with.
  package static var programFolder: String {
    #if canImport(Darwin)
      // Tests are run by a program of the toolchain's; our code is in a file of its own, in a bundle.
      var image = Dl_info()
      let isKnown = dladdr(#dsohandle, &image) != 0
      let code = isKnown ? image.dli_fname.map { String(cString: $0) } : nil
      let programs = [code, CommandLine.arguments[0]].compactMap { $0 }
    #else
      let programs = ["/proc/self/exe", CommandLine.arguments[0]]
    #endif
    for program in programs {
      var folder = URL(filePath: program).resolvingSymlinksInPath().deletingLastPathComponent()
      // A test bundle on macOS has three folders.
      for _ in 0..<4 where folder.path != "/" {
        let path = folder.appending(path: "chapter-runner").path
        if FileManager.default.isExecutableFile(atPath: path) { return folder.path }
        folder.deleteLastPathComponent()
      }
    }
    return URL(filePath: programs[0]).resolvingSymlinksInPath().deletingLastPathComponent().path
  }
}

/// Where libgmp and its header are, if the compiler does not look there unasked.
struct GMPFolders: Sendable {
  /// The folder of `gmp.h`; nothing where the compiler finds it.
  private let header: String?
  /// The folder of the library, and the one that its file really lies in; empty where both are usual.
  let libraries: [String]

  /// Looks where the running program has its libgmp from.
  init() {
    let file = Self.loadedLibrary ?? Self.installedLibrary
    let folders = file.map { [$0, $0.resolvingSymlinksInPath()] } ?? []
    libraries = folders.map { $0.deletingLastPathComponent().path }.filter { folder in
      !["/usr/lib", "/usr/lib64", "/lib", "/lib64"].contains { (folder + "/").hasPrefix($0 + "/") }
    }
    header = libraries.flatMap { ["\($0)/../include", "\($0)/../../include"] }
      .first { FileManager.default.fileExists(atPath: $0 + "/gmp.h") }
  }

  /// What the compiler is told.
  var flags: [String] {
    (header.map { ["-Xcc", "-I", "-Xcc", $0] } ?? [])
      + libraries.flatMap { ["-L", $0, "-Xlinker", "-rpath", "-Xlinker", $0] }
  }

  /// The shared library that this program has loaded; none where libgmp is linked statically.
  private static var loadedLibrary: URL? {
    #if canImport(Darwin)
      var image = Dl_info()
      let everywhere = UnsafeMutableRawPointer(bitPattern: -2)
      guard let symbol = dlsym(everywhere, "__gmpz_init"), dladdr(symbol, &image) != 0,
        let name = image.dli_fname
      else { return nil }
      let file = URL(filePath: String(cString: name))
      return file.lastPathComponent.hasPrefix("libgmp.") ? file : nil
    #else
      // Each line ends with the path of a file that is in memory.
      let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
      let paths = maps.split(separator: "\n").compactMap { line in
        line.firstIndex(of: "/").map { URL(filePath: String(line[$0...])) }
      }
      return paths.first { $0.lastPathComponent.hasPrefix("libgmp.so") }
    #endif
  }

  /// A library where Homebrew, MacPorts or a person put it.
  private static var installedLibrary: URL? {
    if FileManager.default.fileExists(atPath: "/usr/include/gmp.h") { return nil }
    return ["/opt/homebrew", "/usr/local", "/opt/local", "/home/linuxbrew/.linuxbrew"]
      .first { FileManager.default.fileExists(atPath: $0 + "/include/gmp.h") }
      .map { URL(filePath: $0 + "/lib/libgmp.a") }
  }
}
