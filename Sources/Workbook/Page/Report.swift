import Foundation

/// What a run of a chapter gave: named numbers, tables, figures and checks, in order.
///
/// This one value is the interface between a run and the rest of the world: the terminal shows it,
/// `--json` writes it, the tests assert on it.
public struct Report: Equatable, Sendable {
  /// The chapter's number.
  public let chapter: Int
  /// The chapter's title.
  public let title: String
  /// What the run was told.
  public let options: RunOptions
  /// How long the run took, in seconds of the clock.
  public internal(set) var seconds = 0.0
  /// The numbers, in the order in which they were recorded.
  public internal(set) var numbers: [Quantity] = []
  /// The tables, likewise.
  public internal(set) var tables: [Table] = []
  /// The figures, likewise.
  public internal(set) var figures: [Figure] = []
  /// The checks, likewise.
  public internal(set) var checks: [Check] = []

  /// The folder that the figures were drawn into, if they were.
  public private(set) var figureFolder: String?
  /// Where each figure and table was made, by name.
  var origins: [String: SourcePlace] = [:]

  /// Draws the figures into a folder: a picture and its data for each.
  ///
  /// - Throws: The file system's error, where something cannot be written.
  public mutating func drawFigures(into folder: String) throws {
    let place = URL(filePath: folder)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for figure in figures {
      let stem = place.appending(path: "\(chapter)-\(figure.name)")
      try Data(figure.svg.utf8).write(to: stem.appendingPathExtension("svg"), options: .atomic)
      try Data(figure.csv.utf8).write(to: stem.appendingPathExtension("csv"), options: .atomic)
    }
    figureFolder = folder
  }

  /// Whether every check passed.
  public var holds: Bool { checks.allSatisfy { $0.verdict == .pass } }

  /// Returns the number recorded under a name, as it was measured.
  public func number(_ name: String) -> Double? { numbers.first { $0.name == name }?.value }

  /// Returns the table recorded under a name.
  public func table(_ name: String) -> Table? { tables.first { $0.name == name } }
}

/// A claim, and whether the run bore it out.
public struct Check: Equatable, Sendable {
  /// What the run says of a claim.
  public enum Verdict: String, Sendable { case pass, fail, undecided }

  /// The claim, as a sentence.
  public let name: String
  /// What the run says of it.
  public let verdict: Verdict
  /// What was measured.
  public let detail: String

  /// States a claim with its verdict.
  public init(_ name: String, _ verdict: Verdict, detail: String) {
    self.name = name
    self.verdict = verdict
    self.detail = detail
  }
}

/// A measured number with a name, and as many digits as it deserves.
public struct Quantity: Equatable, Sendable {
  /// The name by which prose refers to it, such as `circles.test.accuracy`.
  public let name: String
  /// What it is, for the terminal.
  public let label: String
  /// The number as it was measured.
  public let value: Double
  /// How it is printed.
  public let format: NumberFormat

  /// The number as it is printed.
  public var text: String { format.text(of: value) }
}
