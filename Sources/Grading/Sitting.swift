import Foundation
import Synchronization

/// One run of an exam in a process of its own. The grader writes the main program that calls it.
public enum Sitting {
  private static let key = Mutex("")

  /// The descriptor that messages go to.
  private static let descriptor: Int32 = 3

  /// Holds an exam and ends the process.
  ///
  /// The question comes on standard input, which is empty afterwards: the answer cannot read the key that
  /// messages carry.
  public static func hold(_ judge: (inout Exam) throws -> Void) -> Never {
    let input = FileHandle.standardInput.readDataToEndOfFile()
    guard let question = try? JSONDecoder().decode(Question.self, from: input) else {
      fatalError("an exam is held by chapter-runner check")
    }
    key.withLock { $0 = question.key }
    var exam = Exam(seed: question.seed)
    do {
      try judge(&exam)
      end(Message(verdict: .pass))
    } catch let wrong as Wrong {
      end(wrong.message)
    } catch {
      end(Message(verdict: .fail, message: "an error was thrown: \(error)"))
    }
  }

  /// Sends a message to the grader.
  static func send(_ message: Message) {
    var message = message
    message.key = key.withLock { $0 }
    guard var line = try? JSONEncoder().encode(message) else { return }
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

  /// Sends the last message and ends the process.
  static func end(_ message: Message) -> Never {
    send(message)
    fflush(nil)
    _exit(0)
  }
}

/// What a judge throws at the first thing that is wrong.
struct Wrong: Error {
  let message: Message
}
