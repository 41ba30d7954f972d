import ArgumentParser
import Foundation
import Grader
import Synchronization
import Workbook

/// The files that a run of `grade` writes, each anew after each submission, so that an interruption loses none that is
/// finished.
final class GradeFiles: Sendable {
  fileprivate struct File: Sendable {
    let path: String
    let format: GradebookFormat
    let head: String
    /// The submissions as they are written, by name.
    var entries: [String: String] = [:]
    /// Why it could not be written the last time.
    var failure: String?
  }

  fileprivate struct State: Sendable {
    var files: [File]
    var told: Set<String> = []
  }

  private let state: Mutex<State>
  /// Whether lines go to standard output as submissions are finished; else, where a file is written in place, at the
  /// end.
  private let tellsAtOnce: Bool

  /// Prepares to write.
  ///
  /// - Throws: `ExitCode` where a file cannot be written, before anything is graded.
  init(_ options: GradeFileOptions) throws {
    let head = options.csvBom ? CSV.byteOrderMark : ""
    let files = [
      (options.json, GradebookFormat.json, ""), (options.junit, .junit, ""),
      (options.csv, .csv, head), (options.wideCsv, .wideCSV, head),
    ].compactMap { path, format, head in
      path.map { File(path: $0, format: format, head: head) }
    }
    for file in files {
      do {
        try Output.check(file.path)
      } catch {
        Output.error.write(sentence(error, "\(file.path): it cannot be written"))
        throw ExitCode.cannotCreate
      }
    }
    tellsAtOnce = files.allSatisfy { Output.isReplaced($0.path) }
    state = Mutex(State(files: files))
  }

  /// Writes what is known, and tells of submissions that are new.
  func update(_ book: Gradebook) {
    state.withLock { state in
      for index in state.files.indices {
        state.files[index].add(book.results, of: book)
        if Output.isReplaced(state.files[index].path) { state.files[index].write(book) }
      }
      if tellsAtOnce { state.tell(book) }
    }
  }

  /// Writes what is not written yet.
  ///
  /// - Returns: Why files could not be written.
  func finish(_ book: Gradebook) -> [String] {
    state.withLock { state in
      for index in state.files.indices where !Output.isReplaced(state.files[index].path) {
        state.files[index].add(book.results, of: book)
        state.files[index].write(book)
      }
      state.tell(book)
      return state.files.compactMap(\.failure)
    }
  }
}

extension GradeFiles.File {
  fileprivate mutating func add(
    _ results: [Gradebook.SubmissionResult], of book: Gradebook
  ) {
    for result in results where entries[result.name] == nil {
      entries[result.name] = try? format.entry(book, result)
    }
  }

  fileprivate mutating func write(_ book: Gradebook) {
    do {
      let text = try format.whole(book, book.results.compactMap { entries[$0.name] })
      try Output.write(Data((head + text).utf8), toFile: path)
      failure = nil
    } catch {
      failure = sentence(error, "\(path): it cannot be written")
    }
  }
}

extension GradeFiles.State {
  fileprivate mutating func tell(_ book: Gradebook) {
    for result in book.results where told.insert(result.name).inserted {
      Output.standard.write(result.line)
    }
  }
}

extension Gradebook.SubmissionResult {
  /// The submission in a line: how many passed, and what is odd.
  fileprivate var line: String {
    if let problem { return "\(name.harmless): not graded: it \(problem)\n" }
    let counts = Verdict.State.allCases.compactMap { state -> String? in
      let count = verdicts.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(state.rawValue)"
    }
    let odd = changes.isEmpty ? "" : "; changed: " + changes.joined(separator: ", ")
    return "\(name.harmless): \(counts.joined(separator: ", "))\(odd.harmless)\n"
  }
}
