import BinaryClassifier
import Perceptron
import Regression
import Workbook

/*:
 ## Cross-entropy

 The target is a **one-hot** row $y$: a one for the right class, zeros
 elsewhere. As in [chapter 3](chapter:3), the loss is the mean of the negative
 logarithm of the probability that the network gives to the right class:

 $$
 L = -\frac{1}{n} \sum_i y_i \cdot \log p_i
   = \frac{1}{n} \sum_i \Bigl[ \log \sum_k e^{z_{ik}} - y_i \cdot z_i \Bigr]
 $$

 Its gradient needs one observation. The derivative of log-sum-exp in $z_j$ is
 $e^{z_j} / \sum_k e^{z_k}$, which is softmax itself. So

 $$
 \mathrm{d}Z = (P - Y)/n
 $$

 for the third time: the difference of prediction and target. Its rows add up to
 zero, since those of $P$ and of $Y$ add up to one. A step that raises the
 probability of one class lowers that of others.
 */

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

//#-hidden-code
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
 Nothing else is needed. The network of [chapter 3](chapter:3) works with the
 new pair: `[4, 5, .tanh, 3, .softmax]` with cross-entropy. The loss is checked
 by itself, and the whole network too.
 */

/// Checks the gradients of the chapter by central differences.
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

/*:
 ## The loss at the start

 Before training, a network should give every class the probability $1/C$. The
 loss is then $\log C$: for \(start.classes) classes \(start.loss). A first
 loss far above it means that the network gives some class a high probability
 before it has seen any example. The most common cause is a last layer whose
 weights are too large, and the remedy is to make them smaller. Otherwise the
 first steps of the training do only that: the loss falls steeply, and it looks
 like progress.

 ![The first loss, by the size of the last layer's
 weights](table:first-loss)
 */

/// Records the loss at the start for several sizes of the last layer.
func measureFirstLoss<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws(ArchitectureError) {
  run.section("The loss at the start")
  run.ask("Twenty classes, all equally probable. What is the loss?")
  var random = run.random("first-loss")
  let x = Matrix<Scalar>.normal(64, 20, using: &random)
  var table = Table(
    "first-loss", columns: ["classes", "log C", "× 0", "× 1", "× 10"])
  var agrees = true
  for classes in [2, 20, 500] {
    let y = Matrix<Scalar>(rows: 64, columns: classes) {
      $0 % classes == $1 ? 1 : 0
    }
    let data = Dataset(x: x, y: y)
    let network = try Network<Scalar>(
      [20, 50, .relu, .width(classes), .softmax], loss: .crossEntropy,
      using: &random)
    let losses = [0, 1, 10].map { (scale: Int) -> Double in
      var scaled = network
      let weights = network.layers[1].weights
      scaled.layers[1].weights = Scalar(count: scale) * weights
      return Double(scaled.meanLoss(on: data))
    }
    let expected = Double.log(Double(classes))
    let tolerance = 64 * Double(Scalar.ulpOfOne) * expected
    agrees = agrees && abs(losses[0] - expected) <= tolerance
    table.add(
      [.count(classes), .number(expected, .decimals(4))]
        + losses.map { .number($0, .decimals(4)) })
    if classes == 20 {
      run.record(classes, as: "start.classes", label: "classes")
      run.record(losses[0], .decimals(4), as: "start.loss", label: "loss")
    }
  }
  run.show(table)
  run.check(
    "a network that gives all classes the same probability starts at log C",
    agrees,
    detail: "for 2, 20 and 500 classes, to an ulp for each of 64 examples")
}
