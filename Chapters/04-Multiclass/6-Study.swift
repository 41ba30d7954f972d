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
 One entry of each tensor is nearly enough: it misses some bugs on some seeds.
 The full contract misses none.

 The second table has the bugs one by one: on how many seeds each check caught
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
  run.section("Sixteen planted bugs, seven checks")
  run.ask("Which of the seven checks catch all sixteen bugs?")
  let bugs = Bug.allCases
  let seeds = run.repetitions(12, least: 3)
  let first = run.options.seed
  let alarms = try concurrentMap(seeds) { seed in
    Result { () throws -> [Set<BugCheck>] in
      let study = try BugStudy(seed: first &+ UInt64(seed))
      return ([nil] + Bug.allCases).map { study.alarms(for: $0) }
    }
  }.map { try $0.get() }

  // The first of a seed's alarms is that for the backward pass without a bug.
  func catches(_ check: BugCheck, _ bug: Int) -> Int {
    alarms.filter { $0[bug + 1].contains(check) }.count
  }
  let tallies = BugCheck.allCases.map { check in
    Tally(bugs.indices.map { catches(check, $0) }, of: seeds)
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
  for (index, bug) in bugs.enumerated() {
    table.add(
      [.text(bug.rawValue)]
        + BugCheck.allCases.map { .count(catches($0, index)) })
  }
  run.show(table)
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
    detail: "the backward pass without a bug passes all seven")
}
//#-end-hidden-code
