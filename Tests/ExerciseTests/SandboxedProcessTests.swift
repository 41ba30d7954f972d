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
        "for i in 1 2 3; do setsid sh -c 'sleep \(mark); true' & done; sleep 0.3; exit 3",
        cpuLimit: 60)
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

    /// Runs a line of shell that nobody trusts.
    private func runUntrusted(
      _ line: String, inNamespaces: Bool, _ change: (inout SandboxedProcess) -> Void = { _ in }
    ) throws -> SandboxedProcess.Outcome {
      let folder = try Shared.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      var process = SandboxedProcess(program: "/bin/sh", arguments: ["-c", line], folder: folder)
      process.environment = ["PATH": "/usr/bin:/bin"]
      (process.cpuLimit, process.timeout, process.gracePeriod) = (20, 60, 0.2)
      (process.isUntrusted, process.wantsNamespaces) = (true, inNamespaces)
      change(&process)
      return try process.run()
    }

    /// What is refused, in namespaces and where the system has none.
    private static let refusals = [
      "chmod 0 .", "touch -d 2001-01-01 .", "chown $(id -u) .", "mkfifo pipe",
      "kill -0 VICTIM", "kill -9 VICTIM", "cat /proc/VICTIM/environ",
      "readlink /proc/VICTIM/cwd",
      "mount -t tmpfs none .", "unshare -U true", "chroot . true", "ipcmk -M 4096",
      "hostname other",
      "echo > /proc/VICTIM/comm", "echo > /dev/shm/left", "mkdir /tmp/left-by-an-answer",
    ]

    @Test(arguments: refusals, [true, false])
    func `what reaches beyond its folder is refused`(line: String, inNamespaces: Bool) throws {
      let victim = Process()
      victim.executableURL = URL(filePath: "/bin/sleep")
      victim.arguments = ["600"]
      try victim.run()
      defer { kill(victim.processIdentifier, SIGKILL) }
      let outcome = try runUntrusted(
        line.replacing("VICTIM", with: "\(victim.processIdentifier)") + " 2>/dev/null",
        inNamespaces: inNamespaces)
      if outcome.isConfined { #expect(outcome.code != 0) }
      #expect(victim.isRunning)
    }

    @Test(arguments: [true, false]) func `what is no harm is not refused`(inNamespaces: Bool) throws
    {
      let outcome = try runUntrusted(
        "mkdir a && echo b > a/b && ln -s b a/c && mv a/b a/d && rm -r a && ls /usr >/dev/null && "
          + "cat /proc/self/maps >/dev/null && (exit 0) && echo done",
        inNamespaces: inNamespaces)
      #expect(outcome.code == 0 && outcome.output == Data("done\n".utf8))
    }

    @Test(arguments: [true, false])
    func `it starts no more processes than it may, and none is left`(inNamespaces: Bool) throws {
      let mark = "\(Int.random(in: 100_000..<900_000))"
      let outcome = try runUntrusted(
        "i=0; while [ $i -lt 200 ]; do sleep \(mark) & i=$((i + 1)); done; exit 0",
        inNamespaces: inNamespaces)
      #expect(outcome.code != 0 && (1...32).contains(outcome.orphans))
      #expect(try commandLines().filter { $0.contains(mark) } == [])
    }

    @Test(arguments: [true, false])
    func `its processes have one limit of memory together`(inNamespaces: Bool) throws {
      // Two programs that hold 60 MB each. None ends before the shell has started them all.
      let one = "(dd if=/dev/zero bs=60000000 count=1 2>/dev/null | (sleep 5; cat)) >/dev/null"
      let outcome = try runUntrusted("\(one) & \(one) & wait", inNamespaces: inNamespaces) {
        $0.memoryOfAll = 100 << 20
      }
      #expect(outcome.exceeded == .memory && outcome.signal == SIGKILL)
      let alone = try runUntrusted(one, inNamespaces: inNamespaces) { $0.memoryOfAll = 100 << 20 }
      #expect(alone.exceeded == nil && alone.code == 0 && alone.signal == 0)
    }

    @Test(arguments: [true, false])
    func `the memory of the program that runs them is not theirs`(inNamespaces: Bool) throws {
      let held = [UInt8](repeating: 1, count: 300_000_000)
      try withExtendedLifetime(held) {
        for _ in 1...5 {
          let outcome = try runUntrusted("sleep 0.1", inNamespaces: inNamespaces) {
            $0.memoryOfAll = 100 << 20
          }
          #expect(outcome.exceeded == nil && outcome.signal == 0)
        }
      }
    }

    @Test(arguments: [
      "i=0; while :; do head -c 100000 /dev/zero > f$i; i=$((i + 1)); done",
      "while :; do mkdir d; cd d; done",
      "exec 5>f; rm f; while :; do head -c 100000 /dev/zero >&5; done",
    ])
    func `its folder has a limit, of what has no name and of what is deep too`(line: String) throws
    {
      let outcome = try runUntrusted(line, inNamespaces: true) {
        ($0.disk, $0.processes) = (2 << 20, 100_000)
      }
      #expect(outcome.exceeded == .disk && outcome.seconds < 55)
    }

    @Test(arguments: [true, false])
    func `its processes have one limit of time together`(inNamespaces: Bool) throws {
      let outcome = try runUntrusted(
        "for i in 1 2 3 4; do (while :; do :; done) & done; sleep 100", inNamespaces: inNamespaces
      ) { $0.cpuLimit = 0.6 }
      #expect(outcome.isTimedOut && outcome.seconds < 50)
    }

    @Test(arguments: [true, false])
    func `the time of those that nobody waits for is counted, too`(inNamespaces: Bool) throws {
      // A few of them use up the time. The shell that starts them, itself, could start many more.
      let burn = "i=0; while [ $i -lt 160000 ]; do i=$((i + 1)); done"
      let outcome = try runUntrusted(
        "for k in $(seq 100); do (sh -c '\(burn)' &); echo; sleep 0.4; done",
        inNamespaces: inNamespaces
      ) { ($0.cpuLimit, $0.processes) = (1, 1_000) }
      #expect(outcome.isTimedOut && outcome.output.count <= 20)
    }

    @Test func `its input can be read once`() throws {
      let line = "cat; cat; cat /proc/self/fd/0; exec 0</dev/null; cat"
      let outcome = try runUntrusted(line, inNamespaces: true) { $0.input = Data("key\n".utf8) }
      #expect(outcome.output == Data("key\n".utf8))
      #expect(throws: GradingFault.self) {
        try runUntrusted("cat", inNamespaces: true) { $0.input = Data(count: 5_000) }
      }
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
