import Foundation

/// Shows a chapter's run to somebody at a terminal, or to a file, as it goes along.
public final class Terminal {
  /// What the terminal can show.
  public let style: TerminalStyle
  private let bar: ProgressBar?
  private let write: (String) -> Void
  /// Whether the last line was empty, so that no two ever follow each other.
  private var isAfterSpace = false

  /// Creates a terminal.
  ///
  /// - Parameters:
  ///   - style: What it can show.
  ///   - bar: The progress bar, or `nil` for none.
  ///   - write: Called with each piece of text, line ends included.
  public init(style: TerminalStyle, bar: ProgressBar?, write: @escaping (String) -> Void) {
    self.style = style
    self.bar = bar
    self.write = write
  }

  /// Shows the heading of a chapter.
  public func open(_ chapter: Chapter) {
    let heading = "\(chapter.number) · \(chapter.title)"
    print(lines(ofHeading: heading) + style.wrapped(chapter.question, first: "", rest: ""))
  }

  /// Shows what a run gave in the end.
  public func close(_ report: Report) {
    let passed = report.checks.filter { $0.verdict == .pass }.count
    let verdict = "\(passed) of \(report.checks.count) checks pass"
    let seconds = NumberFormat.decimals(2).text(of: report.seconds)
    let quick = report.options.isQuick ? ", trained quickly: expect weaker numbers" : ""
    let end = style.wrapped("\(verdict) · \(seconds) s\(quick)", first: "", rest: "")
    print([""] + end.map { style.paint($0, report.holds ? .pass : .fail) })
  }

  /// Shows one thing.
  public func show(_ event: PageEvent) {
    if case .progress(let task, let fraction) = event {
      bar?.show(task, fraction)
      return
    }
    bar?.clear()
    print(lines(of: event))
  }

  /// Returns the lines of one thing.
  func lines(of event: PageEvent) -> [String] {
    switch event {
    case .section(let title): [""] + lines(ofHeading: title) + [""]
    case .narration(let text): style.wrapped(text)
    case .question(let text):
      style.wrapped(text, first: "? ", rest: "  ").map { style.paint($0, .question) }
    case .number(let quantity): lines(of: quantity)
    case .table(let table): [""] + table.lines(in: style) + [""]
    case .figure(let figure): [""] + figure.lines(in: style) + [""]
    case .check(let check): lines(of: check)
    case .progress: []
    }
  }

  private func lines(ofHeading title: String) -> [String] {
    style.wrapped(title, first: "", rest: "").map { style.paint($0, .heading) }
  }

  private func lines(of quantity: Quantity) -> [String] {
    let column = min(44, style.width - 14)
    let label = "  " + quantity.label + " "
    let dots = String(repeating: ".", count: max(0, column - label.count))
    guard label.count + dots.count + quantity.text.count + 1 <= style.width else {
      return style.wrapped(quantity.label) + ["    " + quantity.text]
    }
    return [label + style.paint(dots, .faint) + " " + quantity.text]
  }

  private func lines(of check: Check) -> [String] {
    let (mark, plain, ink): (String, String, Ink) =
      switch check.verdict {
      case .pass: ("✓", "pass:", .pass)
      case .fail: ("✗", "FAIL:", .fail)
      case .undecided: ("?", "undecided:", .undecided)
      }
    let lead = style.hasUnicode ? mark : plain
    let claim = style.wrapped(check.name, first: "  \(lead) ", rest: "    ")
    return claim.map { style.paint($0, ink) }
      + style.wrapped(check.detail, first: "    ", rest: "    ").map { style.paint($0, .faint) }
  }

  private func print(_ lines: [String]) {
    var text = ""
    for line in lines where !(line.isEmpty && isAfterSpace) {
      text += line + "\n"
      isAfterSpace = line.isEmpty
    }
    write(text)
  }
}

/// A line that is redrawn while something takes long, and removed when it is done.
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
