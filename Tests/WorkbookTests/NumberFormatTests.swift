import Testing
import Workbook

@testable import Reports

/// A number, how it is printed, and the text that this must be.
private typealias Example = (value: Double, format: NumberFormat, text: String)

// All by hand, from the rules: as many digits as promised, the true minus sign, no sign on a zero.
@Test(
  arguments: [
    (0, .decimals(2), "0.00"), (3.14159, .decimals(2), "3.14"), (2.71828, .decimals(0), "3"),
    (-1.5, .decimals(1), "−1.5"), (-0.004, .decimals(2), "0.00"), (-0.0, .decimals(1), "0.0"),
    (0.999, .decimals(2), "1.00"), (-0.999, .decimals(2), "−1.00"), (0.125, .decimals(3), "0.125"),
    (0, .count, "0"), (7, .count, "7"), (999, .count, "999"), (1000, .count, "1,000"),
    (1797, .count, "1,797"), (123_456, .count, "123,456"), (12_345_678, .count, "12,345,678"),
    (-1000, .count, "−1,000"), (-0.25, .count, "0"), (999.7, .count, "1,000"),
    (0.5, .percent(0), "50 %"), (0.98765, .percent(1), "98.8 %"), (1, .percent(2), "100.00 %"),
    (-0.25, .percent(0), "−25 %"), (-0.0001, .percent(1), "0.0 %"),
    (3.14e-9, .scientific(2), "3.1·10⁻⁹"), (-12_345, .scientific(3), "−1.23·10⁴"),
    (9.99e5, .scientific(2), "1.0·10⁶"), (6.022e23, .scientific(4), "6.022·10²³"),
    (5, .scientific(1), "5·10⁰"), (0, .scientific(3), "0"), (-0.0, .scientific(3), "0"),
  ] as [(Double, NumberFormat, String)])
func `a number is printed with the digits that are promised`(
  value: Double, format: NumberFormat, text: String
) {
  #expect(format.text(of: value) == text)
}

@Test(
  arguments: [
    (-0.371, 4, "−0.3710"), (12_345, 3, "1.23·10⁴"), (12_345, 5, "12345"), (1.25, 8, "1.2500000"),
    (99_999.6, 4, "1.000·10⁵"), (0.000_999_996, 4, "0.001000"), (0.000_4, 2, "4.0·10⁻⁴"),
    (0, 4, "0"),
  ] as [(Double, Int, String)])
func `significant digits take a power of ten only where they need one`(
  value: Double, digits: Int, text: String
) {
  #expect(NumberFormat.significant(digits).text(of: value) == text)
}

private let formats: [NumberFormat] = [
  .count, .decimals(0), .decimals(3), .percent(0), .percent(2), .scientific(1), .scientific(4),
  .significant(3),
]

@Test(arguments: formats)
func `what is no number or beyond all is said in any format`(format: NumberFormat) {
  #expect(format.text(of: .nan) == "NaN")
  #expect(format.text(of: .infinity) == "∞")
  #expect(format.text(of: -.infinity) == "−∞")
  #expect(format.rounded(.nan).isNaN)
  #expect(format.rounded(.infinity) == .infinity && format.rounded(-.infinity) == -.infinity)
}

@Test(arguments: formats)
func `the rounded number is the one that the text says`(format: NumberFormat) throws {
  var random = SplitMix64(seed: 1)
  let drawn = (0..<500).map { _ in random.normal() * Double.exp10(random.uniform(in: -6...6)) }
  // Halves are where two ways of rounding would differ.
  let halves = [2, 80, 20_000].flatMap { (part: Double) in
    (-40...40).map { Double($0) / part }
  }
  for value in drawn + halves {
    let rounded = format.rounded(value)
    #expect(try number(format.text(of: value)) == rounded)
    #expect(format.rounded(rounded) == rounded)
    #expect(rounded != 0 || rounded.sign == .plus)
  }
}

/// Reads a printed number back.
private func number(_ text: String) throws -> Double {
  let raised = Dictionary(uniqueKeysWithValues: zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
  var plain = ""
  for sign in text.replacing("·10", with: "e").replacing(" %", with: "e-2") where sign != "," {
    plain.append(sign == "−" ? "-" : raised[sign] ?? sign)
  }
  return try #require(Double(plain))
}

@Test func `exponents are raised`() {
  #expect(NumberFormat.superscript(-1_234_567_890) == "⁻¹²³⁴⁵⁶⁷⁸⁹⁰")
  #expect(NumberFormat.superscript(0) == "⁰")
}
