import Foundation
import Workbook

extension GradientReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case schema, verdict, network, loss, tensors, `break`, cause, others, method, kinks
  }

  /// Writes the report as `gradient-report/1`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("gradient-report/1", forKey: .schema)
    try container.encode(verdict.rawValue, forKey: .verdict)
    try container.encode(network, forKey: .network)
    try container.encode(loss, forKey: .loss)
    try container.encode(tensors, forKey: .tensors)
    try container.encode(firstBreak, forKey: .break)
    try container.encode(causes.first, forKey: .cause)
    try container.encode(Array(causes.dropFirst()), forKey: .others)
    try container.encode(method, forKey: .method)
    try container.encode(kinks, forKey: .kinks)
  }

  /// Returns the report as JSON with sorted keys. NaN and the infinities, which JSON lacks, are text.
  public func json() throws -> Data { try JSONEncoder.ofReports.encode(self) }
}

extension GradientReport.LossFinding: Encodable {
  private enum CodingKeys: String, CodingKey { case verdict, claimed, truth, allowed, conventions }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(verdict.rawValue, forKey: .verdict)
    try container.encode(claimed, forKey: .claimed)
    try container.encode(truth, forKey: .truth)
    try container.encode(allowed, forKey: .allowed)
    try container.encode(conventions, forKey: .conventions)
  }
}

extension GradientReport.Break: Encodable {
  private enum CodingKeys: String, CodingKey { case part, layer, upTo, sentence }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(part.rawValue, forKey: .part)
    try container.encode(layer, forKey: .layer)
    try container.encode(upTo, forKey: .upTo)
    try container.encode(words, forKey: .sentence)
  }
}

extension Cause: Encodable {
  private enum CodingKeys: String, CodingKey { case sentence, layer }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(words, forKey: .sentence)
    try container.encode(layer, forKey: .layer)
  }
}

extension TensorFinding: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, verdict, shape, count, wrong, worst, ulps, allowedUlps, hidden, shapeProblem
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(verdict.rawValue, forKey: .verdict)
    try container.encode(shape, forKey: .shape)
    try container.encode(count, forKey: .count)
    try container.encode(wrong, forKey: .wrong)
    try container.encode(worst, forKey: .worst)
    try container.encode(ulps, forKey: .ulps)
    try container.encode(allowedUlps, forKey: .allowedUlps)
    try container.encode(hidden, forKey: .hidden)
    try container.encode(shapeProblem, forKey: .shapeProblem)
  }
}
