import Foundation

/// Returns a sentence that says what failed and why, with a line break at its end.
///
/// - Parameters:
///   - error: The reason. An `InputError` is a sentence of its own.
///   - what: What failed, such as `notes.md: it cannot be written`.
package func sentence(_ error: any Error, _ what: String) -> String {
  if let error = error as? InputError { return "\(error)\n" }
  let reason = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
  return "\(what): \(reason.localizedDescription)\n"
}
