/// Comma-separated values, as RFC 4180 describes them.
package enum CSV {
  /// The mark of UTF-8 at the head of a file, without which some spreadsheets take another encoding.
  package static let byteOrderMark = "\u{FEFF}"

  /// Returns records as a file: a comma between two fields, CR LF after each record.
  package static func text(of records: [[String]]) -> String {
    records.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// Returns a field, in quotes where it contains a comma, a quote or a line break.
  ///
  /// U+FFFD (�) replaces control characters, which the format has no place for; a tab becomes a space.
  private static func field(_ text: String) -> String {
    var field = String.UnicodeScalarView()
    var isPlain = true
    // A quote may carry a combining accent: one Character, but a Unicode scalar of its own.
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": field.append(contentsOf: "\"\"".unicodeScalars)
      case "\t": field.append(" ")
      case "\r", "\n", ",": field.append(scalar)
      case _ where scalar.properties.generalCategory == .control: field.append("\u{FFFD}")
      default:
        field.append(scalar)
        continue
      }
      isPlain = false
    }
    return isPlain ? String(field) : "\"" + String(field) + "\""
  }

  /// Returns a field that a spreadsheet shows as text and does not run as a formula. Fields from strangers
  /// need it.
  ///
  /// Spreadsheets take fields that begin with `=`, `+`, `-`, `@`, a tab or a carriage return for formulas,
  /// some also where spaces, quotes or signs that nobody sees stand before, and in full width (`＝`). An
  /// apostrophe before the field prevents that. Where a semicolon or a tab parts the fields, as in much of
  /// Europe, what follows one begins a field too, and so does a new line: there the apostrophe stands within.
  package static func withoutFormula(_ text: String) -> String {
    let first = text.unicodeScalars.first
    var isFormula = first.map("\t\r\n".unicodeScalars.contains) ?? false
    var isHead = true
    var isFirstField = true
    var guarded = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if separators.contains(scalar) {
        (isHead, isFirstField) = (true, guarded.isEmpty)
      } else if isHead && signs.contains(scalar) {
        if isFirstField { isFormula = true } else { guarded.append("'") }
        isHead = false
      } else if !isPassedOver(scalar) {
        isHead = false
      }
      guarded.append(scalar)
    }
    return (isFormula ? "'" : "") + String(guarded)
  }

  private static let separators = Set(";\t\r\n".unicodeScalars)
  private static let signs = Set("=+-@|%＝＋－＠﹦﹢﹣﹫".unicodeScalars)
  private static let quotes = Set("\"'`“”„‘’«»＂＇".unicodeScalars)

  /// Whether a spreadsheet may look beyond a sign for what a field begins with.
  private static func isPassedOver(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return properties.isWhitespace || quotes.contains(scalar)
      || properties.isDefaultIgnorableCodePoint
      || [.control, .format].contains(properties.generalCategory)
  }
}
