import Tensors
import Text

/// A line that is redrawn while a task takes long, and removed when it is done.
public final class ProgressBar {
  private let width: Int
  private let write: (String) -> Void
  private var shown = ""

  /// Creates a bar on a terminal of a width.
  public init(width: Int, write: @escaping (String) -> Void) {
    self.width = width
    self.write = write
  }

  /// Shows how far a task has come, as a fraction of 1.
  public func show(_ task: String, _ fraction: Double) {
    if fraction >= 1 { return clear() }
    let length = max(4, min(30, width - task.count - 12))
    let full = Int((Double(length) * max(0, fraction)).rounded(.down))
    let bar = String(repeating: "━", count: full) + String(repeating: "╌", count: length - full)
    let percent = "\(Int((100 * max(0, fraction)).rounded(.down))) %"
    let line = String("  \(bar) \(percent) \(task)".prefix(width - 1))
    if line == shown { return }
    write("\r\u{1B}[2K" + line)
    shown = line
  }

  /// Removes the bar.
  public func clear() {
    if !shown.isEmpty { write("\r\u{1B}[2K") }
    shown = ""
  }
}
