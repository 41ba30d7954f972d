import ArgumentParser
import Grader
import Workbook

/// What `grade` grades.
struct GradeChoice: ParsableArguments {
  @Argument(help: ArgumentHelp("The folder of the submissions.", valueName: "folder"))
  var folder: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Grade these chapters or exercises; all without.", valueName: "exercise"))
  var exercises: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Grade these submissions; all without.", valueName: "name"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp(
      "Grade one part of the submissions: 2/5 is the second fifth.", valueName: "k/n"))
  var part: Part?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Take over what earlier runs wrote as JSON, and grade the rest.", valueName: "file"))
  var resume: [String] = []

  @Flag(help: "Grade nothing: write what --resume has, and name what it lacks.")
  var collect = false

  @Option(help: ArgumentHelp("How many answers to grade at once.", valueName: "n"))
  var threads = Threads.count

  func validate() throws {
    if !(1...1_024 ~= threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads).")
    }
    if collect && resume.isEmpty {
      throw ValidationError("--collect takes results from --resume, and there is none.")
    }
  }
}

extension Part: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

/// What `grade` writes.
struct GradeFileOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write the verdicts as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the verdicts as JUnit's XML.", valueName: "file"))
  var junit: String?

  @Option(
    help: ArgumentHelp("Write the verdicts as a table, a row for each answer.", valueName: "file"))
  var csv: String?

  @Option(
    help: ArgumentHelp(
      "Write the points as a table, a row for each submission and a column for each exercise.",
      valueName: "file"))
  var wideCsv: String?

  @Flag(help: "Begin the tables with the mark by which spreadsheets know UTF-8.")
  var csvBom = false

  @Option(
    help: ArgumentHelp(
      "Write a page for each submission, and one of the class with statistics, as Markdown.",
      valueName: "folder"))
  var pages: String?

  @Option(
    help: ArgumentHelp("Write one submission as Gradescope's results.json.", valueName: "file"))
  var gradescope: String?

  @Option(
    help: ArgumentHelp("Write one submission as Classroom 50's result.json.", valueName: "file"))
  var classroom50: String?

  @Flag(help: "Tell GitHub's workflows of each answer that does not pass, at its line.")
  var annotations = false
}
