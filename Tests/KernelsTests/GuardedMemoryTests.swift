import Testing

@testable import Kernels

// Each matrix ends where its page ends, or begins where it begins; the pages next to it may not be
// touched. A read or write one entry too far crashes here.

@Test(
  arguments: [
    (1, 1, 1), (1, 8, 8), (3, 5, 7), (8, 2, 10), (9, 3, 33), (32, 64, 3), (64, 32, 3), (17, 40, 47),
    (40, 300, 10), (40, 300, 70), (33, 9, 65), (10, 300, 300),
  ].map(Shape.init), [false, true])
func `nothing outside the operands is touched`(shape: Shape, transposed: Bool) throws {
  try expectNothingElseTouched(shape, transposed: transposed, of: Float.self)
  try expectNothingElseTouched(shape, transposed: transposed, of: Double.self)
}

private func expectNothingElseTouched<Scalar: KernelScalar>(
  _ shape: Shape, transposed: Bool, of _: Scalar.Type
) throws {
  for atEnd in [false, true] {
    let a = try GuardedMemory<Scalar>(count: shape.m * shape.k, atEnd: atEnd)
    let b = try GuardedMemory<Scalar>(count: shape.k * shape.n, atEnd: atEnd)
    let c = try GuardedMemory<Scalar>(count: shape.m * shape.n, atEnd: atEnd)
    let (m, k, n) = (shape.m, shape.k, shape.n)
    Scalar.addProduct(
      MatrixView(
        a.base, rows: m, columns: k, rowStride: transposed ? 1 : k,
        columnStride: transposed ? m : 1),
      MatrixView(
        b.base, rows: k, columns: n, rowStride: transposed ? 1 : n,
        columnStride: transposed ? k : 1),
      to: c.base, rowStride: n, threads: 1)
    // With A and B full of ones, each entry of C counts the terms of its sum.
    #expect((0..<m * n).allSatisfy { c.base[$0] == 1 + Scalar(k) })
  }
}
