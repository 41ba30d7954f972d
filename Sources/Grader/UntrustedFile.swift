import Foundation

/// Reads files of people and programs that are not trusted: links, pipes and devices can be in their place.
enum UntrustedFile {
  /// The largest file that is read, in bytes.
  static let limit = 1 << 20

  /// What keeps a file from being read.
  enum Failure: Error, Equatable {
    case missing
    /// The last part of the path is a link.
    case link
    /// A folder, a pipe, a device or a socket.
    case notRegular
    /// The size in bytes, where it is known.
    case tooLarge(Int)
    /// The system's error number.
    case unreadable(Int32)

    /// The failure as the end of a sentence about the file.
    var words: String {
      switch self {
      case .missing: "does not exist"
      case .link: "is a link; a file is expected"
      case .notRegular: "is not a regular file"
      case .tooLarge(let bytes): "has \(bytes) bytes; at most \(UntrustedFile.limit) are read"
      case .unreadable(let code): "cannot be read: \(String(cString: strerror(code)))"
      }
    }
  }

  /// Returns what a file holds: a regular file of at most 1 MiB, reached without following a link at the end of
  /// its path unless that is asked for. What is checked is what is read, whatever is renamed meanwhile.
  static func contents(
    of path: String, limit: Int = UntrustedFile.limit, followingLinks: Bool = false
  ) throws(Failure) -> Data {
    // Without O_NONBLOCK, open waits at a pipe without a writer.
    let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW)
    let file = open(path, flags)
    if file < 0 {
      switch errno {
      case ENOENT, ENOTDIR: throw .missing
      case ELOOP: throw .link
      // A socket, or a device that is not there.
      case ENXIO, ENODEV: throw .notRegular
      default: throw .unreadable(errno)
      }
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .unreadable(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
    guard status.st_size <= limit else { throw .tooLarge(Int(status.st_size)) }
    return try read(file, limit: limit)
  }

  /// Reads to the end, but no more than the limit: a file can grow while it is read.
  private static func read(_ file: Int32, limit: Int) throws(Failure) -> Data {
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(file, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw .unreadable(errno) }
      if count == 0 { return data }
      data.append(contentsOf: buffer[..<count])
      if data.count > limit { throw .tooLarge(data.count) }
    }
  }
}
