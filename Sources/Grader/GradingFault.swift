import Foundation

/// A fault of the machine or of the grader, never of the learner: the answer gets no verdict.
package struct GradingFault: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }

  /// A program that cannot be started, with the system's error number.
  init(starting program: String, _ code: Int32) {
    self.init("\(program) cannot be started: \(String(cString: strerror(code)))")
  }

  /// A file or folder that cannot be written, with the system's error number.
  init(writing path: String, code: Int32) {
    self.init("\(path) cannot be written: \(String(cString: strerror(code)))")
  }

  /// A file or folder that cannot be written.
  init(writing path: String, _ error: any Error) {
    let reason = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
    let words =
      reason.domain == NSPOSIXErrorDomain
      ? String(cString: strerror(Int32(reason.code))) : reason.localizedDescription
    self.init("\(path) cannot be written: \(words)")
  }
}
