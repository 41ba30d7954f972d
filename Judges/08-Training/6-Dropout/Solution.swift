import Grading
import Workbook

/*:
 # 8.6 · Some units less, the same mean ★★

 *Implement.* While a network trains, dropout sets units to 0 at random. Each
 unit of each example is kept with the probability $q$. So what the next layer
 receives is smaller by the factor $q$ than it will be in evaluation, where no
 unit is dropped. Inverted dropout makes up for it at once: in training it
 divides what it keeps by $q$.

 $$
 y = \frac{m \, a}{q} \quad \text{in training}, \qquad
 y = a \quad \text{in evaluation}
 $$

 The mean of $y$ is then $q \cdot a/q + (1 - q) \cdot 0 = a$ in both. Where the
 division is left out, or made in evaluation too, each layer receives in
 evaluation sums of another size than it was trained on. Nothing crashes, and the
 loss of the training says nothing of it.

 The mask $m$ has a 1 where a unit is kept and a 0 where it is dropped. It is
 drawn elsewhere. It is a part of the mode, so that nobody can ask for training
 without it, and the backward pass is given the one that the forward pass had.

 Write both functions: `dropout`, and `dropoutGradient`, which returns the
 gradient of a loss with respect to $a$ from that with respect to $y$. Both work
 for any field. Most checks are made in exact fractions, where equal means
 equal.
 */

/// Whether a network trains, and if so, which units are kept.
enum Mode<Scalar: Field>: Sendable {
  /// Training: 1 where a unit is kept and 0 where it is dropped, `[n, units]`.
  case training(mask: Matrix<Scalar>)
  /// Evaluation: every unit is kept.
  case evaluation
}

/// Returns what dropout makes of a layer's output, `[n, units]`.
///
/// - Parameters:
///   - a: The output of the layer, `[n, units]`.
///   - q: The probability of a unit to be kept, above 0 and at most 1.
///   - mode: Whether the network trains.
func dropout<Scalar: Field>(
  _ a: Matrix<Scalar>, keeping q: Scalar, in mode: Mode<Scalar>
) -> Matrix<Scalar> {
  //#-answer
  switch mode {
  case .training(let mask): return (a ⊙ mask) / q
  case .evaluation: return a
  }
  //#-end
}

/// Returns the gradient of a loss in the output of the layer, `[n, units]`.
///
/// - Parameters:
///   - dY: The gradient of the loss in what `dropout` returned, `[n, units]`.
///   - q: The probability of a unit to be kept, above 0 and at most 1.
///   - mode: The mode in which `dropout` was called.
func dropoutGradient<Scalar: Field>(
  _ dY: Matrix<Scalar>, keeping q: Scalar, in mode: Mode<Scalar>
) -> Matrix<Scalar> {
  //#-answer
  switch mode {
  case .training(let mask): return (dY ⊙ mask) / q
  case .evaluation: return dY
  }
  //#-end
}
