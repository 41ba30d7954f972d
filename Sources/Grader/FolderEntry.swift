import Foundation

/// What lies in a folder of submissions: by the bytes of its name, for a name need not be text.
struct FolderEntry {
  /// The name; a byte that is no UTF-8 stands as `\xE9`.
  let name: String
  /// Why it cannot be read as a folder of answers; `nil` where it can.
  let problem: String?
  /// Whether it is or was meant as a submission.
  let isSubmission: Bool

  /// Returns what lies in a folder, in no order; `nil` where the folder cannot be read.
  static func all(in folder: String) -> [FolderEntry]? {
    names(in: folder)?.map { FolderEntry(in: folder, named: $0) }
  }

  private init(in folder: String, named bytes: [UInt8]) {
    let path = Array(folder.utf8) + [0x2F] + bytes
    var status = stat()
    let code = Self.withPath(path) { lstat($0, &status) } == 0 ? 0 : errno
    let kind = status.st_mode & S_IFMT
    guard let name = String(validating: bytes, as: UTF8.self) else {
      name = bytes.map { $0 < 0x80 ? String(Unicode.Scalar($0)) : Self.escape($0) }.joined()
      isSubmission = true
      problem = "has a name that is not UTF-8; rename it"
      return
    }
    self.name = name
    if code != 0 {
      isSubmission = true
      problem = "cannot be read: \(String(cString: strerror(code)))"
    } else if kind == S_IFDIR {
      isSubmission = true
      problem = Self.problem(ofFolder: path)
    } else if kind == S_IFLNK {
      isSubmission = true
      problem = "is a link; a folder is expected"
    } else {
      isSubmission = Self.archives.contains { name.lowercased().hasSuffix($0) }
      problem = "is an archive; a folder is expected: unpack it"
    }
  }

  private static let archives = [".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar"]

  private static func escape(_ byte: UInt8) -> String {
    "\\x" + String(byte, radix: 16, uppercase: true)
  }

  /// Says why a folder has nothing to grade; `nil` where it has.
  private static func problem(ofFolder path: [UInt8]) -> String? {
    var budget = 1_000
    var code: Int32 = 0
    if holdsFile(path, depth: 8, &budget, &code) { return nil }
    if code != 0 { return "cannot be read: \(String(cString: strerror(code)))" }
    return "holds no file; of a clone inside a repository git keeps a link alone: "
      + "hand in its files without .git"
  }

  /// Whether a folder holds a file, however deep; what belongs to git is none.
  private static func holdsFile(
    _ path: [UInt8], depth: Int, _ budget: inout Int, _ code: inout Int32
  ) -> Bool {
    guard let names = withPath(path, { names(at: $0) }) else {
      code = errno
      return false
    }
    var folders: [[UInt8]] = []
    for name in names where !name.starts(with: Array(".git".utf8)) {
      budget -= 1
      // Where there is much, there is a file.
      if budget < 0 { return true }
      let child = path + [0x2F] + name
      var status = stat()
      if withPath(child, { lstat($0, &status) }) != 0 { continue }
      if status.st_mode & S_IFMT != S_IFDIR { return true }
      folders.append(child)
    }
    return depth == 0
      || folders.contains { holdsFile($0, depth: depth - 1, &budget, &code) }
  }

  private static func names(in folder: String) -> [[UInt8]]? { folder.withCString(names(at:)) }

  /// Returns the names in a folder; `nil`, with `errno`, where it cannot be read.
  private static func names(at path: UnsafePointer<CChar>) -> [[UInt8]]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [[UInt8]] = []
    errno = 0
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
      errno = 0
    }
    return errno == 0 ? names : nil
  }

  private static func withPath<Result>(
    _ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result
  ) -> Result {
    (path.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { buffer in
      // The buffer has the terminating zero at least, so it has an address.
      buffer.baseAddress.map(body) ?? body([0])
    }
  }
}
