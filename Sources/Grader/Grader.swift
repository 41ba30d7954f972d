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
    let key = try fingerprint(of: exercise, answer, name)
    if let kept = cache?.verdict(key) { return kept }
    var verdict = try examine(answer, of: exercise, named: name, seeds: [seed])
    verdict.add(
      try partVerdicts(of: exercise, in: answer, named: name, whole: verdict), of: exercise,
      in: answer)
    if verdict.line == nil {
      // Of one declaration the line where it begins, or where the file was changed.
      let asked = exercise.template.asked
      verdict.line =
        (asked.count == 1 ? asked[0].line(in: answer) : nil)
        ?? exercise.template.firstChange(in: answer)
    }
    cache?.keep(verdict, as: key)
    return verdict
  }

  /// Compiles an answer, changed or not, and runs its exam with several seeds.
  ///
  /// - Parameters:
  ///   - answer: The text of the whole file.
  ///   - exercise: What it answers.
  ///   - name: The file as its owner knows it.
  ///   - seeds: The seeds of what the exam draws.
  ///   - prepared: The exam with a check that is compiled, if there is one.
  /// - Returns: The first verdict that is not a pass, or the last.
  /// - Throws: `GradingFault` where no program can be run.
  package func examine(
    _ answer: String, of exercise: Exercise, named name: String, seeds: [UInt64],
    with prepared: PreparedExam? = nil
  ) throws(GradingFault) -> Verdict {
    let start = ContinuousClock.now
    let directory = try BuildDirectory()
    defer { directory.clear() }
    let refusal = try directory.build(
      answer, named: name, solution: exercise.template.solution, judge: try judge(exercise),
      compiler: compiler, with: prepared)
    var verdict = refusal ?? Verdict(.pass, file: name)
    for seed in seeds where verdict.state == .pass {
      verdict = try directory.verdict(
        named: name, seed: seed, cpuLimit: cpuLimit, timeout: timeout,
        compiler: compiler, data: catalogue.root + "/Data")
    }
    verdict.seconds = (ContinuousClock.now - start) / .seconds(1)
    return verdict
  }

  /// Compiles the exam of an exercise, with its solution.
  ///
  /// - Throws: `GradingFault` where that cannot be done.
  func preparedExam(of exercise: Exercise) throws(GradingFault) -> PreparedExam {
    let base = try BuildDirectory()
    let solution = exercise.template.solution
    do throws(GradingFault) {
      let refusal = try base.build(
        solution, named: exercise.solutionPath, solution: solution, judge: try judge(exercise),
        compiler: compiler, keepsCheck: true)
      if let refusal {
        throw GradingFault(
          "the solution of \(exercise.name) does not compile: \(refusal.message)")
      }
    } catch {
      base.clear()
      throw error
    }
    return PreparedExam(exercise: exercise, grader: self, compiler: compiler, base: base)
  }

  /// Reads the judge. Without it the exam would not compile, which would be told as the answer's fault.
  private func judge(_ exercise: Exercise) throws(GradingFault) -> String {
    let path = "\(catalogue.root)/\(exercise.judgePath)"
    if let judge = FileManager.default.contents(atPath: path) {
      return String(decoding: judge, as: UTF8.self)
    }
    throw GradingFault("\(path) cannot be read: \(String(cString: strerror(errno)))")
  }

  /// Returns a text that differs where anything differs that a verdict depends on.
  private func fingerprint(
    of exercise: Exercise, _ answer: String, _ name: String
  ) throws(GradingFault) -> String {
    var fingerprint = Fingerprint()
    for part in [
      compiler.fingerprint, exercise.name, name, answer, "\(seed) \(cpuLimit)",
      try judge(exercise),
    ] {
      fingerprint.add(part)
    }
    return fingerprint.text
  }
}
