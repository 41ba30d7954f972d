import Grading
import Workbook

/*:
 # 6.8 · A check that asks with ones ★★

 *Find the bug.* An operation of an engine is given d, the gradient that arrives
 at its result, and returns the gradient with respect to its input. In one
 branch of a leaky ReLU d was forgotten, and 0.01 returned in the place of 0.01
 d (SilasMarvin/dnns-from-scratch-in-zig#5). The check in the file would have
 let that pass, and a good deal more.

 The bug to find is in the check. It compares a backward line with differences
 of the loss L = Σ dᵢⱼ · f(x)ᵢⱼ, the sum of all entries of d ⊙ f(x): that is
 right, for the gradient of L with respect to f(x) is d. What is wrong is what
 it asks: which x, and which d.

 **Choose x and d anew**, so that `isRight` refuses every operation whose
 backward line is wrong. You are graded by the number of wrong operations that
 it refuses. Right ones have to pass, leaky ReLU and a softmax of rows among
 them. All operations keep the shape of x. Use the generator that you are given,
 for you are asked several times; `random.uniform(in: -1...1)` draws a number,
 and `Matrix(rows: 3, columns: 4) { i, j in … }` makes a matrix.
 */

/// An operation of an engine.
struct Operation {
  /// Returns the result for x, of the same shape.
  let forward: (Matrix<Double>) -> Matrix<Double>
  /// Returns the gradient in x from d, the gradient in the result.
  let backward: (_ x: Matrix<Double>, _ d: Matrix<Double>) -> Matrix<Double>
}

/// Returns whether the backward line of an operation is its derivative.
func isRight(_ operation: Operation, using random: inout SplitMix64) -> Bool {
  //#-answer
  let x = Matrix(rows: 3, columns: 4) { _, _ in random.uniform(in: -2...2) }
  let d = Matrix(rows: 3, columns: 4) { _, _ in random.uniform(in: -2...2) }
  //#-stub
  // let x = Matrix(rows: 3, columns: 4) { _, _ in random.uniform(in: 0.5...1) }
  // let d = Matrix<Double>(rows: 3, columns: 4, repeating: 1)
  //#-end

  func loss(_ x: Matrix<Double>) -> Double { (d ⊙ operation.forward(x)).sum }
  let gradients = operation.backward(x, d)
  let h = 1e-6
  for row in 0..<x.rows {
    for column in 0..<x.columns {
      var (above, below) = (x, x)
      above[row, column] += h
      below[row, column] -= h
      let difference = (loss(above) - loss(below)) / (2 * h)
      if abs(gradients[row, column] - difference) > 1e-6 { return false }
    }
  }
  return true
}
