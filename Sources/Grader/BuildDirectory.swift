import Foundation
import Grading

/// A temporary folder in which one answer is compiled and run.
struct BuildDirectory {
  private let folder: String

  /// Makes the folder.
  ///
  /// - Throws: `GradingFault` where it cannot be made, as on a full disk.
  init() throws(GradingFault) {
    let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    folder = parent.appending(path: "exercise-\(UUID().uuidString)").path
    do {
      for part in ["build", "run"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
      }
    } catch {
      throw GradingFault(writing: folder, error)
    }
  }

  /// Removes the folder and all that an answer wrote there.
  func clear() {
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      // An answer can have taken the right to delete from its folders. Links are left alone.
      let paths = FileManager.default.enumerator(atPath: folder)
      while let path = paths?.nextObject() as? String {
        var status = stat()
        let isFolder =
          lstat("\(folder)/\(path)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        if isFolder { chmod("\(folder)/\(path)", 0o700) }
      }
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  private var program: String { "\(folder)/build/exam" }

  /// Compiles an answer with its judge.
  ///
  /// - Parameters:
  ///   - answer: The text of the whole file.
  ///   - name: The file as its owner knows it. The compiler, the program and its debugger are told that it is
  ///     the source.
  ///   - judge: The judge's text.
  ///   - compiler: The compiler.
  /// - Returns: The verdict where it does not compile.
  /// - Throws: `GradingFault` where the compiler cannot do its work.
  func build(
    _ answer: String, named name: String, judge: Data, compiler: Compiler
  ) throws(GradingFault) -> Verdict? {
    let sources = ["Answer", "Judge", "Main"].map { "\(folder)/build/\($0).swift" }
    do {
      try Data(Self.located(answer, at: name).utf8).write(to: URL(filePath: sources[0]))
      try judge.write(to: URL(filePath: sources[1]))
      try Data(Self.main.utf8).write(to: URL(filePath: sources[2]))
    } catch {
      throw GradingFault(writing: folder, error)
    }
    // An answer can call itself by other names, too.
    let names = answer.matches(of: /#sourceLocation\(file: *"([^"]*)"/).map { String($0.1) }
    let result = try compiler.compile(
      sources, named: [name] + names, to: program, in: folder + "/build")
    switch result {
    case .program: return nil
    case .errors(let output): return Verdict(output, file: name)
    case .timedOut(let seconds):
      return Verdict(
        .timedOut, file: name, message: "the compiler did not end within \(seconds) s")
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
  func verdict(
    named name: String, seed: UInt64, cpuLimit: Double, timeout: Double, compiler: Compiler,
    data: String
  ) throws(GradingFault) -> Verdict {
    let report = "\(folder)/run/report.json"
    let key = UUID().uuidString
    var process = SandboxedProcess(program: program, folder: folder + "/run")
    process.environment = Backtrace.environment(writingTo: report)
    process.environment["LC_ALL"] = "C.UTF-8"
    process.environment["TMPDIR"] = folder + "/run"
    process.environment["HOME"] = folder + "/run"
    // Not the folder of the build, which has the judge's text.
    process.readable = Self.systemFolders + Self.libraries + [compiler.toolchain, program, data]
    // Itself, and the runtime's program for backtraces. It needs nothing else of the system.
    process.runnable = [program, compiler.toolchain + "/libexec", "/lib", "/lib64", "/usr/lib"]
    process.input = (try? JSONEncoder().encode(ExamRequest(key: key, seed: seed))) ?? Data()
    (process.cpuLimit, process.timeout) = (cpuLimit, timeout)
    process.wantsSamples = compiler.symboliser != nil
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

  /// What every program reads.
  private static let systemFolders = [
    "/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/dev", "/sys",
  ]

  /// Where libgmp is, if not in a folder of the system.
  private static let libraries = GMPFolders().libraries

  /// The exam's main program. Its types are spelt in full, because an answer can declare types of the same names.
  private static let main = """
    import Grading

    @main enum Main {
      static func main() { Grading.ExamProcess.run { (exam: inout Grading.Exam) in try judge(&exam) } }
    }

    """
}
