import Workbook

extension Verdict {
  /// Returns the verdict on an exercise as text for the terminal.
  ///
  /// - Parameters:
  ///   - exercise: The exercise.
  ///   - style: What the terminal can show.
  package func text(on exercise: Exercise, style: TerminalStyle) -> String {
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
    if !output.isEmpty && state != .notAttempted {
      lines.append("    your program printed:")
      let printed = output.trimmed.split(separator: "\n", omittingEmptySubsequences: false)
      lines += printed.prefix(20).map { "    | " + Self.plain($0) }
      if printed.count > 20 { lines.append("    | … and \(printed.count - 20) more lines") }
    }
    return lines.joined(separator: "\n") + "\n"
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
    case 1: ", after one part that passed: \(passed[0])"
    default: ", after \(passed.count) parts that passed: " + passed.joined(separator: ", ")
    }
  }

  /// Returns a line without what a terminal would take for a command.
  private static func plain(_ line: Substring) -> String {
    String(line.prefix(200).map { $0.isASCII && ($0.asciiValue ?? 0) < 32 ? "�" : $0 })
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
