/// Text in XML 1.0 files.
package enum XML {
  /// Returns text as it may stand between tags, or in an attribute between double quotes.
  ///
  /// A parser reads back the same text, also tabs and line breaks, which are written as character
  /// references. U+FFFD (�) replaces each Unicode scalar that XML 1.0 forbids: control characters
  /// below U+0020 except tab, line feed and carriage return, and U+FFFE and U+FFFF.
  package static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "\t", "\n", "\r": escaped.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        escaped.append("\u{FFFD}")
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
