import Foundation

/// Asks the reader at a terminal for a guess, before our answer is shown.
struct Guess {
  /// Whether somebody sits at a terminal who reads the questions and can answer them.
  static var isPossible: Bool { isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0 }

  private var hasEnded = false

  /// Waits for a line from the reader. An empty line passes on the question, and the end of the
  /// input on all that follow.
  mutating func wait() {
    if hasEnded { return }
    Output.standard.write("  Your guess (or Enter): ")
    if readLine() == nil {
      Output.standard.write("\n")
      hasEnded = true
    }
  }
}
