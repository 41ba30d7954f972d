import Foundation

/// The page that lists what `import Workbook` gives: every public name, with a sentence and a line of
/// the book that uses it.
struct LibraryPage {
  /// A folder of the library, and the text of its files.
  let folders: [(name: String, files: [String])]
  /// The lines of code that the book prints, and the number of their chapter.
  let printed: [(chapter: Int, line: String)]

  /// The page, in Markdown.
  var lines: [String] {
    var lines = [
      "# What exercises may use", "",
      "An exercise imports `Workbook`. Here is all that it gives, folder by folder: each name, what its "
        + "documentation says first, and a line of this book that uses it, where one does. The "
        + "sources are in `Sources/Workbook`.", "",
    ]
    for folder in folders {
      lines += ["## \(folder.name)", ""]
      let names = folder.files.flatMap(publicNames)
      for type in names.map(\.type).uniqued {
        lines += section(type, names.filter { $0.type == type })
      }
    }
    return lines
  }

  /// The names of one type, or those that belong to none.
  private func section(_ type: String, _ names: [PublicName]) -> [String] {
    let heading = type.isEmpty ? "### Functions and operators" : "### `\(type)`"
    let opening = names.first { $0.isType }.map { [$0.summary.asTableCell, ""] } ?? []
    let rows = names.filter { !$0.isType }.map { name in
      "| `\(name.declaration.asTableCell)` | \(name.summary.asTableCell) | \(example(of: name)) |"
    }
    if rows.isEmpty { return [heading, ""] + opening }
    return [heading, ""] + opening + ["| name | what it is | in the book |", "|:--|:--|:--|"] + rows
      + [""]
  }

  /// A line of the book that uses a name.
  private func example(of name: PublicName) -> String {
    guard let call = name.call,
      let use = printed.first(where: { $0.line.contains(call) && !$0.line.contains("///") })
    else { return "" }
    return "`\(use.line.asTableCell)` ([\(use.chapter)](chapter:\(use.chapter)))"
  }
}

extension PublicName {
  /// How a use of the name looks; `nil` where a use cannot be told from another.
  fileprivate var call: String? {
    switch name {
    case "init", "subscript", "map", "+", "-", "*", "/", "==", "<", "+=", "-=", "*=", "/=": nil
    case "•", "⊙": " \(name) "
    default:
      if type.isEmpty {
        "\(name)("
      } else if declaration.contains("static ") {
        "\(type).\(name)"
      } else {
        declaration.contains("func ") ? ".\(name)(" : ".\(name)"
      }
    }
  }
}

extension Array where Element: Hashable {
  /// The elements, each once, in the order in which they come first.
  fileprivate var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
