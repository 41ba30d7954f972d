import Regression
import Workbook

/*:
 ## Never take the logarithm of a sigmoid

 At $z = 40$ the sigmoid rounds to exactly one in `Float` and in `Double`. The
 program then computes $\log(1 - 1)$, which is minus infinity. But the loss at
 $z = 40$ with $y = 0$ is nearly $40$. The remedy is to insert the sigmoid into
 the formula and to simplify before anything is rounded:

 $$
 \begin{aligned}
 -\log \sigma(z) &= \log(1 + e^{-z}) \\
 -\log(1 - \sigma(z)) &= z + \log(1 + e^{-z})
 \end{aligned}
 $$

 The loss of one example weighs the first with $y$ and the second with $1 - y$:

 $$
 z - y z + \log(1 + e^{-z}) = \max(z, 0) - y z + \log(1 + e^{-|z|})
 $$

 The second form never computes a large exponential. The loss takes $z$, which
 is called the **logit**, and no longer $a$.
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

/// Computes the loss from the prediction and from the logit, for large logits.
func compareStability<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("The loss, from logits")
  run.ask("A network predicts ½ for everything. What is its loss?")
  let atHalf = binaryCrossEntropy(logit: Scalar(0), 1)
  run.record(atHalf, .decimals(4), as: "start.ln2", label: "ln 2")
  var table = Table(
    "stable", columns: ["z", "−log(1 − σ(z))", "from the logit"])
  for z in [-40, 0, 40, 800] {
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

/*:
 ![The loss where the right answer is no, computed both ways](table:stable)

 ## A loss and its activation come in pairs

 Half the squared error of a plain number $z$ is $(z - y)^2/2$, and its
 derivative is $z - y$. That is the same formula again, with $z$ in the place of
 $a$. So each output activation has a loss with which the gradient is the
 prediction minus the answer:

 - the identity has half the squared error, for numbers;
 - the sigmoid has binary cross-entropy, for yes or no.

 A `Loss` takes the logits of the last layer and the targets. It has a value, a
 gradient, and the name of the activation that it is made for. Inside the one
 for yes or no are two formulas from above.
 */

//#-hidden-code
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
//#-end-hidden-code

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
