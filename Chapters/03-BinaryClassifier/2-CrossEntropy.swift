import Regression
import Workbook

/*:
 ## The loss that belongs to a probability

 If the neuron says $a$, then it holds that yes has probability $a$ and no has
 $1 - a$. The truth $y$, one or zero, had in its view the probability
 $a^y (1 - a)^{1 - y}$. A good neuron makes the truth likely. Products of $n$
 probabilities are unhandy, so take logarithms, turn the sign, divide by $n$:
 the **binary cross-entropy**

 $$
 L = -\frac{1}{n} \sum_i \bigl[ y_i \log a_i + (1 - y_i) \log(1 - a_i) \bigr]
 $$

 To be certain and wrong costs without bound. To say ½ costs $\log 2$, which is
 \(start.ln2), whatever the truth is, and that is what a network that knows
 nothing should begin with.

 ## Never take the logarithm of a sigmoid

 At $z = 40$ the sigmoid rounds to exactly one in `Float` and in `Double`, and
 $\log(1 - a)$ is minus infinity. But the loss at $z = 40$ with $y = 0$ is, very
 nearly, $40$. The cure is to put the sigmoid into the formula and to simplify
 before any rounding:

 $$
 -\log \sigma(z) = \log(1 + e^{-z}), \qquad
 -\log(1 - \sigma(z)) = z + \log(1 + e^{-z}),
 $$

 so that one example costs

 $$
 z - y z + \log(1 + e^{-z}) = \max(z, 0) - y z + \log(1 + e^{-|z|}),
 $$

 where the second form never makes a large exponential. The loss takes $z$, the
 **logit**, and no longer $a$.

 ![The loss where the truth is no, computed both ways](table:stable)
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
 ## What is left of the slope

 Differentiate $\log(1 + e^{-z}) + (1 - y) z$ with respect to $z$:

 $$
 \frac{\partial L}{\partial z}
   = -\frac{e^{-z}}{1 + e^{-z}} + 1 - y = \sigma(z) - y = a - y
 $$

 The $\sigma'$ that made the start flat has cancelled, against a $1/\sigma'$
 hidden in the slope of the logarithm. For $n$ examples,
 $\mathrm{d}Z = (a - y)/n$. It is the slope that half the squared error has for a
 line, with $a$ in the place of $z$. The right loss for an output activation is
 the one that makes this happen, and so a loss and an activation come **in
 pairs**.

 A loss here takes the logits of the last layer and the targets, and knows its
 own slope and its partner.
 */

/// How wrong logits are, as a mean over the examples.
package struct Loss<Scalar: Field>: Sendable {
  /// Its name, such as `binary cross-entropy`.
  package let name: String
  /// The name of the output activation that it is made for.
  package let partner: String
  private let value: @Sendable (Matrix<Scalar>, Matrix<Scalar>) -> Scalar
  private let slope:
    @Sendable (Matrix<Scalar>, Matrix<Scalar>, inout Matrix<Scalar>) -> Void

  /// Creates a loss from functions of logits and targets, `[n, outputs]`. The
  /// second writes the slopes over a matrix.
  package init(
    _ name: String, partner: String,
    value: @escaping @Sendable (Matrix<Scalar>, Matrix<Scalar>) -> Scalar,
    slope:
      @escaping @Sendable (
        Matrix<Scalar>, Matrix<Scalar>, inout Matrix<Scalar>
      ) -> Void
  ) {
    self.name = name
    self.partner = partner
    self.value = value
    self.slope = slope
  }

  /// Returns the loss of logits `z` for targets `y`, both `[n, outputs]`.
  package func callAsFunction(
    _ z: Matrix<Scalar>, _ y: Matrix<Scalar>
  ) -> Scalar {
    value(z, y)
  }

  /// Writes ∂L/∂Z over `dZ`, which becomes `[n, outputs]`.
  package func write(
    slopesAt z: Matrix<Scalar>, _ y: Matrix<Scalar>,
    over dZ: inout Matrix<Scalar>
  ) {
    slope(z, y, &dZ)
  }

  /// Returns ∂L/∂Z, `[n, outputs]`.
  package func slope(
    at z: Matrix<Scalar>, _ y: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    var dZ = Matrix<Scalar>.empty
    write(slopesAt: z, y, over: &dZ)
    return dZ
  }
}

extension Loss {
  /// ‖Z − Y‖² / 2n, the loss for a line.
  package static var halfSquaredError: Loss {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Loss(
        "half squared error", partner: "identity",
        value: { z, y in
          z.sum(with: y) { ($0 - $1).squared } / Scalar(count: 2 * z.rows)
        },
        slope: { z, y, dZ in
          let n = Scalar(count: z.rows)
          z.combining(y, over: &dZ) { z, y in (z - y) / n }
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
        "binary cross-entropy", partner: "sigmoid",
        value: { z, y in
          let sum = z.sum(with: y) { z, y in
            BinaryClassifier.binaryCrossEntropy(logit: z, y)
          }
          return sum / Scalar(count: z.rows)
        },
        slope: { z, y, dZ in
          let n = Scalar(count: z.rows)
          z.combining(y, over: &dZ) { z, y in (sigmoid(z) - y) / n }
        })
    }
  }
}

/*:
 Here is the stable form at work, from logits that no training should reach.
 */

/// Compares the stable loss with the naive one.
func compareStability<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  page.section("The loss, from logits")
  page.ask("What does a network that says ½ to everything cost?")
  let silent = binaryCrossEntropy(logit: Scalar(0), 1)
  page.record(silent, .decimals(4), as: "start.ln2", label: "ln 2")
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
  page.show(table)
  // log(1 + e⁻⁸⁰⁰) is far below the smallest number, and so exactly 0.
  let extremes = [
    binaryCrossEntropy(logit: Scalar(800), 0) == 800,
    binaryCrossEntropy(logit: Scalar(800), 1) == 0,
    binaryCrossEntropy(logit: Scalar(-800), 0) == 0,
    binaryCrossEntropy(logit: Scalar(-800), 1) == 800,
  ]
  page.check(
    "the loss from logits is right at ±800", extremes.allSatisfy { $0 },
    detail: "800 where wrong, 0 where right, and never NaN")
}
