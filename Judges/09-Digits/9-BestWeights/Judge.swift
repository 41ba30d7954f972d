import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let parts: [(String, [Course])] = [
    (
      "losses that fall and rise",
      [
        Course([5, 4, 3, 2, 3, 4, 5, 6], patience: 3),
        Course([7, 6, 6.5, 5, 8, 9, 4], patience: 2),
        Course([3, 4, 5, 6, 7, 8], patience: 4), Course([9, 8, 7, 6, 5], patience: 2),
      ]
    ),
    (
      "losses that begin to fall again in time",
      [
        Course([6, 7, 5, 6, 7, 4, 5, 3, 4, 5, 6, 7], patience: 3),
        Course([8, 9, 7, 9, 6, 9, 5, 9, 4, 9, 9], patience: 2),
      ]
    ),
    (
      "losses that fall and stay above the least",
      [Course([5, 2, 9, 8, 7, 6, 5, 4, 3], patience: 4), Course([4, 6, 5, 4.5, 3], patience: 3)]
    ),
    (
      "equal losses",
      [Course([5, 4, 4, 4, 4, 3], patience: 3), Course([6, 6, 5, 6, 5, 5, 5, 5], patience: 4)]
    ),
    (
      "losses that fall by little",
      [
        Course([0.5, 0.49, 0.48, 0.49, 0.47, 0.6], patience: 2),
        Course([0.5, 0.49999, 0.49998, 0.6, 0.49997, 0.6], patience: 2),
        Course([2, 2.0.nextDown, 2.0.nextDown.nextDown, 3, 2], patience: 2),
      ]
    ),
    (
      "losses below 0 and a loss of ∞",
      [
        Course([.infinity, 2, -1, -3, -2, -3], patience: 2),
        Course([.infinity, .infinity], patience: 1),
      ]
    ),
    (
      "losses that are NaN",
      [
        Course([4, .nan, .nan, .nan, 5], patience: 3),
        Course([4, .nan, 3, .nan, .nan, .nan, 2], patience: 3),
        Course([.nan, 5, 4, .nan, 6, .nan], patience: 3), Course([.nan, .nan, 3, 1], patience: 2),
        Course([.nan, .nan, .nan], patience: 5),
      ]
    ),
  ]
  for (name, courses) in parts {
    exam.part(name)
    for course in courses { try course.examine(exam) }
  }
  exam.part("restored, and trained on")
  try examineRestored(exam)
}

/// A training that has such losses. Its weights after an epoch tell the epoch's number.
private struct Course {
  let losses: [Double]
  let patience: Int

  init(_ losses: [Double], patience: Int) { (self.losses, self.patience) = (losses, patience) }

  private var words: String {
    "losses \(losses.map(Self.text).joined(separator: ", ")) with a patience of \(patience)"
  }

  /// A loss with all its decimals, and with one where there is none.
  private static func text(of loss: Double) -> String {
    let isShort = !loss.isFinite || (10 * loss).rounded() / 10 == loss
    return isShort ? NumberFormat.decimals(1).text(of: loss) : "\(loss)"
  }

  /// What a rule says: after which epoch to stop, and which is the best.
  private struct Outcome {
    var stop: Int?
    var best: Int?
    var least = Double.infinity
    var waited = 0
  }

  /// Follows a rule, epoch by epoch.
  private func outcome(
    limit: Int? = nil, resets: Bool = true,
    isBetter: (_ loss: Double, _ before: Outcome, _ last: Double?) -> Bool
  ) -> [Outcome] {
    var now = Outcome()
    return losses.enumerated().map { epoch, loss in
      if isBetter(loss, now, epoch > 0 ? losses[epoch - 1] : nil) {
        (now.least, now.best) = (loss, epoch)
        if resets { now.waited = 0 }
      } else {
        now.waited += 1
      }
      if now.stop == nil && now.waited >= limit ?? patience { now.stop = epoch }
      return now
    }
  }

  private static func isRight(_ loss: Double, _ before: Outcome, _ last: Double?) -> Bool {
    loss < before.least || (before.best == nil && !loss.isNaN)
  }

  func examine(_ exam: Exam) throws {
    let right = outcome(isBetter: Self.isRight)
    let notReset = outcome(resets: false, isBetter: Self.isRight)
    let late = outcome(limit: patience + 1, isBetter: Self.isRight)
    let early = outcome(limit: patience - 1, isBetter: Self.isRight)
    let ties = outcome { loss, before, _ in
      loss <= before.least || (before.best == nil && !loss.isNaN)
    }
    let plainTies = outcome { loss, before, _ in loss <= before.least }
    let numb = outcome { loss, before, _ in !(loss >= before.least) }
    let loose = outcome { loss, before, _ in !(loss > before.least) }
    let stingy = [1e-12, 1e-4, 0.015].map { least in
      outcome { loss, before, _ in
        loss < before.least - least || (before.best == nil && !loss.isNaN)
      }
    }
    let neighbours = outcome { loss, _, last in last.map { loss < $0 } ?? true }
    let plain = outcome { loss, before, _ in loss < before.least }
    let greedy = outcome { loss, before, _ in loss < before.least || before.best == nil }
    // Where an epoch of NaN would be the one to stop after, the next number is.
    let stopAtNumber = losses.indices.first { !losses[$0].isNaN && right[$0].waited >= patience }
    let skipping = Course(losses.filter { !$0.isNaN }, patience: patience).outcome(
      isBetter: Self.isRight)

    var stopper = EarlyStopping(patience: patience)
    let network = Weights([-1, -1, -1])
    var answers: [Bool] = []
    for (epoch, loss) in losses.enumerated() {
      let values = [0, 0.25, 0.5].map { Double(epoch) + $0 }
      network.values = values
      answers.append(stopper.isTimeToStop(loss: loss, weights: network))
      let told = "after epoch \(epoch + 1) of \(words)"
      try exam.check(
        network.values == values, "isTimeToStop changes the network's weights \(told)",
        cause: "it only keeps weights; restore writes them")

      func kept(_ outcomes: [Outcome]) -> Int? { outcomes[epoch].best.map { $0 + 1 } }
      try exam.expect(
        keptEpoch(stopper), equals: kept(right), of: "the epoch whose weights are kept \(told)",
        expectedMistakes: [
          "of equal losses the first is the best": kept(ties),
          "of equal losses the first is the best, also at first": kept(plainTies),
          "the first epoch is better than none, also where its loss is ∞": kept(plain),
          "a first epoch of NaN is kept; NaN is never the best": kept(greedy),
          "NaN is not less than anything: it is never the best": kept(numb),
          "NaN is not larger than anything, and yet it is never the best": kept(loose),
          "any loss below the one before is taken for better": kept(neighbours),
          "a loss that is less by little is less, and better": kept(stingy[0]),
          "a loss that is less by 0.00001 is less, and better": kept(stingy[1]),
          "a loss that is less by 0.01 is less, and better": kept(stingy[2]),
          "the same object is kept, and the optimiser changes it: a copy of the values is needed":
            right[epoch].best == nil ? nil : epoch + 1,
          "no weights are kept: while best is nil there is no object to write into": nil,
          "the weights are kept, and then not replaced": losses.first.map { _ in 1 },
        ])
      try exam.expect(
        stopper.leastLoss, equals: right[epoch].least, of: "leastLoss \(told)",
        expectedMistakes: [
          "any loss below the one before is taken for better": neighbours[epoch].least,
          "NaN is not less than anything: it is never the best": numb[epoch].least,
          "it is kept with the weights, and is always the last loss": loss,
          "it is never set": .infinity,
        ])
      if answers.last == true { break }
    }
    func stop(_ outcomes: [Outcome]) -> Int? { outcomes.compactMap(\.stop).first.map { $0 + 1 } }
    try exam.expect(
      answers.firstIndex(of: true).map { $0 + 1 }, equals: stop(right),
      of: "the epoch after which to stop, of \(words),",
      expectedMistakes: [
        "after an epoch of NaN it may be time to stop, too": stopAtNumber.map { $0 + 1 },
        "NaN epochs are counted, too": skipping.compactMap(\.stop).first.map(numberOfEpoch),
        "epochs are counted that are no better in a row: a better one sets the count to 0":
          stop(notReset),
        "an epoch too late: it is time as soon as patience epochs were no better": stop(late),
        "an epoch too early: patience epochs are to be no better": stop(early),
        "an epoch with the same loss is no better, and is counted": stop(ties),
        "an epoch with the same loss is no better, and is counted, the first one excepted":
          stop(plainTies),
        "NaN is no better than a number, and is counted": stop(numb),
        "NaN is larger than nothing; it is no better, and is counted": stop(loose),
        "an epoch is better if its loss is below the least, and not below the one before":
          stop(neighbours),
        "the first epoch is better than none, also where its loss is ∞": stop(plain),
      ])
    let last = right[answers.count - 1]
    if answers.last == true {
      // Asked once more, with a loss that is no better.
      let loss = last.best == nil ? Double.nan : last.least + 1
      try exam.check(
        stopper.isTimeToStop(loss: loss, weights: network),
        "asked again after the stop, of \(words), with a loss that is no better, it does not stop",
        cause: "then more than patience epochs in a row were no better")
    }
    try examineRestore(exam, stopper, last.best)
    if answers.last == true && patience > 0 {
      let better = last.least.isFinite ? last.least - 1 : 0
      try exam.check(
        !stopper.isTimeToStop(loss: better, weights: network),
        "after the stop, of \(words), an epoch is better, and it is still time to stop",
        cause: "a better one sets the count to 0, also after a stop")
    }
  }

  /// Returns the number of an epoch, counted from 1, from its position among those that are not NaN.
  private func numberOfEpoch(_ position: Int) -> Int {
    losses.indices.filter { !losses[$0].isNaN }[position] + 1
  }

  private func keptEpoch(_ stopper: EarlyStopping) -> Int? {
    stopper.best.map { Int($0.values.first ?? -1) + 1 }
  }

  private func examineRestore(_ exam: Exam, _ stopper: EarlyStopping, _ best: Int?) throws {
    let network = Weights([70, 80, 90])
    stopper.restore(into: network)
    try exam.expect(
      network.values,
      equals: best.map { epoch in [0, 0.25, 0.5].map { Double(epoch) + $0 } }
        ?? [70, 80, 90],
      of: "the network's weights after restore, of \(words),",
      expectedMistakes: [
        best == nil
          ? "no epoch was kept, so nothing is restored"
          : "nothing is written: another object for a name inside the function changes no object":
          best == nil ? [] : [70, 80, 90]
      ])
  }
}

/// Goes back to the best weights in the middle of a training.
private func examineRestored(_ exam: Exam) throws {
  var stopper = EarlyStopping(patience: 2)
  let network = Weights([1, 2, 3, 4])
  _ = stopper.isTimeToStop(loss: 3, weights: network)
  network.values = [5, 6, 7, 8]
  _ = stopper.isTimeToStop(loss: 4, weights: network)
  for time in ["once", "twice"] {
    stopper.restore(into: network)
    try exam.expect(
      network.values, equals: [1, 2, 3, 4], of: "the weights, restored \(time),",
      expectedMistakes: [
        "the optimiser has changed the kept weights, too: they and the network's are one object":
          [9, 9, 9, 9],
        "nothing is written into the network's object": [5, 6, 7, 8],
      ])
    for index in network.values.indices { network.values[index] = 9 }
  }
  try exam.check(
    stopper.best !== network, "the kept weights are the network's own object",
    cause: "a copy of the values is needed")
  try exam.check(
    !stopper.isTimeToStop(loss: 2, weights: network) && stopper.leastLoss == 2,
    "a better epoch after restore does not count as better",
    cause: "restore leaves the least loss as it is")
}
