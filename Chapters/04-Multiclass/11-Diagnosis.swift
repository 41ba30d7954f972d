import BinaryClassifier
import Regression
import Workbook

/*:
 ## A wrong gradient shows its mistake

 The full check says that a gradient is wrong. The wrong numbers often show why.

 > **Guess:** Divide the gradient that you have by the right one, entry by
 > entry. Every ratio is $1/n$. What is the mistake?
 >
 > The code divides by $n$ twice. If every ratio is $n$, the division is
 > missing.

 If all entries of $\mathrm{d}b$ are the same number, a sum takes too many
 terms.

 Here are all the bugs once more, with the first tensor that is wrong, and
 what that tensor alone shows. A constant factor or a repeated number is easy to
 see. A few mistakes are so common that they are tried: the gradient is compared
 with one where $\varphi'$ is missing, or is taken at the wrong point. The other
 mistakes have no such signature.

 ![What the gradient shows of each bug](table:diagnoses)
 */

/// Looks for a signature in the gradient with each planted bug.
func diagnoseBugs(on run: inout RunRecorder) throws {
  run.section("A wrong gradient shows its mistake")
  let study = try BugStudy(seed: 1)
  let formula = try NetworkFormula<Analytic>(
    "4-5-3", [4, 5, .tanh, 3, .softmax], loss: .crossEntropy,
    at: study.network.tensors, on: study.small)
  var table = Table("diagnoses", columns: ["bug", "what its gradient shows"])
  var recognised = 0
  for bug in Bug.allCases {
    let wrong = gradient(of: study.network, on: study.small, with: bug)
    let diagnosis = formula.diagnosis(of: wrong.tensors)
    recognised += diagnosis.sentence == nil ? 0 : 1
    table.add([
      .text(bug.rawValue),
      .text("\(diagnosis.tensor): \(diagnosis.sentence ?? "no signature")"),
    ])
  }
  run.show(table)
  let right = gradient(of: study.network, on: study.small, with: nil)
  run.check(
    "most wrong gradients show their mistake, and a right one shows none",
    2 * recognised > Bug.allCases.count
      && formula.diagnosis(of: right.tensors).sentence == nil,
    detail: "\(recognised) of \(Bug.allCases.count) bugs have a signature")
}
