import Workbook

extension Verdict {
  /// Returns the verdict on an exercise as text for the terminal, which nothing in it can steer.
  ///
  /// - Parameters:
  ///   - exercise: The exercise.
  ///   - style: What the terminal can show.
  package func text(on exercise: Exercise, style: TerminalStyle) -> String {
    harmless.lines(on: exercise, style: style).joined(separator: "\n") + "\n"
  }

  private func lines(on exercise: Exercise, style: TerminalStyle) -> [String] {
    var lines = ["\(mark(style)) \(exercise.name) · \(exercise.title) \(exercise.difficulty)"]
    switch state {
    case .pass:
      for note in notes { lines += style.wrapped(note, first: "    ", rest: "    ") }
    case .notAttempted:
      lines.append("    \(location): \(message)")
    default:
      lines += style.wrapped("\(location): \(message)", first: "    ", rest: "      ")
      if let part { lines.append("    in the part “\(part)”" + Self.after(passed)) }
      if let expected { lines.append("    expected  \(expected)") }
      if let received { lines.append("    received  \(received)") }
      if let cause {
        lines += style.wrapped(cause, first: "    likely    ", rest: "              ")
      }
      for note in notes { lines += style.wrapped(note, first: "    ", rest: "    ") }
    }
    if state != .pass, parts.contains(where: { $0.state == .pass || $0.state != state }) {
      let words = parts.map { "\($0.name) \($0.state == .pass ? "passes" : $0.state.rawValue)" }
      lines += style.wrapped(
        words.joined(separator: ", "), first: "    parts     ", rest: "              ")
    }
    if !output.isEmpty && state != .notAttempted {
      lines.append("    your program printed:")
      let printed = output.trimmed.split(
        omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      lines += printed.prefix(20).map { "    | " + Self.plain($0) }
      let rest = printed.count - 20
      if rest > 0 { lines.append("    | … and \(amount(rest, of: "more line"))") }
    }
    return lines
  }

  /// The verdict with texts that an answer may have made as they may be shown. What it printed keeps its lines.
  private var harmless: Verdict {
    var shown = self
    shown.message = message.harmless
    (shown.expected, shown.received) = (expected?.harmless, received?.harmless)
    (shown.cause, shown.part) = (cause?.harmless, part?.harmless)
    (shown.passed, shown.notes) = (passed.map(\.harmless), notes.map(\.harmless))
    return shown
  }

  /// The state in a word, with a sign where the terminal has one.
  private func mark(_ style: TerminalStyle) -> String {
    let sign: String =
      switch state {
      case .pass: style.hasUnicode ? "✓ " : ""
      case .notAttempted: style.hasUnicode ? "· " : ""
      default: style.hasUnicode ? "✗ " : ""
      }
    return style.paint(sign + state.rawValue, state.textStyle)
  }

  private static func after(_ passed: [String]) -> String {
    switch passed.count {
    case 0: ""
    case 1: ", after one part that passed: “\(passed[0])”"
    default:
      ", after \(passed.count) parts that passed: “" + passed.joined(separator: "”, “") + "”"
    }
  }

  /// Returns a line without what a terminal would take for a command.
  private static func plain(_ line: Substring) -> String {
    String(String.UnicodeScalarView(line.unicodeScalars.prefix(200))).harmless
  }
}

extension Verdict.State {
  /// The style of the verdict in a terminal.
  package var textStyle: TextStyle {
    switch self {
    case .pass: .pass
    case .notAttempted: .faint
    default: .fail
    }
  }
}
