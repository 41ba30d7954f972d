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

  /// Whether the check, which was compiled against the solution, can be linked with an answer.
  ///
  /// - Parameters:
  ///   - answer: The answer's text.
  ///   - graphs: The symbol graphs of its module.
  func serves(_ answer: String, _ graphs: [SymbolGraph]) -> Bool {
    Self.unseen.isDisjoint(with: SwiftTokens.words(in: answer))
      && Self.imports(of: answer) == Self.imports(of: exercise.template.solution)
      && interface == AnswerInterface(graphs)
  }

  /// The words of declarations that symbol graphs do not hold, or do not tell from others.
  ///
  /// To ask for what is private too makes the compiler refuse some sources (“circular reference”, Swift 6.3).
  private static let unseen: Set = [
    "private", "fileprivate", "some", "operator", "precedencegroup", "didSet", "willSet",
  ]

  private static func imports(of text: String) -> Set<String> {
    let tokens = SwiftTokens.all(in: text)
    return Set(zip(tokens, tokens.dropFirst()).filter { $0.0.text == "import" }.map(\.1.text))
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
