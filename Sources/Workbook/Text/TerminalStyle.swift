import Foundation

/// What a terminal can show: its width, and whether it takes colours and more than ASCII.
public struct TerminalStyle: Equatable, Sendable {
  /// The number of characters in a line.
  public var width: Int
  /// Whether text may be coloured.
  public var hasColour: Bool
  /// Whether figures may use braille, blocks and other signs beyond ASCII.
  public var hasUnicode: Bool

  /// Describes a terminal.
  public init(width: Int, hasColour: Bool, hasUnicode: Bool) {
    self.width = width
    self.hasColour = hasColour
    self.hasUnicode = hasUnicode
  }

  /// Returns what the terminal behind a file descriptor can show, or what suits a pipe.
  ///
  /// Colours need a terminal that is not dumb and no `NO_COLOR` (https://no-color.org).
  public static func detected(
    descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> TerminalStyle {
    let isDumb = environment["TERM"] == "dumb"
    let refusesColour = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let isTerminal = isatty(descriptor) != 0
    // A locale that is named C has no letters but ASCII; one that is not named says nothing.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
    let isASCII = locale == "C" || locale == "POSIX"
    return TerminalStyle(
      width: max(columns(of: descriptor) ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80, 24),
      hasColour: isTerminal && !isDumb && !refusesColour, hasUnicode: !isDumb && !isASCII)
  }

  /// Whether a progress bar can be redrawn on a file descriptor.
  public static func isInteractive(
    descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    isatty(descriptor) != 0 && environment["TERM"] != "dumb"
  }

  private static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}

/// How text is coloured or weighted in a terminal, each way for one purpose.
package enum TextStyle: String {
  case heading = "1"
  case faint = "2"
  case question = "36"
  case pass = "32"
  case fail = "1;31"
  case undecided = "33"
}

extension TerminalStyle {
  /// Returns text in a style, or as it is where there are no colours.
  package func paint(_ text: String, _ style: TextStyle) -> String {
    hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Returns text in the colour of a series or a class, safe for colour-blind readers.
  package func paint(_ text: String, series: Int) -> String {
    hasColour ? "\u{1B}[38;5;\(Self.seriesColours[series % 6])m\(text)\u{1B}[0m" : text
  }

  /// Blue, orange, green, pink, yellow, sky: the terminal's nearest to Okabe and Ito's palette.
  private static let seriesColours = [32, 208, 36, 175, 220, 117]

  /// Returns text cut into lines of the terminal's width.
  ///
  /// - Parameters:
  ///   - text: Words with single spaces between; a word longer than a line is cut.
  ///   - first: What stands before the first line.
  ///   - rest: What stands before each other line.
  package func wrapped(_ text: String, first: String = "  ", rest: String = "  ") -> [String] {
    let limit = min(width, 88)
    let longest = max(1, limit - max(first.count, rest.count))
    var lines: [String] = []
    var line = first
    var isEmpty = true
    for word in text.split(separator: " ").flatMap({ $0.pieces(of: longest) }) {
      if !isEmpty && line.count + 1 + word.count > limit {
        lines.append(line)
        line = rest
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return lines + [line]
  }
}

extension Substring {
  /// Returns this text in pieces of a length, the last of which may be shorter.
  fileprivate func pieces(of length: Int) -> [Substring] {
    stride(from: 0, to: count, by: length).map { dropFirst($0).prefix(length) }
  }
}
