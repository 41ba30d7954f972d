import Tensors
import Text

/// A kind of figure: what a picture shows, and how each medium presents it.
///
/// A new kind of figure conforms to this protocol and needs no change elsewhere.
public protocol FigureContent: Equatable, Sendable {
  /// The picture in words, made from its data, for readers who cannot see it.
  var alt: String { get }

  /// Why the words of the picture say too little, or `nil` where they are complete.
  var missingWords: String? { get }

  /// The numbers behind the picture, in full precision. The first record names the columns.
  var records: [[String]] { get }

  /// Returns the picture as a drawing.
  func svg() -> SVG

  /// Returns the picture as lines of text, none wider than the terminal.
  func lines(in style: TerminalStyle) -> [String]
}

extension FigureContent {
  /// `nil`: the words of most kinds are complete by construction.
  public var missingWords: String? { nil }

  /// Returns whether another content is of the same kind and equal.
  fileprivate func isEqual(to other: any FigureContent) -> Bool { other as? Self == self }
}

/// A picture described once, for every medium: what it shows, not how it is drawn.
public struct Figure: Equatable, Sendable {
  /// The name by which prose refers to it.
  public let name: String
  /// What the picture shows.
  public let content: any FigureContent

  /// Names a picture.
  public init(_ name: String, _ content: some FigureContent) {
    self.name = name
    self.content = content
  }

  public static func == (a: Figure, b: Figure) -> Bool {
    a.name == b.name && a.content.isEqual(to: b.content)
  }

  /// The picture in words, made from its data, for readers who cannot see it.
  public var alt: String { content.alt }

  /// The picture as an SVG file that suits light pages and dark ones, the same bytes every time.
  public var svg: String { content.svg().document(title: name, description: alt) }

  /// The numbers behind the picture as comma-separated values, in full precision.
  ///
  /// The first record names the columns. Numbers are the shortest that read back as the same.
  public var csv: String { CSV.text(of: content.records) }

  /// Why the words of the picture say too little, or `nil` where they are complete.
  package var missingWords: String? { content.missingWords }

  /// Returns the figure as lines of text.
  func lines(in style: TerminalStyle) -> [String] {
    content.lines(in: style).map(style.plain)
  }
}
