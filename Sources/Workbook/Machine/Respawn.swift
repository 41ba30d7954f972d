import Foundation

/// How a program ended.
public enum Ending: Equatable, Sendable {
  /// By itself, with an exit code.
  case exit(Int)
  /// By a signal, which has a number.
  case signal(Int)
}

/// Runs `chapter-runner` again, as a child process that may crash, and waits for its end.
///
/// Its output is discarded. A crash leaves no core file.
///
/// - Parameters:
///   - arguments: The arguments behind the program's name.
///   - stackMegabytes: The size of its stack.
/// - Returns: How it ended; `nil` where this program is not `chapter-runner`, or cannot be started.
public func respawn(_ arguments: [String], stackMegabytes: Int) -> Ending? {
  guard let program = Bundle.main.executablePath,
    URL(filePath: program).lastPathComponent == "chapter-runner"
  else { return nil }
  let child = Process()
  child.executableURL = URL(filePath: "/bin/sh")
  let limits = "ulimit -c 0; ulimit -s \(stackMegabytes * 1024) || exit 1; exec \"$0\" \"$@\""
  child.arguments = ["-c", limits, program] + arguments
  child.environment = ProcessInfo.processInfo.environment.merging(
    ["SWIFT_BACKTRACE": "enable=no"]
  ) { _, quiet in quiet }
  child.standardInput = FileHandle.nullDevice
  child.standardOutput = FileHandle.nullDevice
  child.standardError = FileHandle.nullDevice
  guard (try? child.run()) != nil else { return nil }
  child.waitUntilExit()
  let status = Int(child.terminationStatus)
  return child.terminationReason == .uncaughtSignal ? .signal(status) : .exit(status)
}
