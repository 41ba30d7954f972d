import Foundation
import Workbook

/// The keys that a reader presses; without a terminal, the letters of standard input.
final class TerminalInput {
  /// What came.
  enum Event: Equatable {
    case key(Character)
    case end
  }

  /// Whether keys come from a terminal, one at a time.
  let isTerminal: Bool
  /// Whether the screen can be cleared, which a terminal with TERM=dumb cannot do.
  let clearsScreen: Bool

  init() {
    isTerminal = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0
    clearsScreen = isTerminal && TerminalStyle.isInteractive(descriptor: STDOUT_FILENO)
    guard isTerminal else { return }
    var mode = termios()
    tcgetattr(STDIN_FILENO, &mode)
    before.pointee = mode
    mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &mode)
    // An interruption gives the terminal back as it was, and then ends the program as ever.
    signal(SIGINT) { _ in
      tcsetattr(STDIN_FILENO, TCSANOW, before)
      signal(SIGINT, SIG_DFL)
      raise(SIGINT)
    }
  }

  /// Gives the terminal back as it was.
  func release() {
    if isTerminal { tcsetattr(STDIN_FILENO, TCSANOW, before) }
  }

  /// Returns the next key, the end of the input, or `nil` where nothing comes in time.
  func next(within milliseconds: Int32) -> Event? {
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, milliseconds) > 0 else { return nil }
    var byte: UInt8 = 0
    guard read(STDIN_FILENO, &byte, 1) == 1 else { return .end }
    let key = Character(Unicode.Scalar(byte))
    // Without a terminal a letter is followed by the line's end, which asks for nothing.
    return !isTerminal && key.isWhitespace ? nil : .key(key)
  }
}

/// The terminal's mode before; where a signal handler, which may touch no Swift object, can read it.
nonisolated(unsafe) private let before = UnsafeMutablePointer<termios>.allocate(capacity: 1)
