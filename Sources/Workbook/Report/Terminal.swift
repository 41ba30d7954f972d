import Foundation
import Tensors
import Text

/// Shows a chapter's run to a reader at a terminal, or writes it to a file, as it goes along.
public final class Terminal {
  /// How much of a run is shown.
  public enum Detail: Sendable {
    /// The chapter's question, the questions of its sections with the numbers that answer them, tables
    /// and figures, and every check that does not pass.
    case brief
    /// Everything that the run records, and every check.
    case full
  }

  /// What the terminal can show.
  public let style: TerminalStyle
  private let detail: Detail
  private let bar: ProgressBar?
  private let write: (String) -> Void
  /// Whether the last line was empty, so that no two ever follow each other.
  private var isAfterSpace = false

  // What the brief form holds back: the heading of a section until something under it is shown, and a
  // sentence until the table or figure that it introduces.
  private var heldHeading: String?
  private var heldSentence: String?
  private var isAnswering = false

  // What the last line of a run reports.
  private var leftOut = 0
  private var isShortened = false

  /// Creates a terminal.
  ///
  /// - Parameters:
  ///   - style: What it can show.
  ///   - detail: How much it shows.
  ///   - bar: The progress bar, or `nil` for none.
  ///   - write: Called with each piece of text, line ends included.
  public init(
    style: TerminalStyle, detail: Detail = .full, bar: ProgressBar?,
    write: @escaping (String) -> Void
  ) {
    self.style = style
    self.detail = detail
    self.bar = bar
    self.write = write
  }

  /// Shows the heading of a chapter.
  public func open(_ chapter: Chapter) {
    (heldHeading, heldSentence, isAnswering) = (nil, nil, false)
    (leftOut, isShortened) = (0, false)
    let heading = "\(chapter.number) · \(chapter.title)"
    print(lines(ofHeading: heading) + style.wrapped(chapter.question, first: "", rest: ""))
  }

  /// Shows the end of a run: how many of its checks pass, and how long it took.
  ///
  /// - Parameters:
  ///   - report: What the run gave.
  ///   - more: What a reader types to see more, for the brief form.
  public func close(_ report: Report, more: String? = nil) {
    let passed = report.checks.filter { $0.verdict == .pass }.count
    let seconds = NumberFormat.decimals(2).text(of: report.seconds)
    let end = style.wrapped(
      "\(passed) of \(report.checks.count) checks pass · \(seconds) s", first: "", rest: "")
    var lines = [""] + end.map { style.paint($0, report.passed ? .pass : .fail) }
    if report.options.isQuick { lines += style.wrapped(quickness, first: "", rest: "") }
    if detail == .brief, let more {
      let hint = "Every number and every check: \(more)"
      lines += style.wrapped(hint, first: "", rest: "").map { style.paint($0, .faint) }
    }
    print(lines)
  }

  /// What a quick run left out, in a sentence or two.
  private var quickness: String {
    if !isShortened { return "Quick run: this chapter has no long training, so it ran in full." }
    let shorter = "Quick run: the training was shorter, so its numbers are weaker."
    switch leftOut {
    case 0: return shorter
    case 1: return shorter + " 1 claim needs the full training and was not checked."
    default: return shorter + " \(leftOut) claims need the full training and were not checked."
    }
  }

  /// Shows one thing.
  public func show(_ event: RunEvent) {
    switch event {
    case .progress(let task, let fraction):
      bar?.show(task, fraction)
      return
    case .shortened: isShortened = true
    case .leftOut: leftOut += 1
    default: break
    }
    bar?.clear()
    print(detail == .full ? lines(of: event) : briefLines(of: event))
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

// MARK: - The brief form

extension Terminal {
  /// Returns the lines of one thing in the brief form, after what it brings to light; none for what
  /// this form leaves out.
  private func briefLines(of event: RunEvent) -> [String] {
    let wasAnswering = isAnswering
    isAnswering = false
    switch event {
    case .section(let title):
      (heldHeading, heldSentence) = (title, nil)
      return []
    case .narration(let text):
      heldSentence = text
      return []
    case .number:
      heldSentence = nil
      isAnswering = wasAnswering
      return wasAnswering ? lines(of: event) : []
    case .check(let check) where check.verdict == .pass:
      heldSentence = nil
      return []
    case .question, .check:
      heldSentence = nil
      if case .question = event { isAnswering = true }
      return held() + lines(of: event)
    case .table, .figure: return held() + lines(of: event)
    case .leftOut, .shortened, .progress: return []
    }
  }

  /// Returns what was held back, which is then shown.
  private func held() -> [String] {
    defer { (heldHeading, heldSentence) = (nil, nil) }
    return (heldHeading.map { lines(of: .section($0)) } ?? [])
      + (heldSentence.map { lines(of: .narration($0)) } ?? [])
  }
}

// MARK: - One thing at a time

extension Terminal {
  /// Returns the lines of one thing.
  func lines(of event: RunEvent) -> [String] {
    switch event {
    case .section(let title): [""] + lines(ofHeading: title) + [""]
    case .narration(let text): style.wrapped(text)
    case .question(let text):
      style.wrapped(text, first: "? ", rest: "  ").map { style.paint($0, .question) }
    case .number(let quantity): lines(of: quantity)
    case .table(let table): [""] + table.lines(in: style) + [""]
    case .figure(let figure): [""] + figure.lines(in: style) + [""]
    case .check(let check): lines(of: check)
    case .leftOut(let claim): lines(ofLeftOut: claim)
    case .shortened, .progress: []
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
    let (mark, plain, textStyle): (String, String, TextStyle) =
      switch check.verdict {
      case .pass: ("✓", "pass:", .pass)
      case .fail: ("✗", "FAIL:", .fail)
      case .undecided: ("?", "undecided:", .undecided)
      }
    let lead = style.hasUnicode ? mark : plain
    let claim = style.wrapped(check.name, first: "  \(lead) ", rest: "    ")
    return claim.map { style.paint($0, textStyle) }
      + style.wrapped(check.detail, first: "    ", rest: "    ").map { style.paint($0, .faint) }
  }

  private func lines(ofLeftOut claim: String) -> [String] {
    let lead = style.hasUnicode ? "– " : "not checked: "
    return
      (style.wrapped(claim, first: "  " + lead, rest: "    ")
      + style.wrapped(
        "needs the full training; not checked in a quick run", first: "    ", rest: "    "))
      .map { style.paint($0, .faint) }
  }
}
