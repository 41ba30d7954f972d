import BinaryClassifier
import Perceptron
import Regression
import Workbook

/*:
 ## Cross-entropy

 The target is a **one-hot** row $y$: a one for the right class, zeros
 elsewhere. As in [chapter 3](chapter:3), the loss is the mean of the negative
 logarithm of the probability that the network gives to the right class. This
 loss is called **cross-entropy**:

 $$
 L = -\frac{1}{n} \sum_i y_i \cdot \log p_i
   = \frac{1}{n} \sum_i \Bigl[ \log \sum_k e^{z_{ik}} - y_i \cdot z_i \Bigr]
 $$

 The second form has no logarithm of a probability, so it is the one to compute.
 It is also the one to differentiate. The derivative of log-sum-exp is

 $$
 \frac{\partial}{\partial z_j} \log \sum_k e^{z_k}
   = \frac{1}{\sum_k e^{z_k}} \, e^{z_j} = p_j,
 $$

 which is softmax itself. The derivative of $y \cdot z$ in $z_j$ is $y_j$. So

 $$
 \mathrm{d}Z = (P - Y)/n
 $$

 for the third time: the difference of prediction and target. Its rows add up to
 zero, since those of $P$ and of $Y$ add up to one. A step that raises the score
 of one class lowers those of others.
 */

//#-hidden-code
extension Loss where Scalar: AnalyticField {
  /// −(1/n) Σ y · log softmax(z), the loss for softmax.
  package static var crossEntropy: Loss {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Loss(
        "cross-entropy", matchingActivation: "softmax",
        value: { z, y in meanCrossEntropy(z, y) },
        gradient: { z, y, dZ in
          let n = Scalar(count: z.rows)
          writeSoftmax(of: z, into: &dZ)
          dZ.combine(with: y) { p, y in (p - y) / n }
        })
    }
  }
}

/// Returns the mean of log-sum-exp minus y · z over the rows of the logits.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func meanCrossEntropy<Scalar: AnalyticField>(
  _ z: Matrix<Scalar>, _ y: Matrix<Scalar>
) -> Scalar {
  precondition(
    z.rows == y.rows && z.columns == y.columns,
    "cross-entropy of logits \(z.shape) and targets \(y.shape)")
  var sum: Scalar = 0
  for row in 0..<z.rows {
    let logSum = logSumExp(z, row: row)
    for column in 0..<z.columns {
      sum += y[row, column] * (logSum - z[row, column])
    }
  }
  return sum / Scalar(count: z.rows)
}

extension Activation where Scalar: AnalyticField {
  /// Softmax, which mixes the entries of a row and so can only come last.
  package static var softmax: Activation {
    Activation(
      "softmax", isElementwise: false,
      value: { writeSoftmax(of: $0, into: &$1) },
      derivative: { _, _ in
        preconditionFailure("softmax has no elementwise derivative")
      })
  }
}

extension Architecture.Entry where Numbers == Analytic {
  package static var softmax: Self { .activation(.softmax) }
}

extension ActivationKind where Numbers == Analytic {
  package static var softmax: Self { Self(Softmax()) }
}

extension LossKind where Numbers == Analytic {
  package static var crossEntropy: Self { Self(CrossEntropy()) }
}

private struct Softmax: ActivationMaker {
  func activation<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> { .softmax }
}

private struct CrossEntropy: LossMaker {
  func loss<Scalar: AnalyticField>(in scalar: Scalar.Type) -> Loss<Scalar> {
    .crossEntropy
  }
}
//#-end-hidden-code

/*:
 Softmax is an activation of another kind than the others: each probability
 depends on all scores of its row. So in this book only the last layer has it,
 together with its loss. Nothing else is needed. The network of [chapter
 3](chapter:3) works with the new pair: `[4, 5, .tanh, 3, .softmax]` is a
 network of four features, five hidden units and three classes. The loss is
 checked by itself, and the whole network too.
 */

/// Compares the gradients of the loss and of a network with central
/// differences.
func checkGradients(on run: inout RunRecorder) throws(ArchitectureError) {
  run.section("Every gradient, checked by central differences")
  var random = run.random("slopes")
  let x = Matrix<Double>.normal(7, 4, using: &random)
  let y = Matrix(rows: 7, columns: 3) { $0 % 3 == $1 ? 1.0 : 0 }
  let loss = Loss<Double>.crossEntropy
  let z = 3 * Matrix<Double>.normal(7, 3, using: &random)
  run.check(
    GradientCheck(of: loss.gradient(at: z, y), at: z) { loss($0, y) }.asCheck(
      "softmax and cross-entropy together have the gradient (p − y)/n"))

  let network = try Network<Double>(
    [4, 5, .tanh, 6, .relu, 3, .softmax], loss: loss, using: &random
  ).withRandomBiases(using: &random)
  let data = Dataset(x: x, y: y)
  run.check(
    GradientCheck(of: network.lossAndGradient(on: data).gradient, at: network) {
      $0.meanLoss(on: data)
    }.asCheck("a network of 3 layers, cross-entropy"))

  let dZ = loss.gradient(at: z, y)
  let rowSums = (0..<7).map { abs(dZ.row($0).sum) }
  run.check(
    "the rows of dZ add up to 0", rowSums.allSatisfy { $0 <= 4 * .ulpOfOne },
    detail: "within 4 ulp, in each of 7 rows")
}
