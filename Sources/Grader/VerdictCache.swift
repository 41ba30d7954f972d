import Foundation

/// Verdicts on disk, so that an unchanged answer is not compiled again.
///
/// Each is a file of its own, written whole or not at all, so two runs at once do no harm.
package struct VerdictCache: Sendable {
  private let folder: String

  /// Keeps verdicts in a folder, which need not exist.
  package init(folder: String) { self.folder = folder }

  /// Returns a verdict that was kept.
  func verdict(_ key: String) -> Verdict? {
    FileManager.default.contents(atPath: "\(folder)/\(key).json").flatMap {
      try? JSONDecoder().decode(Verdict.self, from: $0)
    }
  }

  /// Keeps a verdict, but not one that another run could change.
  func keep(_ verdict: Verdict, as key: String) {
    guard [.pass, .fail, .didNotCompile].contains(verdict.state) else { return }
    let files = FileManager.default
    try? files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let kept = (try? files.contentsOfDirectory(atPath: folder)) ?? []
    if kept.count > 1_000 {
      for name in kept { try? files.removeItem(atPath: "\(folder)/\(name)") }
    }
    let data = try? JSONEncoder().encode(verdict)
    try? data?.write(to: URL(filePath: "\(folder)/\(key).json"), options: .atomic)
  }
}
