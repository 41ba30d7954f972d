import ArgumentParser
import Foundation
import Workbook

/// Times steps of training on inputs that are made for it.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time the workloads; scripts/compare puts NumPy and PyTorch beside them.",
    discussion: Workload.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"))

  @Argument(help: ArgumentHelp("The workloads; all of them unless named.", valueName: "name"))
  var names: [String] = []

  @Flag(help: "Write the timings as JSON to standard output, and nothing else.")
  var json = false

  @Option(help: ArgumentHelp("How many threads to use.", valueName: "n"))
  var threads: Int?

  @Option(
    name: .customLong("repeat"),
    help: ArgumentHelp("How many steps to time, after the warm-up.", valueName: "n"))
  var steps: Int?

  @Option(
    name: .customLong("export"),
    help: ArgumentHelp("Also write the inputs into a folder, as .npy files.", valueName: "folder"))
  var folder: String?

  func validate() throws {
    if let unknown = names.first(where: { name in !Workload.all.contains { $0.name == name } }) {
      let known = Workload.all.map(\.name).joined(separator: ", ")
      throw ValidationError("There is no workload \(unknown); there are: \(known).")
    }
    if let threads, !(1...1024 ~= threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads).")
    }
    if let steps, !(1...1_000_000 ~= steps) {
      throw ValidationError("--repeat takes a number from 1 to 1,000,000, not \(steps).")
    }
    if folder?.isEmpty == true { throw ValidationError("--export takes a folder.") }
  }

  func run() throws {
    let chosen = Workload.all.filter { names.isEmpty || names.contains($0.name) }
    let report = try Threads.$count.withValue(threads ?? Threads.count) {
      BenchReport(try chosen.map(timing))
    }
    if json {
      Output.standard.write(try report.json())
      Output.standard.write("\n")
    } else {
      let terminal = Terminal(style: .detected(descriptor: STDOUT_FILENO), bar: nil) {
        Output.standard.write($0)
      }
      terminal.show(.table(report.table))
      terminal.show(.narration(report.conditions))
    }
  }

  /// Times one workload, once its inputs are where they were asked for.
  private func timing(of workload: Workload) throws -> Timing {
    let prepared = try workload.prepare()
    if let folder { try export(prepared.inputs, into: "\(folder)/\(workload.name)") }
    return prepared.timing(of: workload.name, steps: steps ?? workload.steps)
  }

  private func export(_ inputs: [String: NpyArray], into folder: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      for (name, input) in inputs { try input.write(to: "\(folder)/\(name).npy") }
    } catch {
      Output.error.write(sentence(error, "\(folder): the inputs cannot be written there"))
      throw ExitCode.cannotCreate
    }
  }
}
