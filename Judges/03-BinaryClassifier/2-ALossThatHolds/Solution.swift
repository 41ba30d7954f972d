import Grading
import Workbook

/*:
 # 3.2 · A loss that holds at ±800 ★★

 *Implement.* In huggingface/candle#2561 a reader's losses all become NaN. The
 loss took a logit, made a sigmoid of it, and then took the logarithm. At a
 large logit the sigmoid is rounded to 1, and $\log(1 - 1)$ is the end of the
 training.

 Here yes is rarer than no, so a mistake about a yes is to cost $w$ times as
 much. For one logit $z$ and its target $y$, 1 for yes and 0 for no, the loss is

 $$
 \ell(z, y) = -w \, y \log \sigma(z) - (1 - y) \log(1 - \sigma(z))
 $$

 Write `crossEntropy`, from the logit, so that it is right for every finite
 logit. Right means within 8 units in the last place of the true value, also
 where the loss is tiny: at $z = 40$, $y = 1$, $w = 1$ it is $4 \cdot 10^{-18}$,
 and not 0. No threshold but 0 and no small constant can help you there, for
 your function is also run in balls of 256 bits, which see every digit.

 Then write `meanCrossEntropy` for a matrix of logits, `[n, outputs]`: the sum
 over all outputs of all examples, divided by the number of examples.

 `Scalar.exp(x)`, `Scalar.log(x)` and `Scalar.log(onePlus: x)` are there.
 */

/// Returns the weighted cross-entropy of one logit.
///
/// - Parameters:
///   - z: The logit, any finite number.
///   - y: The target, 0 or 1.
///   - w: How many times as much a yes counts.
func crossEntropy<Scalar: AnalyticField>(
  logit z: Scalar, target y: Scalar, weightOfYes w: Scalar
) -> Scalar {
  //#-answer
  // log(1 + eˣ), by an exponential that is never large.
  func softplus(_ x: Scalar) -> Scalar {
    let size = x < 0 ? -x : x
    return (x < 0 ? 0 : x) + Scalar.log(onePlus: Scalar.exp(-size))
  }
  return w * y * softplus(-z) + (1 - y) * softplus(z)
  //#-end
}

/// Returns the sum of the cross-entropies, divided by the number of examples.
///
/// - Parameters:
///   - z: The logits, `[n, outputs]`.
///   - y: The targets, `[n, outputs]`, each 0 or 1.
///   - w: How many times as much a yes counts.
func meanCrossEntropy<Scalar: AnalyticField>(
  logits z: Matrix<Scalar>, targets y: Matrix<Scalar>, weightOfYes w: Scalar
) -> Scalar {
  //#-answer
  var sum: Scalar = 0
  for row in 0..<z.rows {
    for column in 0..<z.columns {
      sum += crossEntropy(
        logit: z[row, column], target: y[row, column], weightOfYes: w)
    }
  }
  return sum / Scalar(count: z.rows)
  //#-end
}
