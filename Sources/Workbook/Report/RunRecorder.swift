import Tensors
import Text

/// Records what a chapter's run gives in a report, and shows each thing to the reader of the run.
public struct RunRecorder {
  /// What has been recorded so far.
  public private(set) var report: Report
  /// The options of the run.
  public var options: RunOptions { report.options }
  private let show: (RunEvent) -> Void
  /// The claims that a quick run did not check.
  private var leftOut: [String] = []

  init(chapter: Chapter, options: RunOptions, show: @escaping (RunEvent) -> Void) {
    report = Report(chapter: chapter.number, title: chapter.title, options: options)
    self.show = show
  }

  /// Returns the generator of an experiment, the same for the same seed and name.
  public func random(_ experiment: String) -> SplitMix64 {
    SplitMix64(seed: options.seed, stream: "\(report.chapter).\(experiment)")
  }

  /// Returns how often to do something: a tenth of `count` in a quick run, and at least once.
  ///
  /// - Parameters:
  ///   - count: How often a full run does it.
  ///   - least: The fewest repetitions of a quick run that show the reader something.
  public func repetitions(_ count: Int, least: Int = 1) -> Int {
    let repetitions = options.isQuick ? min(count, max(least, count / 10)) : count
    if repetitions < count { show(.shortened) }
    return repetitions
  }

  /// Begins a section.
  public func section(_ title: String) { show(.section(title)) }

  /// Tells the reader of the run something that is no part of the report.
  public func log(_ text: String) { show(.narration(text)) }

  /// Draws a figure that is no part of the report, because another run would draw it differently.
  public func showInTerminal(_ figure: Figure) { show(.figure(figure)) }

  /// Asks the reader for a number before it is printed.
  public func ask(_ question: String) { show(.question(question)) }

  /// Reports how far a long piece of work has come, as a fraction of 1.
  public func progress(_ task: String, _ fraction: Double) { show(.progress(task, fraction)) }

  /// Records a number under a name, for the prose, the terminal and the report.
  ///
  /// - Precondition: The name is new.
  public mutating func record(
    _ value: some BinaryFloatingPoint, _ format: NumberFormat, as name: String, label: String
  ) {
    let quantity = Quantity(name: name, label: label, value: Double(value), format: format)
    requireNew(name, among: report.numbers.map(\.name))
    report.numbers.append(quantity)
    show(.number(quantity))
  }

  /// Records a count under a name.
  ///
  /// - Precondition: The name is new.
  public mutating func record(_ count: Int, as name: String, label: String) {
    record(Double(count), .count, as: name, label: label)
  }

  /// Records a setting, and returns the value to use: the reader's, where one was given, or `value`.
  ///
  /// - Parameters:
  ///   - value: What the chapter uses unless the reader asks for another, at least 0.
  ///   - name: The name by which the prose and the reader refer to it.
  /// - Precondition: The name is new.
  public mutating func setting(
    _ value: Double, _ format: NumberFormat, as name: String, label: String
  ) -> Double {
    let value = options.settings[name] ?? value
    record(value, format, as: name, label: label)
    report.settings.append(Setting(name: name, value: value))
    return value
  }

  /// Records a setting that counts something. What the reader gives is rounded to a whole number, and
  /// is at least `least`.
  ///
  /// - Parameters:
  ///   - count: What the chapter uses unless the reader asks for another.
  ///   - name: The name by which the prose and the reader refer to it.
  ///   - least: The smallest count with which the experiment makes sense.
  /// - Precondition: The name is new.
  public mutating func setting(
    _ count: Int, as name: String, label: String, least: Int = 1
  ) -> Int {
    let wished = options.settings[name].map { Int(min($0.rounded(), 0x1p31)) } ?? count
    let count = max(least, wished)
    record(count, as: name, label: label)
    report.settings.append(Setting(name: name, value: Double(count)))
    return count
  }

  /// Shows a table.
  ///
  /// - Precondition: The table's name is new.
  public mutating func show(_ table: Table, file: String = #filePath, line: Int = #line) {
    requireNew(table.name, among: report.tables.map(\.name))
    report.tables.append(table)
    report.origins[table.name] = SourcePosition(path: file, line: line)
    show(.table(table))
  }

  /// Shows a figure.
  ///
  /// - Precondition: The figure's name is new.
  public mutating func show(_ figure: Figure, file: String = #filePath, line: Int = #line) {
    requireNew(figure.name, among: report.figures.map(\.name))
    report.figures.append(figure)
    report.origins[figure.name] = SourcePosition(path: file, line: line)
    show(.figure(figure))
  }

  /// States a check.
  ///
  /// - Precondition: The claim is new.
  public mutating func check(_ check: Check) {
    requireNew(check.name, among: report.checks.map(\.name))
    report.checks.append(check)
    show(.check(check))
  }

  /// States a claim and whether it holds.
  ///
  /// - Precondition: The claim is new.
  public mutating func check(_ name: String, _ passed: Bool, detail: String) {
    check(Check(name, passed ? .pass : .fail, detail: detail))
  }

  /// States a claim that needs the full training, and whether it holds. A quick run leaves the claim
  /// out of its report and says so.
  ///
  /// - Precondition: The claim is new.
  public mutating func checkWhenFull(
    _ name: String, _ passed: @autoclosure () -> Bool, detail: @autoclosure () -> String
  ) {
    guard options.isQuick else { return check(name, passed(), detail: detail()) }
    requireNew(name, among: report.checks.map(\.name) + leftOut)
    leftOut.append(name)
    show(.leftOut(name))
  }

  private func requireNew(_ name: String, among names: [String]) {
    precondition(!names.contains(name), "chapter \(report.chapter) records “\(name)” twice")
  }
}

/// Something that a run shows, at the moment it is recorded.
public enum RunEvent: Sendable {
  case section(String)
  case narration(String)
  case question(String)
  case number(Quantity)
  case table(Table)
  case figure(Figure)
  case check(Check)
  /// A claim that a quick run does not check, because it needs the full training.
  case leftOut(String)
  /// A quick run did something less often than a full run.
  case shortened
  case progress(String, Double)
}
