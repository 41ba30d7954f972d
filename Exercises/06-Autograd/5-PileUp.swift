import Grading
import Workbook

/*:
 # 6.5 · Gradients that pile up ★★

 *Find the bug.* Gradients add up, and so they begin where the last pass has
 left them. A training loop has to set them back, once for each step. In PyTorch
 this is `zero_grad()`, and forgetting it raises no error: the first step is
 right, the loss falls, and some steps later it swings up and down.

 **Mend `train`.** A batch is too large for the memory here and is processed in
 two parts of 4 and 3 examples, whose gradients are meant to add up. A step uses
 both parts together, then the next step begins from nothing. The line may come
 to you with gradients of an older pass. Use `zeroGrad()`.

 **Say how much too far the weights go.** Suppose the gradient were the same
 number g at every step. A mended training moves a weight by η g at each. How
 many times η g has it moved after k steps, and how many times if nobody ever
 sets a gradient back? Return both from `pulls(after:)`.

 The check compares the weights after 2, 3 and 4 steps.
 */

/// Some examples: inputs `[n, features]` and targets `[n]`.
struct Part<Scalar: Field> {
  let x: Matrix<Scalar>
  let y: Vector<Scalar>
}

/// A line, X w + b, with the gradients that passes have left in it.
struct Line<Scalar: Field> {
  var w: Vector<Scalar>  // [features]
  var b: Scalar
  var dW: Vector<Scalar>  // [features]
  var dB: Scalar

  /// Adds the gradients of half a mean of squares, over all of the examples.
  ///
  /// - Parameters:
  ///   - part: Those examples that are processed now.
  ///   - count: How many there are in all, in this part and in others.
  mutating func pass(over part: Part<Scalar>, of count: Int) {
    for row in 0..<part.x.rows {
      let x = part.x.row(row)
      let residual = (w.dot(x) + b - part.y[row]) / Scalar(count: count)
      dW += residual * x
      dB += residual
    }
  }

  /// Sets all gradients back to 0.
  mutating func zeroGrad() {
    dW = Vector(repeating: 0, count: w.count)
    dB = 0
  }

  /// Goes against the gradients.
  mutating func step(_ learningRate: Scalar) {
    w -= learningRate * dW
    b -= learningRate * dB
  }
}

/// Takes steps, each by the gradients of all parts together.
func train<Scalar: Field>(
  _ line: inout Line<Scalar>, on parts: [Part<Scalar>], learningRate: Scalar,
  steps: Int
) {
  let count = parts.map(\.x.rows).reduce(0, +)
  for _ in 0..<steps {
    for part in parts { line.pass(over: part, of: count) }
    line.step(learningRate)
  }
}

/// Returns how many times η g a weight has moved after k steps, where the
/// gradient is always g: with gradients set back at each step, and never.
func pulls(after k: Int) -> (setBack: Int, never: Int) {
  notAttempted()
}
