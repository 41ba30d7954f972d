import BinaryClassifier
import Workbook

/*:
 ## What a tolerance hides

 Checks F and G show what the absolute part of a tolerance does. Some absolute
 part is needed. Where a derivative is nearly zero, the difference has a
 rounding error larger than any percentage of it. But the absolute part must be
 small beside the gradient.

 > **Guess:** The absolute part of check F is $10^{-2}$. What part of the
 > entries of a right gradient could be zero without its noticing?
 >
 > \(study.unseen): so many are smaller than the tolerance. For check G it is
 > \(study.unseenTight).

 So of the \(study.whole) bugs that are not in a part of a tensor, check F
 catches \(study.loose) on every seed, and check G \(study.tight).

 No tolerance is enough against the last three bugs. One entry of each tensor
 shows them only if it lies in the part that is wrong:

 ![Three bugs in a part of a tensor, and the checks that sample or look at every
 entry](table:bug-parts)
 */

/// Compares samples of one entry with the chance that they meet a wrong one.
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
        .text(
          right.indices.filter { wrongs[$0] > 0 }.map {
            "\(wrongs[$0]) of \(entries[$0]) of \(right[$0].name)"
          }.joined(separator: ", ")),
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

/// Measures what the absolute part of the tolerance lets through.
func showTolerances(
  on run: inout RunRecorder, _ alarms: [[Set<BugCheck>]]
) throws(ArchitectureError) {
  var entries: [Double] = []
  for seed in alarms.indices {
    let study = try BugStudy(seed: run.options.seed &+ UInt64(seed))
    entries += gradient(of: study.network, on: study.small, with: nil).tensors
      .flatMap(\.elements)
  }
  let unseen = { (absolute: Double) -> Int in
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
  let always = { (check: BugCheck) -> Int in
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
