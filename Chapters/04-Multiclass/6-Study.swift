import BinaryClassifier
import Workbook

/*:
 ## What the checks are worth

 Every check is run on every bug, on \(study.seeds) seeds. *Always* counts the
 bugs that a check caught on each seed, *never* those that it caught on none.
 The last column counts the seeds on which the check reported a mistake in a
 backward pass without a bug.

 ![What each check catches of \(study.bugs) bugs](table:bug-checks)

 ![Of \(study.bugs) bugs, those caught always, sometimes and
 never](figure:bug-checks-bars)

 Look at the first rows again. A falling loss says almost nothing. A network
 whose first layer never learns reaches \(study.bar) on \(study.frozen) of
 \(study.seeds) seeds: lines can separate the clouds, and the last layer is
 enough for that. With a single example, a mistake in a division by $n$ has no
 effect. With weights at zero, a mistake in what is multiplied by them has none.

 Checks F and G show what the absolute part of a tolerance does. Some absolute
 part is needed. Where a derivative is nearly zero, the difference has a rounding
 error larger than any percentage of it. But the absolute part must be small
 beside the gradient. Of the entries of the right gradients, \(study.unseen) are
 so small that check F accepts a zero in their place. Check G does so for
 \(study.unseenTight). So of the \(study.whole) bugs that are not in a part of a
 tensor, check F catches \(study.loose) on every seed, and check G
 \(study.tight).

 No tolerance helps against the last three bugs. One entry of each tensor shows
 them only if it lies in the part that is wrong:

 ![Three bugs in a part of a tensor, and the checks that sample or look at every
 entry](table:bug-parts)

 Only the full contract, check H, catches all \(study.bugs) bugs on every seed.

 The next table has the bugs one by one: on how many seeds each check caught
 it.

 ![On how many of \(study.seeds) seeds each check caught each
 bug](table:bugs)
 */

/// How many bugs a check caught on every seed, on some seeds, and on none.
struct Tally {
  let always: Int
  let sometimes: Int
  let never: Int

  /// Counts bugs by the number of seeds on which each was caught.
  init(_ catches: [Int], of seeds: Int) {
    always = catches.filter { $0 == seeds }.count
    never = catches.filter { $0 == 0 }.count
    sometimes = catches.count - always - never
  }
}

/// Plants every bug on several seeds, and counts the checks that notice it.
func plantBugs(on run: inout RunRecorder) throws {
  run.section("Nineteen planted bugs, eight checks")
  run.ask("Which of the eight checks catch all nineteen bugs?")
  let bugs = Bug.allCases
  let seeds = run.repetitions(12, least: 3)
  let first = run.options.seed
  let alarms = try concurrentMap(seeds) { seed in
    Result { () throws -> [Set<BugCheck>] in
      let study = try BugStudy(seed: first &+ UInt64(seed))
      return ([nil] + Bug.allCases).map { study.alarms(for: $0) }
    }
  }.map { try $0.get() }

  let tallies = BugCheck.allCases.map { check in
    Tally(bugs.map { catches(of: $0, by: check, in: alarms) }, of: seeds)
  }
  run.record(seeds, as: "study.seeds", label: "seeds")
  run.record(bugs.count, as: "study.bugs", label: "bugs")
  var summary = Table(
    "bug-checks",
    columns: ["check", "always", "sometimes", "never", "false"])
  for (check, tally) in zip(BugCheck.allCases, tallies) {
    summary.add([
      .text("\(check.letter) · \(check.rawValue)"), .count(tally.always),
      .count(tally.sometimes), .count(tally.never),
      .count(alarms.filter { $0[0].contains(check) }.count),
    ])
  }
  run.show(summary)
  run.show(
    Figure(
      "bug-checks-bars",
      BarPlot(
        "bugs", parts: ["always", "sometimes", "never"],
        bars: zip(BugCheck.allCases, tallies).map { check, tally in
          (
            "\(check.letter) · \(check.rawValue)",
            [tally.always, tally.sometimes, tally.never].map { Double($0) }
          )
        })))

  var table = Table(
    "bugs", columns: ["bug"] + BugCheck.allCases.map(\.letter))
  for bug in bugs {
    table.add(
      [.text(bug.rawValue)]
        + BugCheck.allCases.map {
          .count(catches(of: bug, by: $0, in: alarms))
        })
  }
  run.show(table)
  try showParts(on: &run, alarms)
  try showTolerances(on: &run, alarms)
  summarise(alarms, on: &run)
}

//#-hidden-code
/// Records and checks the two results of the study.
func summarise(_ alarms: [[Set<BugCheck>]], on run: inout RunRecorder) {
  let frozen = (Bug.allCases.firstIndex(of: .firstLayerFrozen) ?? 0) + 1
  let missed = alarms.filter { !$0[frozen].contains(.accuracy) }.count
  run.record(
    BugStudy.requiredAccuracy, .percent(0), as: "study.bar",
    label: "accuracy that the check demands")
  run.record(
    missed, as: "study.frozen",
    label: "seeds on which a network with a frozen layer reaches 95 %")
  run.check(
    "the full check catches every bug on every seed, and nothing else",
    alarms.allSatisfy { seed in
      seed.dropFirst().allSatisfy { $0.contains(.full) }
        && !seed[0].contains(.full)
    },
    detail: "\(Bug.allCases.count) bugs on \(alarms.count) seeds")
  run.check(
    "no check raises a false alarm",
    alarms.allSatisfy { $0[0].isEmpty },
    detail: "the backward pass without a bug passes all of them")
}

/// Returns the number of seeds on which a check caught a bug.
func catches(
  of bug: Bug, by check: BugCheck, in alarms: [[Set<BugCheck>]]
) -> Int {
  // The first of a seed's alarms is that for the backward pass without a bug.
  let index = (Bug.allCases.firstIndex(of: bug) ?? 0) + 1
  return alarms.filter { $0[index].contains(check) }.count
}

/// Shows the bugs that leave most of a tensor right.
func showParts(
  on run: inout RunRecorder, _ alarms: [[Set<BugCheck>]]
) throws(ArchitectureError) {
  let study = try BugStudy(seed: 1)
  let right = gradient(of: study.network, on: study.small, with: nil).tensors
  let entries = right.map(\.elements.count)
  var table = Table(
    "bug-parts",
    columns: ["bug", "wrong entries", "chance in a sample", "F", "G", "H"])
  for bug in Bug.inParts {
    let wrong = gradient(of: study.network, on: study.small, with: bug).tensors
    let wrongs = zip(wrong, right).map { wrong, right in
      zip(wrong.elements, right.elements).filter { $0 != $1 }.count
    }
    let missed = zip(wrongs, entries).map { wrong, all in
      1 - Double(wrong) / Double(all)
    }.reduce(1, *)
    table.add(
      [
        .text(bug.rawValue),
        .text("\(wrongs.reduce(0, +)) of \(entries.reduce(0, +))"),
        .number(1 - missed, .percent(0)),
      ]
        + [BugCheck.looseSample, .tightSample, .full].map {
          .count(catches(of: bug, by: $0, in: alarms))
        })
  }
  run.show(table)
  run.checkWhenFull(
    "one entry of each tensor misses each of the bugs in a part",
    Bug.inParts.allSatisfy {
      catches(of: $0, by: .tightSample, in: alarms) < alarms.count
    },
    detail: Bug.inParts.map {
      "\($0.rawValue): caught on "
        + "\(catches(of: $0, by: .tightSample, in: alarms)) of \(alarms.count) "
        + "seeds"
    }.joined(separator: "; "))
}

/// Records what the absolute part of the tolerance lets through.
func showTolerances(
  on run: inout RunRecorder, _ alarms: [[Set<BugCheck>]]
) throws(ArchitectureError) {
  var entries: [Double] = []
  for seed in alarms.indices {
    let study = try BugStudy(seed: run.options.seed &+ UInt64(seed))
    entries += gradient(of: study.network, on: study.small, with: nil).tensors
      .flatMap(\.elements)
  }
  func unseen(_ absolute: Double) -> Int {
    entries.filter {
      abs($0) <= absolute + BugStudy.relativeTolerance * abs($0)
    }.count
  }
  let loose = unseen(BugStudy.looseTolerance)
  let tight = unseen(BugStudy.tightTolerance)
  run.record(
    Double(loose) / Double(entries.count), .percent(0), as: "study.unseen",
    label: "entries of right gradients where F accepts 0")
  run.record(
    Double(tight) / Double(entries.count), .percent(0), as: "study.unseenTight",
    label: "entries of right gradients where G accepts 0")

  let whole = Bug.allCases.filter { !Bug.inParts.contains($0) }
  func always(_ check: BugCheck) -> Int {
    whole.filter {
      catches(of: $0, by: check, in: alarms) == alarms.count
    }.count
  }
  run.record(whole.count, as: "study.whole", label: "bugs not in a part")
  run.record(
    always(.looseSample), as: "study.loose", label: "of those F always catches")
  run.record(
    always(.tightSample), as: "study.tight", label: "of those G always catches")
  run.check(
    "a smaller absolute part of the tolerance catches all that a larger does",
    alarms.allSatisfy { seed in
      seed.allSatisfy {
        !$0.contains(.looseSample) || $0.contains(.tightSample)
      }
    } && tight == 0 && loose > 0,
    detail: "\(loose) of \(entries.count) right entries are smaller than the "
      + "tolerance of F, \(tight) than that of G")
  run.checkWhenFull(
    "without parts, one entry of each tensor is enough if the tolerance is small",
    always(.tightSample) == whole.count,
    detail: "of \(whole.count) bugs F catches \(always(.looseSample)) on every "
      + "seed, G \(always(.tightSample))")
}
//#-end-hidden-code
