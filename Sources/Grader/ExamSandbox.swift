import Foundation

extension SandboxedProcess {
  /// Returns the process in which an answer sits its exam: it reads what a program needs to run and no more, writes
  /// in its folder alone, and reaches nothing else.
  ///
  /// - Parameters:
  ///   - program: The exam's program.
  ///   - folder: The folder in which it works.
  ///   - toolchain: The folder of the toolchain.
  ///   - data: The folder of the book's data.
  static func exam(
    _ program: String, in folder: String, toolchain: String, data: String
  ) -> SandboxedProcess {
    var process = SandboxedProcess(program: program, folder: folder)
    process.environment = ["LC_ALL": "C.UTF-8", "TMPDIR": folder, "HOME": folder]
    // Not the folder of the build, which has the judge's text.
    process.readable = systemPaths + GMPFolders.loaded + [toolchain, program, data]
    // Itself, and the runtime's program for backtraces. It needs nothing else of the system.
    process.runnable = [program, toolchain + "/libexec", "/lib", "/lib64", "/usr/lib"]
    process.isUntrusted = true
    process.disk = diskLimit
    process.threads = threadLimit
    return process
  }

  /// Bytes that an answer may write in its folder.
  static let diskLimit: UInt64 = 128 << 20

  /// Threads that an answer may have at once: the library uses as many as there are processors.
  static let threadLimit = UInt32(128 + 2 * ProcessInfo.processInfo.processorCount)

  /// What every program reads. Of /etc and /dev only what is no secret and no terminal.
  private static let systemPaths =
    ["/usr", "/lib", "/lib64", "/bin", "/proc", "/sys/devices/system/cpu"]
    + ["null", "zero", "full", "random", "urandom"].map { "/dev/" + $0 }
    + [
      "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "timezone",
      "nsswitch.conf", "passwd", "group", "os-release",
    ].map { "/etc/" + $0 }
}

extension GMPFolders {
  /// Where libgmp is, if not in a folder of the system.
  fileprivate static let loaded = GMPFolders().libraries
}
