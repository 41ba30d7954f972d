import Foundation
import Grading

/// A folder in which one answer is compiled and run, and which is gone afterwards.
struct Bench {
  private let folder: String

  /// Makes the folder.
  ///
  /// - Throws: `ChildError` where it cannot be made.
  init() throws(ChildError) {
    let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    folder = parent.appending(path: "exercise-\(UUID().uuidString)").path
    do {
      for part in ["build", "run"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
      }
    } catch {
      throw ChildError(folder, EACCES)
    }
  }

  /// Removes the folder and all that an answer wrote there.
  func clear() {
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      // An answer can have taken the right to delete from what it wrote.
      let walk = FileManager.default.enumerator(atPath: folder)
      while let path = walk?.nextObject() as? String { chmod("\(folder)/\(path)", 0o700) }
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  /// Returns where the answer of an exercise lies.
  func answerPath(_ exercise: Exercise) -> String { "\(folder)/build/\(exercise.leaf)" }

  private var program: String { "\(folder)/build/exam" }

  /// Compiles an answer with its judge.
  ///
  /// - Returns: The verdict where it does not compile.
  func build(
    _ exercise: Exercise, _ answer: String, judge: Data, compiler: Compiler
  ) throws(ChildError) -> Verdict? {
    let path = answerPath(exercise)
    let sources = [path, "\(folder)/build/Judge.swift", "\(folder)/build/Main.swift"]
    do {
      try Data(answer.utf8).write(to: URL(filePath: path))
      try judge.write(to: URL(filePath: sources[1]))
      try Data(Self.main.utf8).write(to: URL(filePath: sources[2]))
    } catch {
      throw ChildError(folder, ENOSPC)
    }
    let complaint = try compiler.compile(sources, to: program, in: folder + "/build")
    return complaint.isEmpty ? nil : Verdict(complaint: complaint, file: path)
  }

  /// Runs the exam that was built.
  func verdict(
    on exercise: Exercise, seed: UInt64, limit: Double, patience: Double, toolchain: String,
    data: String
  ) throws(ChildError) -> Verdict {
    let report = "\(folder)/run/report.json"
    let key = UUID().uuidString
    var child = Child(program: program, folder: folder + "/run")
    child.environment = Backtrace.environment(writingTo: report)
    child.environment["LC_ALL"] = "C.UTF-8"
    child.environment["TMPDIR"] = folder + "/run"
    child.environment["HOME"] = folder + "/run"
    // Not the folder of the build: the judge's text lies there.
    child.readable = Self.systemFolders + [toolchain, program, data]
    // Itself, and what reports where it stands; the rest of the system holds nothing that it needs.
    child.runnable = [program, toolchain + "/libexec", "/lib", "/lib64", "/usr/lib"]
    child.input = (try? JSONEncoder().encode(Question(key: key, seed: seed))) ?? Data()
    (child.limit, child.patience) = (limit, patience)
    let outcome = try child.run()
    return Verdict(
      outcome, key: key, backtrace: Backtrace(contentsOf: report), file: answerPath(exercise),
      limit: limit)
  }

  /// What every program reads.
  private static let systemFolders = [
    "/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/dev", "/sys",
  ]

  /// The exam's main program. Its types are spelt in full, lest an answer's own be taken for them.
  private static let main = """
    import Grading

    @main enum Main {
      static func main() { Grading.Sitting.hold { (exam: inout Grading.Exam) in try judge(&exam) } }
    }

    """
}
