/// A place in a source file, for messages that an editor can jump to.
public struct SourcePlace: Equatable, Sendable, CustomStringConvertible {
  /// The file, relative to the package.
  public let file: String
  /// The line, from 1.
  public let line: Int

  public var description: String { "\(file):\(line)" }

  init(file: String, line: Int) { (self.file, self.line) = (file, line) }

  /// A place in a file of the package, which may be named in full.
  init(path: String, line: Int) {
    let package = EmbeddedData.packageFolder + "/"
    self.init(
      file: path.hasPrefix(package) ? String(path.dropFirst(package.count)) : path, line: line)
  }
}

/// Something in the book's source that cannot be woven.
public struct WeaveError: Error, Equatable, CustomStringConvertible {
  /// Where it stands.
  public let place: SourcePlace
  /// What is wrong, and what there is.
  public let message: String

  public var description: String { "\(place): error: \(message)" }
}

/// A page of a chapter: prose and code in turn, as they stand in a Swift file.
struct SourcePage: Equatable {
  /// A stretch of lines of one kind.
  enum Block: Equatable {
    case prose([Line])
    case code([Line])
  }

  /// A line with its number in the file.
  struct Line: Equatable {
    let number: Int
    let text: String

    var isEmpty: Bool { text.allSatisfy { $0 == " " } }
    var isImport: Bool { text.contains(#/^(@testable )?import /#) }
  }

  let file: String
  private(set) var blocks: [Block] = []
  private(set) var errors: [WeaveError] = []

  /// Reads a page of Swift.
  ///
  /// Prose stands between `/*:` and `*/`, or behind `//:`. What stands between `//#-hidden-code` and
  /// `//#-end-hidden-code` is left out, and so are the imports that open a page.
  init(swift text: String, file: String) {
    self.file = file
    var reader = Reader(file: file)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      reader.read(Line(number: index + 1, text: String(line)))
    }
    reader.finish()
    (blocks, errors) = (reader.blocks, reader.errors)
  }

  /// Reads a page of Markdown, which is all prose.
  init(markdown text: String, file: String, firstLine: Int = 1) {
    self.file = file
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    blocks = [.prose(lines.enumerated().map { Line(number: $0 + firstLine, text: String($1)) })]
  }
}

/// Sorts the lines of a Swift file into prose and code.
private struct Reader {
  typealias Line = SourcePage.Line

  let file: String
  var blocks: [SourcePage.Block] = []
  var errors: [WeaveError] = []
  private var code: [Line] = []
  private var prose: [Line] = []
  private var proseStart: Int?
  private var hiddenStart: Int?

  init(file: String) { self.file = file }

  mutating func read(_ line: Line) {
    let trimmed = line.text.drop { $0 == " " }
    if proseStart != nil {
      readProse(line)
    } else if trimmed.hasPrefix("//#-hidden-code") {
      if hiddenStart != nil { complain(line.number, "hidden code inside hidden code") }
      hiddenStart = line.number
    } else if trimmed.hasPrefix("//#-end-hidden-code") {
      if hiddenStart == nil { complain(line.number, "the end of hidden code that never began") }
      hiddenStart = nil
    } else if hiddenStart != nil {
      return
    } else if trimmed.hasPrefix("/*:") {
      endCode()
      proseStart = line.number
      let rest = trimmed.dropFirst(3)
      if !rest.isEmpty { readProse(Line(number: line.number, text: String(rest))) }
    } else if trimmed.hasPrefix("//:") {
      endCode()
      let text = String(trimmed.dropFirst(3).drop { $0 == " " })
      blocks.append(.prose([Line(number: line.number, text: text)]))
    } else {
      code.append(line)
    }
  }

  private mutating func readProse(_ line: Line) {
    var text = line.text
    let closing = text.range(of: "*/")
    if let closing { text = String(text[..<closing.lowerBound]) }
    if text.contains("/*") {
      complain(line.number, "a comment opener inside prose: Swift would nest it, and never close")
    }
    // Prose is indented by one space, so that it does not touch the margin of the comment.
    let isEnd = closing != nil && text.allSatisfy { $0 == " " }
    if !isEnd {
      let isIndented = text.hasPrefix(" ")
      prose.append(Line(number: line.number, text: isIndented ? String(text.dropFirst()) : text))
    }
    if closing != nil {
      blocks.append(.prose(prose))
      (prose, proseStart) = ([], nil)
    }
  }

  mutating func finish() {
    if let proseStart { complain(proseStart, "this prose is never closed: its */ is missing") }
    if let hiddenStart {
      complain(hiddenStart, "this hidden code is never closed: //#-end-hidden-code is missing")
    }
    endCode()
  }

  /// Ends a stretch of code, without the empty lines around it and the imports before it.
  private mutating func endCode() {
    var lines = code.drop { $0.isEmpty || $0.isImport }
    while let last = lines.last, last.isEmpty { lines.removeLast() }
    if !lines.isEmpty { blocks.append(.code(Array(lines))) }
    code = []
  }

  private mutating func complain(_ line: Int, _ message: String) {
    errors.append(WeaveError(place: SourcePlace(file: file, line: line), message: message))
  }
}
