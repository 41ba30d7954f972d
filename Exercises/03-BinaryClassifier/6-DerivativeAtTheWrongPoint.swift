import Grading
import Workbook

/*:
 # 3.6 · The derivative at the wrong place ★★

 *Find the bug.* In dwhitena/gophernet#6 somebody builds a network with one
 hidden layer, compares with that program, and from the same start comes to
 other weights. Its $\sigma'$ is right. It is asked at the wrong place: not at
 what a unit has added up, but at what the unit has made of it. The program in
 the file has the same line.

 Such a network learns. Where a unit is sure of itself, its derivative should be
 nearly zero, and comes out near a fifth where the unit says 1, and near a
 quarter where it says 0. And some tests cannot see the bug, as you are to show.

 **First, where it hides.** Give a `hidingPlace`: a sum $z$ of a unit at which
 the wrong factor $\sigma'(\sigma(z))$ is the right one, $\sigma'(z)$, to ten
 digits. There is more than one, and any will do. It can be a formula, a loop,
 or a number that you found in another way.

 **Second, where it is loud.** Give a `loudPlace`: a $z$ at which the wrong
 factor is at least a hundred times too large.

 **Third, the repair** of `gradient`. Its derivatives are compared with the
 derivative of the loss, in every weight.
 */

/// Returns σ(z), accurate to a few units in the last place for every z.
func sigmoid<Scalar: AnalyticField>(_ z: Scalar) -> Scalar {
  let e = Scalar.exp(z < 0 ? z : -z)
  return z < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// Returns σ′(z). It is right.
func sigmoidDerivative<Scalar: AnalyticField>(_ z: Scalar) -> Scalar {
  let a = sigmoid(z)
  return a * (1 - a)
}

/// A sum at which the bug cannot be seen.
let hidingPlace: Double = notAttempted()

/// A sum at which it is at its worst.
let loudPlace: Double = notAttempted()

/// Two layers with sigmoids: H = σ(X W₁ + b₁), A = σ(H W₂ + b₂).
struct TwoLayers<Scalar: Field> {
  var w1: Matrix<Scalar>  // [features, hidden]
  var b1: Vector<Scalar>  // [hidden]
  var w2: Matrix<Scalar>  // [hidden, outputs]
  var b2: Vector<Scalar>  // [outputs]
}

/// Returns the derivatives of the binary cross-entropy, summed over the outputs
/// and averaged over the examples.
///
/// - Parameters:
///   - network: The network.
///   - x: The inputs, `[n, features]`.
///   - y: The targets, `[n, outputs]`, each 0 or 1.
/// - Returns: A derivative for each weight and bias, as a network.
func gradient<Scalar: AnalyticField>(
  of network: TwoLayers<Scalar>, on x: Matrix<Scalar>, to y: Matrix<Scalar>
) -> TwoLayers<Scalar> {
  let z = x • network.w1 + network.b1  // [n, hidden]
  let h = z.map { sigmoid($0) }  // [n, hidden]
  let a = (h • network.w2 + network.b2).map { sigmoid($0) }  // [n, outputs]

  let dOut = (a - y) / Scalar(count: x.rows)  // [n, outputs]
  let dH = dOut • network.w2.transposed  // [n, hidden]
  let dZ = dH ⊙ h.map { sigmoidDerivative($0) }  // [n, hidden]
  return TwoLayers(
    w1: x.transposed • dZ, b1: dZ.sumOfRows,
    w2: h.transposed • dOut, b2: dOut.sumOfRows)
}
