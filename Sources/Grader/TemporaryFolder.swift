import Foundation
import Sandbox

/// A folder for the work on one answer, of which nothing is left behind.
///
/// The process that uses it holds a lock on it. One whose lock nobody holds belonged to a process that was ended by
/// force, and the next that makes such a folder removes it.
final class TemporaryFolder: Sendable {
  /// The folder that this lies in.
  let parent: String
  /// The folder's name there.
  let name: String
  private let lock: Int32

  /// The folder's path.
  var path: String { "\(parent)/\(name)" }

  /// What the names of these folders begin with.
  static let prefix = "workbook-exam-"

  /// Makes a folder where the system has its temporary ones.
  ///
  /// - Throws: `GradingFault` where it cannot be made, as on a full disk.
  convenience init() throws(GradingFault) {
    _ = Self.removeLeftOnce
    try self.init(in: Self.parent)
  }

  /// The system's folder for temporary files. Swift 6.3's compiler ends at one whose path is not all ASCII; then it is
  /// the one that every system has, if it can be written.
  private static var parent: String {
    let asked = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    if asked.utf8.allSatisfy({ $0 < 0x80 }) { return asked }
    return ["/tmp", "/var/tmp"].first { access($0, W_OK) == 0 } ?? asked
  }

  /// Makes a folder in another.
  ///
  /// - Throws: `GradingFault` where it cannot be made.
  init(in parent: String) throws(GradingFault) {
    for _ in 0..<16 {
      let name = Self.prefix + UUID().uuidString
      let path = "\(parent)/\(name)"
      guard mkdir(path, 0o700) == 0 else { throw GradingFault(writing: path, code: errno) }
      let lock = Self.lock(path)
      // Somebody could have taken it for one that is left, in the moment before it was locked.
      if let lock, access(path, F_OK) == 0 {
        (self.parent, self.name, self.lock) = (parent, name, lock)
        return
      }
      if let lock { close(lock) }
    }
    throw GradingFault("\(parent) holds no folder of its own for an answer: each is removed")
  }

  deinit { close(lock) }

  /// Removes the folder and all that an answer wrote there.
  func remove() { _ = sandbox_remove(parent, name) }

  /// Returns the folder in which a temporary folder lies that holds a path, and the name of it there; nothing where
  /// none holds it.
  static func around(_ path: String) -> [String] {
    let parts = path.split(separator: "/")
    guard let index = parts.lastIndex(where: { $0.hasPrefix(prefix) }) else { return [] }
    return ["/" + parts[..<index].joined(separator: "/"), String(parts[index])]
  }

  /// Removes the folders of processes that are gone.
  static func removeLeft(in parent: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for name in names where name.hasPrefix(prefix) {
      guard let lock = lock("\(parent)/\(name)") else { continue }
      _ = sandbox_remove(parent, name)
      close(lock)
    }
  }

  private static let removeLeftOnce: Void = removeLeft(in: parent)

  /// Locks a folder of one's own; `nil` where another process holds the lock, or where it is none.
  private static func lock(_ path: String) -> Int32? {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else { return nil }
    var status = stat()
    if fstat(folder, &status) == 0, status.st_uid == geteuid(),
      flock(folder, LOCK_EX | LOCK_NB) == 0
    {
      return folder
    }
    close(folder)
    return nil
  }
}
