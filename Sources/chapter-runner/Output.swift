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
  /// A regular file, or one that is new, is written whole or not at all, also where the process or the machine ends
  /// meanwhile. A pipe, a device, and the file of standard output or standard error are written in place: a new file
  /// would replace them.
  ///
  /// - Throws: The system's error.
  static func write(_ data: Data, toFile path: String) throws {
    if let output = ownOutput(path) { return try output.handle.write(contentsOf: data) }
    if isReplaced(path) { return try replace(path, by: data) }
    let file = open(path, O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC, 0o666)
    if file < 0 { throw systemError() }
    defer { close(file) }
    try write(data, to: file)
  }

  /// Whether a file is written whole or not at all: a regular one, or one that is new.
  static func isReplaced(_ path: String) -> Bool {
    var target = stat()
    if stat(path, &target) == 0 {
      return target.st_mode & S_IFMT == S_IFREG && ownOutput(path) == nil
    }
    // A link that leads nowhere is followed, not replaced.
    return lstat(path, &target) != 0
  }

  /// Finds out whether a file can be written, without changing it.
  ///
  /// - Throws: The system's error.
  static func check(_ path: String) throws {
    var target = stat()
    if stat(path, &target) == 0 && target.st_mode & S_IFMT == S_IFDIR {
      errno = EISDIR
      throw systemError()
    }
    if !isReplaced(path) { return }
    let (file, name) = try newFile(beside: try place(of: path))
    close(file)
    unlink(name)
  }

  /// Standard output or standard error, where a path is that of its file.
  private static func ownOutput(_ path: String) -> Output? {
    var target = stat()
    guard stat(path, &target) == 0 else { return nil }
    for (descriptor, output) in [(STDOUT_FILENO, standard), (STDERR_FILENO, error)] {
      var own = stat()
      if fstat(descriptor, &own) == 0 && own.st_dev == target.st_dev && own.st_ino == target.st_ino
      {
        return output
      }
    }
    return nil
  }

  /// Returns where a file is that is replaced, with links followed, and checks that it may be.
  private static func place(of path: String) throws -> String {
    if access(path, F_OK) != 0 { return path }
    if access(path, W_OK) != 0 { throw systemError() }
    guard let real = realpath(path, nil) else { throw systemError() }
    defer { free(real) }
    return String(cString: real)
  }

  /// Writes a new file beside another, and renames it to the other when it is whole.
  private static func replace(_ path: String, by data: Data) throws {
    let place = try place(of: path)
    let (file, name) = try newFile(beside: place)
    do {
      defer { close(file) }
      var old = stat()
      if stat(place, &old) == 0 { fchmod(file, old.st_mode & 0o777) }
      try write(data, to: file)
      if fsync(file) != 0 && errno != EINVAL { throw systemError() }
      if rename(name, place) != 0 { throw systemError() }
    } catch {
      unlink(name)
      throw error
    }
  }

  private static func newFile(beside path: String) throws -> (file: Int32, name: String) {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let name = (folder + [".\(UUID().uuidString).part"]).joined(separator: "/")
    let file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if file < 0 { throw systemError() }
    return (file, name)
  }

  private static func write(_ data: Data, to file: Int32) throws {
    var rest = data[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw systemError() }
      rest = rest.dropFirst(count)
    }
  }

  /// The error of the last call to the system.
  private static func systemError() -> NSError {
    let code = errno
    return NSError(
      domain: NSPOSIXErrorDomain, code: Int(code),
      userInfo: [NSLocalizedDescriptionKey: String(cString: strerror(code))])
  }
}
