import Foundation
import Synchronization

/// One run of an exam in a process of its own. The grader writes the main program that calls it.
public enum ExamProcess {
  private static let key = Mutex("")

  /// The descriptor that events are written to.
  private static let descriptor: Int32 = 3

  /// Runs an exam and ends the process.
  ///
  /// The request comes through a pipe, which is empty and closed afterwards: the answer cannot read there the key
  /// that events carry. It stays in this process's memory, which the answer shares.
  public static func run(_ judge: (inout Exam) throws -> Void) -> Never {
    let input = FileHandle.standardInput.readDataToEndOfFile()
    guard let request = try? JSONDecoder().decode(ExamRequest.self, from: input) else {
      fatalError("this program is run by the command check, which writes a request to its input")
    }
    // Standard input stays a descriptor, so that no other file is taken for it.
    let nothing = open("/dev/null", O_RDONLY)
    if nothing > 0 {
      dup2(nothing, STDIN_FILENO)
      close(nothing)
    }
    key.withLock { $0 = request.key }
    var exam = Exam(seed: request.seed)
    do {
      try judge(&exam)
      end(ExamEvent(ending: .pass))
    } catch let failure as ExamFailure {
      end(failure.event)
    } catch {
      end(ExamEvent(ending: .fail, message: "an error was thrown: \(error)"))
    }
  }

  /// Sends an event to the grader.
  static func send(_ event: ExamEvent) {
    var event = event
    event.key = key.withLock { $0 }
    guard var line = try? JSONEncoder().encode(event) else { return }
    line.append(0x0A)
    line.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
        if count <= 0 { return }
        sent += count
      }
    }
  }

  /// Sends the last event and ends the process.
  static func end(_ event: ExamEvent) -> Never {
    send(event)
    fflush(nil)
    _exit(0)
  }
}

/// What a judge throws at the first failure.
struct ExamFailure: Error {
  let event: ExamEvent
}
