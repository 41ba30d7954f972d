import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let sets = [
    Truth(sizes: [(7, 11), (2, 6), (-3, 4)], folds: 4, exam),
    Truth(sizes: [(0, 11), (1, 8), (2, 7), (3, 7), (20, 2)], folds: 3, exam),
  ]
  for set in sets {
    exam.part("the folds, \(set.words)")
    var random = exam.random("folds")
    for _ in 0..<20 {
      try set.examineFolds(stratifiedFolds(set.labels, count: set.count, using: &random), exam)
    }
  }
  for set in sets {
    exam.part("the draws, \(set.words)")
    try set.examineDraws(exam)
  }
  for set in sets {
    exam.part("chance, \(set.words)")
    try set.examineChance(exam)
  }
}

/// Labels that are to be dealt out.
private struct Truth {
  let labels: [Int]
  let count: Int

  init(sizes: [(label: Int, count: Int)], folds: Int, _ exam: Exam) {
    var random = exam.random("labels")
    let sorted = sizes.flatMap { Array(repeating: $0.label, count: $0.count) }
    (labels, count) = (random.shuffled(sorted), folds)
  }

  var words: String { "\(labels.count) examples in \(count) folds" }

  var classes: [Int] { Set(labels).sorted() }

  private func members(of label: Int) -> Int { labels.count { $0 == label } }

  // MARK: What holds of all folds

  func examineFolds(_ folds: [[Int]], _ exam: Exam) throws {
    try exam.expect(folds.count, equals: count, of: "the number of folds")
    let all = folds.flatMap(\.self)
    try exam.check(
      all.allSatisfy(labels.indices.contains),
      "there is no example \(all.first { !labels.indices.contains($0) } ?? 0)",
      cause: "folds have the positions of examples, from 0")
    let often = labels.indices.map { position in all.count { $0 == position } }
    let doubled = often.firstIndex { $0 > 1 }
    try exam.check(
      doubled == nil, "example \(doubled ?? 0) is in \(doubled.map { often[$0] } ?? 0) places",
      cause: causeOfOverlap(folds))
    let lost = often.firstIndex(of: 0)
    try exam.check(
      lost == nil,
      "\(often.count { $0 == 0 }) of \(labels.count) examples are in no fold, such as "
        + "\(lost ?? 0)", cause: causeOfLoss(often))
    for label in classes {
      let counts = folds.map { fold in fold.count { labels[$0] == label } }
      let (least, most) = (counts.reduce(counts[0], min), counts.reduce(counts[0], max))
      try exam.check(
        most - least <= 1,
        "of class \(label) one fold has \(least) examples, and another \(most)",
        cause: causeOfImbalance(folds, most: most, of: label))
    }
    let sizes = folds.map(\.count)
    let (least, most) = (sizes.reduce(sizes[0], min), sizes.reduce(sizes[0], max))
    try exam.check(
      most - least <= 1, "one fold has \(least) examples, and another \(most)",
      cause: "where a class ends, the next is to go on with the fold after that")
  }

  private func causeOfOverlap(_ folds: [[Int]]) -> String {
    folds.contains { Set($0).count < $0.count }
      ? "an example may be drawn once only"
      : "each fold is drawn from all examples; draw from those that are left"
  }

  private func causeOfLoss(_ often: [Int]) -> String {
    let lost = Set(often.indices.filter { often[$0] == 0 }.map { labels[$0] })
    let whole = lost.filter { label in
      often.indices.allSatisfy { labels[$0] != label || often[$0] == 0 }
    }
    if let label = whole.sorted().first {
      return "class \(label) is lost as a whole; labels need not be 0, 1, …"
    }
    return "what is left of a class after the division by \(count) belongs to some fold, too"
  }

  private func causeOfImbalance(_ folds: [[Int]], most: Int, of label: Int) -> String {
    let kinds = folds.map { fold in Set(fold.map { labels[$0] }).count }
    if most == members(of: label) && kinds.allSatisfy({ $0 < classes.count }) {
      return "the examples are dealt out class by class; every fold gets some of every class"
    }
    let hoards = classes.allSatisfy { label in
      let all = members(of: label)
      let counts = folds.map { fold in fold.count { labels[$0] == label } }.sorted()
      return counts.dropLast().allSatisfy { $0 == all / count }
    }
    if hoards {
      return "all that is left of a class after the division by \(count) goes to one fold"
    }
    return "not stratified: each class is to be dealt out by itself, to the folds in turn"
  }

  // MARK: The generator

  func examineDraws(_ exam: Exam) throws {
    var random = exam.random("draws")
    var differ = 0
    for _ in 0..<5 {
      var copy = random
      let folds = stratifiedFolds(labels, count: count, using: &random)
      let again = stratifiedFolds(labels, count: count, using: &copy)
      try exam.check(
        folds == again, "two generators with the same seed give two divisions",
        cause: "all draws are to come from the generator that is handed in")
      let next = stratifiedFolds(labels, count: count, using: &random)
      if next != folds { differ += 1 }
    }
    // The order of the classes stays, and so do the gaps between them.
    for shift in [1, 10, 100, 1_000, 65_536] {
      var (one, other) = (random, random)
      let folds = stratifiedFolds(labels, count: count, using: &one)
      let renamed = stratifiedFolds(
        labels.map { $0 + shift }, count: count, using: &other)
      try exam.check(
        folds == renamed, "with \(shift) added to all labels the folds are others",
        cause: "sort the classes as numbers; a set or a dictionary has another order in each run")
    }
    try exam.check(
      differ > 0, "the next call gives the same folds again",
      cause: "nothing is drawn, or the draws come from a copy of the generator, or from one with a "
        + "seed of its own")
  }

  // MARK: What must be possible

  func examineChance(_ exam: Exam) throws {
    var random = exam.random("chance")
    let n = labels.count
    // Which examples came to which fold, which before which, and which without the other.
    var placed = [Bool](repeating: false, count: n * count)
    var before = [Bool](repeating: false, count: n * n)
    var apart = before
    for _ in 0..<900 {
      let folds = stratifiedFolds(labels, count: count, using: &random)
      var own = [Int](repeating: 0, count: n)
      for (index, fold) in folds.enumerated() {
        for (rank, position) in fold.enumerated() {
          placed[position * count + index] = true
          own[position] = index
          for later in fold.dropFirst(rank + 1) { before[position * n + later] = true }
        }
      }
      for a in 0..<n { for b in 0..<n where own[a] != own[b] { apart[a * n + b] = true } }
    }
    for position in 0..<n {
      // A class with fewer examples than folds may start at the same fold each time.
      guard members(of: labels[position]) >= count else { continue }
      for fold in 0..<count where !placed[position * count + fold] {
        try exam.check(
          false, "in 900 calls example \(position) never comes into fold \(fold)",
          cause: "each class is to be put into a random order before it is dealt out")
      }
    }
    for a in 0..<n {
      for b in 0..<a where labels[a] == labels[b] {
        try exam.check(
          apart[a * n + b], "in 900 calls examples \(a) and \(b) are always in the same fold",
          cause: "each class is to be put into a random order before it is dealt out")
        guard members(of: labels[a]) > count else { continue }
        try exam.check(
          before[a * n + b] || before[b * n + a],
          "in 900 calls examples \(a) and \(b) of class \(labels[a]) never come into the same fold",
          cause: "the order of a class must be a random one, and not only its start")
      }
    }
    let fixed = (0..<n * n).filter { before[$0] && !before[$0 % n * n + $0 / n] }
    guard let first = fixed.first else { return }
    try exam.check(
      false, "in 900 calls example \(first / n) never stands behind example \(first % n) in a fold",
      cause: fixed.allSatisfy { $0 / n < $0 % n }
        ? "the order in a fold follows the positions: shuffle each fold at the end"
        : "the folds are sorted by class: shuffle each fold at the end")
  }
}
