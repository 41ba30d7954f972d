import Foundation
import Sandbox

/// An untrusted program, run to its end: see `Sandbox.h` for how.
struct SandboxedProcess {
  /// The program's path.
  var program: String
  /// What follows its name.
  var arguments: [String] = []
  /// Its environment, all of it.
  var environment: [String: String] = [:]
  /// Its working folder, in which it may write.
  var folder: String
  /// The other folders in which it may write.
  var writable: [String] = []
  /// What it may read; `nil` for everything.
  var readable: [String]?
  /// What it may start, itself included; `nil` for everything.
  var runnable: [String]?
  /// What it finds on standard input, once: at most 4 KiB, in a pipe.
  var input = Data()
  /// Whether it is refused everything that reaches beyond its folder, and a superuser's rights.
  var isUntrusted = false
  /// Whether an untrusted program gets namespaces of its own, where the system has them.
  var wantsNamespaces = true
  /// Seconds of processor time, of all its processes, before it is stopped.
  var cpuLimit = 5.0
  /// Seconds of the clock before it is stopped.
  var timeout = 7.0
  /// Whether to read which calls it is in before it is stopped. Without, or where that cannot be read, Swift's
  /// runtime is asked to report it.
  var wantsSamples = false
  /// Seconds of the clock in which the runtime may report.
  var gracePeriod = 2.0
  /// Bytes of address space, of each process.
  var memory: UInt64 = 2 << 30
  /// Bytes of memory, of all its processes together; 0 for no limit.
  var memoryOfAll: UInt64 = 2 << 30
  /// Bytes of each file.
  var fileSize: UInt64 = 64 << 20
  /// Bytes in its folder; 0 for no limit.
  var disk: UInt64 = 0
  /// Threads of all its processes at once; 0 for no limit.
  var threads: UInt32 = 0
  /// Processes that it may start, of an untrusted one.
  var processes: UInt32 = 32
  /// Bytes of its output that are kept; the rest is read and dropped.
  var kept = 1 << 16
  /// Bytes that it may print before it is stopped.
  var outputLimit = 1 << 26

  /// How a program ended, and what it wrote.
  struct Outcome {
    /// The signal that ended it, or 0.
    var signal: Int32 = 0
    /// Its exit code.
    var code: Int32 = 0
    /// Whether it used its time, and was stopped.
    var isTimedOut = false
    /// Which limit of all its processes together it was stopped at.
    var exceeded: Limit?
    /// Whether it was stopped because it printed without end.
    var exceedsOutputLimit = false
    /// Whether it was held: it could change nothing but its folder, read what it was given, and reach no process and
    /// no network. Of a trusted one, whether it could write in its folders only.
    var isConfined = false
    /// How many processes it had left behind.
    var orphans = 0
    /// Seconds of the clock.
    var seconds = 0.0
    /// Which calls it was in before it was stopped.
    var samples = CallSamples(samples: [])
    /// What it wrote to each of its descriptors 1, 2 and 3.
    var output = Data()
    var error = Data()
    var result = Data()
  }

  /// A limit of all processes of a program together.
  enum Limit { case memory, threads, disk }

  /// What the system has to hold a program with.
  static let means = sandbox_means()

  /// Runs the program. No process is left when this returns.
  ///
  /// - Throws: `GradingFault` where it cannot be started.
  func run() throws(GradingFault) -> Outcome {
    var ends = Pipes()
    defer { ends.close() }
    guard ends.open() else { throw GradingFault(starting: program, errno) }
    let stdin = try inputPipe()
    defer { if stdin >= 0 { Foundation.close(stdin) } }
    let supervisor = start(stdin, ends)
    if supervisor < 0 { throw GradingFault(starting: program, errno) }
    ends.closeOthers()
    var outcome = Outcome()
    let ending = read(ends.own, supervisor: supervisor, into: &outcome)
    var status: Int32 = 0
    while waitpid(supervisor, &status, 0) < 0 && errno == EINTR {}
    guard let ending else { throw GradingFault(starting: program, ECHILD) }
    if ending.refused != 0 { throw GradingFault(starting: program, ending.refused) }
    outcome.signal = ending.status & 0x7F
    outcome.code = ending.status >> 8 & 0xFF
    let stop = sandbox_stop(UInt32(ending.stopped))
    outcome.isTimedOut = stop == SANDBOX_TIME
    outcome.exceeded = Limit(stop)
    outcome.isConfined = isUntrusted ? ending.is_confined != 0 : ending.landlock > 0
    outcome.orphans = Int(ending.orphans)
    outcome.seconds = ending.seconds
    return outcome
  }

  /// Returns a descriptor from which the input can be read once, and nobody can write any more; −1 where there is
  /// none.
  private func inputPipe() throws(GradingFault) -> Int32 {
    if input.isEmpty { return -1 }
    var ends: [Int32] = [-1, -1]
    // A pipe holds at least a page, so writing does not wait for a reader.
    guard input.count <= 4_096, pipe(&ends) == 0 else {
      throw GradingFault(starting: program, input.count <= 4_096 ? errno : E2BIG)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let written = input.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
    Foundation.close(ends[1])
    if written == input.count { return ends[0] }
    Foundation.close(ends[0])
    throw GradingFault(starting: program, EIO)
  }

  private func start(_ stdin: Int32, _ ends: Pipes) -> pid_t {
    let variables = environment.map { "\($0.key)=\($0.value)" }
    // The temporary folder that its own lies in has nobody to remove it where this process ends first.
    let left = TemporaryFolder.around(folder)
    return withStrings([program] + arguments) { arguments in
      withStrings(variables) { variables in
        withPaths(writable) { writable in
          withPaths(readable) { readable in
            withPaths(runnable) { runnable in
              withStrings([program, folder] + left) { paths in
                var request = sandbox_request(
                  program: paths[0], arguments: arguments, environment: variables,
                  folder: paths[1], writable: writable, readable: readable, runnable: runnable,
                  input: stdin, output: ends.other[0], error: ends.other[1],
                  result: ends.other[2], is_untrusted: isUntrusted ? 1 : 0,
                  has_namespaces: wantsNamespaces ? Self.means.has_namespaces : 0,
                  cpu_limit: cpuLimit, timeout: timeout, wants_samples: wantsSamples ? 1 : 0,
                  grace_period: gracePeriod, memory: memory, file_size: fileSize,
                  memory_of_all: memoryOfAll, disk: disk, threads: threads,
                  processes: processes, removed_parent: left.isEmpty ? nil : paths[2],
                  removed_name: left.isEmpty ? nil : paths[3])
                return sandbox_start(&request, ends.other[3])
              }
            }
          }
        }
      }
    }
  }

  /// Reads all four pipes until the supervisor has written how the program ended, which it does last.
  private func read(
    _ pipes: [Int32], supervisor: pid_t, into outcome: inout Outcome
  ) -> sandbox_outcome? {
    var polled = pipes.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var texts = [Data](repeating: Data(), count: pipes.count)
    var printed = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while polled[3].fd >= 0 {
      if poll(&polled, nfds_t(polled.count), -1) < 0 { continue }
      for index in polled.indices where polled[index].revents != 0 {
        let count = Foundation.read(polled[index].fd, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 {
          polled[index].fd = -1
          continue
        }
        let room = (index == 2 ? 16 * kept : kept) - texts[index].count
        texts[index].append(contentsOf: buffer[..<min(count, max(room, 0))])
        printed += count
        if printed > outputLimit && !outcome.exceedsOutputLimit {
          outcome.exceedsOutputLimit = true
          kill(supervisor, SIGTERM)
        }
      }
    }
    (outcome.output, outcome.error, outcome.result) = (texts[0], texts[1], texts[2])
    return texts[3].withUnsafeBytes { bytes in
      let size = MemoryLayout<sandbox_outcome>.size
      guard bytes.count >= size else { return nil }
      let ending = bytes.loadUnaligned(as: sandbox_outcome.self)
      outcome.samples = CallSamples(bytes: bytes[size...], count: Int(ending.samples))
      return ending
    }
  }
}

extension SandboxedProcess.Limit {
  /// The limit of the number that a supervisor gives; `nil` where it stopped nothing, or for another reason.
  fileprivate init?(_ stop: sandbox_stop) {
    switch stop {
    case SANDBOX_MEMORY: self = .memory
    case SANDBOX_THREADS: self = .threads
    case SANDBOX_DISK: self = .disk
    default: return nil
    }
  }
}

/// Four pipes: output, error, result and the supervisor's outcome.
private struct Pipes {
  var own: [Int32] = []
  var other: [Int32] = []

  mutating func open() -> Bool {
    for _ in 0..<4 {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return false }
      own.append(ends[0])
      other.append(ends[1])
      // A program that is started elsewhere meanwhile must not hold them open.
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    return true
  }

  mutating func closeOthers() {
    for end in other { Foundation.close(end) }
    other = []
  }

  mutating func close() {
    closeOthers()
    for end in own { Foundation.close(end) }
    own = []
  }
}

/// Calls `body` with strings as C has them, ended by nil.
private func withStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("an array has an element") }
    return body(base)
  }
}

/// Calls `body` with paths as C has them, or with nil where there is no list.
private func withPaths<Result>(
  _ paths: [String]?, _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
  guard let paths else { return body(nil) }
  return withStrings(paths) { strings in
    strings.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: paths.count + 1) {
      body($0)
    }
  }
}
