import ArgumentParser
import Foundation

/// Standard output or standard error, written at once.
struct Output {
  private let handle: FileHandle

  static let standard = Output(handle: .standardOutput)
  static let error = Output(handle: .standardError)

  func write(_ text: String) { write(Data(text.utf8)) }

  /// Writes bytes. Where nothing can be written, as on a full disk, the command ends.
  func write(_ data: Data) {
    do {
      try handle.write(contentsOf: data)
    } catch {
      try? FileHandle.standardError.write(contentsOf: Data("The output cannot be written.\n".utf8))
      ChapterRunner.exit(withError: ExitCode.ownFault)
    }
  }
}

extension Output {
  /// Writes a file.
  ///
  /// A regular file, or one that is new, is written whole or not at all. A pipe, a device, and the file of
  /// standard output or standard error are written in place: a new file would replace them.
  ///
  /// - Throws: The file system's error.
  static func write(_ data: Data, toFile path: String) throws {
    var target = stat()
    guard stat(path, &target) == 0 else {
      return try data.write(to: URL(filePath: path), options: .atomic)
    }
    for (descriptor, output) in [(STDOUT_FILENO, standard), (STDERR_FILENO, error)] {
      var own = stat()
      guard fstat(descriptor, &own) == 0 else { continue }
      if own.st_dev == target.st_dev && own.st_ino == target.st_ino {
        return try output.handle.write(contentsOf: data)
      }
    }
    if target.st_mode & S_IFMT == S_IFREG {
      let file = URL(filePath: path).resolvingSymlinksInPath()
      return try data.write(to: file, options: .atomic)
    }
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? handle.close() }
    try handle.write(contentsOf: data)
  }
}
