import Foundation

/// What prose may refer to, and what became of the references.
struct ProseContext {
  /// The report of the chapter that the prose belongs to; `nil` for pages without a run.
  var report: Report?
  /// The file and title of each chapter, by number.
  var chapters: [Int: (file: String, title: String)] = [:]
  /// The keys of the bibliography.
  var sources: Set<String> = []
}

/// Turns a stretch of prose into Markdown for GitHub.
///
/// Values, figures, tables, chapters and sources are looked up by name; what is not there is an error
/// that names what is.
struct ProseWeaver {
  let file: String
  let context: ProseContext
  private(set) var markdown: [String] = []
  private(set) var errors: [WeaveError] = []
  /// The figures and tables that were shown, in order, each once.
  private(set) var shown: [Shown] = []
  /// The sources that were cited.
  private(set) var cited: Set<String> = []
  /// The numerals that stand in the prose itself.
  private(set) var typedNumbers: [TypedNumber] = []

  /// A figure or a table that the prose shows.
  enum Shown: Equatable {
    case figure(String)
    case table(String)
  }

  /// Begins a page, after others whose figures and tables have been counted.
  init(file: String, context: ProseContext, after shown: [Shown] = []) {
    self.file = file
    self.context = context
    self.shown = shown
  }

  /// Prints code.
  mutating func print(code lines: [SourcePage.Line]) {
    markdown += ["```swift"] + lines.map(\.text) + ["```", ""]
  }

  /// Weaves a block of prose, a paragraph at a time.
  mutating func weave(_ lines: [SourcePage.Line]) {
    var paragraph: [SourcePage.Line] = []
    var formula: (start: Int, lines: [String])?
    for line in lines {
      let trimmed = line.text.trimmingCharacters(in: .whitespaces)
      if let open = formula {
        if trimmed == "$$" {
          markdown += ["```math"] + open.lines + ["```"]
          formula = nil
        } else {
          lintFormula(trimmed, line.number)
          formula?.lines.append(trimmed)
        }
      } else if trimmed == "$$" {
        weaveParagraph(&paragraph)
        formula = (line.number, [])
      } else if line.text.hasPrefix("    ") && paragraph.isEmpty {
        markdown.append(line.text)
      } else if trimmed.isEmpty {
        weaveParagraph(&paragraph)
        markdown.append("")
      } else {
        paragraph.append(line)
      }
    }
    weaveParagraph(&paragraph)
    if let formula { complain(formula.start, "this formula is never closed: its $$ is missing") }
    markdown.append("")
  }

  private mutating func weaveParagraph(_ lines: inout [SourcePage.Line]) {
    guard let first = lines.first else { return }
    let text = lines.map(\.text).joined(separator: "\n")
    if let match = text.wholeMatch(of: /!\[([^\]]*)\]\((figure|table):([^)]*)\)/) {
      show(String(match.2), String(match.3), caption: String(match.1), line: first.number)
    } else {
      markdown += inline(text, from: first.number).components(separatedBy: "\n")
    }
    lines = []
  }

  mutating func complain(_ line: Int, _ message: String) {
    errors.append(WeaveError(place: SourcePlace(file: file, line: line), message: message))
  }
}

// MARK: - Inside a paragraph

extension ProseWeaver {
  /// Weaves running text: code, formulas, values and links, and what is left between them.
  private mutating func inline(_ text: String, from line: Int) -> String {
    let token = #/`[^`]*`|\$[^$]+\$|\\\(([^)]*)\)|!?\[([^\]]*)\]\(([a-z]+):([^)]*)\)/#
    var woven = ""
    var plain = ""
    var rest = text[...]
    var number = line
    while let match = rest.firstMatch(of: token) {
      let before = rest[..<match.range.lowerBound]
      plain += before
      woven += before
      number += before.count { $0 == "\n" }
      let whole = match.output.0
      if whole.hasPrefix("`") {
        woven += whole
      } else if whole.hasPrefix("$") {
        lintFormula(String(whole), number)
        woven += "$`" + whole.dropFirst().dropLast() + "`$"
      } else if let name = match.output.1 {
        woven += value(String(name), number)
      } else if let label = match.output.2, let scheme = match.output.3, let target = match.output.4
      {
        woven += link(String(label), String(scheme), String(target), number)
        if scheme != "cite" && scheme != "chapter" { plain += label }
      }
      // What stands for itself counts as one word between its neighbours.
      plain += "·"
      number += whole.count { $0 == "\n" }
      rest = rest[match.range.upperBound...]
    }
    plain += rest
    woven += rest
    lintWords(plain, line)
    return woven
  }

  private mutating func value(_ name: String, _ line: Int) -> String {
    guard let quantity = context.report?.numbers.first(where: { $0.name == name }) else {
      let names = context.report?.numbers.map(\.name) ?? []
      complain(line, "no number “\(name)” was recorded" + Self.choice(names))
      return ""
    }
    return quantity.text
  }

  private mutating func link(
    _ label: String, _ scheme: String, _ target: String, _ line: Int
  ) -> String {
    switch scheme {
    case "chapter":
      guard let number = Int(target), let chapter = context.chapters[number] else {
        let numbers = context.chapters.keys.sorted().map(String.init)
        complain(line, "there is no chapter “\(target)”" + Self.choice(numbers))
        return label
      }
      return "[\(label)](\(chapter.file))"
    case "cite":
      guard context.sources.contains(target) else {
        complain(line, "no source “\(target)”" + Self.choice(context.sources.sorted()))
        return label
      }
      cited.insert(target)
      return "[\(label)](bibliography.md#\(target))"
    case "figure", "table":
      complain(line, "a \(scheme) must stand in a paragraph of its own")
      return label
    default:
      return "[\(label)](\(scheme):\(target))"
    }
  }

  /// Returns the end of a sentence that lists what there is.
  static func choice(_ names: [String]) -> String {
    names.isEmpty ? "; there are none" : "; there are: " + names.joined(separator: ", ")
  }

  // MARK: Lint

  private mutating func lintFormula(_ formula: String, _ line: Int) {
    for macro in ["\\operatorname", "\\mbox", "\\phantom"] where formula.contains(macro) {
      complain(line, "GitHub refuses \(macro) in a formula; use \\mathrm or \\text")
    }
  }

  private mutating func lintWords(_ text: String, _ line: Int) {
    for (offset, text) in text.components(separatedBy: "\n").enumerated() {
      if let word = text.firstMatch(of: /\b(simply|just)\b/.ignoresCase())?.1 {
        complain(line + offset, "“\(word)” says that the reader should find it easy; leave it out")
      }
      let place = SourcePlace(file: file, line: line + offset)
      // The number that opens a chapter's title is its place in the book.
      let text = text.replacing(/^# [0-9]+ ·/, with: "")
      for match in text.matches(of: /[0-9][0-9.,]*[0-9]|[0-9]/) {
        typedNumbers.append(TypedNumber(place: place, numeral: String(match.output)))
      }
    }
  }
}

/// A numeral that somebody typed into prose, where a recorded number could have stood.
public struct TypedNumber: Equatable, Sendable {
  /// Where it stands.
  public let place: SourcePlace
  /// The digits.
  public let numeral: String
}

// MARK: - Figures and tables

extension ProseWeaver {
  private mutating func show(_ kind: String, _ name: String, caption: String, line: Int) {
    let words = caption.replacing("\n", with: " ").trimmingCharacters(in: .whitespaces)
    if words.isEmpty { complain(line, "the \(kind) “\(name)” has no caption") }
    let woven = inline(words, from: line)
    let number = shown.count { $0.isFigure == (kind == "figure") } + 1
    let chapter = context.report?.chapter ?? 0
    if kind == "figure" {
      guard let figure = context.report?.figures.first(where: { $0.name == name }) else {
        let names = context.report?.figures.map(\.name) ?? []
        return complain(line, "no figure “\(name)” was made" + Self.choice(names))
      }
      if let missing = figure.missingWords {
        complain(line, "the figure “\(name)” has no words for who cannot see it: \(missing)")
      }
      let stem = Book.figureStem(figure, chapter: chapter)
      let alt = figure.alt.replacing("[", with: "(").replacing("]", with: ")")
      markdown += [
        "![\(alt)](\(stem).svg)", "",
        "*Figure \(chapter).\(number): \(woven).* [Data](\(stem).csv)",
      ]
      shown.append(.figure(name))
    } else {
      guard let table = context.report?.table(name) else {
        let names = context.report?.tables.map(\.name) ?? []
        return complain(line, "no table “\(name)” was made" + Self.choice(names))
      }
      markdown += ["*Table \(chapter).\(number): \(woven).*", ""] + table.markdown
      shown.append(.table(name))
    }
  }
}

extension ProseWeaver.Shown {
  var isFigure: Bool { if case .figure = self { true } else { false } }
}

extension Table {
  /// The table as GitHub Markdown, numbers flush right.
  var markdown: [String] {
    func line(_ cells: [String]) -> String {
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    let rules = columns.indices.map { isNumeric($0) ? "--:" : ":--" }
    return [line(columns), "|" + rules.joined(separator: "|") + "|"]
      + rows.map { line($0.map(\.text)) }
  }
}
