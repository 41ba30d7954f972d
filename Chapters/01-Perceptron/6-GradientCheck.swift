import Workbook

/*:
 ## Checking a whole gradient

 A network has many weights. Its **gradient** holds a slope for each, and so is
 shaped like the network itself. To check it, nudge one weight at a time,
 compute the loss twice, and compare. The first gradient to be checked is the
 perceptron's own: its rule turns out to walk down a slope.

 Let a right example cost nothing and a wrong one its distance from being
 right, $\max(0, -y s)$, and take the mean over the $n$ examples. Where
 $y s < 0$ the slope of one term in $w$ is $-y x$, and the rule to add $y x$ is a
 step against it.
 */

extension Perceptron {
  /// Returns the mean of max(0, −y s), and its slope in each weight.
  ///
  /// - Parameters:
  ///   - x: The points, `[n, features]`.
  ///   - y: Their labels, each −1 or +1, `[n]`.
  func lossAndGradient(
    on x: Matrix<Scalar>, _ y: Vector<Scalar>
  ) -> (loss: Scalar, gradient: Perceptron) {
    let n = Scalar(count: x.rows)
    var loss: Scalar = 0
    var gradient = Perceptron(weights: 0 * weights, bias: 0)
    for example in 0..<x.rows {
      let cost = -y[example] * score(of: x.row(example))
      guard cost > 0 else { continue }
      loss += cost / n
      gradient.weights.add(-y[example] / n, times: x.row(example))
      gradient.bias -= y[example] / n
    }
    return (loss, gradient)
  }
}

extension Perceptron: Parameterised {
  var tensors: [Tensor<Scalar>] {
    get { [Tensor("w", weights), Tensor("b", bias)] }
    set {
      weights = newValue[0].vector
      bias = newValue[1].elements[0]
    }
  }
}

/*:
 ## The contract of a good check

 Checks can be wrong too, most often by being too kind. This one keeps a
 contract:

 - **every entry of every tensor**, not a few at random;
 - sizes that are pairwise distinct and more than one, so that a transposed
   matrix does not fit and a forgotten $1/n$ shows;
 - a start away from zero, since at zero half of all slopes vanish;
 - a tolerance with a relative and an absolute part: large slopes may be off by
   a part in a million, and near zero, where a part of nothing is nothing, by
   $10^{-8}$;
 - **kinks are counted.** $\max(0, \cdot)$ has a corner. A difference taken across
   it is no derivative of either side, so such an entry is set aside, and the
   report says how many.

 How does one see a corner from outside? Take the slopes to the left and to the
 right. On a smooth curve they differ by $h f''$, and with a part of the step they
 differ by that part. Across a corner they do not, except where it lies at one
 unlucky distance. So two smaller steps are tried, a half and a quarter: their
 unlucky distances differ.
 */

/// What comparing a gradient with central differences gave.
package struct GradientCheck: Sendable {
  /// An entry whose slope is not what the differences say.
  package struct Mismatch: Sendable {
    package let tensor: String
    package let index: Int
    package let ours: Double
    package let difference: Double
  }

  /// The number of entries.
  package private(set) var entries = 0
  /// The number of entries set aside because a step crossed a kink.
  package private(set) var kinks = 0
  /// The largest error, as a part of what is tolerated.
  package private(set) var worst = 0.0
  /// The entries that are wrong.
  package private(set) var mismatches: [Mismatch] = []

  static let step = 0x1p-17
  static let relativeTolerance = 1e-6
  static let absoluteTolerance = 1e-8

  /// Compares each entry of a gradient with the central difference.
  ///
  /// - Parameters:
  ///   - gradient: The slopes to be checked.
  ///   - network: The place at which they are the slopes.
  ///   - loss: The function that they are the slopes of.
  package init<Network: Parameterised<Double>>(
    of gradient: Network, at network: Network, loss: (Network) -> Double
  ) {
    let center = loss(network)
    let slopes = gradient.tensors
    for (number, tensor) in network.tensors.enumerated() {
      precondition(
        slopes[number].shape == tensor.shape,
        "\(tensor.name) \(tensor.shape), its gradient \(slopes[number].shape)")
      for index in tensor.elements.indices {
        let curve = { (value: Double) -> Double in
          var nudged = network
          nudged.tensors[number].elements[index] = value
          return loss(nudged)
        }
        let value = tensor.elements[index]
        entries += 1
        if Self.hasKink(curve, at: value, center) {
          kinks += 1
        } else {
          compare(
            slopes[number].elements[index],
            centralDifference(of: curve, at: value, step: Self.step),
            tensor: tensor.name, index: index)
        }
      }
    }
  }
}

extension GradientCheck {
  /// Compares one slope with the difference; NaN agrees with nothing.
  private mutating func compare(
    _ ours: Double, _ difference: Double, tensor: String, index: Int
  ) {
    let tolerated =
      Self.absoluteTolerance
      + Self.relativeTolerance * max(abs(ours), abs(difference))
    let error = abs(ours - difference) / tolerated
    if error <= 1 {
      worst = max(worst, error)
    } else {
      mismatches.append(
        Mismatch(
          tensor: tensor, index: index, ours: ours, difference: difference))
    }
  }

  /// Whether the slopes to the left and right fail to approach each other.
  private static func hasKink(
    _ f: (Double) -> Double, at x: Double, _ center: Double
  ) -> Bool {
    func bend(_ h: Double) -> Double {
      (f(x + h) - 2 * center + f(x - h)) / h
    }
    let excesses = [2.0, 4].map { abs(bend(step) - $0 * bend(step / $0)) }
    let tolerated = 2 * absoluteTolerance * max(1, abs(center))
    return excesses.contains { $0 > tolerated }
  }

  /// The outcome as a check of a claim.
  ///
  /// It is undecided where more than a tenth of the entries sat on kinks, and
  /// where there was nothing to compare.
  package func asCheck(_ claim: String) -> Check {
    let kinkText = "\(kinks) set aside at kinks"
    let format = NumberFormat.scientific(3)
    if let first = mismatches.first {
      return Check(
        claim, .fail,
        detail: "\(mismatches.count) of \(entries) slopes differ, \(kinkText); "
          + "\(first.tensor) entry \(first.index): "
          + "ours \(format.text(of: first.ours)), "
          + "difference \(format.text(of: first.difference))")
    }
    let part = NumberFormat.scientific(1).text(of: worst)
    return Check(
      claim, entries == 0 || kinks * 10 > entries ? .undecided : .pass,
      detail: "\(entries) slopes, \(kinkText); "
        + "the worst error is \(part) of the tolerance")
  }
}

/*:
 The first use: seven examples of four features, and a neuron that is wrong
 about some of them. Its \(gradient.entries) slopes agree. So a rule found by
 thinking about mistakes is a step downhill on a loss, and from here on we
 choose the loss first and let its slope be the rule.
 */

/// Checks the slopes of the perceptron's loss by central differences.
func checkPerceptronGradient(on page: inout Page) {
  page.section("The update rule is a step downhill")
  var random = page.random("gradient")
  let x = Matrix<Double>.normal(7, 4, using: &random)
  let y: Vector<Double> = signs((0..<7).map { $0 % 2 })
  let neuron = Perceptron(
    weights: Vector<Double>.normal(4, using: &random), bias: 0.5)
  let gradient = neuron.lossAndGradient(on: x, y).gradient
  let check = GradientCheck(of: gradient, at: neuron) {
    $0.lossAndGradient(on: x, y).loss
  }
  page.record(
    check.entries, as: "gradient.entries", label: "slopes compared")
  page.check(check.asCheck("the update rule is the slope of its loss"))
}
