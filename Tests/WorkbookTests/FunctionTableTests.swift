import CGMP
import Foundation
import Testing
import Workbook

@testable import Numbers

/// A value of a function to 200 digits, as mpmath gives it (scripts/make-function-table).
struct TableValue: Sendable {
  let function: String
  let argument: Rational
  let value: Rational

  /// The values of the committed table.
  ///
  /// - Throws: Where the file is missing or a line is damaged.
  static func all() throws -> [TableValue] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let text = try String(
      contentsOf: folder.appending(path: "Fixtures/functions.csv"), encoding: .utf8)
    return try text.split(separator: "\n").dropFirst(2).map { line in
      let fields = line.split(separator: ",").map(String.init)
      try #require(fields.count == 4, "damaged: \(line)")
      let mantissa = try #require(wholeNumber(fields[1]))
      let exponent = try #require(Int(fields[2]))
      return TableValue(
        function: fields[0], argument: mantissa.scaled(byPowerOfTwo: exponent),
        value: try decimal(fields[3]))
    }
  }

  /// Returns the fraction that a decimal number such as −1.25e−3 is.
  static func decimal(_ text: String) throws -> Rational {
    let parts = text.split(separator: "e").map(String.init)
    let power = parts.count > 1 ? try #require(Int(parts[1])) : 0
    let digits = parts[0].split(separator: ".").map(String.init)
    let whole = try #require(wholeNumber(digits.joined()))
    let places = power - (digits.count > 1 ? digits[1].count : 0)
    let ten = (0..<places.magnitude).reduce(Rational(1, 1)) { product, _ in product * 10 }
    return places < 0 ? whole / ten : whole * ten
  }

  /// The ball that the function gives.
  func ball<let bits: Int>(in type: Ball<bits>.Type) -> Ball<bits> {
    let x = Ball<2048>(argument).enclosure
    let ball = Ball<bits>(x)
    switch function {
    case "exp": return .exp(ball)
    case "log": return .log(ball)
    case "log1p": return .log(onePlus: ball)
    case "tanh": return .tanh(ball)
    case "sqrt": return .sqrt(ball)
    default: return 1 / (1 + .exp(-ball))
    }
  }
}

/// Returns the whole number of some decimal digits.
private func wholeNumber(_ text: String) -> Rational? {
  let digits = text.hasPrefix("-") ? String(text.dropFirst()) : text
  guard !digits.isEmpty, digits.allSatisfy(\.isNumber) else { return nil }
  let value = Rational { _ = __gmpq_set_str($0, digits, 10) }
  return text.hasPrefix("-") ? -value : value
}

/// The functions of balls beside a table that other software made.
@Suite struct FunctionTableTests {
  @Test func `the table has at least 500 values of six functions`() throws {
    let table = try TableValue.all()
    #expect(table.count >= 500)
    #expect(Set(table.map(\.function)).count == 6)
  }

  @Test func `balls of 128 bits hold the table's values, tightly`() throws {
    try expectHeld(in: Ball<128>.self)
  }

  @Test func `balls of 512 bits hold the table's values, tightly`() throws {
    try expectHeld(in: Ball<512>.self)
  }

  func expectHeld<let bits: Int>(in type: Ball<bits>.Type) throws {
    for entry in try TableValue.all() {
      let ball = entry.ball(in: type)
      let name = "\(entry.function) of \(Double(entry.argument))"
      let radius = try #require(ball.radius, "\(name) is the whole line")
      // 200 digits stand for the value to within a unit of the last.
      let slack = entry.value.magnitude * TableValue.tinyPart
      #expect((ball.midpoint - entry.value).magnitude <= radius + slack, "\(name): \(ball)")
      let ulp = ball.midpoint.magnitude.scaled(byPowerOfTwo: 1 - bits)
      // The sigmoid is composed of three operations, which add up their roundings.
      let most = entry.function == "sigmoid" ? Rational(3, 1) : 1
      #expect(radius <= most * ulp, "\(name): \(Double(radius / ulp)) ulps")
    }
  }
}

extension TableValue {
  /// 10⁻¹⁹⁸, more than what 200 digits leave open.
  fileprivate static let tinyPart =
    1 / (0..<198).reduce(Rational(1, 1)) { product, _ in product * 10 }
}
