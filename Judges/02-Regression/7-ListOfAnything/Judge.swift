import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("witness")
  try examineWitness(exam)

  exam.part("numbers, of numbers")
  var random = exam.random("numbers")
  let whole = random.index(below: 90) + 2
  let real = Double(random.index(below: 90)) + 0.25
  let mixed: [Any] = [real, whole, Float(real + 1), UInt8(whole), -whole, Int16(7)]
  let truth = [real, Double(whole), real + 1, Double(whole), -Double(whole), 7]
  for (count, name) in [
    (1, "Double"), (2, "Int"), (3, "Float"), (4, "UInt8"), (5, "Int"), (6, "Int16"),
  ] {
    let list = Array(mixed.prefix(count))
    let ours: [Double]
    do {
      ours = try numbers(from: list)
    } catch {
      return try exam.check(
        false, "numbers(from: \(list)) throws at position \(error.position)",
        cause: "\(name) is a type of numbers too")
    }
    try exam.expect(
      ours, equals: Array(truth.prefix(count)), of: "numbers(from: \(list))",
      expectedMistakes: [
        "what is no Double drops out, in silence":
          zip(list, truth).filter { $0.0 is Double }.map { $0.1 }
      ])
  }

  exam.part("numbers, of what is none")
  let strangers: [(Any, String)] = [("3", "String"), (true, "Bool"), ([1.0], "Array<Double>")]
  for (value, type) in strangers {
    for position in [0, 2, 4] {
      var list: [Any] = [real, whole, Float(0.5), -1]
      list.insert(value, at: position)
      try examineRefusal(list, NotANumber(position: position, type: type), exam)
    }
  }

  exam.part("exponentials")
  let points = Matrix<Double>.dyadic(1, 5, using: &random)
  let balls: [Ball<256>] = exponentials(of: points.elements.map { Ball($0) })
  let ours: [Double] = exponentials(of: points.elements)
  let floats: [Float] = exponentials(of: points.elements.map { Float($0) })
  try exam.expect(balls.count, equals: 5, of: "the number of exponentials")
  // One unit in the last place of a Double is at most a part of 2⁻⁵² of it, of a Float 2⁻²³.
  let truths = points.map { Double.exp($0) }
  try exam.expect(ours, equals: truths.elements, within: .relative(0x1p-51), of: "exponentials")
  try exam.expect(
    floats.map { Double($0) }, equals: truths.elements, within: .relative(0x1p-22),
    of: "exponentials in Float")
  try exam.expect(
    Matrix(rows: 1, columns: 5, elements: balls.map { Double($0.midpoint) }), equals: truths,
    within: .relative(0x1p-51), of: "exponentials in balls")
  exam.note("one function for Double, Float and balls, and none for anything")
}

/// Looks at the list that is to show the silence.
private func examineWitness(_ exam: Exam) throws {
  let list = witness
  try exam.expect(list.count, equals: 5, of: "the number of values in witness")
  let stranger = list.first { !($0 is any BinaryInteger) && !($0 is any BinaryFloatingPoint) }
  try exam.check(
    stranger == nil, "\(stranger.map { "\($0)" } ?? "") in witness is no number",
    cause: stranger.map { "it is of type \(type(of: $0))" })
  let kept = hopefulExponentials(of: list).count
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
      expectedMistakes: ["the type of the value is asked for, and Any is that of the list": "Any"])
  }
}
