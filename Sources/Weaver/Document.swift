import Workbook

/// A page of the book's source as a tree: blocks, and what stands inside them.
///
/// Parsing knows nothing of a run. Visitors check the tree against one, and a renderer writes it.
struct Document: Equatable {
  /// The file that the page was read from, relative to the package.
  let file: String
  /// The blocks, in reading order.
  var blocks: [Block] = []
  /// What could not be parsed.
  var errors: [WeaveError] = []

  mutating func complain(_ line: Int, _ message: String) {
    errors.append(WeaveError(position: SourcePosition(file: file, line: line), message: message))
  }
}

/// A part of a page that stands on lines of its own.
struct Block: Equatable {
  enum Content: Equatable {
    case heading(level: Int, [Inline])
    /// Running text. Markdown that needs no name looked up, such as a table of pipes, is text too.
    case paragraph([Inline])
    /// The items of a list.
    case list([[Inline]])
    /// The lines of a formula, without the `$$` around them.
    case formula([String])
    /// The lines of a piece of Swift.
    case code([String])
    /// Lines of code in another language, or of Swift that is no part of the chapter.
    case listing(language: String, [String])
    /// What an experiment does, in a sentence. Its code is not printed.
    case experiment([Inline])
    /// Indented lines, which stand as they are.
    case verbatim([String])
    /// A figure of the run, by its name.
    case figure(String, caption: [Inline])
    /// A table of the run, by its name.
    case table(String, caption: [Inline])
    /// A question to the reader, and its answer, which is folded away.
    case question([Inline], answer: [Block])
  }

  let content: Content
  /// The line of the file that the block begins on.
  let line: Int
  /// Whether no empty line parts the block from the one before it.
  var isTight = false
}

/// A figure or a table that a run made, as prose names it.
enum Reference: Hashable {
  case figure(String)
  case table(String)

  init?(_ kind: some StringProtocol, _ name: some StringProtocol) {
    switch kind {
    case "figure": self = .figure(String(name))
    case "table": self = .table(String(name))
    default: return nil
    }
  }
}

/// A part of running text.
struct Inline: Equatable {
  enum Content: Equatable {
    /// Markdown that stands as it is.
    case text(String)
    /// Code, with its backticks.
    case code(String)
    /// A formula, without its dollars.
    case formula(String)
    /// A number of the run, by its name.
    case value(String)
    case link(label: String, Target)
    /// A figure or table inside running text, which is an error.
    case misplaced(Reference, label: String)
  }

  /// What a link leads to.
  enum Target: Equatable {
    case chapter(String)
    case source(String)
    /// A file of the project: beside the page, or from the package's folder.
    case file(String)
    /// A page of the appendix, by its file's name in lower case.
    case appendix(String)
    /// An address, scheme included.
    case address(String)
  }

  let content: Content
  /// The line of the file that it begins on.
  let line: Int
}
