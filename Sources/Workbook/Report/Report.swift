import Foundation
import Tensors
import Text

/// The results of a chapter's run: named numbers, tables, figures and checks, in order.
///
/// This one value is the interface between a run and the rest of the world: the terminal shows it,
/// `--json` writes it, the tests assert on it.
public struct Report: Equatable, Sendable {
  /// The chapter's number.
  public let chapter: Int
  /// The chapter's title.
  public let title: String
  /// The options of the run.
  public let options: RunOptions
  /// How long the run took, in seconds of wall-clock time.
  public internal(set) var seconds = 0.0
  /// The numbers, in the order in which they were recorded.
  public internal(set) var numbers: [Quantity] = []
  /// The settings that a reader may change, and the value of each in this run, in order.
  public internal(set) var settings: [Setting] = []
  /// The tables, in the order in which they were made.
  public internal(set) var tables: [Table] = []
  /// The figures, in the order in which they were made.
  public internal(set) var figures: [Figure] = []
  /// The checks, in the order in which they were stated.
  public internal(set) var checks: [Check] = []

  /// The folder that the figures were drawn into, if they were.
  public private(set) var figureFolder: String?
  /// Where each figure and table was made, by name.
  package internal(set) var origins: [String: SourcePosition] = [:]

  /// Draws the figures into a folder: a picture and its data for each.
  ///
  /// - Throws: The file system's error, where something cannot be written.
  public mutating func drawFigures(into folder: String) throws {
    let directory = URL(filePath: folder)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for figure in figures {
      let stem = directory.appending(path: "\(chapter)-\(figure.name)")
      try Data(figure.svg.utf8).write(to: stem.appendingPathExtension("svg"), options: .atomic)
      try Data(figure.csv.utf8).write(to: stem.appendingPathExtension("csv"), options: .atomic)
    }
    figureFolder = folder
  }

  /// Whether every check passed.
  public var passed: Bool { checks.allSatisfy { $0.verdict == .pass } }

  /// Returns the number recorded under a name, as it was measured.
  public func number(_ name: String) -> Double? { numbers.first { $0.name == name }?.value }

  /// Returns the table recorded under a name.
  public func table(_ name: String) -> Table? { tables.first { $0.name == name } }
}

/// A number that a reader may change for a run.
public struct Setting: Equatable, Sendable {
  /// The name by which the prose and the reader refer to it, such as `bent.epochs`.
  public let name: String
  /// Its value in the run.
  public let value: Double
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
