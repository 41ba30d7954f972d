import Foundation
import Grading

/// A temporary folder in which one answer is compiled and run.
struct BuildDirectory {
  private let place: TemporaryFolder
  private var folder: String { place.path }

  /// Makes the folder.
  ///
  /// - Throws: `GradingFault` where it cannot be made, as on a full disk.
  init() throws(GradingFault) {
    place = try TemporaryFolder()
    for part in ["build", "run"] where mkdir("\(place.path)/\(part)", 0o700) != 0 {
      let fault = GradingFault(writing: "\(place.path)/\(part)", code: errno)
      place.remove()
      throw fault
    }
  }

  /// Removes the folder and all that an answer wrote there.
  func clear() { place.remove() }

  private var program: String { "\(folder)/build/exam" }
  /// The compiled check.
  private var check: String { "\(folder)/build/Check.o" }

  /// What the compiled answer declares; `nil` where it declares more than can be looked through.
  var symbolGraphs: [SymbolGraph]? { SymbolGraph.all(in: folder + "/build/symbols") }
  /// What a check can depend on in the compiled answer.
  var interface: AnswerInterface? { symbolGraphs.map(AnswerInterface.init) }

  /// Compiles an answer, and then its check against it: two modules, so that the check means by each name what it
  /// means in the book.
  ///
  /// - Parameters:
  ///   - answer: The text of the whole file.
  ///   - name: The file as its owner knows it. The compiler, the program and its debugger are told that it is
  ///     the source.
  ///   - solution: The solution's text: what it declares, the check calls.
  ///   - judge: The judge's text.
  ///   - compiler: The compiler.
  ///   - prepared: The exam with a check that is compiled; an answer that declares the same is linked with it,
  ///     which takes half the time.
  ///   - keepsCheck: Whether to keep the compiled check for other answers, and to make no program.
  /// - Returns: The verdict where it does not compile.
  /// - Throws: `GradingFault` where the compiler cannot do its work.
  func build(
    _ answer: String, named name: String, solution: String, judge: String, compiler: Compiler,
    with prepared: PreparedExam? = nil, keepsCheck: Bool = false
  ) throws(GradingFault) -> Verdict? {
    if let verdict = try buildAnswer(answer, named: name, solution: solution, compiler: compiler) {
      return verdict
    }
    guard let graphs = symbolGraphs else {
      return Verdict(
        .didNotCompile, file: name, message: "it declares more than the check can look through")
    }
    let declared = DeclaredName.all(in: graphs)
    if let clash = NameClash(of: declared, besides: solution, with: judge + Self.main) {
      return Verdict(clash, file: name)
    }
    // Where the linker misses something, the check is compiled.
    if let prepared, prepared.serves(answer, graphs),
      case .program? = try? compiler.link(
        prepared.base.check, to: program, in: folder + "/build")
    {
      return nil
    }
    let sources = ["Judge", "Main"].map { "\(folder)/build/\($0).swift" }
    try write("@testable import Answer; " + judge, to: sources[0])
    try write(Self.main, to: sources[1])
    if !keepsCheck {
      return try compiler.compileCheck(sources, toProgram: program, in: folder + "/build")
        .verdict(on: name)
    }
    return try compiler.compileCheck(sources, to: check, in: folder + "/build").verdict(on: name)
  }

  /// Compiles an answer and links it with the check of another folder, which was compiled against an answer that
  /// declares the same.
  ///
  /// - Returns: Whether the compiler takes the answer.
  /// - Throws: `GradingFault` where the compiler or the linker cannot do its work.
  func link(
    _ answer: String, named name: String, with base: BuildDirectory, compiler: Compiler
  ) throws(GradingFault) -> Bool {
    let source = folder + "/build/Answer.swift"
    try write(Self.located(answer, at: name), to: source)
    if case .program = try compiler.compileAnswer(source, named: [name], in: folder + "/build"),
      case .program = try compiler.link(base.check, to: program, in: folder + "/build")
    {
      return true
    }
    return false
  }

  /// Compiles an answer alone.
  private func buildAnswer(
    _ answer: String, named name: String, solution: String, compiler: Compiler
  ) throws(GradingFault) -> Verdict? {
    if let word = RefusedWord(in: answer) { return Verdict(word, file: name) }
    let source = folder + "/build/Answer.swift"
    try write(Self.located(answer, at: name), to: source)
    let result = try compiler.compileAnswer(source, named: [name], in: folder + "/build")
    guard var verdict = result.verdict(on: name) else { return nil }
    let lines = answer.split(separator: "\n", omittingEmptySubsequences: false)
    if let number = verdict.line, lines.indices.contains(number - 1) {
      let line = lines[number - 1]
      if line.contains("Scalar("),
        verdict.message.hasPrefix("no exact matches in call to initializer")
      {
        verdict.cause = "a whole number n becomes a Scalar by Scalar(count: n)"
      }
      if verdict.message.contains("'Double'"), verdict.message.contains("'Rational'"),
        let decimal = DecimalFraction(in: line)
      {
        verdict.cause = "an exact fraction is made of whole numbers: write \(decimal.words)"
      }
    }
    if let type = NameClash.type(of: answer, usedIn: solution) {
      verdict.cause = "the book has something called \(type) too: give yours another name"
    }
    return verdict
  }

  private func write(_ text: String, to path: String) throws(GradingFault) {
    do {
      try Data(text.utf8).write(to: URL(filePath: path))
    } catch {
      throw GradingFault(writing: folder, error)
    }
  }

  /// Returns an answer as it is compiled: with the name of its file.
  private static func located(_ answer: String, at name: String) -> String {
    let literal = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    // Some editors begin a file with a byte order mark, which is an error anywhere else.
    let text = answer.hasPrefix("\u{FEFF}") ? String(answer.dropFirst()) : answer
    return "#sourceLocation(file: \"\(literal)\", line: 1)\n" + text
  }

  /// Runs the exam that was built.
  ///
  /// - Parameter wantsLine: Whether to find out where the answer crashes or does not end, which takes a second.
  func verdict(
    named name: String, seed: UInt64, cpuLimit: Double, timeout: Double, compiler: Compiler,
    data: String, wantsLine: Bool = true
  ) throws(GradingFault) -> Verdict {
    let report = "\(folder)/run/report.json"
    let key = UUID().uuidString
    var process = SandboxedProcess.exam(
      program, in: folder + "/run", toolchain: compiler.toolchain, data: data)
    let backtrace =
      wantsLine ? Backtrace.environment(writingTo: report) : ["SWIFT_BACKTRACE": "enable=no"]
    process.environment.merge(backtrace) { $1 }
    process.input = (try? JSONEncoder().encode(ExamRequest(key: key, seed: seed))) ?? Data()
    (process.cpuLimit, process.timeout) = (cpuLimit, timeout)
    process.wantsSamples = wantsLine && compiler.symboliser != nil
    let outcome = try process.run()
    let line = try line(of: outcome.samples, in: name, compiler)
    return Verdict(
      outcome, key: key, backtrace: Backtrace(contentsOf: report), sampledLine: line,
      file: name, cpuLimit: cpuLimit)
  }

  /// Returns the line of an answer in which it was before it was stopped.
  private func line(
    of samples: CallSamples, in name: String, _ compiler: Compiler
  ) throws(GradingFault) -> Int? {
    guard let symboliser = compiler.symboliser, !samples.samples.isEmpty else { return nil }
    let frames = try symboliser.frames(
      before: samples.addresses, in: program, workingIn: folder + "/build")
    return samples.line(in: name, frames: frames)
  }

  /// The check's main program.
  private static let main = """
    import Grading

    @main enum Main {
      static func main() { ExamProcess.run(judge) }
    }

    """
}
