import Workbook

/*:
 ## Checking a whole gradient

 A network has many weights. Its **gradient** holds the derivative of the loss
 in each of them, and so it has the shape of the network. To check it, change
 one weight at a time, compute the loss on both sides, and compare. The first
 gradient to be checked is the perceptron's own, because its rule is a step
 against a gradient.

 Let the loss of an example be zero if the neuron is right about it, and else how
 far its score is on the wrong side: $\max(0, -y s)$. Take the mean over the $n$
 examples. Where $y s < 0$ the derivative of one term in $w$ is $-y x$, and adding
 $y x$ is a step against it. At $y s = 0$ the term has a kink and no derivative.
 There the code takes $-y x$ too, the derivative on the wrong side, because the
 rule moves: a score of zero is a mistake.
 */

extension Perceptron {
  /// Returns the mean of max(0, −y s), and its gradient.
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
      let point = x.row(example)
      if isRight(about: point, y[example]) { continue }
      loss += -y[example] * score(of: point) / n
      gradient.weights.add(-y[example] / n, times: point)
      gradient.bias -= y[example] / n
    }
    return (loss, gradient)
  }
}

extension Perceptron: Parameterised {
  var parameterNames: [String] { ["weight", "bias"] }
  var parameterSymbols: [String] { ["w", "b"] }

  mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    weights.visit(as: .weight, beside: other?.weights, visit)
    bias.visit(as: .bias, beside: other?.bias, visit)
  }
}

/*:
 ## The contract of a good check

 Checks can be wrong too, most often because they tolerate too much. This one
 keeps a contract:

 - **every entry of every tensor**, not a few at random;
 - sizes that are pairwise distinct and more than one, so that a transposed
   matrix does not fit and a forgotten $1/n$ shows;
 - weights away from zero, because at zero half of all derivatives are zero;
 - a relative and an absolute tolerance: a derivative may be off by one
   millionth of its size, or by $10^{-8}$ where it is close to zero;
 - **kinks are counted.** $\max(0, \cdot)$ has a kink at zero. A difference
   taken across it is the derivative of neither side, so such an entry is set
   aside, and the report says how many.

 How can the check notice a kink? Take the differences to the left and to the
 right. For a smooth function they differ by $h f''$, so a step of half the size
 halves their difference. Across a kink it does not, except where the kink lies
 at one particular distance. So two smaller steps are tried, a half and a
 quarter: their particular distances differ.
 */

/// What comparing a gradient with central differences gave.
package struct GradientCheck: Sendable {
  /// An entry whose derivative is not the central difference.
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
  /// The largest error, as a fraction of the tolerance.
  package private(set) var worst = 0.0
  /// The entries that are wrong.
  package private(set) var mismatches: [Mismatch] = []

  static let step = 0x1p-17
  static let relativeTolerance = 1e-6
  static let absoluteTolerance = 1e-8

  /// Compares each entry of a gradient with the central difference.
  ///
  /// - Parameters:
  ///   - gradient: The gradient to be checked.
  ///   - network: The point at which it is the gradient.
  ///   - loss: The function that it is the gradient of.
  package init<Network: Parameterised<Double>>(
    of gradient: Network, at network: Network, loss: (Network) -> Double
  ) {
    let center = loss(network)
    let gradients = gradient.tensors
    var changed = network
    for (number, tensor) in network.tensors.enumerated() {
      precondition(
        gradients[number].shape == tensor.shape,
        "\(tensor.name) has the shape \(tensor.shape), "
          + "its gradient \(gradients[number].shape)")
      for (index, value) in tensor.elements.enumerated() {
        let f = { (value: Double) -> Double in
          changed.setEntry(index, ofParameter: number, to: value)
          return loss(changed)
        }
        entries += 1
        if Self.hasKink(f, at: value, center) {
          kinks += 1
        } else {
          compare(
            gradients[number].elements[index],
            centralDifference(of: f, at: value, step: Self.step),
            tensor: tensor.name, index: index)
        }
        changed.setEntry(index, ofParameter: number, to: value)
      }
    }
  }
}

extension Parameterised {
  /// Changes one number.
  ///
  /// - Parameters:
  ///   - index: Its position in the parameter.
  ///   - number: The position of the parameter in the order of the visit.
  ///   - value: The new number.
  package mutating func setEntry(
    _ index: Int, ofParameter number: Int, to value: Scalar
  ) {
    forEachParameter { parameter, θ in
      if parameter.index == number { θ[index] = value }
    }
  }
}

extension GradientCheck {
  /// Compares one entry with the central difference. NaN agrees with nothing.
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

  /// Whether the differences to the left and right fail to approach each other.
  private static func hasKink(
    _ f: (Double) -> Double, at x: Double, _ center: Double
  ) -> Bool {
    func asymmetry(_ h: Double) -> Double {
      (f(x + h) - 2 * center + f(x - h)) / h
    }
    let excesses = [2.0, 4].map {
      abs(asymmetry(step) - $0 * asymmetry(step / $0))
    }
    let tolerated = 2 * absoluteTolerance * max(1, abs(center))
    return excesses.contains { $0 > tolerated }
  }

  /// The outcome as a check of a claim.
  ///
  /// It is undecided where more than a tenth of the entries were set aside at
  /// kinks, and where there was nothing to compare.
  package func asCheck(_ claim: String) -> Check {
    let kinkText = "\(kinks) set aside at kinks"
    let format = NumberFormat.scientific(3)
    if let first = mismatches.first {
      return Check(
        claim, .fail,
        detail:
          "\(mismatches.count) of \(entries) derivatives differ, \(kinkText); "
          + "\(first.tensor) entry \(first.index): "
          + "gradient \(format.text(of: first.ours)), "
          + "central difference \(format.text(of: first.difference))")
    }
    let part = NumberFormat.scientific(1).text(of: worst)
    return Check(
      claim, entries == 0 || kinks * 10 > entries ? .undecided : .pass,
      detail: "\(entries) derivatives, \(kinkText); "
        + "the worst error is \(part) of the tolerance")
  }
}

/*:
 The first use: seven examples of four features, and a neuron that is wrong
 about some of them. Its \(gradient.entries) derivatives agree. So the rule that
 we found by thinking about mistakes is a step against the gradient of a loss.
 From here on we choose the loss first, and its gradient gives the rule.
 */

/// Checks the gradient of the perceptron's loss by central differences.
func checkPerceptronGradient(on run: inout RunRecorder) {
  run.section("The update rule is a step against a gradient")
  var random = run.random("gradient")
  let x = Matrix<Double>.normal(7, 4, using: &random)
  let y: Vector<Double> = signs((0..<7).map { $0 % 2 })
  let neuron = Perceptron(
    weights: Vector<Double>.normal(4, using: &random), bias: 0.5)
  let gradient = neuron.lossAndGradient(on: x, y).gradient
  let check = GradientCheck(of: gradient, at: neuron) {
    $0.lossAndGradient(on: x, y).loss
  }
  run.record(
    check.entries, as: "gradient.entries", label: "derivatives compared")
  run.check(check.asCheck("the update rule is a step against its gradient"))
  checkScoresOfZero(on: &run, x, y)
}

//#-hidden-code
/// Checks that accuracy, rule and gradient all take a score of 0 for a mistake.
func checkScoresOfZero(
  on run: inout RunRecorder, _ x: Matrix<Double>, _ y: Vector<Double>
) {
  let start = Perceptron<Double>(
    weights: Vector(repeating: 0, count: x.columns), bias: 0)
  let agree = (0..<x.rows).allSatisfy { row in
    let point = Matrix(rows: 1, columns: x.columns) { x[row, $1] }
    var learned = start
    let isMistake = learned.learn(from: x.row(row), y[row])
    let gradient = start.lossAndGradient(on: point, [y[row]]).gradient
    return isMistake && learned.bias == -gradient.bias
      && learned.weights == -1 * gradient.weights
  }
  run.check(
    "a score of 0 is a mistake for accuracy, rule and gradient alike",
    agree && start.accuracy(on: x, y) == 0,
    detail: "\(x.rows) points of both labels, all weights zero")
}
//#-end-hidden-code
