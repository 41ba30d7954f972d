import Workbook

/// How long a woven chapter is, or a part of one that has a page of its own, and how much of it is code.
public struct ChapterMeasure: Equatable, Sendable {
  /// The chapter's number.
  public let chapter: Int
  /// Which part of the chapter it is, from 0.
  public let part: Int
  /// The lines of the woven page, without exercises.
  public internal(set) var lines = 0
  /// The lines of running text and of formulas.
  public private(set) var prose = 0
  /// The lines of printed code that are not empty.
  public private(set) var code = 0
  /// The lines of each printed block of code.
  public private(set) var blocks: [Int] = []

  /// The most lines of a page, without exercises.
  public static let mostLines = 1_000
  /// The most lines of a block of code.
  public static let longestBlock = 25
  /// The most lines of the block in the middle, when the blocks are sorted by length.
  public static let medianBlock = 12

  init(chapter: Int, part: Int = 0) { (self.chapter, self.part) = (chapter, part) }

  /// What the page is called: `chapter 8`, and `chapter 8, part 2`.
  public var name: String { "chapter \(chapter)" + (part == 0 ? "" : ", part \(part + 1)") }

  /// The lines of the longest block of code.
  public var longest: Int { blocks.max() ?? 0 }

  /// The lines of the block in the middle; of the longer one, where two are.
  public var median: Int { blocks.isEmpty ? 0 : blocks.sorted()[blocks.count / 2] }

  /// What is beyond the limits, in words; empty where nothing is.
  public var excesses: [String] {
    let all = [
      (lines > Self.mostLines, "\(lines) lines, at most \(Self.mostLines)"),
      (prose < code, "\(prose) lines of prose beside \(code) of code"),
      (longest > Self.longestBlock, "a block of \(longest) lines, at most \(Self.longestBlock)"),
      (median > Self.medianBlock, "a median block of \(median) lines, at most \(Self.medianBlock)"),
    ]
    return all.filter(\.0).map(\.1)
  }

  /// The measures as a line, like the other chapters' lines.
  public var description: String {
    "\(name): \(lines) lines, \(prose) of prose and formulas beside \(code) of code; "
      + "blocks of code: median \(median), longest \(longest)"
  }
}

extension ChapterMeasure: DocumentVisitor {
  mutating func visit(_ block: Block) {
    switch block.content {
    case .heading, .experiment: prose += 1
    case .paragraph(let inlines): prose += inlines.lineCount
    case .list(let items): prose += items.map(\.lineCount).reduce(0, +)
    case .question(let inlines, _): prose += inlines.lineCount
    case .formula(let lines): prose += lines.count
    case .code(let lines), .listing(_, let lines):
      code += lines.filter { !$0.allSatisfy { $0 == " " } }.count
      blocks.append(lines.count)
    case .figure, .table, .verbatim: break
    }
  }
}

extension [Inline] {
  /// How many lines the text takes in the page, at 80 columns.
  fileprivate var lineCount: Int {
    1
      + map { inline in
        switch inline.content {
        case .text(let text), .code(let text), .formula(let text), .link(let text, _),
          .misplaced(_, let text):
          text.count { $0 == "\n" }
        case .value: 0
        }
      }.reduce(0, +)
  }
}
