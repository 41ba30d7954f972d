import ArgumentParser
import Foundation
import Workbook

/// Runs chapters and shows what they give.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a chapter: its experiments, tables, figures and checks.")

  @Argument(help: ArgumentHelp("The chapters to run, by number.", valueName: "chapter"))
  var numbers: [Int] = []

  @Flag(help: "Run every chapter.")
  var all = false

  @Flag(help: "Write the report as JSON to standard output, and nothing else.")
  var json = false

  @Flag(help: "Show every number, remark and check, not only questions, tables and figures.")
  var verbose = false

  @Flag(help: "Wait at each question for your own answer before ours is shown.")
  var guess = false

  @Flag(help: "Train for a shorter time, for a first look; some claims go unchecked.")
  var quick = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The seed of all random numbers, from 0 up.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: "The precision that networks are trained in: float or double.")
  var precision: RunOptions.Precision = .float

  @Option(help: ArgumentHelp("How many threads to use; results do not change.", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("Draw the figures into a folder, as SVG.", valueName: "folder"))
  var figures: String?

  @Option(help: ArgumentHelp("Read the data sets from another folder.", valueName: "folder"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Learn from photographs of your own, in chapters 3, 5 and 9.", valueName: "folder"))
  var images: String?

  @Option(
    help: ArgumentHelp(
      "Show the network of chapter 9 a digit of your own, a PNG or .npy file.", valueName: "file"))
  var image: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Change a setting of the chapter, as in --set bent.epochs=300; may be given again.",
      valueName: "name=number"))
  var settings: [ChosenSetting] = []

  func validate() throws {
    if CommandLine.arguments.count == 1 { throw CleanExit.helpRequest(ChapterRunner.self) }
    if numbers.isEmpty && !all {
      throw ValidationError(
        "Name a chapter, as in \(CommandName.typed) 4, or all of them with --all.")
    }
    if all && !numbers.isEmpty { throw ValidationError("Name chapters, or --all, but not both.") }
    try validateGuess()
    if let unknown = numbers.first(where: { number in !book.contains { $0.number == number } }) {
      throw ValidationError(
        "There is no chapter \(unknown); the book has chapters 1 to \(book.count).")
    }
    if let threads, !(1...1024 ~= threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads).")
    }
    if !settings.isEmpty && (all || numbers.count > 1) {
      throw ValidationError("--set changes one chapter; name one, and not several.")
    }
    try validateImage()
    if let images {
      if images.isEmpty { throw ValidationError("--images takes a folder of photographs.") }
      let others = all ? book.map(\.number) : numbers
      if let other = others.first(where: { !chaptersWithPhotographs.contains($0) }) {
        throw ValidationError(
          "--images is for chapters 3, 5 and 9; chapter \(other) has no use for photographs.")
      }
    }
  }

  private func validateImage() throws {
    guard let image else { return }
    if image.isEmpty { throw ValidationError("--image takes a file with a picture of a digit.") }
    let others = all ? book.map(\.number) : numbers
    if let other = others.first(where: { $0 != chapterWithDigits }) {
      throw ValidationError(
        "--image is for chapter \(chapterWithDigits); chapter \(other) has no use for a digit.")
    }
  }

  private func validateGuess() throws {
    guard guess else { return }
    if json { throw ValidationError("--json asks no questions; leave out --guess.") }
    if !Guess.isPossible {
      throw ValidationError(
        "--guess waits for your answers, so input and output must both be a terminal, not a pipe or a "
          + "file.")
    }
  }

  func run() throws {
    if let images {
      let folder = PhotoFolder(images)
      try preparePhotographs(in: folder)
      // What is wrong with them is told before anything is trained.
      _ = try reading { try folder.photographs() }
    }
    let chapters = all ? book : numbers.flatMap { number in book.filter { $0.number == number } }
    let reports = try Threads.$count.withValue(threads ?? Threads.count) {
      try json ? chapters.map { try report(of: $0) } : narrate(chapters)
    }
    if json { try write(reports) }
    if !reports.allSatisfy(\.passed) { throw ExitCode.failure }
  }

  /// Runs chapters and shows each thing as it comes.
  private func narrate(_ chapters: [Chapter]) throws -> [Report] {
    let bar = ProgressBar.onTerminal()
    let terminal = Terminal(
      style: .detected(descriptor: STDOUT_FILENO), detail: verbose ? .full : .brief, bar: bar
    ) {
      Output.standard.write($0)
    }
    var guesses = guess ? Guess() : nil
    return try chapters.enumerated().map { index, chapter in
      if index > 0 { Output.standard.write("\n\n") }
      terminal.open(chapter)
      let report = try report(of: chapter) { event in
        terminal.show(event)
        if case .question = event { guesses?.wait() }
      }
      bar?.clear()
      terminal.close(report, more: "\(CommandName.typed) \(chapter.number) --verbose")
      return report
    }
  }

  /// Runs one chapter; bad data ends the command with a sentence and the right exit code.
  private func report(
    of chapter: Chapter, show: @escaping (RunEvent) -> Void = { _ in }
  ) throws -> Report {
    var options = RunOptions()
    options.seed = seed
    options.isQuick = quick
    options.precision = precision
    options.dataFolder = data
    options.imagesFolder = images
    options.imageFile = image
    for setting in settings { options.settings[setting.name] = setting.value }
    var report = try reading { try chapter.report(options: options, show: show) }
    try requireKnownSettings(in: report)
    if let figures {
      do {
        try report.drawFigures(into: figures)
      } catch {
        Output.error.write(sentence(error, "\(figures): the figures cannot be drawn there"))
        throw ExitCode.cannotCreate
      }
    }
    return report
  }

  /// Ends the command where a setting was given that the chapter has not.
  private func requireKnownSettings(in report: Report) throws {
    let known = report.settings.map(\.name)
    guard let unknown = settings.first(where: { !known.contains($0.name) }) else { return }
    let others =
      known.isEmpty ? "It has none." : "It has \(known.sorted().joined(separator: ", "))."
    Output.error.write(
      "Chapter \(report.chapter) has no setting “\(unknown.name)”. \(others)\n")
    throw ExitCode.validationFailure
  }

  private func write(_ reports: [Report]) throws {
    if reports.count == 1 {
      Output.standard.write(try reports[0].json())
    } else {
      Output.standard.write("[\n")
      for (index, report) in reports.enumerated() {
        if index > 0 { Output.standard.write(",\n") }
        Output.standard.write(try report.json())
      }
      Output.standard.write("\n]")
    }
    Output.standard.write("\n")
  }
}

/// The chapter whose network knows digits.
let chapterWithDigits = 9

extension RunOptions.Precision: ExpressibleByArgument {}

/// A setting as the reader gives it: `name=number`.
struct ChosenSetting: ExpressibleByArgument {
  let name: String
  let value: Double

  init?(argument: String) {
    let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, let value = Double(parts[1]),
      value.isFinite, value >= 0
    else { return nil }
    (name, self.value) = (String(parts[0]), value)
  }
}
