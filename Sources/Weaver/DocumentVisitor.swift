/// Something that is done with every part of a document, in reading order.
protocol DocumentVisitor {
  /// Visits a block, before what stands inside it.
  mutating func visit(_ block: Block)
  /// Visits a part of running text, in the block that it stands in.
  mutating func visit(_ inline: Inline, in block: Block)
}

extension DocumentVisitor {
  mutating func visit(_ block: Block) {}
  mutating func visit(_ inline: Inline, in block: Block) {}
}

extension Document {
  /// Shows every part of the document to a visitor.
  func accept(_ visitor: inout some DocumentVisitor) {
    for block in blocks { block.accept(&visitor) }
  }
}

extension Block {
  fileprivate func accept(_ visitor: inout some DocumentVisitor) {
    visitor.visit(self)
    for inline in inlines { visitor.visit(inline, in: self) }
    if case .question(_, let answer) = content {
      for block in answer { block.accept(&visitor) }
    }
  }

  /// The running text of the block itself.
  private var inlines: [Inline] {
    switch content {
    case .heading(_, let inlines), .paragraph(let inlines), .figure(_, let inlines),
      .table(_, let inlines), .question(let inlines, _), .experiment(let inlines):
      inlines
    case .list(let items): items.flatMap { $0 }
    case .formula, .code, .listing, .verbatim: []
    }
  }
}

extension Inline {
  /// The words that the author wrote here: text, and labels that name no page of the book.
  var prose: String? {
    switch content {
    case .text(let text): text
    case .link(let label, .address), .link(let label, .file), .link(let label, .appendix),
      .misplaced(_, let label):
      label
    case .code, .formula, .value, .link: nil
    }
  }
}
