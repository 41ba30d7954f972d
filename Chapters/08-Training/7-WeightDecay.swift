import BinaryClassifier
import Regression
import Workbook

/*:
 ## Weight decay, twice

 [Chapter 2](chapter:2) brought weight decay in two ways: as a **penalty**
 $\lambda \lVert W \rVert^2 / 2$ in the loss, which adds $\lambda W$ to the
 gradient, and as a factor on the weights. For SGD they are one:

 $$
 W - \eta \, (g + \lambda W) = (1 - \eta \lambda) \, W - \eta g
 $$

 For Adam they are not. The penalty goes through its averages with the rest of
 the gradient and is divided by the gradient's size:

 $$
 W \leftarrow W - \eta \, \frac{\hat m}{\sqrt{\hat s} + \varepsilon}
 \quad \text{with } g + \lambda W \text{ in } m \text{ and } s
 $$

 A weight with large gradients is divided by a large number, so it hardly decays.
 **Decoupled** decay leaves the averages alone and takes the factor. Adam with
 it is [AdamW](cite:loshchilov-hutter-2019). An `Optimiser` has both: `decaysThroughGradient` says
 whether $\lambda W$ joins the gradient.

 > **Guess:** Two weights start at one. Their gradients are the same noise, the first of
 > size \(decay.small), the second of size \(decay.large). After
 > \(decay.steps) steps with $\eta$ = \(decay.rate) and $\lambda$ =
 > \(decay.strength): what is left of each?
 >
 > The factor alone would leave $(1 - \eta \lambda)^t$ = \(decay.expected).
 > AdamW leaves about that of both, beside the noise, which moves both alike.
 > With the penalty, the weight with the large gradients keeps
 > \(decay.kept) and the other one \(decay.lost). There $\lambda W$ is larger
 > than the noise for a long time, and Adam makes of it a step of nearly one
 > learning rate.

 ![What is left of two weights, by rule and decay](table:decays)

 ![The two weights under Adam](figure:decay-paths)

 The row without decay is the control: Adam moves both weights alike, whatever
 the size of their gradients. So the difference comes from the decay.

 ## Not the biases

 A bias is not small by nature. It may have to carry the mean of the targets, and
 decay pulls it to zero. A line through points with the mean target
 \(decay.mean) is trained with SGD and $\lambda$ = \(decay.strength). If only
 the weight decays, the mean prediction is \(decay.free). If the bias decays
 too, it is \(decay.pulled): the mean over $1 + \lambda$, because there the
 gradient of the loss, bias minus mean, is $-\lambda$ times the bias.
 */

//#-hidden-code
/// Two weights whose gradients are noise of different sizes.
private struct NoisyWeights {
  let noise: [Double]
  let sizes: [Double]

  /// Returns both weights after each step.
  func path(of optimiser: Optimiser<Double>) -> [[Double]] {
    var (optimiser, w) = (optimiser, Matrix<Double>([[1, 1]]))
    return noise.map { noise in
      optimiser.step(
        &w, against: Matrix([[noise * sizes[0], noise * sizes[1]]]))
      return w.elements
    }
  }
}

/// Shows what a penalty and decoupled decay do to two weights.
func compareDecays(on run: inout RunRecorder) {
  run.section("Weight decay, twice")
  run.ask("Two weights, small and large gradients: what does decay leave?")
  var random = run.random("decay")
  let steps = run.setting(2_000, as: "decay.steps", label: "steps", least: 2)
  let rate = run.setting(
    0.001, .decimals(3), as: "decay.rate", label: "learning rate")
  let strength = run.setting(
    0.5, .decimals(1), as: "decay.strength", label: "weight decay")
  let sizes = [
    run.setting(0.1, .decimals(1), as: "decay.small", label: "small gradients"),
    run.setting(100, .count, as: "decay.large", label: "large gradients"),
  ]
  let weights = NoisyWeights(
    noise: (0..<steps).map { _ in random.normal() }, sizes: sizes)
  let rules: [(name: String, optimiser: Optimiser<Double>)] = [
    ("Adam, no decay", .adam(learningRate: rate)),
    (
      "Adam, penalty",
      .adamWithPenalty(learningRate: rate, weightDecay: strength)
    ),
    (
      "AdamW, decoupled", .adamW(learningRate: rate, weightDecay: strength)
    ),
  ]
  let paths = rules.map { weights.path(of: $0.optimiser) }
  let ends = paths.map { $0[$0.count - 1] }
  run.show(
    Table(
      "decays", columns: ["rule", "small gradients", "large gradients"],
      rows: zip(rules, ends).map { rule, end in
        [
          .text(rule.name), .number(end[0], .decimals(3)),
          .number(end[1], .decimals(3)),
        ]
      }))
  run.show(
    Figure(
      "decay-paths",
      LinePlot(
        x: .linear("step"), y: .linear("weight"),
        series: [
          .init("penalty, large gradients", paths[1].map { $0[1] }),
          .init("penalty, small gradients", paths[1].map { $0[0] }),
          .init("decoupled, large gradients", paths[2].map { $0[1] }),
          .init("no decay, large gradients", paths[0].map { $0[1] }),
        ])))
  let left = Double.pow(1 - rate * strength, steps)
  run.record(
    left, .decimals(3), as: "decay.expected", label: "the factor alone")
  run.record(
    ends[1][1], .decimals(3), as: "decay.kept", label: "large, penalty")
  run.record(
    ends[1][0], .decimals(3), as: "decay.lost", label: "small, penalty")
  checkDecays(on: &run, ends)
  checkPlainDecay(on: &run)
  decayBias(on: &run, strength)
}

/// Checks which of the weights decay, beside the noise of no decay.
private func checkDecays(
  on run: inout RunRecorder, _ ends: [[Double]]
) {
  let lost = zip(ends[0], ends[1]).map { $0 - $1 }
  run.check(
    "with a penalty in Adam the weight with large gradients hardly decays",
    abs(lost[1]) < 0.05 && lost[0] > 0.3,
    detail: "beside the same weights without decay")
  run.check(
    "decoupled decay treats large and small gradients alike",
    abs(ends[2][0] - ends[2][1]) < 1e-4 && abs(ends[0][0] - ends[0][1]) < 1e-4,
    detail: "to 10⁻⁴, as without decay; ε tells them apart")
}

/// Checks that both forms of decay are one for SGD: exactly on fractions.
private func checkPlainDecay(on run: inout RunRecorder) {
  var random = run.random("decay.sgd")
  let gradients = (0..<20).map { _ in
    Matrix<Double>.normal(2, 3, using: &random).map { ($0 * 64).rounded() / 64 }
  }
  let (η, λ) = (Rational(1, 8), Rational(1, 16))
  let ends = [false, true].map { isPenalty in
    var w = Matrix<Rational>(rows: 2, columns: 3, repeating: 1)
    var optimiser = Optimiser<Rational>(
      GradientStep(), learningRate: η, weightDecay: λ,
      decaysThroughGradient: isPenalty)
    for gradient in gradients { optimiser.step(&w, against: Matrix(gradient)) }
    return w
  }
  run.check(
    "for SGD a penalty and decoupled decay are the same",
    ends[0] == ends[1], detail: "20 steps on exact fractions, no difference")
}

/// Fits a line by SGD, with weight decay on the bias or without.
private func decayBias(on run: inout RunRecorder, _ strength: Double) {
  let mean = run.setting(
    10, as: "decay.mean", label: "mean of the targets")
  let x = Matrix<Double>(rows: 21, columns: 1) { row, _ in
    Double(row - 10) / 10
  }
  let data = Dataset(x: x, y: x.map { 2 * $0 + Double(mean) })
  // A column of ones makes of the bias a weight, and weights decay.
  let widened = Matrix<Double>(rows: 21, columns: 2) { row, column in
    column == 0 ? x[row, 0] : 1
  }
  let free = meanPrediction(on: data, strength)
  let pulled = meanPrediction(on: Dataset(x: widened, y: data.y), strength)
  run.record(
    free, .decimals(3), as: "decay.free", label: "without decay of the bias")
  run.record(
    pulled, .decimals(3), as: "decay.pulled", label: "with decay of the bias")
  run.check(
    "decay of the bias makes the mean prediction too small",
    abs(free - Double(mean)) < 1e-3
      && abs(pulled - Double(mean) / (1 + strength)) < 1e-3,
    detail: "the mean of the targets, and that over 1 + λ")
}

/// Returns the mean prediction of a line after many steps with weight decay.
private func meanPrediction(
  on data: Dataset<Double>, _ strength: Double
) -> Double {
  let weights = Matrix<Double>(rows: data.x.columns, columns: 1, repeating: 0)
  var line = Network<Double>(
    layers: [Layer(weights: weights, bias: [0], activation: .identity)],
    loss: .halfSquaredError)
  var optimiser = Optimiser<Double>.sgd(
    learningRate: 0.1, weightDecay: strength)
  for _ in 0..<400 {
    var gradient = line.lossAndGradient(on: data).gradient
    // Where a column of ones has the bias, there is no other one.
    if data.x.columns == 2 { gradient.layers[0].bias = [0] }
    optimiser.step(&line, against: gradient)
  }
  return line.logits(from: data.x).sum / Double(data.count)
}
//#-end-hidden-code
