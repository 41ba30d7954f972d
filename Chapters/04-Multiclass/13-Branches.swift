import BinaryClassifier
import Regression
import Workbook

/*:
 ## Branch by branch

 A ReLU is no polynomial. Where its input is positive it is one, $z$, and where
 not, another, zero. A network with ReLU is therefore a polynomial on each of
 its **branches**: on all points at which every comparison comes out alike.
 Max-pooling has branches too, one for each choice of the largest.

 Each branch needs a proof of its own.

 > **Guess:** Draw points at random, and keep those that lie on one branch. Does
 > the bound $d/|S|$ hold for the points that were kept?
 >
 > No. It counts zeros among all points. Suppose that the branch has one point
 > in a thousand, and that the zeros all lie there. Then they are a thousand
 > times as frequent among the points that were kept.

 So the branch is not found by drawing. It is *followed*. A point decides on the
 branch, and the formula is computed at a second point, whose coordinates are
 drawn from $S$ independently of the first. Every number is a pair. The
 arithmetic is done with both, and all comparisons are made with the first.
 That computes the polynomial of the branch at a point which need not lie on
 it, and the bound holds as it stands: the draw has nothing to do with the
 branch.

 In code, one type of number does this, `Guided`. The networks do not know:

 $$
 (g_1, v_1) \cdot (g_2, v_2) = (g_1 g_2, \; v_1 v_2), \qquad
 (g_1, v_1) < (g_2, v_2) \;\text{ if }\; g_1 < g_2
 $$

 ## All branches of a small network

 The smallest network with two hidden units has one input: `[1, 2, .relu, 1]`.
 Put three examples in.

 > **Guess:** Each of the two units is on or off at each of the three examples,
 > which makes $2^6 = 64$ patterns. How many of them can the network show?
 >
 > \(branches.small). The input of a unit is a line, $xw + b$, and a line
 > changes its sign at most once. Of the eight patterns of a unit, *on, off, on*
 > and *off, on, off* cannot be. Six times six are left.

 At \(branches.points) random points the network meets \(branches.met) branches,
 and the backward pass is proved on each. So, but for the chance in the table,
 it is proved for all weights at which no comparison is a tie: on these
 examples the network has no other branch. With other examples it may have
 others. On $n$ examples of $f$ features a unit has at most $2 \sum_{k \le f}
 \binom{n-1}{k}$ patterns, and exactly so many if the examples are in general
 position ([Cover](cite:cover-1965)). A second hidden layer multiplies them.
 That is too many for networks of ordinary size:

 ![Branches that a network has on its examples, and those on which its backward
 pass is proved](table:branches)

 On the branches that were not met, nothing is proved. The same code computes
 them all, which makes a mistake on one of them unlikely. It does not make it
 impossible, as the next table shows.
 */

//#-hidden-code
/// Returns how many sets of `points` in so many dimensions lie on the positive
/// side of a plane, if no plane passes through more points than it must.
func signPatterns(points: Int, dimensions: Int) -> Double {
  var choose = 1.0
  var sum = 0.0
  for k in 0...min(dimensions, points - 1) {
    sum += choose
    choose *= Double(points - 1 - k) / Double(k + 1)
  }
  return 2 * sum
}
//#-end-hidden-code

/*:
 ## What one point does not show

 Two bugs of the list above, and one that is smaller, are put before three
 checks. All three are exact.

 ![A right backward pass and three wrong ones, by three exact
 checks](table:one-point)

 An entry that is off by a part of itself is found at every point where it is
 not zero. *φ′ taken at φ(z)* is planted in a network with the square,
 $\varphi(z) = z^2$, and checked with the first weights at zero and their
 biases at one. There $z = 1$ in every unit, $z^2 = z$, and the mistake makes
 no difference. The check at that point, which has no tolerance, passes it. *φ′
 forgotten* is checked at a point where all units are on. There the derivative
 of ReLU is one, and to forget it does no harm. The formula is right on that
 whole branch, so no draw on that branch finds the mistake. Another branch
 does.

 ## What is proved, and what is not

 - The proof holds for the branches that were met, and for all values of the
   parameters there. Where the certificate says *data*, all inputs, targets and
   other given numbers are variables too. Numbers that were equal vary together.
   The chances of several branches are added up.
 - A formula that is wrong on one of these branches passes with at most the
   chance that is printed. It is a chance over draws that are independent and
   uniform. The generator of this book imitates such draws, for a formula that
   was written without a look at them. It has only $2^{64}$ states, so a chance
   below $2^{-64}$ counts ideal draws, and not seeds. Another `--seed` draws
   others.
 - The formula must be made of $+ - \times \div$ and comparisons. An exponential
   is no polynomial. Softmax and cross-entropy are checked at one point, as
   before.
 - The proof is about exact numbers. What rounding does in `Float` is another
   question, and the certificates have other columns for it.
 */

/// Proves a small network on all its branches, and lets three exact checks look
/// at three mistakes.
func proveBranches(on run: inout RunRecorder) throws(ArchitectureError) {
  run.section("Branch by branch")
  run.ask("Two ReLUs, three examples of one number: how many branches?")
  let points = run.setting(
    1_000, as: "branches.points", label: "points to look for branches")
  let seed = run.options.seed
  let small = try smallRamps()
  let all = signPatterns(points: 3, dimensions: 1).squared
  run.record(all, .count, as: "branches.small", label: "branches")
  let effort = ProofEffort(
    points: points, branches: 2 * Int(all), operations: 10_000_000)
  let finding = small.proofFinding(seed: seed, effort: effort)
  let proof = finding.proof
  run.record(
    proof?.branches ?? 0, as: "branches.met", label: "branches that are proved")
  run.check(
    "the backward pass of a small network is proved on all its branches",
    proof?.branches == Int(all) && proof?.includesData == true,
    detail: "\(proof?.branches ?? 0) of \(Int(all)) branches, met at "
      + "\(points) points, each but for a chance \(proof?.chance ?? "of 1")")
  try showBranches(on: &run, proof, of: all)
  try showOnePoint(on: &run, effort)
}
