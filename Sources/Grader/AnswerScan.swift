/// What in an answer reaches for the exam instead of answering it, or does what no exercise asks for.
///
/// A teacher is told, with lines; nothing here proves an intention. What an answer does not write down in words, such as
/// what it reads in the memory of its own process, cannot be seen here.
package struct AnswerScan: Sendable {
  /// Something that was found.
  package struct Finding: Hashable, Sendable {
    /// What kind of thing it is.
    package enum Kind: Hashable, Sendable {
      /// An import that shows what a module hides. It is an answer's in no case.
      case testableImport
      /// An attribute of the compiler's own, or one that says where code is put: `@_cdecl`, `@section`.
      case attribute
      /// A declaration that has the name of a module or of something of the exam's.
      case shadow
      /// An extension of a type of the exam's.
      case examExtension
      /// An import of a module that no exercise needs.
      case foreignImport
      /// A line that gives a file another name.
      case sourceLocation
      /// A name of Swift's for memory that is read or written without its rules: `withUnsafeBufferPointer`.
      case pointer
      /// A file of which only the beginning was looked at.
      case length
    }

    package let kind: Kind
    /// The line, from 1.
    package let line: Int
    /// What stands there, in a few words: `@_cdecl`, `import Metal`, `extension Exam`.
    package let text: String

    /// The finding in words, for a list: `line 3: import Metal`.
    package var words: String { "line \(line): \(text)" }
  }

  /// What was found, by line.
  package let findings: [Finding]

  /// Bytes of an answer that are looked at. No exercise needs a tenth of them.
  package static let limit = 1 << 15

  /// Looks through the beginning of an answer, in a time in proportion to its length.
  package init(_ answer: String) {
    let isLong = answer.utf8.count > Self.limit
    let source = isLong ? String(decoding: answer.utf8.prefix(Self.limit), as: UTF8.self) : answer
    // Whether a / begins a regular expression is uncertain, and what is taken for one is not looked at. Both are tried.
    let readings = [true, false].flatMap {
      Self.findings(in: AnswerTokens(source, readsRegularExpressions: $0).tokens)
    }
    let length = Finding(kind: .length, line: 1, text: "longer than \(Self.limit) bytes")
    findings =
      (isLong ? [length] : []) + Set(readings).sorted { ($0.line, $0.text) < ($1.line, $1.text) }
  }

  /// The modules that an answer may import without a word.
  private static let modules: Set = [
    "Grading", "Workbook", "Text", "Numbers", "Tensors", "Reports", "Checks", "Foundation",
    "FoundationEssentials", "Dispatch", "Glibc", "Musl", "Darwin", "Swift", "Synchronization",
    "RealModule", "RegexBuilder",
  ]

  /// What the exam's own code is called.
  private static let examTypes: Set = [
    "Exam", "ExamProcess", "ExamEvent", "ExamRequest", "ExamFailure", "Gradable", "Tolerance",
    "NotAttempted",
  ]

  private static let names =
    examTypes.union(["Grading", "Workbook", "Foundation", "Swift", "Glibc", "Answer", "judge"])

  /// What a declaration begins with.
  private static let declarators: Set = [
    "struct", "class", "enum", "actor", "protocol", "typealias", "func", "let", "var", "macro",
    "associatedtype",
  ]

  /// Attributes without an underscore that say where code is put, or by which name others call it.
  private static let attributes: Set = ["section", "used", "c", "main", "export"]

  private static func findings(in tokens: [AnswerTokens.Token]) -> [Finding] {
    tokens.indices.compactMap { index in
      let token = tokens[index]
      guard index + 1 < tokens.count else { return nil }
      let next = tokens[index + 1]
      switch token.text {
      case "@" where next.isWord: return attribute(next)
      case "#" where next.text == "sourceLocation":
        return Finding(kind: .sourceLocation, line: token.line, text: "#sourceLocation")
      case "import" where token.isWord && next.isWord: return foreignImport(tokens[index...])
      case "extension" where token.isWord && next.isWord: return examExtension(tokens[index...])
      case _ where token.isWord && reachesMemory(token.text):
        return Finding(kind: .pointer, line: token.line, text: token.text)
      default:
        let isImport = index > 0 && tokens[index - 1].text == "import"
        guard token.isWord, next.isWord, !isImport, declarators.contains(token.text),
          names.contains(next.text)
        else { return nil }
        return Finding(kind: .shadow, line: next.line, text: "\(token.text) \(next.text)")
      }
    }
  }

  private static func reachesMemory(_ name: String) -> Bool {
    name.hasPrefix("Unsafe") || name.hasPrefix("withUnsafe")
      || name.hasPrefix("unsafe") && name != "unsafe"
      || ["Unmanaged", "OpaquePointer"].contains(name)
  }

  private static func attribute(_ name: AnswerTokens.Token) -> Finding? {
    if name.text == "testable" {
      return Finding(kind: .testableImport, line: name.line, text: "@testable")
    }
    let isOdd = name.text.utf8.first == UInt8(ascii: "_") || attributes.contains(name.text)
    return isOdd ? Finding(kind: .attribute, line: name.line, text: "@\(name.text)") : nil
  }

  private static func foreignImport(_ tokens: ArraySlice<AnswerTokens.Token>) -> Finding? {
    let words = tokens.dropFirst().prefix(3).prefix { $0.isWord }
    // import struct Foundation.Date
    let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
    guard let module = words.first(where: { !kinds.contains($0.text) }),
      !modules.contains(module.text)
    else { return nil }
    return Finding(kind: .foreignImport, line: module.line, text: "import \(module.text)")
  }

  private static func examExtension(_ tokens: ArraySlice<AnswerTokens.Token>) -> Finding? {
    let path = tokens.dropFirst().prefix(5).prefix { $0.isWord || $0.text == "." }
    guard let name = path.first(where: { examTypes.contains($0.text) }) else { return nil }
    return Finding(kind: .examExtension, line: name.line, text: "extension \(name.text)")
  }
}
