/// A piece of a page's Swift, as the book treats it.
enum CodePiece: Equatable {
  /// Lines that are printed.
  case printed([SourceLine])
  /// Functions that record what they find. The book shows what they found instead, and their place.
  case experiment(summary: String, line: Int)
}

/// Parts code into what is printed and experiments: declarations that take a `RunRecorder`. Experiments
/// that follow each other are told as one. What announces the chapter and its lesson is left out.
///
/// - Parameter lines: Whole declarations, as the formatter lays them out: each ends with a brace in the
///   first column.
func codePieces(of lines: [SourceLine]) -> [CodePiece] {
  var pieces: [CodePiece] = []
  var printed: [SourceLine] = []
  func endPrinted() {
    let trimmed = printed.trimmingEmpty
    if !trimmed.isEmpty { pieces.append(.printed(trimmed)) }
    printed = []
  }
  var rest = lines[...]
  while let declaration = rest.prefixDeclaration {
    if declaration.isLesson || declaration.isExperiment {
      // What describes the declaration stands directly above it.
      let documentation = printed.suffix(while: {
        $0.text.hasPrefix("///") || $0.text.hasPrefix("@")
      })
      printed.removeLast(documentation.count)
      endPrinted()
      if !declaration.isLesson, !pieces.endInExperiment {
        pieces.append(
          .experiment(summary: documentation.summary, line: declaration.first?.number ?? 1))
      }
    } else {
      printed += declaration
    }
    rest = rest[declaration.endIndex...]
  }
  endPrinted()
  return pieces
}

extension [CodePiece] {
  /// Whether an experiment came last, of which the next is a part.
  fileprivate var endInExperiment: Bool {
    if case .experiment = last { true } else { false }
  }
}

extension Sequence<SourceLine> {
  /// The first sentence of a documentation comment; empty where there is none.
  fileprivate var summary: String {
    let words = map { $0.text.trimmingPrefix(/\/\/\/ ?/) }.prefix { !$0.isEmpty }
    let text = words.filter { !$0.hasPrefix("@") }.joined(separator: " ")
    return String(text.prefixMatch(of: /.*?[.?!](?= |$)/)?.output ?? text[...])
  }
}

extension Collection<SourceLine> where Self: BidirectionalCollection {
  /// The lines without the empty ones before and after.
  var trimmingEmpty: [SourceLine] {
    var lines = Array(drop { $0.isEmpty })
    while let last = lines.last, last.isEmpty { lines.removeLast() }
    return lines
  }

  fileprivate func suffix(while predicate: (SourceLine) -> Bool) -> SubSequence {
    var start = endIndex
    while start > startIndex, predicate(self[index(before: start)]) { start = index(before: start) }
    return self[start...]
  }
}

extension ArraySlice<SourceLine> {
  /// The declaration that the lines begin with, or else their first line; `nil` where there are none.
  fileprivate var prefixDeclaration: ArraySlice? {
    guard let first else { return nil }
    let opening = /((package|public|private|fileprivate|internal|final|static|indirect) )*/
    let keyword = /(func|extension|struct|class|enum|protocol|actor)\b/
    let isDeclaration = first.text.trimmingPrefix(opening).prefixMatch(of: keyword) != nil
    guard isDeclaration, let brace = firstIndex(where: { $0.text.contains("{") }) else {
      return prefix(1)
    }
    if self[brace].text.hasSuffix("}") { return self[...brace] }
    let end = self[brace...].firstIndex { $0.text.hasPrefix("}") && !$0.text.hasSuffix("{") }
    return self[...(end ?? index(before: endIndex))]
  }

  /// Whether the declaration tells the program of a chapter and the order of its experiments.
  fileprivate var isLesson: Bool {
    first?.text == "extension Chapter {" || first?.text.hasSuffix(": Lesson {") ?? false
  }

  /// Whether the function, or every function of the type, takes a recorder. Functions inside functions
  /// are part of them.
  fileprivate var isExperiment: Bool {
    let starts = indices.filter { self[$0].text.contains(/^( {2})?([a-z]+ )*(func|init)\b/) }
    let isFunction = starts.first == startIndex
    let own = isFunction ? starts.prefix(1) : starts[...]
    return !own.isEmpty
      && own.allSatisfy { start in
        let end = self[start...].firstIndex { $0.text.contains("{") } ?? start
        return self[start...end].contains { $0.text.contains("RunRecorder") }
      }
  }
}
