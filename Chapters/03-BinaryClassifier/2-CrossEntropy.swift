import Regression
import Workbook

/*:
 ## The loss of a probability

 If the prediction is $a$, then yes has the probability $a$ and no has $1 - a$.
 So the right answer $y$, one or zero, has the probability
 $a^y (1 - a)^{1 - y}$. A good neuron gives the right answers a high
 probability. For $n$ examples the probabilities multiply. To get a mean
 instead, take the logarithm, change the sign and divide by $n$. That is the
 **binary cross-entropy**

 $$
 L = -\frac{1}{n} \sum_i \bigl[ y_i \log a_i + (1 - y_i) \log(1 - a_i) \bigr]
 $$

 A prediction that is certain and wrong has an unbounded loss. The prediction ½
 has the loss $\log 2$, which is \(start.ln2), whatever the right answer is.
 Training should begin with that loss.

 ## Never take the logarithm of a sigmoid

 At $z = 40$ the sigmoid rounds to exactly one in `Float` and in `Double`, and
 $\log(1 - a)$ is minus infinity. But the loss at $z = 40$ with $y = 0$ is, very
 nearly, $40$. The remedy is to insert the sigmoid into the formula and to
 simplify it before anything is rounded:

 $$
 -\log \sigma(z) = \log(1 + e^{-z}), \qquad
 -\log(1 - \sigma(z)) = z + \log(1 + e^{-z}),
 $$

 so that the loss of one example is

 $$
 z - y z + \log(1 + e^{-z}) = \max(z, 0) - y z + \log(1 + e^{-|z|}),
 $$

 where the second form never computes a large exponential. The loss takes $z$,
 the **logit**, and no longer $a$.

 ![The loss where the right answer is no, computed both ways](table:stable)
 */

/// Returns the binary cross-entropy of one example from its logit.
///
/// Accurate to a few ulp of max(|z|, loss), for every finite z.
func binaryCrossEntropy<Scalar: AnalyticField>(
  logit z: Scalar, _ y: Scalar
) -> Scalar {
  let size = z < 0 ? -z : z
  return (z > 0 ? z : 0) - y * z + Scalar.log(onePlus: Scalar.exp(-size))
}

/*:
 ## The derivative

 Differentiate $\log(1 + e^{-z}) + (1 - y) z$ with respect to $z$:

 $$
 \frac{\partial L}{\partial z}
   = -\frac{e^{-z}}{1 + e^{-z}} + 1 - y = \sigma(z) - y = a - y
 $$

 The factor $\sigma'$ that slowed the start has cancelled, because the
 derivative of the logarithm contains $1/\sigma'$. For $n$ examples,
 $\mathrm{d}Z = (a - y)/n$. Half the squared error has the same gradient for a
 straight line, with $z$ in the place of $a$. The right loss for an output
 activation is the one with this gradient. So a loss and an output activation
 come **in pairs**.

 A loss here takes the logits of the last layer and the targets. It has its
 gradient and the name of the output activation that it is made for.
 */

/// How wrong logits are, as a mean over the examples.
package struct Loss<Scalar: Field>: Sendable {
  /// Its name, such as `binary cross-entropy`.
  package let name: String
  /// The name of the output activation that it is made for.
  package let matchingActivation: String
  private let value: @Sendable (Matrix<Scalar>, Matrix<Scalar>) -> Scalar
  private let gradient:
    @Sendable (Matrix<Scalar>, Matrix<Scalar>, inout Matrix<Scalar>) -> Void

  /// Creates a loss from functions of logits and targets, `[n, outputs]`. The
  /// second writes the gradient into a matrix.
  package init(
    _ name: String, matchingActivation: String,
    value: @escaping @Sendable (Matrix<Scalar>, Matrix<Scalar>) -> Scalar,
    gradient:
      @escaping @Sendable (
        Matrix<Scalar>, Matrix<Scalar>, inout Matrix<Scalar>
      ) -> Void
  ) {
    self.name = name
    self.matchingActivation = matchingActivation
    self.value = value
    self.gradient = gradient
  }

  /// Returns the loss of logits `z` for targets `y`, both `[n, outputs]`.
  package func callAsFunction(
    _ z: Matrix<Scalar>, _ y: Matrix<Scalar>
  ) -> Scalar {
    value(z, y)
  }

  /// Writes ∂L/∂Z into `dZ`, which becomes `[n, outputs]`.
  package func write(
    gradientAt z: Matrix<Scalar>, _ y: Matrix<Scalar>,
    into dZ: inout Matrix<Scalar>
  ) {
    gradient(z, y, &dZ)
  }

  /// Returns ∂L/∂Z, `[n, outputs]`.
  package func gradient(
    at z: Matrix<Scalar>, _ y: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    var dZ = Matrix<Scalar>.empty
    write(gradientAt: z, y, into: &dZ)
    return dZ
  }
}

extension Loss {
  /// ‖Z − Y‖² / 2n, the loss for the identity.
  package static var halfSquaredError: Loss {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Loss(
        "half squared error", matchingActivation: "identity",
        value: { z, y in
          z.sum(with: y) { ($0 - $1).squared } / Scalar(count: 2 * z.rows)
        },
        gradient: { z, y, dZ in
          let n = Scalar(count: z.rows)
          z.combining(y, into: &dZ) { z, y in (z - y) / n }
        })
    }
  }
}

extension Loss where Scalar: AnalyticField {
  /// −(1/n) Σ [y log σ(z) + (1 − y) log(1 − σ(z))], the loss for a sigmoid.
  package static var binaryCrossEntropy: Loss {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Loss(
        "binary cross-entropy", matchingActivation: "sigmoid",
        value: { z, y in
          let sum = z.sum(with: y) { z, y in
            BinaryClassifier.binaryCrossEntropy(logit: z, y)
          }
          return sum / Scalar(count: z.rows)
        },
        gradient: { z, y, dZ in
          let n = Scalar(count: z.rows)
          z.combining(y, into: &dZ) { z, y in (sigmoid(z) - y) / n }
        })
    }
  }
}

/*:
 Here is the stable form, for logits that are far larger than any in training.
 */

/// Compares the stable loss with the naive one.
func compareStability<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("The loss, from logits")
  run.ask("A network predicts ½ for everything. What is its loss?")
  let atHalf = binaryCrossEntropy(logit: Scalar(0), 1)
  run.record(atHalf, .decimals(4), as: "start.ln2", label: "ln 2")
  var table = Table(
    "stable", columns: ["z", "−log(1 − σ(z))", "from the logit"])
  for z in [-800, -40, 0, 10, 40, 800] {
    let stable = binaryCrossEntropy(logit: Scalar(z), 0)
    let naive = -Scalar.log(1 - sigmoid(Scalar(z)))
    table.add([
      .count(z), .number(Double(naive), .scientific(5)),
      .number(Double(stable), .scientific(5)),
    ])
  }
  run.show(table)
  // log(1 + e⁻⁸⁰⁰) is far below the smallest number, and so exactly 0.
  let extremes = [
    binaryCrossEntropy(logit: Scalar(800), 0) == 800,
    binaryCrossEntropy(logit: Scalar(800), 1) == 0,
    binaryCrossEntropy(logit: Scalar(-800), 0) == 0,
    binaryCrossEntropy(logit: Scalar(-800), 1) == 800,
  ]
  run.check(
    "the loss from logits is right at ±800", extremes.allSatisfy { $0 },
    detail: "800 where the prediction is wrong, 0 where it is right")
}
