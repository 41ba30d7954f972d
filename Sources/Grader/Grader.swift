import Foundation
import Grading
import Workbook

/// Gives verdicts on answers, each compiled and run by itself.
package struct Grader: Sendable {
  /// The exercises.
  package let catalogue: Catalogue
  private let compiler: Compiler
  /// Seconds that an answer may run, of processor time.
  package var limit = 5.0
  /// Seconds that an answer may run, of the clock.
  package var patience = 7.0
  /// The seed of what exams draw.
  package var seed: UInt64 = 1

  /// Prepares to grade the exercises of a catalogue.
  ///
  /// - Throws: `SetupError` where the compiler or the modules are missing.
  package init(_ catalogue: Catalogue, compiler: Compiler? = nil) throws(SetupError) {
    self.catalogue = catalogue
    if let compiler { self.compiler = compiler } else { self.compiler = try Compiler() }
  }

  /// Returns the verdict on an answer.
  ///
  /// - Parameters:
  ///   - exercise: What it answers.
  ///   - answer: The text of the whole file.
  ///   - name: The file as its owner knows it.
  ///   - shelf: Where verdicts are kept on answers that have not changed; `nil` for nowhere.
  /// - Throws: `ChildError` where no program can be run.
  package func verdict(
    on exercise: Exercise, answer: String, named name: String, shelf: Shelf? = nil
  ) throws(ChildError) -> Verdict {
    if exercise.template.isUntouched(answer) {
      return Verdict(
        .notAttempted, file: name, line: exercise.template.firstChange(in: answer),
        message: "begin here")
    }
    let key = fingerprint(of: exercise, answer, name)
    if let kept = shelf?.verdict(key) { return kept }
    let verdict = try examine(answer, of: exercise, named: name, seeds: [seed])
    shelf?.keep(verdict, as: key)
    return verdict
  }

  /// Compiles an answer, changed or not, and runs its exam with several seeds.
  ///
  /// - Returns: The first verdict that is no pass, or the last.
  /// - Throws: `ChildError` where no program can be run.
  package func examine(
    _ answer: String, of exercise: Exercise, named name: String, seeds: [UInt64]
  ) throws(ChildError) -> Verdict {
    let start = ContinuousClock.now
    let bench = try Bench()
    defer { bench.clear() }
    let refusal = try bench.build(exercise, answer, judge: judge(exercise), compiler: compiler)
    var verdict = refusal ?? Verdict(.pass, file: name)
    for seed in seeds where verdict.state == .pass {
      verdict = try bench.verdict(
        on: exercise, seed: seed, limit: limit, patience: patience, toolchain: compiler.toolchain,
        data: catalogue.root + "/Data")
    }
    verdict.rename(from: bench.answerPath(exercise), to: name)
    verdict.seconds = (ContinuousClock.now - start) / .seconds(1)
    if verdict.line == nil { verdict.line = exercise.template.firstChange(in: answer) }
    return verdict
  }

  private func judge(_ exercise: Exercise) -> Data {
    FileManager.default.contents(atPath: "\(catalogue.root)/Judges/\(exercise.stem).swift")
      ?? Data()
  }

  /// Returns a text that differs where anything differs that a verdict depends on.
  private func fingerprint(of exercise: Exercise, _ answer: String, _ name: String) -> String {
    var fingerprint = Fingerprint()
    for part in [
      compiler.fingerprint, exercise.name, name, answer, "\(seed) \(limit)",
      String(decoding: judge(exercise), as: UTF8.self),
    ] {
      fingerprint.add(part)
    }
    return fingerprint.text
  }
}

extension Verdict {
  /// Puts another name in place of a file's, wherever it stands.
  fileprivate mutating func rename(from path: String, to name: String) {
    file = file.replacing(path, with: name)
    message = message.replacing(path, with: name)
    cause = cause?.replacing(path, with: name)
    received = received?.replacing(path, with: name)
    output = output.replacing(path, with: name)
  }
}
