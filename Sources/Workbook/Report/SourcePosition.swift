import Tensors
import Text

/// A line of a source file, for messages that an editor can jump to.
public struct SourcePosition: Equatable, Sendable, CustomStringConvertible {
  /// The file, relative to the package.
  public let file: String
  /// The line, from 1.
  public let line: Int

  public var description: String { "\(file):\(line)" }

  /// Points at a line of a file that is named relative to the package.
  package init(file: String, line: Int) { (self.file, self.line) = (file, line) }

  /// Points at a line of a file of the package that may be named in full, as `#filePath` names it.
  package init(path: String, line: Int) {
    let package = BundledData.packageRoot + "/"
    self.init(
      file: path.hasPrefix(package) ? String(path.dropFirst(package.count)) : path, line: line)
  }
}
