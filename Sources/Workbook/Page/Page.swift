/// A page that a chapter's run is written on, and that somebody may be reading meanwhile.
public struct Page {
  /// What has been written so far.
  public private(set) var report: Report
  /// What the run was told.
  public var options: RunOptions { report.options }
  private let show: (PageEvent) -> Void

  init(chapter: Chapter, options: RunOptions, show: @escaping (PageEvent) -> Void) {
    report = Report(chapter: chapter.number, title: chapter.title, options: options)
    self.show = show
  }

  /// Returns the generator of an experiment, the same for the same seed and name.
  public func random(_ experiment: String) -> SplitMix64 {
    SplitMix64(seed: options.seed, stream: "\(report.chapter).\(experiment)")
  }

  /// Returns how often to do something, a fraction of it in a quick run.
  public func often(_ count: Int) -> Int { options.isQuick ? max(1, count / 10) : count }

  /// Begins a section.
  public func section(_ title: String) { show(.section(title)) }

  /// Tells the reader something that is only for those who watch the run.
  public func say(_ text: String) { show(.narration(text)) }

  /// Draws something that is only for those who watch the run: another run would draw it otherwise.
  public func sketch(_ figure: Figure) { show(.figure(figure)) }

  /// Asks the reader for a number before it is printed.
  public func ask(_ question: String) { show(.question(question)) }

  /// Says how far a long piece of work has come, as a fraction of 1.
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

  /// Shows a table.
  ///
  /// - Precondition: The table's name is new.
  public mutating func show(_ table: Table, file: String = #filePath, line: Int = #line) {
    requireNew(table.name, among: report.tables.map(\.name))
    report.tables.append(table)
    report.origins[table.name] = SourcePlace(path: file, line: line)
    show(.table(table))
  }

  /// Shows a figure.
  ///
  /// - Precondition: The figure's name is new.
  public mutating func show(_ figure: Figure, file: String = #filePath, line: Int = #line) {
    requireNew(figure.name, among: report.figures.map(\.name))
    report.figures.append(figure)
    report.origins[figure.name] = SourcePlace(path: file, line: line)
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
  public mutating func check(_ name: String, _ holds: Bool, detail: String) {
    check(Check(name, holds ? .pass : .fail, detail: detail))
  }

  private func requireNew(_ name: String, among names: [String]) {
    precondition(!names.contains(name), "chapter \(report.chapter) records “\(name)” twice")
  }
}

/// Something that a run shows, at the moment it comes.
public enum PageEvent: Sendable {
  case section(String)
  case narration(String)
  case question(String)
  case number(Quantity)
  case table(Table)
  case figure(Figure)
  case check(Check)
  case progress(String, Double)
}
