/// Comma-separated values, as RFC 4180 describes them.
package enum CSV {
  /// Returns records as a file: a comma between two fields, CR LF after each record.
  package static func text(of records: [[String]]) -> String {
    records.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// Returns a field, in quotes where it contains a comma, a quote or a line break.
  private static func field(_ text: String) -> String {
    let isPlain = !text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    if isPlain { return text }
    // A quote may carry a combining accent: one Character, but a Unicode scalar of its own.
    let doubled = text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
    return "\"" + doubled + "\""
  }

  /// Returns a field that a spreadsheet shows as text and does not run as a formula.
  ///
  /// Spreadsheets take fields that begin with `=`, `+`, `-`, `@`, a tab or a carriage return for
  /// formulas. An apostrophe before the field prevents that. Fields from strangers need it.
  package static func withoutFormula(_ text: String) -> String {
    let isFormula =
      text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
    return isFormula ? "'" + text : text
  }
}
