import Foundation

/// The terms of the book, each with the places that define it: words in bold that do not end in a full
/// stop or another mark.
struct TermIndex {
  /// Where a term is defined.
  private struct Place: Equatable {
    let chapter: Int
    let address: String
  }

  private var places: [String: [Place]] = [:]

  /// Adds the terms of a chapter.
  ///
  /// - Parameters:
  ///   - pages: The chapter's pages, in order.
  ///   - number: Its number.
  ///   - file: The name of its woven file.
  mutating func add(_ pages: [Document], ofChapter number: Int, file: String) {
    var visitor = TermVisitor()
    for page in pages { page.accept(&visitor) }
    for (term, section) in visitor.terms {
      let place = Place(
        chapter: number, address: section.isEmpty ? file : "\(file)#\(BookWeaver.anchor(section))")
      if places[term]?.contains(where: { $0.chapter == number }) != true {
        places[term, default: []].append(place)
      }
    }
  }

  /// The places of each term, at most one in a chapter; those of a plural stand with its singular's.
  private var entries: [String: [Place]] {
    var entries: [String: [Place]] = [:]
    // A singular comes before its plural.
    for (term, places) in self.places.sorted(by: { $0.key < $1.key }) {
      let singular = String(term.dropLast())
      let name = term.hasSuffix("s") && entries[singular] != nil ? singular : term
      let known = entries[name, default: []]
      let more = places.filter { place in !known.contains { $0.chapter == place.chapter } }
      entries[name] = (known + more).sorted { $0.chapter < $1.chapter }
    }
    return entries
  }

  /// The page, in Markdown.
  var lines: [String] {
    let terms = entries.sorted {
      ($0.key.lowercased().filter(\.isLetter), $0.key)
        < ($1.key.lowercased().filter(\.isLetter), $1.key)
    }
    let items = terms.map { term, places in
      let links = places.map { "[chapter \($0.chapter)](\($0.address))" }
      return "- \(term): \(links.joined(separator: ", "))"
    }
    return ["# Index", "", "The terms of the book, and where each is explained.", ""] + items
  }
}

/// Collects words in bold, and the section in which each stands.
private struct TermVisitor: DocumentVisitor {
  private(set) var terms: [(term: String, section: String)] = []
  private var section = ""

  mutating func visit(_ block: Block) {
    switch block.content {
    case .heading(let level, let inlines):
      // The first heading is the chapter's own, at the head of its page.
      if level > 1 { section = inlines.source }
    case .paragraph(let inlines): collect(inlines)
    case .list(let items): for item in items { collect(item) }
    default: break
    }
  }

  private mutating func collect(_ inlines: [Inline]) {
    let text = inlines.source.replacing("\n", with: " ")
    for match in text.matches(of: /\*\*([^*]+)\*\*/) {
      let term = match.1.split(separator: " ").joined(separator: " ")
      guard let last = term.last, !".:?!".contains(last) else { continue }
      let before = text[..<match.range.lowerBound].trimmingCharacters(in: .whitespaces)
      let opensSentence = before.last.map { ".:?!".contains($0) } ?? true
      terms.append((opensSentence ? Self.withSmallInitial(term) : term, section))
    }
  }

  /// A term as it stands inside a sentence: `softmax`, but `ReLU`, `F₁` and `Novikoff's theorem`.
  private static func withSmallInitial(_ term: String) -> String {
    let word = term.prefix { $0 != " " }
    let isName = word.dropFirst().contains { !$0.isLowercase } || term.contains("'s ")
    return isName ? term : term.prefix(1).lowercased() + term.dropFirst()
  }
}

extension [Inline] {
  /// The text as Markdown has it, without what a run puts there.
  var source: String {
    map { inline in
      switch inline.content {
      case .text(let text), .code(let text), .formula(let text), .link(let text, _),
        .misplaced(_, let text):
        text
      case .value: ""
      }
    }.joined()
  }
}
