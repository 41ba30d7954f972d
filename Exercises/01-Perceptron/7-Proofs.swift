import Grading
import Workbook

/*:
 # 1.7 · Four points, and a proof ★★

 *Explain.* A perceptron that is still making mistakes after a million epochs
 may need one more, or may run forever. Waiting does not tell; a proof does,
 and there is one for each case.

 If a line parts the points, the line itself is the proof: weights and a bias
 with $y \, (w \cdot x + b) > 0$ for every point.

 If none does, then some place lies in the middle of the plus points and in the
 middle of the minus points as well. Write it as a mixture of each:
 coefficients that are not negative and add up to 1, such that
 $\sum_i \lambda_i x_i$ over the plus points is the same place as
 $\sum_j \mu_j x_j$ over the minus points. A line would need that place on both
 its sides.

 For each of these four sets give the one proof or the other. A coefficient
 stands for each point of its kind, in the order of the table. Fractions are
 exact: write `1 / 3`.

 | set | plus points | minus points |
 |:--|:--|:--|
 | A | (1, 2), (3, 1) | (0, 0), (2, 0) |
 | B | (0, 0), (4, 1), (1, 4) | (2, 2) |
 | C | (0, 0), (4, 1), (1, 4) | (3, 3) |
 | D | (0, 0), (6, 3) | (0, 3), (4, −1) |

 There are many proofs for each, and any that holds will do.
 */

/// A proof that points can be parted by a line, or that they cannot.
enum SeparabilityProof: Equatable, Sendable {
  /// They can: by w · x + b.
  case line(weights: Vector<Rational>, bias: Rational)
  /// They cannot: a mixture of the plus points is one of the minus points.
  case meeting(plus: Vector<Rational>, minus: Vector<Rational>)
}

/// The proof for set A.
var proofForA: SeparabilityProof {
  notAttempted()
}

/// The proof for set B.
var proofForB: SeparabilityProof {
  notAttempted()
}

/// The proof for set C.
var proofForC: SeparabilityProof {
  notAttempted()
}

/// The proof for set D.
var proofForD: SeparabilityProof {
  notAttempted()
}
