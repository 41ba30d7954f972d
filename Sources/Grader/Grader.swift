import Foundation
import Grading
import Workbook

/// Gives verdicts on answers, each compiled and run by itself.
package struct Grader: Sendable {
  /// The exercises.
  package let catalogue: Catalogue
  private let compiler: Compiler
  /// Seconds that an answer may run, of processor time.
  package var cpuLimit = 5.0
  /// Seconds that an answer may run, of the clock.
  package var timeout = 7.0
  /// The seed of what exams draw.
  package var seed: UInt64 = 1
  /// How the reader calls the command, for messages that say what to type.
  package var command = "chapter-runner"

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
  ///   - cache: Verdicts on answers that have not changed; `nil` for nowhere.
  /// - Throws: `GradingFault` where no program can be run.
  package func verdict(
    on exercise: Exercise, answer: String, named name: String, cache: VerdictCache? = nil
  ) throws(GradingFault) -> Verdict {
    if exercise.template.isUntouched(answer) {
      return Verdict(
        .notAttempted, file: name, line: exercise.template.firstChange(in: answer),
        message: "begin here")
    }
    let key = fingerprint(of: exercise, answer, name)
    if let kept = cache?.verdict(key) { return kept }
    let verdict = try examine(answer, of: exercise, named: name, seeds: [seed])
    cache?.keep(verdict, as: key)
    return verdict
  }

  /// Compiles an answer, changed or not, and runs its exam with several seeds.
  ///
  /// - Returns: The first verdict that is not a pass, or the last.
  /// - Throws: `GradingFault` where no program can be run.
  package func examine(
    _ answer: String, of exercise: Exercise, named name: String, seeds: [UInt64]
  ) throws(GradingFault) -> Verdict {
    let start = ContinuousClock.now
    let directory = try BuildDirectory()
    defer { directory.clear() }
    let refusal = try directory.build(
      answer, named: name, judge: judge(exercise), compiler: compiler)
    var verdict = refusal ?? Verdict(.pass, file: name)
    for seed in seeds where verdict.state == .pass {
      verdict = try directory.verdict(
        named: name, seed: seed, cpuLimit: cpuLimit, timeout: timeout,
        compiler: compiler, data: catalogue.root + "/Data")
    }
    verdict.seconds = (ContinuousClock.now - start) / .seconds(1)
    if verdict.line == nil { verdict.line = exercise.template.firstChange(in: answer) }
    return verdict
  }

  private func judge(_ exercise: Exercise) -> Data {
    FileManager.default.contents(atPath: "\(catalogue.root)/\(exercise.judgePath)")
      ?? Data()
  }

  /// Returns a text that differs where anything differs that a verdict depends on.
  private func fingerprint(of exercise: Exercise, _ answer: String, _ name: String) -> String {
    var fingerprint = Fingerprint()
    for part in [
      compiler.fingerprint, exercise.name, name, answer, "\(seed) \(cpuLimit)",
      String(decoding: judge(exercise), as: UTF8.self),
    ] {
      fingerprint.add(part)
    }
    return fingerprint.text
  }
}
