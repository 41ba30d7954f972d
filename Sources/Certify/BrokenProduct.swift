import Workbook

/// Whether the claimed gradients of one layer are products of what the layer read.
///
/// The gradient of weights is Aᵀ D and that of a bias the sum of the rows of D, for what arrives, D. Put a
/// column of ones beside A, and both are one product. Its columns lie in the span of the rows of A. A claim
/// that lies outside is no such product, for any D: the product itself is wrong. A claim that lies inside
/// may be the right product of a wrong D.
struct BrokenProduct: Sendable {
  enum Finding: Sendable {
    /// The claim is Aᵀ D for no D.
    case noProduct
    /// The claim is Aᵀ D for some D.
    case product
    /// Every matrix of this shape is such a product, since there are enough rows.
    case anything
  }

  let finding: Finding

  /// Tests a claim.
  ///
  /// - Parameters:
  ///   - rows: What the weights are multiplied with, A.
  ///   - weight: The claimed gradient of the weights, `[inputs, outputs]`.
  ///   - bias: That of the bias, one row, if there is one.
  ///   - tolerance: How far an entry may be off by rounding.
  init(
    rows: Matrix<Double>, weight: Matrix<Double>, bias: Matrix<Double>?, tolerance: Double
  ) {
    let height = weight.rows + (bias == nil ? 0 : 1)
    var basis: [[Double]] = []
    for row in 0..<rows.rows {
      var vector = rows.row(row).elements + (bias == nil ? [] : [1])
      let length = norm(vector)
      // Twice, since once leaves a part of the basis in a vector that nearly lies in its span.
      for _ in 0..<2 { for known in basis { remove(known, from: &vector) } }
      let rest = norm(vector)
      if rest > 1e-9 * length {
        basis.append(vector.map { $0 / rest })
        if basis.count == height { break }
      }
    }
    if basis.count >= height {
      finding = .anything
      return
    }
    let isProduct = (0..<weight.columns).allSatisfy { column in
      var vector = weight.column(column).elements + (bias.map { [$0[0, column]] } ?? [])
      let allowed = tolerance * Double(height).squareRoot() + 1e-9 * norm(vector)
      for known in basis { remove(known, from: &vector) }
      return norm(vector) <= allowed
    }
    finding = isProduct ? .product : .noProduct
  }
}

private func norm(_ vector: [Double]) -> Double {
  vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
}

private func remove(_ direction: [Double], from vector: inout [Double]) {
  var along = 0.0
  for index in vector.indices { along += vector[index] * direction[index] }
  for index in vector.indices { vector[index] -= along * direction[index] }
}
