import Foundation

/// Submissions of a class, for tests.
enum SubmittedClass {
  private static let exercise = "Exercises/04-Multiclass/1-LossAtStart.swift"

  /// The folder of the package.
  static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Calls `body` with a folder in which `class` holds submissions, each with an answer to 4.1 or its stub.
  static func make(_ answers: [String: String?], _ body: (String) throws -> Void) throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "class-\(UUID().uuidString)").path
    defer { try? files.removeItem(atPath: folder) }
    let stub = try String(contentsOfFile: "\(package)/\(exercise)", encoding: .utf8)
    for (name, answer) in answers {
      let place = URL(filePath: "\(folder)/class/\(name)/\(exercise)")
      try files.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      let text = answer.map { stub.replacing("notAttempted()", with: $0) } ?? stub
      try Data(text.utf8).write(to: place)
    }
    try body(folder)
  }
}
