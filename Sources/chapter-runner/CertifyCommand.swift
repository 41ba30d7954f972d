import ArgumentParser
import Certify
import Foundation
import Workbook

/// Judges gradients that somebody computed in NumPy, PyTorch or anything else.
struct CertifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certify",
    abstract: "Judge gradients of your own: right, within rounding, or wrong, and why.",
    discussion: """
      Copy python/certify.py beside your program, and save what it computed:

        from certify import save
        save("mine.npz", x, y, loss="cross-entropy", value=loss,
             layers=[("linear", W1, b1), "relu", ("linear", W2, b2)],
             grads=[dW1, db1, dW2, db2])

      Then: \(CommandName.typed) certify mine.npz

      To try it now: \(CommandName.typed) certify Data/Certify/wrong.npz

      A file is a .npz, a .safetensors or a folder of .npy. --explain tells what it holds.
      Exit codes: 0 every gradient is right, 1 one is wrong or not decided, 64 wrong usage,
      65 a file cannot be read or lacks what is required, 66 there is no such file.
      """)

  @Argument(help: ArgumentHelp("The files, or folders of .npy.", valueName: "file"))
  var files: [String] = []

  @Flag(help: "Write the report as JSON to standard output, and nothing else.")
  var json = false

  @Flag(help: "Tell what a gradient file and its description may hold.")
  var explain = false

  @Option(
    help: ArgumentHelp(
      "Ask for these gradients, as in 0.weight.grad,2.bias.grad: each must be there and right.",
      valueName: "names"))
  var require: String?

  /// The gradients that are asked for.
  private var required: [String] {
    require.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } } ?? []
  }

  func validate() throws {
    if explain {
      if !files.isEmpty { throw ValidationError("--explain takes no file.") }
      return
    }
    if files.isEmpty {
      throw ValidationError("Name a file, as in \(CommandName.typed) certify mine.npz.")
    }
    if files.contains("") { throw ValidationError("A file has no name.") }
    if require != nil && (required.isEmpty || required.contains("")) {
      throw ValidationError("--require takes names of gradients, as in 0.weight.grad,2.bias.grad.")
    }
  }

  func run() throws {
    if explain { return Output.standard.write(GradientFile.explanation) }
    var reports: [GradientReport] = []
    // A file that cannot be read costs no other its verdict.
    var code = ExitCode.success
    for (index, file) in files.enumerated() {
      if index > 0 && !json { Output.standard.write("\n\n") }
      do {
        let report = try judge(file)
        reports.append(report)
        if report.verdict != .pass {
          code = ExitCode(max(code.rawValue, ExitCode.failure.rawValue))
        }
      } catch let error as ExitCode {
        code = ExitCode(max(code.rawValue, error.rawValue))
      }
    }
    if json && !reports.isEmpty { try write(reports) }
    if code != .success { throw code }
  }

  private func judge(_ path: String) throws -> GradientReport {
    let bar = ProgressBar.onTerminal()
    defer { bar?.clear() }
    let report = try reading {
      bar?.show("reading \(path.harmless)", 0)
      let file = try GradientFile(contentsOf: path)
      try file.require(required)
      return GradientReport(file) { task, done in bar?.show(task, done) }
    }
    bar?.clear()
    if !json {
      let style = TerminalStyle.detected(descriptor: STDOUT_FILENO)
      Output.standard.write(report.lines(of: path, in: style).joined(separator: "\n") + "\n")
    }
    return report
  }

  private func write(_ reports: [GradientReport]) throws {
    let texts = try reports.map { String(decoding: try $0.json(), as: UTF8.self) }
    Output.standard.write(
      (texts.count == 1 ? texts[0] : "[\n" + texts.joined(separator: ",\n") + "\n]") + "\n")
  }
}
