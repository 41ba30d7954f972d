import Foundation
import Tensors
import Text

extension Report: Encodable {
  private enum CodingKeys: String, CodingKey {
    case schema, chapter, title, seed, precision, quick, seconds, settings, numbers, tables,
      figures,
      checks
  }

  /// Writes the report as `workbook-report/1`. Numbers carry the digits that are promised, no more.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("workbook-report/1", forKey: .schema)
    try container.encode(chapter, forKey: .chapter)
    try container.encode(title, forKey: .title)
    try container.encode(options.seed, forKey: .seed)
    try container.encode(options.precision.rawValue, forKey: .precision)
    try container.encode(options.isQuick, forKey: .quick)
    try container.encode(seconds, forKey: .seconds)
    let settings = settings.map { ($0.name, $0.value) }
    try container.encode(Dictionary(uniqueKeysWithValues: settings), forKey: .settings)
    let numbers = numbers.map { ($0.name, $0.format.rounded($0.value)) }
    try container.encode(Dictionary(uniqueKeysWithValues: numbers), forKey: .numbers)
    let tables = tables.map { ($0.name, $0) }
    try container.encode(Dictionary(uniqueKeysWithValues: tables), forKey: .tables)
    let figures = figures.map { figure in
      FigureEntry(
        name: figure.name, alt: figure.alt,
        file: figureFolder.map { "\($0)/\(chapter)-\(figure.name).svg" })
    }
    try container.encode(figures, forKey: .figures)
    try container.encode(checks, forKey: .checks)
  }

  /// Returns the report as JSON with sorted keys, the same text for the same report.
  public func json() throws -> Data { try JSONEncoder.ofReports.encode(self) }
}

extension JSONEncoder {
  /// Writes reports for people and programs, with sorted keys. NaN and the infinities, which JSON lacks, are
  /// written as text.
  package static var ofReports: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "∞", negativeInfinity: "−∞", nan: "NaN")
    return encoder
  }
}

extension Check: Encodable {
  private enum CodingKeys: String, CodingKey { case name, verdict, detail }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(verdict.rawValue, forKey: .verdict)
    try container.encode(detail, forKey: .detail)
  }
}

/// A figure as the report names it, with its file where it was drawn.
private struct FigureEntry: Encodable {
  let name: String
  let alt: String
  let file: String?
}

extension Table: Encodable {
  private enum CodingKeys: String, CodingKey { case columns, rows }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(columns, forKey: .columns)
    try container.encode(rows, forKey: .rows)
  }
}

extension Table.Cell: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .number(let value, let format): try container.encode(format.rounded(value))
    case .none: try container.encodeNil()
    }
  }
}
