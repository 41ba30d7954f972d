import Foundation
import Workbook

/// Returns what a judge asks in a part of its exam, as far as it stands between that part's beginning and the next.
///
/// - Parameters:
///   - judge: The judge's text.
///   - part: The part's name as the exam told it. Without it, or where it is not found, the beginnings of all parts are
///     returned: what is asked, without an answer.
func testCode(of judge: String, part: String?) -> String {
  let lines = judge.split(separator: "\n", omittingEmptySubsequences: false)
  let beginnings = lines.indices.filter { lines[$0].contains("exam.part(") }
  if let part,
    let start = beginnings.first(where: { PartName(lines[$0])?.matches(part) == true })
  {
    let end = beginnings.first { $0 > start } ?? lines.endIndex
    return lines[start..<end].joined(separator: "\n").trimmed
  }
  return beginnings.map { lines[$0].trimmed }.joined(separator: "\n")
}

/// The name of a part as a judge writes it: text, with places where something is put in.
private struct PartName {
  private var pieces = [""]

  /// Reads the literal of a call `exam.part("…")`; `nil` where the line has none.
  init?(_ line: Substring) {
    guard let start = line.range(of: "exam.part(\"")?.upperBound else { return nil }
    var rest = line[start...]
    while let sign = rest.popFirst(), sign != "\"" {
      if sign == "\\" && rest.first == "(" {
        Self.skipParentheses(&rest)
        pieces.append("")
      } else {
        pieces[pieces.count - 1].append(sign)
      }
    }
  }

  private static func skipParentheses(_ text: inout Substring) {
    var depth = 0
    while let sign = text.popFirst() {
      if sign == "(" { depth += 1 }
      if sign == ")" { depth -= 1 }
      if depth == 0 { return }
    }
  }

  /// Whether something put in makes a name of this.
  func matches(_ name: String) -> Bool {
    guard pieces.count > 1, let first = pieces.first, let last = pieces.last else {
      return name == pieces.first
    }
    guard name.hasPrefix(first), name.hasSuffix(last), name.count >= first.count + last.count else {
      return false
    }
    var rest = name.dropFirst(first.count).dropLast(last.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let range = rest.range(of: piece) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
