import Foundation

extension TerminalStyle {
  /// Returns text with the signs of numbers in ASCII, such as 3.1e-9, where Unicode cannot be shown.
  package func plain(_ text: String) -> String {
    if hasUnicode { return text }
    let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return text.replacingOccurrences(of: "·10", with: "e")
      .replacingOccurrences(of: "∞", with: "inf")
      .map { sign in
        if let digit = raised.firstIndex(of: sign) { return "\(digit)" }
        return "−–⁻".contains(sign) ? "-" : sign == "…" ? "~" : "\(sign)"
      }.joined()
  }
}
