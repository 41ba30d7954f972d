import Certify
import Foundation
import Weaver
import Workbook

extension Book.AppendixPage {
  /// Returns the page with the outputs that it asks for: in the place of a block of code whose language is
  /// `certify`, the report of the file that it names; in that of `certify-trials`, the table of the trials.
  ///
  /// - Throws: `InputError` where a file cannot be read.
  func withCertifiedFiles() throws(InputError) -> Book.AppendixPage {
    var lines: [String] = []
    var rest = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = rest.popFirst() {
      switch line {
      case "```certify":
        guard let name = rest.popFirst(), rest.popFirst() == "```" else {
          throw InputError(.damaged, file, "a block “certify” holds one line, the name of a file")
        }
        let gradients = try GradientFile(contentsOf: "\(BundledData.packageRoot)/\(name)")
        let style = TerminalStyle(width: 88, hasColour: false, hasUnicode: true)
        lines += ["```text", "$ scripts/run certify \(name)"]
        lines += GradientReport(gradients).lines(of: String(name), in: style) + ["```"]
      case "```certify-trials":
        guard rest.popFirst() == "```" else {
          throw InputError(.damaged, file, "a block “certify-trials” is empty")
        }
        lines += try Self.trials()
      default: lines.append(String(line))
      }
    }
    return Book.AppendixPage(file: file, text: lines.joined(separator: "\n"))
  }

  /// Returns the table of the trials, with its headings and sums as `scripts/try-certify` wrote them.
  private static func trials() throws(InputError) -> [String] {
    let path = "\(BundledData.packageRoot)/Data/Certify/trials.csv"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw InputError(.missing, path, "there is no such file")
    }
    let rows = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let head = rows.first, rows.allSatisfy({ $0.count == head.count }) else {
      throw InputError(.damaged, path, "its rows differ in length")
    }
    let rule = head.indices.map { $0 == 0 ? ":--" : "--:" }
    return ([head, rule] + rows.dropFirst()).map { "| " + $0.joined(separator: " | ") + " |" }
  }
}
