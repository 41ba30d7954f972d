import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 ## A rate for every weight

 In a deep network the gradients of different weights differ by powers of ten.
 No single learning rate is right for all. [RMSprop](cite:tieleman-hinton-2012)
 divides each gradient by its own usual size, the root of a running mean of its
 squares:

 $$
 s \leftarrow \alpha s + (1 - \alpha) \, g^2, \qquad
 \theta \leftarrow \theta - \eta \, \frac{g}{\sqrt{s} + \varepsilon}
 $$

 Squares and root act on each entry by itself. The small $\varepsilon$, usually
 $10^{-8}$, keeps a weight whose gradient is zero from a division by zero. It
 is added to the root and not inside it, where its effect would be that of
 $10^{-4}$.

 [Adam](cite:kingma-ba-2015) does both: it averages the gradient, as momentum
 does, and divides by the root of the averaged squares.

 $$
 \begin{aligned}
 m &\leftarrow \beta_1 m + (1 - \beta_1) \, g \\
 s &\leftarrow \beta_2 s + (1 - \beta_2) \, g^2
 \end{aligned}
 $$

 ## The correction of a cold start

 Both averages start from zero, so at first they are too small. How much? If
 the gradient is always $g$, then after $t$ steps

 $$
 m = (1 - \beta_1) \, (1 + \beta_1 + \dots + \beta_1^{t - 1}) \, g
   = (1 - \beta_1^t) \, g
 $$

 because the sum is a geometric series. The same holds for $s$ with $\beta_2$.
 Divide both by their factor, and a constant gradient has the right average from
 the first step on. That is Adam's **bias correction**:

 $$
 \hat m = \frac{m}{1 - \beta_1^t}, \qquad
 \hat s = \frac{s}{1 - \beta_2^t}, \qquad
 \theta \leftarrow \theta - \eta \, \frac{\hat m}{\sqrt{\hat s} + \varepsilon}
 $$

 The steps are counted from one. Counted from zero, the first step divides both
 averages by zero, and $\infty / \infty$ is NaN.

 > **Guess:** $\beta_1$ is $0.9$ and $\beta_2$ is $0.999$. How long is the first step
 > of a weight with the correction, and how long without?
 >
 > With it, $\hat m = g$ and $\hat s = g^2$: the step is $\eta$, whatever the
 > size of the gradient. Without it the step is $\eta \cdot 0.1 / \sqrt{0.001}$:
 > \(adam.cold) times as long. The correction does not speed the start up, as
 > its name may suggest. It holds the start back.

 ![Sum, average and Adam under a gradient that is always one: how far each has
 moved, in learning rates](table:constant-gradient)
 */

/// Divides an average of the gradients by the root of that of their squares.
package struct Adam<Scalar: AnalyticField>: UpdateRule {
  package var β1: Scalar
  package var β2: Scalar
  package var ε: Scalar
  //#-hidden-code
  package var isCorrected = true
  package let slots = 2

  package init(β1: Scalar, β2: Scalar, ε: Scalar) {
    (self.β1, self.β2, self.ε) = (β1, β2, ε)
  }
  //#-end-hidden-code
}

/*:
 Two numbers are remembered for each weight:
 */

extension Adam {
  func move(
    by g: Scalar, _ m: inout Scalar, _ s: inout Scalar, step: Int
  ) -> Scalar {
    let (correction1, correction2) = corrections(at: step)
    m = β1 * m + (1 - β1) * g
    s = β2 * s + (1 - β2) * g * g
    return m / correction1 / (Scalar.sqrt(s / correction2) + ε)
  }
}

/*:
 The corrections are those of the formula, $1 - \beta^t$. Trainings compute them
 once a step and not once a weight.
 */

//#-hidden-code
extension Adam {
  /// Returns what the two averages are divided by at a step.
  func corrections(at step: Int) -> (Scalar, Scalar) {
    isCorrected ? (1 - power(β1, step), 1 - power(β2, step)) : (1, 1)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func update(
    _ θ: UnsafeMutableBufferPointer<Scalar>, by g: UnsafeBufferPointer<Scalar>,
    _ memory: inout [[Scalar]], rate: Scalar, step: Int
  ) {
    let (correction1, correction2) = corrections(at: step)
    let (rate, root) = (rate / correction1, Scalar.sqrt(correction2))
    for i in 0..<θ.count {
      let m = β1 * memory[0][i] + (1 - β1) * g[i]
      let s = β2 * memory[1][i] + (1 - β2) * g[i] * g[i]
      (memory[0][i], memory[1][i]) = (m, s)
      θ[i] -= rate * m / (Scalar.sqrt(s) / root + ε)
    }
  }
}

/// Returns a power with a whole exponent, by squaring.
///
/// - Precondition: The exponent is not negative.
func power<Scalar: Field>(_ base: Scalar, _ exponent: Int) -> Scalar {
  var (result, square, rest): (Scalar, Scalar, Int) = (1, base, exponent)
  while rest > 0 {
    if rest % 2 == 1 { result *= square }
    square *= square
    rest /= 2
  }
  return result
}

/// Divides each gradient by the root of a running mean of its squares.
package struct RMSprop<Scalar: AnalyticField>: UpdateRule {
  package var α: Scalar
  package var ε: Scalar
  package let slots = 1

  package init(α: Scalar, ε: Scalar) { (self.α, self.ε) = (α, ε) }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func update(
    _ θ: UnsafeMutableBufferPointer<Scalar>, by g: UnsafeBufferPointer<Scalar>,
    _ memory: inout [[Scalar]], rate: Scalar, step: Int
  ) {
    for i in 0..<θ.count {
      let s = α * memory[0][i] + (1 - α) * g[i] * g[i]
      memory[0][i] = s
      θ[i] -= rate * g[i] / (Scalar.sqrt(s) + ε)
    }
  }
}

extension Adam where Scalar: FloatingField {
  /// Adam with the usual numbers: 0.9, 0.999 and 10⁻⁸.
  package static var usual: Adam {
    Adam(β1: Scalar(0.9), β2: Scalar(0.999), ε: Scalar(1e-8))
  }

  /// Adam as it would be without the correction of its cold start.
  package static var uncorrected: Adam {
    var rule = usual
    rule.isCorrected = false
    return rule
  }
}

extension Optimiser where Scalar: FloatingField {
  /// RMSprop with the usual numbers.
  package static func rmsProp(
    learningRate: Scalar, weightDecay: Scalar = 0
  ) -> Optimiser {
    Optimiser(
      RMSprop(α: Scalar(0.99), ε: Scalar(1e-8)), learningRate: learningRate,
      weightDecay: weightDecay)
  }

  /// Adam, without weight decay.
  package static func adam(learningRate: Scalar) -> Optimiser {
    Optimiser(Adam.usual, learningRate: learningRate)
  }

  /// AdamW: Adam with weight decay that shrinks the weights by itself.
  package static func adamW(
    learningRate: Scalar, weightDecay: Scalar
  ) -> Optimiser {
    Optimiser(Adam.usual, learningRate: learningRate, weightDecay: weightDecay)
  }

  /// Adam with weight decay as a part of the gradient, which Adam divides too.
  package static func adamWithPenalty(
    learningRate: Scalar, weightDecay: Scalar
  ) -> Optimiser {
    Optimiser(
      Adam.usual, learningRate: learningRate, weightDecay: weightDecay,
      decaysThroughGradient: true)
  }
}
//#-end-hidden-code

/*:
 The modules of [chapter 6](chapter:6) take the same rules. The run trains a
 network by hand and one of modules with Adam from the same start: after
 \(modules.steps) steps every weight is equal to the last bit.
 */

/// Trains a network with Adam twice: by hand, and as modules.
func trainModules<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws(ArchitectureError) {
  var random = run.random("modules")
  let steps = run.setting(
    100, as: "modules.steps", label: "steps of both trainings")
  let data = LabelledPoints.circles(64, using: &random).binary(as: scalar)
  var byHand = try Network<Scalar>(
    [2, 8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
  let model = Sequential<Scalar> {
    Linear(byHand.layers[0])
    ReLU()
    Linear(byHand.layers[1])
  }
  var optimiser = Optimiser<Scalar>.adamW(
    learningRate: Scalar(0.01), weightDecay: Scalar(0.1))
  let ofModules = ModuleOptimiser(model.parameters, by: optimiser)
  for _ in 0..<steps {
    let gradient = byHand.lossAndGradient(on: data).gradient
    optimiser.step(&byHand, against: gradient)
    ofModules.zeroGrad()
    Loss.binaryCrossEntropy(model(data.x), data.y).backward()
    ofModules.step()
  }
  run.check(
    "AdamW moves modules as it moves a network by hand",
    model.parameters.map { $0.value.elements.map { "\($0)" } }
      == byHand.tensors.map { $0.elements.map { "\($0)" } },
    detail: "after \(steps) steps, every weight is equal to the last bit")
}

//#-hidden-code
/// Shows how far three rules have moved under a gradient that is always 1.
func showColdStart(on run: inout RunRecorder) {
  run.section("The correction of a cold start")
  run.ask("How many times as long is Adam's first step without correction?")
  let rules: [any UpdateRule<Double>] = [
    Momentum(0.9), Momentum(0.9, .average), Adam<Double>.uncorrected,
    Adam<Double>.usual,
  ]
  let steps = [1, 2, 10, 100, 1_000]
  let moved = rules.map { distances(of: $0, after: steps) }
  run.record(
    moved[2][0] / moved[3][0], .decimals(2), as: "adam.cold", label: "times")
  run.show(
    Table(
      "constant-gradient",
      columns: [
        "steps", "momentum, sum", "momentum, average", "Adam, uncorrected",
        "Adam",
      ],
      rows: steps.indices.map { row in
        [.count(steps[row])]
          + moved.map { .number($0[row], .decimals(3)) }
      }))
  let last = Double(steps[steps.count - 1])
  run.check(
    "under a constant gradient Adam takes steps of one learning rate",
    zip(moved[3], steps).allSatisfy { abs($0 - Double($1)) <= 1e-6 * last },
    detail: "to a millionth, after up to 1,000 steps")
  let sum = moved[0].last ?? 0
  run.check(
    "momentum as a sum moves 1/(1 − β) times as far as the average",
    zip(moved[0], moved[1]).allSatisfy {
      abs($0 - 10 * $1) <= 1e-12 * sum
    }, detail: "ten times, for β = 0.9")
}

/// Returns how far a rule moves a number whose gradient is always 1, at a
/// learning rate of 1.
private func distances(
  of rule: any UpdateRule<Double>, after steps: [Int]
) -> [Double] {
  var optimiser = Optimiser(rule, learningRate: 1)
  var (θ, distances): ([Double], [Double]) = ([0], [])
  for step in 1...(steps.max() ?? 1) {
    optimiser.step { visit in
      θ.withUnsafeMutableBufferPointer { θ in
        [1.0].withUnsafeBufferPointer { visit(.bias, .scalar, θ, $0) }
      }
    }
    if steps.contains(step) { distances.append(-θ[0]) }
  }
  return distances
}
//#-end-hidden-code
