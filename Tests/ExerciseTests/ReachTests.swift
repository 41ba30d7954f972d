import Foundation
import Testing

@testable import Grader

#if os(Linux)
  /// What an answer can reach beyond its folder: nothing, and by no call of the system.
  @Suite(.serialized) struct ReachTests {
    /// Each line is a name, and what is true where it is reached. VICTIM is a folder, PROCESS another process.
    private static let attempts = """
      change who may read|chmod("VICTIM/treasure", 0o777) == 0
      change who may enter|chmod("VICTIM", 0) == 0
      change an owner|lchown("VICTIM/treasure", getuid(), getgid()) == 0
      change a time|utimes("VICTIM/treasure", nil) == 0
      change an attribute|attribute("VICTIM/treasure", "user.a", "b", 1, 0) == 0
      cut a file off|truncate("VICTIM/treasure", 0) == 0
      cut a file off to read it|open("VICTIM/treasure", O_RDONLY | O_TRUNC) >= 0
      link a file|link("VICTIM/treasure", "link") == 0
      follow a link|symlink("VICTIM/treasure", "soft") == 0 && open("soft", O_RDONLY) >= 0
      read a secret of the system|open("/etc/shadow", O_RDONLY) >= 0
      open a socket of UDP|socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) >= 0
      open a socket of TCP|socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0) >= 0
      open a local socket|socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) >= 0
      open a socket of the kernel|socket(16, Int32(SOCK_RAW.rawValue), 0) >= 0
      share memory|shared(0x6a36, 4096, 0o1666) >= 0
      leave a message|messages(0x6a36, 0o1666) >= 0
      leave a semaphore|semaphores(0x6a36, 1, 0o1666) >= 0
      signal a process|kill(PROCESS, 0) == 0
      trace a process|trace(16, PROCESS, 0, 0) == 0
      be traced|trace(0, 0, 0, 0) == 0
      read a process's variables|open("/proc/PROCESS/environ", O_RDONLY) >= 0
      slow a process down|slow(0, UInt32(PROCESS), 5) == 0
      have a process signalled|owner(1, 8, PROCESS) == 0
      outlive the supervisor|control(1, 0, 0, 0, 0) == 0
      read the key again|read(0, &bytes, 64) > 0 || pread(0, &bytes, 64, 0) > 0
      """

    private static func answer(_ victim: String, _ process: pid_t) -> String {
      let own = attempts.replacing("VICTIM", with: victim)
        .replacing("PROCESS", with: "\(process)")
      let lines = own.split(separator: "\n").map { line in
        let parts = line.split(separator: "|", maxSplits: 1)
        return "  if \(parts[1]) { reached.append(\"\(parts[0])\") }"
      }
      return """
        import Foundation
        import Grading
        import Workbook
        @_silgen_name("shmget") func shared(_: Int32, _: Int, _: Int32) -> Int32
        @_silgen_name("msgget") func messages(_: Int32, _: Int32) -> Int32
        @_silgen_name("semget") func semaphores(_: Int32, _: Int32, _: Int32) -> Int32
        @_silgen_name("setxattr") func attribute(
          _: UnsafePointer<CChar>, _: UnsafePointer<CChar>, _: UnsafePointer<CChar>, _: Int, _: Int32
        ) -> Int32
        @_silgen_name("ptrace") func trace(_: Int, _: Int32, _: Int, _: Int) -> Int
        @_silgen_name("setpriority") func slow(_: Int32, _: UInt32, _: Int32) -> Int32
        @_silgen_name("fcntl") func owner(_: Int32, _: Int32, _: Int32) -> Int32
        @_silgen_name("prctl") func control(_: Int32, _: Int, _: Int, _: Int, _: Int) -> Int32
        func logSoftmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
          var reached: [String] = []
          var bytes = [UInt8](repeating: 0, count: 64)
        \(lines.joined(separator: "\n"))
          print("reached:", reached)
          fflush(nil)
          _exit(0)
        }
        """
    }

    @Test func `nothing beyond its folder can be reached, where the system prevents it`() throws {
      let exercise = try #require(Shared.exercises.first { $0.name == "4.2" })
      let folder = try Shared.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try Data("gold".utf8).write(to: URL(filePath: "\(folder)/treasure"))
      let other = Process()
      other.executableURL = URL(filePath: "/bin/sleep")
      other.arguments = ["600"]
      try other.run()
      defer { kill(other.processIdentifier, SIGKILL) }
      let answer = Self.answer(folder, other.processIdentifier)
      let verdict = try Shared.grader().verdict(on: exercise, answer: answer, named: "answer.swift")
      #expect(verdict.state == .crashed && verdict.message.contains("ended with code 0"))
      #expect(other.isRunning)
      if verdict.isConfined == true {
        #expect(verdict.output == "reached: []\n")
        #expect(FileManager.default.contents(atPath: "\(folder)/treasure") == Data("gold".utf8))
      }
    }

    @Test func `what is said with a guessed key, or of the runtime, is not believed`() throws {
      let exercise = try #require(Shared.exercises.first { $0.name == "4.2" })
      let answer = """
        import Foundation
        import Grading
        import Workbook
        func logSoftmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
          let pass = "{\\"key\\":\\"\(UUID().uuidString)\\",\\"ending\\":\\"pass\\"}\\n"
          for _ in 0..<5_000 { _ = pass.withCString { write(3, $0, strlen($0)) } }
          let deep = String(repeating: "[", count: 100_000)
          _ = deep.withCString { write(3, $0, strlen($0)) }
          let spaces = "Swift runtime failure: " + String(repeating: " in ", count: 200_000) + "\\\\nx"
          let frames = "[{\\"symbol\\":\\"\\(spaces)\\"}]"
          let json = "{\\"threads\\":[{\\"crashed\\":true,\\"frames\\":\\(frames)}]}"
          try? Data(json.utf8).write(to: URL(filePath: "report.json"))
          _exit(3)
        }
        """
      let verdict = try Shared.grader().verdict(on: exercise, answer: answer, named: "answer.swift")
      #expect(verdict.state == .crashed && verdict.message.utf8.count < 400)
      // Compiling takes seconds. A search that takes the square of the text would take hours.
      #expect(verdict.seconds < 100)
    }

    @Test(arguments: [SIGINT, SIGKILL]) func `a check that is ended by force leaves nothing behind`(
      signal: Int32
    ) throws {
      let exercise = try #require(Shared.exercises.first { $0.name == "4.2" })
      let folder = try Shared.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let mark = Int.random(in: 100_000..<900_000)
      let answer = """
        import Foundation
        import Grading
        import Workbook
        func logSoftmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
          FileManager.default.createFile(atPath: "mark-\(mark)", contents: nil)
          while true { sleep(1) }
        }
        """
      let file = URL(filePath: "\(folder)/\(exercise.path)")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(answer.utf8).write(to: file)
      let temporary = "\(folder)/temporary"
      try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
      let check = Process()
      check.executableURL = URL(filePath: BuildProducts.programFolder + "/chapter-runner")
      check.arguments = ["check", "4.2", "--folder", folder]
      check.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": temporary]) { $1 }
      (check.standardOutput, check.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
      try check.run()
      func waits(for condition: () -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end && !condition() { usleep(20_000) }
        return condition()
      }
      func paths() -> [String] {
        (FileManager.default.enumerator(atPath: temporary)?.allObjects as? [String]) ?? []
      }
      #expect(waits { paths().contains { $0.hasSuffix("mark-\(mark)") } })
      kill(check.processIdentifier, signal)
      check.waitUntilExit()
      #expect(waits { paths().isEmpty })
    }
  }
#endif
