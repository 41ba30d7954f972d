import Testing
import Workbook

@testable import Certify

/// A claim is told to be Aᵀ D for some D exactly where it is.
@Suite struct BrokenProductTests {
  private func finding(
    rows: Int, inputs: Int, outputs: Int, hasBias: Bool = true,
    change: (inout Matrix<Double>, inout Matrix<Double>) -> Void = { _, _ in }
  ) -> BrokenProduct.Finding {
    var random = SplitMix64(seed: 8, stream: "product \(rows) \(inputs) \(outputs)")
    let a = Matrix<Double>(rows: rows, columns: inputs) { _, _ in random.normal() }
    let d = Matrix<Double>(rows: rows, columns: outputs) { _, _ in random.normal() }
    var weight = matmul(a.transposed, d)
    var bias = matmul(Matrix<Double>(rows: 1, columns: rows, repeating: 1), d)
    change(&weight, &bias)
    return BrokenProduct(
      rows: a, weight: weight, bias: hasBias ? bias : nil, tolerance: 1e-6
    ).finding
  }

  @Test func aProductIsRecognised() {
    #expect(finding(rows: 4, inputs: 6, outputs: 3) == .product)
    #expect(finding(rows: 4, inputs: 6, outputs: 3, hasBias: false) == .product)
  }

  @Test func whatIsNoProductIsRecognised() {
    #expect(finding(rows: 4, inputs: 6, outputs: 3) { w, _ in w = w.map { $0 * $0 } } == .noProduct)
    #expect(finding(rows: 4, inputs: 6, outputs: 3) { _, b in b = 0.5 * b } == .noProduct)
  }

  /// Another D gives another product, which is one all the same.
  @Test func aScaledProductIsOne() {
    #expect(
      finding(rows: 4, inputs: 6, outputs: 3) { w, b in (w, b) = (3 * w, 3 * b) } == .product)
  }

  @Test func aLargeBatchTellsNothing() {
    #expect(finding(rows: 9, inputs: 6, outputs: 3) { w, _ in w = w.map { $0 * $0 } } == .anything)
    #expect(finding(rows: 7, inputs: 6, outputs: 3) == .anything)
    #expect(finding(rows: 6, inputs: 6, outputs: 3) == .product)
  }
}
