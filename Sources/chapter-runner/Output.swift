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
