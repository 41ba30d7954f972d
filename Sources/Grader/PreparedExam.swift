/// An exam that is compiled once, for many answers that declare what the solution declares.
package struct PreparedExam: Sendable {
  let exercise: Exercise
  let grader: Grader
  let compiler: Compiler
  /// The folder that has the compiled check, and the solution.
  let base: BuildDirectory
  /// What the check depends on.
  let interface: AnswerInterface?

  init(exercise: Exercise, grader: Grader, compiler: Compiler, base: BuildDirectory) {
    (self.exercise, self.grader, self.compiler) = (exercise, grader, compiler)
    self.base = base
    interface = base.interface
  }

  /// Removes what was compiled.
  func clear() { base.clear() }

  /// Returns how an answer does; `nil` where the compiler or the linker refuses it.
  func state(of answer: String) throws(GradingFault) -> Verdict.State? {
    let directory = try BuildDirectory()
    defer { directory.clear() }
    let name = exercise.solutionPath
    do {
      if try !directory.link(answer, named: name, with: base, compiler: compiler) { return nil }
    } catch {
      // The linker misses what the check calls and a mutant has renamed.
      return nil
    }
    return try directory.verdict(
      named: name, seed: grader.seed, cpuLimit: grader.cpuLimit, timeout: grader.timeout,
      compiler: compiler, data: grader.catalogue.root + "/Data", wantsLine: false
    ).state
  }
}
