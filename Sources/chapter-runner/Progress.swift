import Foundation
import Synchronization
import Workbook

extension ProgressBar {
  /// Returns a bar on standard error where somebody can see it.
  static func onTerminal() -> sending ProgressBar? {
    guard TerminalStyle.isInteractive(descriptor: STDERR_FILENO) else { return nil }
    // An interruption wipes the bar off the reader's prompt, and then ends the program as ever.
    signal(SIGINT) { _ in
      _ = "\r\u{1B}[2K".utf8CString.withUnsafeBytes { wipe in
        Foundation.write(STDERR_FILENO, wipe.baseAddress, 5)
      }
      signal(SIGINT, SIG_DFL)
      raise(SIGINT)
    }
    let width = TerminalStyle.detected(descriptor: STDERR_FILENO).width
    return ProgressBar(width: width) { Output.error.write($0) }
  }
}

/// A progress bar for a task whose steps are done on several threads.
final class SharedProgressBar: Sendable {
  private let bar = Mutex(ProgressBar.onTerminal())

  /// Shows how many steps are done, such as “3 of 7 answers”.
  func show(_ done: Int, of total: Int, _ steps: String) {
    bar.withLock { $0?.show("\(done) of \(total) \(steps)", Double(done) / Double(max(total, 1))) }
  }

  /// Removes the bar.
  func clear() { bar.withLock { $0?.clear() } }
}
