import Foundation
import Text

/// A regular file that is open for reading. Folders, pipes and devices can be in its place.
final class DataFile {
  /// Where it is, for messages.
  let path: String
  /// How many bytes it had when it was opened.
  let size: Int
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Parameter name: What messages call it, if not by its path.
  /// - Throws: `InputError` where there is none, or something that is no file.
  init(_ path: String, shownAs name: String? = nil) throws(InputError) {
    self.path = name ?? path
    // Without O_NONBLOCK, open waits at a pipe without a writer.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR {
        throw InputError(.missing, self.path, "there is no such file")
      }
      throw Self.unreadable(self.path)
    }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    guard isKnown && status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw InputError(
        .damaged, self.path, "it is a folder, a pipe or a device; a file is expected")
    }
    (self.descriptor, size) = (descriptor, Int(status.st_size))
  }

  deinit { close(descriptor) }

  /// Returns some bytes of the file.
  ///
  /// - Throws: `InputError` where they cannot be read, as where the file has become shorter.
  /// - Precondition: The file had these bytes when it was opened.
  func bytes(_ range: Range<Int>) throws(InputError) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= size, "\(range) of \(size) bytes")
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      while count < range.count {
        let rest = UnsafeMutableBufferPointer(rebasing: buffer[count..<range.count])
        let start = off_t(range.lowerBound + count)
        let found = pread(descriptor, rest.baseAddress, min(rest.count, 1 << 30), start)
        if found < 0 && errno == EINTR { continue }
        if found <= 0 { break }
        count += found
      }
    }
    if bytes.count < range.count { throw Self.unreadable(path) }
    return bytes
  }

  private static func unreadable(_ path: String) -> InputError {
    InputError(.damaged, path, "the file cannot be read; check its permissions")
  }
}

/// Why a file cannot be written, as the end of a sentence about it.
public struct OutputError: LocalizedError, CustomStringConvertible, Equatable {
  /// The file.
  public let path: String
  /// What is wrong.
  public let problem: String

  public var errorDescription: String? { problem }
  public var description: String { "\(path): \(problem)" }

  /// Describes a file's problem.
  public init(_ path: String, _ problem: String) { (self.path, self.problem) = (path, problem) }

  /// Describes what the system said last.
  fileprivate init(system path: String) {
    self.init(path, "it cannot be written: \(String(cString: strerror(errno)))")
  }
}

/// Writes a file whole or not at all: under another name first, which then takes the place of what was
/// there. A link is followed.
///
/// - Parameters:
///   - parts: What the file holds, one after another.
///   - path: Where it is to be.
func writeWhole(_ parts: some Sequence<[UInt8]>, to path: String) throws(OutputError) {
  let target = try regularTarget(of: path)
  let folder = target.lastIndex(of: "/").map { target[...$0] } ?? ""
  let draft = "\(folder).unfinished-\(UUID().uuidString)"
  let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  guard file >= 0 else { throw OutputError(system: path) }
  do throws(OutputError) {
    defer { close(file) }
    for part in parts { try write(part, to: file, path) }
    if fsync(file) != 0 { throw OutputError(system: path) }
  } catch {
    unlink(draft)
    throw error
  }
  guard rename(draft, target) == 0 else {
    let error = OutputError(system: path)
    unlink(draft)
    throw error
  }
}

/// Returns where a file is, behind all links.
///
/// - Throws: `OutputError` where something stands there that is no file, and must not be replaced.
private func regularTarget(of path: String) throws(OutputError) -> String {
  var status = stat()
  guard stat(path, &status) == 0 else { return path }
  guard status.st_mode & S_IFMT == S_IFREG else {
    throw OutputError(path, "a folder, a pipe or a device has this name; choose another")
  }
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

private func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(OutputError) {
  var start = 0
  while start < bytes.count {
    let count = bytes[start...].withUnsafeBytes {
      Foundation.write(file, $0.baseAddress, min($0.count, 1 << 30))
    }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { throw OutputError(system: path) }
    start += count
  }
}
