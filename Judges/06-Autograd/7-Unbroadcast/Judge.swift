import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("blocks")
  exam.part("known shapes")
  let known: [([Int], [Int])] = [
    ([2, 3], [2, 3]), ([3, 4], [4]), ([3, 4], [3, 1]), ([2, 3, 4], [3, 4]),
    ([2, 3, 4], [1, 3, 1]), ([2, 3, 4], [4]), ([2, 1, 4], [1, 4]), ([5], []), ([5, 1], [1, 1]),
    ([2, 3, 1, 4], [3, 1, 1]), ([3, 3], [3]), ([4, 5, 3], [4, 1, 3]), ([], []), ([3, 2, 5], []),
    ([2, 5, 3, 4], [2, 1, 3, 1]), ([2, 5, 3, 4], [1, 5, 1, 4]), ([6, 7], [1, 1]),
  ]
  for (large, small) in known {
    let d = block(large, &random)
    let subject = "unbroadcast(d \(large), to: \(small))"
    let received = unbroadcast(d, to: small)
    try exam.expect(
      received.shape, equals: small, of: "the shape of \(subject)",
      expectedMistakes: [
        "axes of length 1 are not added up": Array(large.suffix(small.count)),
        "nothing is added up here": large,
        "axes in front that were missing are still there": front(large, small) + small,
        "axes of length 1 are to stay": small.filter { $0 > 1 },
      ])
    func summed(_ rule: Rule) -> Vector<Rational> { Vector(rule.sums(of: d, to: small)) }
    try exam.expect(
      Vector(received.elements), equals: summed(.sum), of: "the entries of \(subject)",
      expectedMistakes: [
        "a mean: the gradients of all uses add up": summed(.mean),
        "one of the entries that were repeated, and not their sum": summed(.last),
        "one of the entries that were repeated, and not their sum": summed(.first),
        "the shapes are aligned at their first axes": summed(.aligningFirst),
        "the entries lie in the wrong order: the last axis is the fastest":
          summed(.firstAxisFastest),
      ])
  }

  exam.part("random shapes")
  let pairs = 80
  for _ in 0..<pairs {
    let large = (0..<random.index(below: 5)).map { _ in 1 + random.index(below: 5) }
    let small = large.dropFirst(random.index(below: large.count + 1)).map {
      random.index(below: 2) == 0 ? 1 : $0
    }
    let (d, x) = (block(large, &random), block(small, &random))
    let u = unbroadcast(d, to: small)
    let subject = "unbroadcast(d \(large), to: \(small))"
    try exam.expect(u.shape, equals: small, of: "the shape of \(subject)")
    try exam.expect(
      Vector(u.elements), equals: Vector(Rule.sum.sums(of: d, to: small)),
      of: "the entries of \(subject)")
    let broadcast = origins(of: large, in: small).map { x.elements[$0] }
    try exam.expect(
      Vector(x.elements).dot(Vector(u.elements)), equals: Vector(broadcast).dot(Vector(d.elements)),
      of: "the sum of x u for x \(small), broadcast to \(large),")
  }
  exam.note("\(pairs) random pairs of shapes, exactly")
}

private func block(_ shape: [Int], _ random: inout SplitMix64) -> Block<Rational> {
  Block(
    shape: shape,
    elements: (0..<shape.reduce(1, *)).map { _ in Rational(2 * random.index(below: 99) - 99, 4) })
}

/// Returns the lengths of the axes that a broadcast block has in front.
private func front(_ large: [Int], _ small: [Int]) -> [Int] {
  Array(large.prefix(large.count - small.count))
}

/// Returns, for each entry of a broadcast block, the entry of the small one that is repeated there.
private func origins(of large: [Int], in small: [Int], aligningFirst: Bool = false) -> [Int] {
  let ones = Array(repeating: 1, count: large.count - small.count)
  let lengths = aligningFirst ? small + ones : ones + small
  var origins = [0]
  for (length, own) in zip(large, lengths) {
    origins = origins.flatMap { outer in
      (0..<length).map { outer * own + (own > 1 ? $0 : 0) }
    }
  }
  return origins
}

/// Returns origins as one finds them who takes the first axis for the fastest in both blocks.
private func columnMajor(_ origins: [Int], _ large: [Int], _ small: [Int]) -> [Int] {
  /// Returns, for each place in one order, the place of the same entry in the other.
  func order(_ shape: [Int]) -> [Int] {
    (0..<shape.reduce(1, *)).map { place in
      var (rest, target, stride) = (place, 0, shape.reduce(1, *))
      for length in shape {
        stride /= length
        target += rest % length * stride
        rest /= length
      }
      return target
    }
  }
  let back = Dictionary(uniqueKeysWithValues: order(small).enumerated().map { ($1, $0) })
  return order(large).map { back[origins[$0]] ?? 0 }
}

/// What is made of the entries that belong to one.
private enum Rule {
  case sum, mean, first, last, aligningFirst, firstAxisFastest

  func sums(of d: Block<Rational>, to small: [Int]) -> [Rational] {
    var sums = [Rational](repeating: 0, count: small.reduce(1, *))
    var origins = origins(of: d.shape, in: small, aligningFirst: self == .aligningFirst)
    if self == .firstAxisFastest { origins = columnMajor(origins, d.shape, small) }
    let repeats = Rational(d.elements.count, sums.count)
    for (origin, gradient) in zip(origins, d.elements) where sums.indices.contains(origin) {
      switch self {
      case .sum, .aligningFirst, .firstAxisFastest: sums[origin] += gradient
      case .mean: sums[origin] += gradient / repeats
      case .first: if sums[origin] == 0 { sums[origin] = gradient }
      case .last: sums[origin] = gradient
      }
    }
    return sums
  }
}
