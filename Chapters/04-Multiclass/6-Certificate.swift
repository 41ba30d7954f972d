import BinaryClassifier
import Regression
import Workbook

/*:
 ## A wrong gradient says what is wrong

 The full check says that a slope is wrong. The slopes themselves often say why.
 Divide what you have by what you should have. If the ratio is $1/n$ in every
 entry, somebody divided twice. If it is $C$, a division by the number of
 classes is missing. If all entries of $\mathrm{d}b$ are one number, somebody
 summed over too much.

 Here are the sixteen bugs once more, with the first tensor that each one spoils,
 and what can be read from that tensor alone. A factor or a repeated number shows
 at once. A few mistakes are so well known that it pays to try them: the slopes
 are compared with what a missing $\varphi'$ would give, or one taken at the wrong
 place. What is left has no signature; it is merely another number.

 ![What the slopes say of each bug](table:diagnoses)
 */

/// Shows what can be read from the slopes of each planted bug.
func readSlopes(on page: inout Page) throws {
  page.section("What a wrong gradient says of itself")
  let study = try BugStudy(seed: 1)
  let formula = NetworkFormula(
    "4-5-3", OneOfMany([SmoothCurve.tanh]), at: study.network.tensors,
    on: study.small)
  var table = Table("diagnoses", columns: ["bug", "what its slopes say"])
  var recognised = 0
  for bug in Bug.allCases {
    let slopes = gradient(of: study.network, on: study.small, with: bug)
    let words = formula.diagnosis(of: slopes.tensors)
    recognised += words.sentence == nil ? 0 : 1
    table.add([
      .text(bug.rawValue),
      .text("\(words.tensor): \(words.sentence ?? "no signature")"),
    ])
  }
  page.show(table)
  let right = gradient(of: study.network, on: study.small, with: nil)
  page.check(
    "most wrong gradients say what is wrong, and a right one says nothing",
    2 * recognised > Bug.allCases.count
      && formula.diagnosis(of: right.tensors).sentence == nil,
    detail: "\(recognised) of \(Bug.allCases.count) bugs have a signature")
}

/*:
 ## The certificate

 Softmax with cross-entropy, by itself and behind hidden layers, and the
 network of the bullseye with the weights that it ended with.

 ![The certificate of this chapter](table:certificate)
 */

/// Hidden layers of any kind under softmax and cross-entropy.
package struct OneOfMany: Blueprint {
  package let curves: [any Curve]

  package init(_ curves: [any Curve]) { self.curves = curves }

  package func loss<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> Loss<Scalar> { .crossEntropy }
}

/// Returns the small formulas of this chapter, at fixed places.
func smallFormulas() -> [any Formula] {
  var random = SplitMix64(seed: 1, stream: "4.certificate")
  let y = Matrix(rows: 7, columns: 3) { $0 % 3 == $1 ? 1.0 : 0 }
  // Targets may also be shares that add up to 1.
  let shares = Matrix(rows: 7, columns: 3) { [0.5, 0.25, 0.25][($0 + $1) % 3] }
  let x = Matrix<Double>.dyadic(7, 4, using: &random)
  let plan = OneOfMany([SmoothCurve.tanh, Bend.relu])
  return [
    LossFormula(plan, targets: y),
    NetworkFormula(
      "4-5-6-3, one of many", plan,
      at: dyadicPlace([4, 5, 6, 3], using: &random), on: Dataset(x: x, y: y)),
    NetworkFormula(
      "4-5-3, shares", OneOfMany([SmoothCurve.sigmoid]),
      at: dyadicPlace([4, 5, 3], using: &random),
      on: Dataset(x: x, y: shares)),
  ]
}

/// Certifies the formulas of this chapter, and the bullseye's network.
func certifyMulticlass<Scalar: FloatingField>(
  on page: inout Page, _ bullseye: PlaneExperiment<Scalar>
) {
  page.section("The certificate of this chapter")
  let examples = bullseye.test.examples(at: Array(0..<7))
  let trained = NetworkFormula(
    "2-64-2, trained", OneOfMany([Bend.relu]), at: bullseye.network.place,
    on: examples.oneHot(as: Float.self).place)
  page.certify(smallFormulas(), atScale: [trained])
}
