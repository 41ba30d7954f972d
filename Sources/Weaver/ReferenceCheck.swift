import Foundation
import Workbook

/// What prose may refer to.
struct BookContext {
  /// The report of the chapter that a page belongs to; `nil` for pages without a run.
  var report: Report?
  /// The file and title of each chapter, by number.
  var chapters: [Int: (file: String, title: String)] = [:]
  /// The keys of the bibliography.
  var sources: Set<String> = []
  /// The pages of the appendix, by name: `checks`.
  var appendix: Set<String> = []
}

/// Looks up every name in a document: values, figures, tables, chapters and sources. What is not
/// there is an error that lists what is.
struct ReferenceCheck: DocumentVisitor {
  let file: String
  let context: BookContext
  private(set) var errors: [WeaveError] = []
  /// The figures and tables that are shown.
  private(set) var shown: Set<Reference> = []
  /// The sources that are cited.
  private(set) var cited: Set<String> = []

  init(_ file: String, _ context: BookContext) { (self.file, self.context) = (file, context) }

  mutating func visit(_ block: Block) {
    switch block.content {
    case .figure(let name, let caption):
      if caption.isEmpty { complain(block.line, "the figure “\(name)” has no caption") }
      checkFigure(name, block.line)
      shown.insert(.figure(name))
    case .table(let name, let caption):
      if caption.isEmpty { complain(block.line, "the table “\(name)” has no caption") }
      if context.report?.table(name) == nil {
        missing(block.line, "no table “\(name)” was made", context.report?.tables.map(\.name))
      }
      shown.insert(.table(name))
    default: break
    }
  }

  mutating func visit(_ inline: Inline, in block: Block) {
    switch inline.content {
    case .value(let name):
      if context.quantity(name) == nil {
        let names = context.report?.numbers.map(\.name)
        missing(inline.line, "no number “\(name)” was recorded", names)
      }
    case .link(_, .chapter(let number)):
      if context.chapterFile(number) == nil {
        let numbers = context.chapters.keys.sorted().map(String.init)
        missing(inline.line, "there is no chapter “\(number)”", numbers)
      }
    case .link(_, .source(let key)):
      if !context.sources.contains(key) {
        missing(inline.line, "no source “\(key)”", context.sources.sorted())
      }
      cited.insert(key)
    case .misplaced(let reference, _):
      complain(inline.line, "a \(reference.kind) must stand in a paragraph of its own")
    case .link(_, .file(let name)):
      let path = file.sourcePath(of: name)
      if !FileManager.default.fileExists(atPath: "\(BundledData.packageRoot)/\(path)") {
        complain(inline.line, "there is no file \(path)")
      }
    case .link(_, .appendix(let name)):
      if !context.appendix.contains(name) {
        missing(inline.line, "no page “\(name)” in the appendix", context.appendix.sorted())
      }
    case .text, .code, .formula, .link(_, .address): break
    }
  }

  private mutating func checkFigure(_ name: String, _ line: Int) {
    guard let figure = context.figure(name) else {
      let names = context.report?.figures.map(\.name)
      return missing(line, "no figure “\(name)” was made", names)
    }
    if let words = figure.missingWords {
      complain(line, "the figure “\(name)” has no words for readers who cannot see it: \(words)")
    }
  }

  private mutating func missing(_ line: Int, _ message: String, _ names: [String]?) {
    let names = names ?? []
    let choice = names.isEmpty ? "there are none" : "there are: " + names.joined(separator: ", ")
    complain(line, "\(message); \(choice)")
  }

  private mutating func complain(_ line: Int, _ message: String) {
    errors.append(WeaveError(position: SourcePosition(file: file, line: line), message: message))
  }
}

extension String {
  /// The path of a file from the package's folder, as this page names it: a name without a folder stands
  /// beside the page.
  func sourcePath(of name: String) -> String {
    guard !name.contains("/"), let end = lastIndex(of: "/") else { return name }
    return self[...end] + name
  }
}

extension BookContext {
  /// Returns the number that was recorded under a name.
  func quantity(_ name: String) -> Quantity? { report?.numbers.first { $0.name == name } }

  /// Returns the figure of a name.
  func figure(_ name: String) -> Figure? { report?.figures.first { $0.name == name } }

  /// Returns the file of a chapter, by its number as a link has it.
  func chapterFile(_ number: String) -> String? { Int(number).flatMap { chapters[$0]?.file } }
}

extension Reference {
  fileprivate var kind: String {
    switch self {
    case .figure: "figure"
    case .table: "table"
    }
  }
}
