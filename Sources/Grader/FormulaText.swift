/// Formulas as a terminal shows them: `$\hat Y = X W^\top$` as Ŷ = X Wᵀ.
///
/// Hints use a small part of LaTeX. What is not known of it stays as it is, so that nothing is lost.
struct FormulaText {
  private var rest: Substring

  /// Returns a text in Markdown with its formulas, between dollar signs, as plain text. Code stays as it is.
  static func plain(_ markdown: String) -> String {
    markdown.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.isMultiple(of: 2) ? withoutDollars($1) : String($1) }
      .joined(separator: "`")
  }

  private static func withoutDollars(_ prose: Substring) -> String {
    var text = ""
    var rest = prose
    while let start = rest.firstIndex(of: "$") {
      let behind = rest[rest.index(after: start)...]
      guard let end = behind.firstIndex(of: "$") else { break }
      var formula = FormulaText(rest: behind[..<end])
      text += rest[..<start] + formula.read()
      rest = behind[behind.index(after: end)...]
    }
    return text + rest
  }

  private mutating func read() -> String {
    var text = ""
    while !rest.isEmpty { text += piece() }
    return text
  }

  /// Reads one sign, command or group.
  private mutating func piece() -> String {
    switch rest.popFirst() {
    case "\\": command()
    case "{": group()
    case "^": Self.mapped(argument(), to: Self.raised, else: "^")
    case "_": Self.mapped(argument(), to: Self.lowered, else: "_")
    case "-": "−"
    case "'": "′"
    case let sign?: String(sign)
    case nil: ""
    }
  }

  private mutating func group() -> String {
    var text = ""
    while let next = rest.first, next != "}" { text += piece() }
    rest = rest.dropFirst()
    return text
  }

  private mutating func argument() -> String {
    rest = rest.drop { $0 == " " }
    return rest.first == "-" ? String(rest.removeFirst()) + piece() : piece()
  }

  private mutating func command() -> String {
    let name = String(rest.prefix { $0.isASCII && $0.isLetter })
    if name.isEmpty { return Self.spaces[rest.popFirst() ?? " "] ?? "" }
    rest = rest.dropFirst(name.count)
    if let sign = Self.signs[name] {
      if sign == "∂" { rest = rest.drop { $0 == " " } }
      return sign
    }
    switch name {
    case "mathrm", "mathsf", "text": return argument()
    case "hat": return argument() + "\u{302}"
    case "tilde": return argument() + "\u{303}"
    case "frac", "tfrac": return "\(argument())/\(argument())"
    case "sqrt": return root()
    case "begin", "end":
      let environment = argument()
      return environment == "pmatrix" ? (name == "begin" ? "(" : ")") : ""
    default: return "\\" + name
    }
  }

  private mutating func root() -> String {
    var sign = "√"
    if rest.hasPrefix("[3]") {
      rest = rest.dropFirst(3)
      sign = "∛"
    }
    return "\(sign)(\(argument()))"
  }

  private static func mapped(
    _ text: String, to signs: [Character: Character], else mark: String
  ) -> String {
    let mapped = text.map { signs[$0] }
    if !mapped.contains(nil) { return String(mapped.compactMap(\.self)) }
    return text.count == 1 ? mark + text : "\(mark)(\(text))"
  }

  private static let signs = [
    "alpha": "α", "beta": "β", "delta": "δ", "theta": "θ", "sigma": "σ", "varphi": "φ",
    "varepsilon": "ε", "gamma": "γ", "partial": "∂", "eta": "η",
    "lambda": "λ", "mu": "μ", "cdot": "·", "times": "×", "le": "≤", "ge": "≥", "ne": "≠",
    "odot": "⊙", "sum": "Σ", "top": "ᵀ", "lVert": "‖", "rVert": "‖", "log": "log", "max": "max",
    "min": "min", "cos": "cos", "sin": "sin", "exp": "exp", "infty": "∞", "approx": "≈",
    "to": "→", "pm": "±",
  ]

  private static let spaces: [Character: String] = [
    ",": " ", ";": " ", "\\": ";", "{": "{", "}": "}", " ": " ",
  ]

  private static let raised = Dictionary(
    uniqueKeysWithValues: zip("0123456789+-−n′ᵀ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ′ᵀ"))
  private static let lowered = Dictionary(
    uniqueKeysWithValues: zip("0123456789+-−ijkn", "₀₁₂₃₄₅₆₇₈₉₊₋₋ᵢⱼₖₙ"))
}
