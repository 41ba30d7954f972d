import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("witness")
  try examineWitness(exam)

  var random = exam.random("numbers")
  exam.part("numbers, of each type")
  let values = Truth.values(using: &random)
  for value in values { try examine([value], exam) }
  exam.part("numbers, of many types")
  for count in [0, 2, 5, values.count] {
    try examine(Array(values.shuffled(using: &random).prefix(count)), exam)
  }

  exam.part("numbers, of what is none")
  let numbers = values.map(\.value)
  for (value, type) in Truth.strangers {
    for position in [0, 2, 4] {
      var list = Array(numbers.shuffled(using: &random).prefix(4))
      list.insert(value, at: position)
      try examineRefusal(list, NotANumber(position: position, type: type), exam)
    }
  }
  try examineRefusal(
    [1, 0.5, "one", 2, true, Float(3)], NotANumber(position: 2, type: "String"), exam)
  try examineRefusal(
    [Int8(1), Character("7"), 2.5, "one"], NotANumber(position: 1, type: "Character"), exam)

  exam.part("exponentials")
  for count in [5, 3, 0] {
    try examineExponentials(of: .dyadic(count, using: &random), exam)
  }
  exam.note("one function for Double, Float and balls, and none for anything")
}

/// Asks for numbers as numbers of one type.
private func examine(_ values: [Truth.Value], _ exam: Exam) throws {
  let list = values.map(\.value)
  let ours: [Double]
  do {
    ours = try numbers(from: list)
  } catch {
    let name = list.indices.contains(error.position) ? "\(type(of: list[error.position]))" : "what"
    return try exam.check(
      false, "numbers(from: \(list)) throws at position \(error.position)",
      cause: "\(name) is a type of numbers too")
  }
  try exam.expect(
    ours, equals: values.map(\.truth), of: "numbers(from: \(list))",
    expectedMistakes: [
      "what is no Double drops out, in silence":
        values.filter { $0.value is Double }.map(\.truth),
      "by way of Float, which holds 24 bits": values.map { Double(Float($0.truth)) },
      "what stands behind the point is cut off": values.map { $0.truth.rounded(.towardZero) },
      "the order is another; each number keeps its place": values.map(\.truth).reversed(),
    ], mistakeTolerance: .exactly)
}

/// Asks for exponentials in three types of numbers.
private func examineExponentials(of points: Vector<Double>, _ exam: Exam) throws {
  let balls: [Ball<256>] = exponentials(of: points.elements.map { Ball($0) })
  let ours: [Double] = exponentials(of: points.elements)
  let floats: [Float] = exponentials(of: points.elements.map { Float($0) })
  // One unit in the last place of a Double is at most a part of 2⁻⁵² of it, of a Float 2⁻²³.
  let truths = points.elements.map { Double.exp($0) }
  try exam.expect(ours, equals: truths, within: .relative(0x1p-51), of: "exponentials")
  try exam.expect(
    floats.map { Double($0) }, equals: truths, within: .relative(0x1p-22),
    of: "exponentials in Float")
  try exam.expect(balls.count, equals: points.count, of: "the number of exponentials in balls")
  for (point, ball) in zip(points.elements, balls) {
    let right = Ball<256>.exp(Ball(point))
    try exam.check(
      ((ball - right) / right).upperBound <= 1e-60,
      "the exponential of \(point) in balls is \(ball), and should be \(right)",
      cause: "the exponential is to be that of Scalar, which has all the digits of its type")
  }
}

/// Looks at the list that is to show the silence.
private func examineWitness(_ exam: Exam) throws {
  let list = witness
  try exam.expect(list.count, equals: 5, of: "the number of values in witness")
  let stranger = list.first { !($0 is any BinaryInteger) && !($0 is any BinaryFloatingPoint) }
  try exam.check(
    stranger == nil, "\(stranger.map { "\($0)" } ?? "") in witness is no number",
    cause: stranger.map { "it is of type \(type(of: $0))" })
  let kept = list.compactMap { $0 as? Double }.count
  let types = list.map { "\(type(of: $0))" }.joined(separator: ", ")
  try exam.check(
    kept == 2, "hopefulExponentials returns \(kept) of the five, whose types are \(types)",
    cause: kept == 5
      ? "a number with a point, such as 3.0, is a Double and stays"
      : "what is no Double drops out, and what is one stays")
  exam.note("of five numbers, \(types), two are left")
}

/// Looks whether a list is refused, and with which words.
private func examineRefusal(_ list: [Any], _ expected: NotANumber, _ exam: Exam) throws {
  do {
    let ours = try numbers(from: list)
    try exam.check(
      false,
      "numbers(from: \(list)) returns \(ours), and \(expected.type) at position "
        + "\(expected.position) is no number",
      cause: ours.count < list.count
        ? "it drops out, in silence" : "something else is put in its place, in silence")
  } catch let error as NotANumber {
    try exam.expect(
      error.position, equals: expected.position, of: "the position that is thrown",
      expectedMistakes: ["positions are counted from 0": expected.position + 1])
    try exam.expect(
      error.type, equals: expected.type, of: "the type that is thrown",
      expectedMistakes: [
        "the type of the value is asked for, and Any is that of the list": "Any",
        "the name alone, as “\\(type(of: value))” says it": "Swift.\(expected.type)",
      ])
  }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// A number of some type, and the same as a Double.
  struct Value {
    let value: Any
    let truth: Double
  }

  /// Returns numbers of every type, some of them at the ends of their ranges.
  static func values(using random: inout SplitMix64) -> [Value] {
    let whole = random.index(below: 90) + 2
    let real = Double(random.index(below: 90)) + 0.1
    // These need more than the 24 bits of a Float.
    let wide = 16_777_217 + 2 * random.index(below: 1_000)
    var values: [Value] = [
      Value(value: real, truth: real), Value(value: whole, truth: Double(whole)),
      Value(value: Float(1.5), truth: 1.5), Value(value: -wide, truth: -Double(wide)),
      Value(value: Int8(-128), truth: -128), Value(value: Int16(7), truth: 7),
      Value(value: Int32(wide), truth: Double(wide)), Value(value: Int64.min, truth: -0x1p63),
      Value(value: UInt(wide), truth: Double(wide)), Value(value: UInt8(255), truth: 255),
      Value(value: UInt16(whole), truth: Double(whole)),
      Value(value: UInt32.max, truth: 0x1p32 - 1),
      Value(value: UInt64.max, truth: 0x1p64), Value(value: Int128(-wide), truth: -Double(wide)),
      Value(value: UInt128(1) << 100, truth: 0x1p100), Value(value: -real, truth: -real),
      Value(value: Double.nan, truth: .nan), Value(value: -Float.infinity, truth: -.infinity),
    ]
    #if !(os(macOS) && arch(x86_64))
      values.append(Value(value: Float16(-0.25), truth: -0.25))
    #endif
    #if arch(x86_64) && !os(Windows) && !os(Android)
      values.append(Value(value: Float80(real), truth: real))
    #endif
    return values
  }

  /// What is no number, and its type.
  static var strangers: [(Any, String)] {
    [
      ("3", "String"), (true, "Bool"), ([1.0], "Array<Double>"),
      (Int?.none as Any, "Optional<Int>"),
      (Character("4"), "Character"), (Rational(1, 2), "Rational"), ("", "String"),
    ]
  }
}
