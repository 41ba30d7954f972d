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

 Only the full contract, check H, catches all \(study.bugs) bugs on every seed.

 A falling loss says almost nothing. Any step that points downhill a little
 makes it fall.

 > **Guess:** A network whose first layer never learns: on how many of
 > \(study.seeds) seeds does it reach an accuracy of \(study.bar)?
 >
 > On \(study.frozen). Lines can separate the clouds, and the last layer draws
 > lines in whatever the first layer makes of the points. Its random weights are
 > good enough for that. A low accuracy is a sign of a bug. A high one is no
 > sign of its absence.

 With a single example, a mistake in a division by $n$ has no effect, and the
 only example is also the last. With weights at zero, a mistake in what is
 multiplied by them has none, and $Z_1$ and $H$ are the same, namely zero.

 The next table has the bugs one by one: on how many seeds each check caught
 it.

 ![On how many of \(study.seeds) seeds each check caught each
 bug](table:bugs)
 */

//#-hidden-code
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

//#-end-hidden-code

/// Plants every bug on several seeds, and counts the checks that notice it.
func plantBugs(on run: inout RunRecorder) throws {
  run.section("Nineteen planted bugs, eight checks")
  run.ask("Which of the eight checks catch all nineteen bugs?")
  let bugs = Bug.allCases
  let settings = StudySettings(on: &run)
  let seeds = run.setting(
    run.repetitions(12, least: 3), as: "study.seeds", label: "seeds")
  let first = run.options.seed
  let alarms = try concurrentMap(seeds) { seed in
    Result { () throws -> [Set<BugCheck>] in
      let study = try BugStudy(seed: first &+ UInt64(seed), settings)
      return ([nil] + Bug.allCases).map { study.alarms(for: $0) }
    }
  }.map { try $0.get() }

  let tallies = BugCheck.allCases.map { check in
    Tally(bugs.map { catches(of: $0, by: check, in: alarms) }, of: seeds)
  }
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

/// Counts the seeds on which a frozen network passes, and false alarms.
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

//#-hidden-code
/// Returns the number of seeds on which a check caught a bug.
func catches(
  of bug: Bug, by check: BugCheck, in alarms: [[Set<BugCheck>]]
) -> Int {
  // The first of a seed's alarms is that for the backward pass without a bug.
  let index = (Bug.allCases.firstIndex(of: bug) ?? 0) + 1
  return alarms.filter { $0[index].contains(check) }.count
}
//#-end-hidden-code
