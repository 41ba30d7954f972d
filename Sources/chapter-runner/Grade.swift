import ArgumentParser
import Foundation
import Grader
import Workbook

/// Grades what a class handed in.
struct GradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade",
    abstract: "Grade many submissions, with the exams of this copy of the book.",
    discussion: """
      Each folder of FOLDER is a submission: a clone of the book, or its Exercises alone. \
      The files are written anew after each submission, so an interruption loses none; \
      --resume goes on from there.

      Exit code 0 says that all were graded, whatever the verdicts; 65 that something \
      handed in cannot be read, and is named; 70 that this machine kept an answer from \
      being graded; 73 that a file cannot be written. Where a file of --resume is not one \
      that --json wrote, nothing is graded, and the code is 65.
      """)

  @OptionGroup var choice: GradeChoice
  @OptionGroup var files: GradeFileOptions
  @OptionGroup var options: SessionOptions

  func run() throws {
    let session = try ExerciseSession(options)
    let chosen = try session.exercises(named: choice.exercises)
    let submissions = try submissions()
    if (files.gradescope ?? files.classroom50) != nil && submissions.count != 1 {
      throw ValidationError(
        "--gradescope and --classroom50 write one submission, not \(submissions.count); name it with --only."
      )
    }
    let empty = Gradebook(on: chosen, of: session.catalogue)
    let (earlier, isDamaged) = try results(in: empty)
    let files = try GradeFiles(files)
    let book: Gradebook
    if choice.collect {
      book = empty.collecting(submissions, earlier: earlier)
      files.update(book)
    } else {
      var grader = try session.grader()
      // Many answers are graded at once, so the clock runs ahead of the processor's time.
      grader.timeout = 30
      book = empty.grading(
        submissions, by: grader, width: choice.threads, earlier: earlier, tell: Self.counter(),
        finished: files.update)
    }
    let failures = files.finish(book) + writeAtEnd(book)
    for failure in failures { Output.error.write(failure) }
    for result in book.results {
      for words in result.faults + result.unreadable {
        Output.error.write("\(result.name.harmless): \(words.harmless)\n")
      }
    }
    if let code = exitCode(book, failures, isDamaged) { throw code }
  }

  private func exitCode(_ book: Gradebook, _ failures: [String], _ isDamaged: Bool) -> ExitCode? {
    if !failures.isEmpty { return .cannotCreate }
    let problems = book.results.compactMap(\.problem)
    if problems.contains(Gradebook.notGraded)
      || book.results.contains(where: { !$0.faults.isEmpty })
    {
      return .ownFault
    }
    let isUnreadable = book.results.contains { !$0.unreadable.isEmpty }
    return isDamaged || isUnreadable || !problems.isEmpty ? .unreadableData : nil
  }

  private func submissions() throws -> [Submission] {
    do {
      var all = try Submission.all(in: choice.folder)
      if let unknown = choice.only.first(where: { name in !all.contains { $0.name == name } }) {
        throw ValidationError(
          "There is no submission \(unknown.harmless) in \(choice.folder.harmless).")
      }
      if !choice.only.isEmpty { all = all.filter { choice.only.contains($0.name) } }
      return choice.part?.chosen(from: all) ?? all
    } catch let error as SetupError {
      Output.error.write("\(error)\n")
      throw ExitCode.noSuchInput
    }
  }

  /// Reads what earlier runs wrote. A file that cannot be used is named, and nothing is graded: what is only collected
  /// then lacks its submissions.
  private func results(
    in book: Gradebook
  ) throws -> (results: [String: Gradebook.SubmissionResult], isDamaged: Bool) {
    var results: [String: Gradebook.SubmissionResult] = [:]
    var isDamaged = false
    for file in choice.resume {
      do {
        let data = try Data(contentsOf: URL(filePath: file))
        results.merge(try book.results(inJSON: data)) { first, _ in first }
      } catch {
        isDamaged = true
        Output.error.write("\(file.harmless): it cannot be read as what grade --json writes.\n")
      }
    }
    if isDamaged && !choice.collect {
      Output.error.write("Nothing was graded. Leave --resume out to grade all of them.\n")
      throw ExitCode.unreadableData
    }
    return (results, isDamaged)
  }

  /// Writes what is made of all submissions together, or of the one that there is.
  ///
  /// - Returns: Why files could not be written.
  private func writeAtEnd(_ book: Gradebook) -> [String] {
    var failures: [String] = []
    func attempt(_ path: String, _ body: () throws -> Void) {
      do {
        try body()
      } catch let error as SetupError {
        failures.append("\(path): it cannot be written: \(error)\n")
      } catch {
        failures.append(sentence(error, "\(path): it cannot be written"))
      }
    }
    if let folder = files.pages {
      attempt(folder) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for page in book.pages {
          try Output.write(Data(page.text.utf8), toFile: "\(folder)/\(page.name)")
        }
      }
    }
    for result in book.results.prefix(1) {
      if let path = files.gradescope {
        attempt(path) {
          if let data = try book.gradescope(result) { try Output.write(data, toFile: path) }
        }
      }
      if let path = files.classroom50 {
        attempt(path) {
          let variables = ProcessInfo.processInfo.environment
          if let data = try book.classroom50(result, variables: variables) {
            try Output.write(data, toFile: path)
          }
        }
      }
    }
    if files.annotations {
      let root = ProcessInfo.processInfo.environment["GITHUB_WORKSPACE"]
      Output.standard.write(book.annotations(in: root ?? FileManager.default.currentDirectoryPath))
    }
    return failures
  }

  /// Counts the answers on standard error, if it is a terminal.
  private static func counter() -> @Sendable (Int) -> Void {
    guard TerminalStyle.isInteractive(descriptor: STDERR_FILENO) else { return { _ in } }
    return { Output.error.write("\r\(amount($0, of: "answer")) graded") }
  }
}
