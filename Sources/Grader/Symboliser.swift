import Foundation

/// Finds the functions and lines of addresses in a program.
struct Symboliser: Sendable {
  /// The path of `llvm-symbolizer`.
  let program: String

  /// Finds the program in a toolchain; `nil` where the toolchain has none.
  init?(toolchain: String) {
    program = toolchain + "/bin/llvm-symbolizer"
    guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
  }

  /// Returns the calls right before some addresses, the innermost first.
  ///
  /// - Parameters:
  ///   - addresses: Addresses in the program's file, each right after a call.
  ///   - file: The program's path.
  ///   - folder: A folder to work in.
  /// - Throws: `GradingFault` where the symboliser cannot be started.
  func frames(
    before addresses: [UInt64], in file: String, workingIn folder: String
  ) throws(GradingFault) -> [UInt64: [Backtrace.Frame]] {
    let texts = addresses.map { "0x" + String($0 - 1, radix: 16) }
    var process = SandboxedProcess(
      program: program,
      arguments: ["--obj=\(file)", "--output-style=JSON", "--no-demangle"] + texts, folder: folder)
    (process.cpuLimit, process.timeout) = (30, 120)
    process.memory = 0
    process.kept = 1 << 20
    let outcome = try process.run()
    let entries = (try? JSONDecoder().decode([Entry].self, from: outcome.output)) ?? []
    return Dictionary(
      zip(addresses, entries.map(\.frames)), uniquingKeysWith: { first, _ in first })
  }

  /// What the symboliser says of an address.
  private struct Entry: Decodable {
    let symbols: [Symbol]?

    struct Symbol: Decodable {
      let function: String
      let file: String
      let line: Int

      private enum CodingKeys: String, CodingKey {
        case function = "FunctionName"
        case file = "FileName"
        case line = "Line"
      }
    }

    private enum CodingKeys: String, CodingKey { case symbols = "Symbol" }

    var frames: [Backtrace.Frame] {
      (symbols ?? []).map {
        Backtrace.Frame(function: $0.function, symbol: $0.function, file: $0.file, line: $0.line)
      }
    }
  }
}
