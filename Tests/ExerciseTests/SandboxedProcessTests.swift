import Foundation
import Testing

@testable import Grader

#if os(Linux)
  /// Programs that nobody trusts, run to their end.
  @Suite(.serialized) struct SandboxedProcessTests {
    /// Runs a line of shell, and returns how it ended.
    private func run(_ line: String, cpuLimit: Double = 1) throws -> SandboxedProcess.Outcome {
      let folder = try Shared.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      var process = SandboxedProcess(program: "/bin/sh", arguments: ["-c", line], folder: folder)
      process.environment = ["PATH": "/usr/bin:/bin"]
      (process.cpuLimit, process.timeout, process.gracePeriod) = (cpuLimit, cpuLimit, 0.2)
      return try process.run()
    }

    @Test func `what it writes comes back, each from its own descriptor`() throws {
      let outcome = try run("echo out; echo error >&2; echo result >&3; exit 7")
      #expect(outcome.output == Data("out\n".utf8) && outcome.error == Data("error\n".utf8))
      #expect(outcome.result == Data("result\n".utf8))
      #expect(outcome.code == 7 && outcome.signal == 0 && !outcome.isTimedOut)
    }

    @Test func `none of its processes is left, also of those that went into sessions of their own`()
      throws
    {
      let mark = "\(Int.random(in: 100_000..<900_000))"
      let outcome = try run(
        "for i in 1 2 3; do setsid sh -c 'sleep \(mark); true' & done; sleep 0.3; exit 3")
      #expect(outcome.code == 3 && outcome.orphans >= 3)
      #expect(try commandLines().filter { $0.contains(mark) } == [])
    }

    @Test func `it is stopped when its time is over, whatever it ignores`() throws {
      let outcome = try run("trap '' QUIT TERM INT; while true; do sleep 1; done")
      #expect(outcome.isTimedOut && outcome.seconds < 4)
    }

    @Test func `before it is stopped it tells where it is, many times, and then ends at once`()
      throws
    {
      let folder = try Shared.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      var process = SandboxedProcess(
        program: URL(filePath: "/bin/sh").resolvingSymlinksInPath().path,
        arguments: ["-c", "trap '' QUIT; while true; do :; done"], folder: folder)
      (process.cpuLimit, process.timeout, process.gracePeriod) = (0.5, 30, 30)
      process.wantsSamples = true
      let outcome = try process.run()
      #expect(outcome.isTimedOut && outcome.signal == SIGKILL)
      #expect(outcome.samples.samples.count > 8)
      #expect(outcome.samples.samples.allSatisfy { 1...30 ~= $0.calls.count })
      #expect(outcome.seconds < 25)
    }

    @Test func `output beyond the limit is read, and stops it`() throws {
      let outcome = try run("yes", cpuLimit: 20)
      #expect(outcome.exceedsOutputLimit && outcome.output.count == 1 << 16 && outcome.seconds < 15)
    }

    @Test func `a program that is not there is an error, not a verdict`() throws {
      let folder = try Shared.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      #expect(throws: GradingFault.self) {
        try SandboxedProcess(program: "/nowhere", folder: folder).run()
      }
    }

    @Test func `what it may not start, it cannot start`() throws {
      let folder = try Shared.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      var process = SandboxedProcess(
        program: "/bin/sh", arguments: ["-c", "/bin/ls /"], folder: folder)
      let shell = URL(filePath: "/bin/sh").resolvingSymlinksInPath().path
      process.runnable = [shell, "/lib", "/lib64", "/usr/lib"]
      let outcome = try process.run()
      if outcome.isConfined { #expect(outcome.code == 126 && outcome.output.isEmpty) }
      process.runnable = nil
      #expect(try process.run().code == 0)
    }

    /// The command lines of all processes.
    private func commandLines() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
        .compactMap { process in
          FileManager.default.contents(atPath: "/proc/\(process)/cmdline").map {
            String(decoding: $0, as: UTF8.self)
          }
        }
    }
  }
#endif
