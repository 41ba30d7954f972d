import Workbook

/*:
 ## The same pass with matrices

 The tables of the pass by hand have a column for each example. Matrices say the
 same in one line. Row $i$ of $X$ is example $i$, and $w_{kj}$ leads from
 feature $k$ to unit $j$:

 $$
 z_{ij} = \sum_k x_{ik} \, w_{kj} + b_j
 \qquad \text{or} \qquad Z = X W + b
 $$

 Write $\mathrm{d}A$ for the matrix of all $\partial L/\partial a_{ij}$. It
 always has the shape of $A$. Suppose that $\mathrm{d}Z$ is known. What are
 $\mathrm{d}W$, $\mathrm{d}X$ and $\mathrm{d}b$?

 **The weights.** Which numbers use $w_{kj}$? The pre-activations of unit $j$,
 in every example: $z_{1j}, z_{2j}, \dots, z_{nj}$. The derivative along the
 arrow to $z_{ij}$ is $x_{ik}$. Paths add:

 $$
 \mathrm{d}w_{kj} = \sum_i \frac{\partial L}{\partial z_{ij}} \cdot x_{ik}
 = \sum_i (X^\top)_{ki} \, \mathrm{d}z_{ij}
 = (X^\top \, \mathrm{d}Z)_{kj}
 $$

 **The input.** Which numbers use $x_{ik}$? All the units in example $i$:
 $z_{i1}, z_{i2}, \dots$ The derivative along the arrow to $z_{ij}$ is $w_{kj}$:

 $$
 \mathrm{d}x_{ik} = \sum_j \frac{\partial L}{\partial z_{ij}} \cdot w_{kj}
 = \sum_j \mathrm{d}z_{ij} \, (W^\top)_{jk}
 = (\mathrm{d}Z \, W^\top)_{ik}
 $$

 **The bias.** All pre-activations of unit $j$ use $b_j$, each with a derivative
 of one. **The activation.** From $z_{ij}$ leads one arrow only, to
 $h_{ij} = \varphi(z_{ij})$. Write $\odot$ for a product entry by entry, and
 $\mathrm{d}Z_i$ for row $i$:

 $$
 \mathrm{d}b = \sum_i \mathrm{d}Z_i, \qquad
 \mathrm{d}Z = \mathrm{d}H \odot \varphi'(Z)
 $$

 The shapes help to remember which factor is transposed. If $X$ is $[7, 4]$ and
 $\mathrm{d}Z$ is $[7, 5]$, then $\mathrm{d}W$ must be $[4, 5]$, a sum over the
 seven examples in each entry.
 */

/// Compares the sums over indices with the products of matrices.
func compareSumsWithProducts(on run: inout RunRecorder) {
  run.section("The same pass with matrices")
  var random = run.random("matrices")
  let x = Matrix<Double>.dyadic(7, 4, using: &random)
  let w = Matrix<Double>.dyadic(4, 5, using: &random)
  let dZ = Matrix<Double>.dyadic(7, 5, using: &random)
  let (exactX, exactW, exactDZ) = (
    Matrix<Rational>(x), Matrix<Rational>(w), Matrix<Rational>(dZ)
  )
  let dW = Matrix<Rational>(rows: 4, columns: 5) { k, j in
    (0..<7).map { exactDZ[$0, j] * exactX[$0, k] }.reduce(0, +)
  }
  let dX = Matrix<Rational>(rows: 7, columns: 4) { i, k in
    (0..<5).map { exactDZ[i, $0] * exactW[k, $0] }.reduce(0, +)
  }
  run.check(
    "the sums over the paths are the products of matrices",
    dW == exactX.transposed • exactDZ && dX == exactDZ • exactW.transposed,
    detail: "equal as exact fractions, in every entry")
}
