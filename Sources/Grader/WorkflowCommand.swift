import Foundation
import Workbook

/// Commands to the runner of GitHub's workflows, which reads them in the log.
package enum WorkflowCommand {
  /// Returns an annotation of a line: an error that GitHub shows beside it. A path with signs that steer a terminal is
  /// shown, and leads to no file.
  ///
  /// - Parameters:
  ///   - file: The path in the repository.
  ///   - line: The line, from 1.
  ///   - title: A few words.
  ///   - message: What is wrong; it may have lines.
  package static func error(file: String, line: Int?, title: String, message: String) -> String {
    var properties = [("file", file.harmless)]
    if let line { properties.append(("line", "\(line)")) }
    properties.append(("title", title))
    let written = properties.map { "\($0)=\(escaped($1, inProperty: true))" }
    return "::error \(written.joined(separator: ","))::\(escaped(message, inProperty: false))\n"
  }

  /// Returns text in which the runner finds no end of a line, of a property or of the command.
  private static func escaped(_ text: String, inProperty: Bool) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": escaped.append(contentsOf: "%25".unicodeScalars)
      case "\r": escaped.append(contentsOf: "%0D".unicodeScalars)
      case "\n": escaped.append(contentsOf: "%0A".unicodeScalars)
      case ":" where inProperty: escaped.append(contentsOf: "%3A".unicodeScalars)
      case "," where inProperty: escaped.append(contentsOf: "%2C".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}

extension Gradebook {
  /// An annotation for each answer that was attempted and does not pass, at the learner's line, and for each submission
  /// that was not graded.
  ///
  /// - Parameter root: The repository's folder, from which GitHub counts paths.
  package func annotations(in root: String) -> String {
    results.map { result in
      let folder = Self.path(of: result.folder, in: root)
      if let problem = result.problem {
        return WorkflowCommand.error(
          file: folder, line: nil, title: "not graded", message: "it \(problem)".harmless)
      }
      return zip(exercises, result.grades).map { exercise, grade in
        let verdict = grade.verdict
        let isTold = grade.fault != nil || grade.problem != nil
        if !isTold && (verdict.state == .pass || verdict.state == .notAttempted) { return "" }
        let lines = verdict.plainLines(file: verdict.location).map(\.harmless)
        return WorkflowCommand.error(
          file: folder.isEmpty ? verdict.file : "\(folder)/\(verdict.file)", line: verdict.line,
          title: "\(exercise.name) · \(exercise.title)", message: lines.joined(separator: "\n"))
      }.joined()
    }.joined()
  }

  /// Returns the path of a folder from the repository's; empty for the repository itself.
  private static func path(of folder: String, in root: String) -> String {
    let parts = [folder, root].map { URL(filePath: $0).resolvingSymlinksInPath().pathComponents }
    return parts[0].starts(with: parts[1])
      ? parts[0].dropFirst(parts[1].count).joined(separator: "/") : folder
  }
}
