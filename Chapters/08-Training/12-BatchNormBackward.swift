import BinaryClassifier
import Regression
import Workbook

/*:
 ## Batch normalisation backwards

 Given is $\mathrm{d}Y$. Shift and scale have the gradients of a bias and of a
 factor, $\mathrm{d}\beta = \sum_i \mathrm{d}y_i$ and $\mathrm{d}\gamma =
 \sum_i \mathrm{d}y_i \, \hat z_i$, and what arrives at $\hat z_i$ is $g_i =
 \gamma \, \mathrm{d}y_i$. From there one $z_i$ is reached on three paths. Paths
 add.

 *The direct path.* $\hat z_i = (z_i - \mu) / \sigma$ has the derivative
 $1/\sigma$ in $z_i$:

 $$
 \frac{g_i}{\sigma}
 $$

 *The path through the mean.* Every $\hat z_j$ falls by $1/\sigma$ when $\mu$
 rises, and $\mu$ rises by $1/n$ with $z_i$:

 $$
 -\frac{1}{n \sigma} \sum_j g_j
 $$

 *The path through the deviation.* $\hat z_j$ has the derivative
 $-\hat z_j / \sigma$ in $\sigma$. From $\sigma^2 = v + \varepsilon$ follows
 $2 \sigma \, \mathrm{d}\sigma = \mathrm{d}v$, and $v$ has the derivative
 $2 (z_i - \mu) / n$ in $z_i$. It has no second one through the mean: that would
 be $-2 \sum_j (z_j - \mu) / n$, which is zero. So $\sigma$ rises by
 $(z_i - \mu) / (n \sigma) = \hat z_i / n$:

 $$
 -\frac{\hat z_i}{n \sigma} \sum_j g_j \hat z_j
 $$

 The sum of the three, with $g = \gamma \, \mathrm{d}y$, is

 $$
 \mathrm{d}Z = \frac{\gamma}{n \sigma} \Bigl( n \, \mathrm{d}Y
 - \sum \mathrm{d}Y - \hat Z \odot \sum \mathrm{d}Y \odot \hat Z \Bigr)
 $$

 The sums run over the rows. They are $\mathrm{d}\beta$ and
 $\mathrm{d}\gamma$, which are there already. In an evaluation $\mu$ and
 $\sigma$ are constants, and only the direct path is left.
 */

extension BatchNorm {
  /// Returns ∂L/∂Z, ∂L/∂γ and ∂L/∂β from `dY`, `[n, features]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func backward(
    _ dY: Matrix<Scalar>, _ pass: Normalised<Scalar>
  ) -> BatchNormGradient<Scalar> {
    let n = Scalar(count: dY.rows)
    let dShift = dY.sumOfRows  // [features]
    let dScale = (dY ⊙ pass.z).sumOfRows  // [features]
    var paths = n * dY  // [n, features]
    if pass.phase == .training {
      paths = paths + -1 * dShift - pass.z.scalingColumns(by: dScale)
    }
    let factor = Vector(count: scale.count) { scale[$0] / pass.deviation[$0] }
    return BatchNormGradient(
      z: paths.scalingColumns(by: factor / n), scale: dScale, shift: dShift)
  }
}

//#-hidden-code
/// The gradient of a loss in what a batch normalisation is given, and in what
/// it learns.
package struct BatchNormGradient<Scalar: Field>: Equatable, Sendable {
  package var z: Matrix<Scalar>  // [n, features]
  package var scale: Vector<Scalar>  // [features]
  package var shift: Vector<Scalar>  // [features]
}
//#-end-hidden-code

/*:
 The formula says what the layers before can no longer change. The rows of
 $\mathrm{d}Z$ add up to zero: to add one number to a whole column changes no
 loss. And without $\varepsilon$ a column of $\mathrm{d}Z$ is perpendicular to
 that of $\hat Z$: to multiply the column changes no loss either. The forward pass
 takes both away again, so their derivatives are zero.

 In a network the normalisation stands between the linear map and the
 activation. The backward pass goes through the three in turn.
 */

/// A linear map without bias, batch normalisation, and an activation.
package struct NormalisedLayer<Scalar: Field>: Sendable {
  package var weights: Matrix<Scalar>  // [in, out]
  package var norm: BatchNorm<Scalar>
  package let activation: Activation<Scalar>
}

/*:
 ## Ten layers that learn

 Two circles again, and \(deep.layers) hidden layers of \(deep.width) ReLUs. The
 weights are He's, times a factor. Each network is trained with batch
 normalisation and without it, from the same weights and with the same steps.

 > **Guess:** He's weights times a half: by which factor do
 > \(deep.layers) layers shrink the signal?
 >
 > By \(deep.shrink). Without normalisation the output is nearly zero, and so are
 > the gradients. With it the factor is divided out again, layer by layer.

 ![Ten hidden layers after \(deep.epochs) epochs: accuracy on fresh points,
 medians and lowest of \(deep.seeds) trainings](table:deep-normalised)

 Weights that are twice as large give the same $\hat Z$. So the forward pass no
 longer depends on the scale of the weights, and all three scales learn. The
 well scaled network learns without normalisation too, but not each time: read
 the lowest numbers.
 */

/// Trains deep networks from well and badly scaled weights, with batch
/// normalisation and without.
func trainDeepNormalised<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Ten layers with batch normalisation")
  run.ask("Half of He's weights: how far do ten layers shrink the signal?")
  let setup = DeepSetup<Scalar>(on: &run)
  let factors = [0.5, 1, 2]
  run.record(
    Double.pow(0.5, Double(setup.layers)), .scientific(1), as: "deep.shrink",
    label: "what is left of the signal")
  var table = Table(
    "deep-normalised",
    columns: [
      "weights", "without, median", "without, lowest", "with, median",
      "with, lowest",
    ])
  let seed = run.options.seed
  let results = concurrentMap(setup.seeds * factors.count) { number in
    var random = SplitMix64(
      seed: seed, stream: "8.deep.\(number / factors.count)")
    return setup.accuracies(
      scaledBy: factors[number % factors.count], using: &random)
  }
  var medians: [(plain: Double, normalised: Double)] = []
  for (index, factor) in factors.enumerated() {
    let own = results.enumerated().filter { $0.offset % factors.count == index }
      .map(\.element)
    let (plain, normalised) = (own.map(\.plain), own.map(\.normalised))
    medians.append((median(plain), median(normalised)))
    table.add(
      [.text("He × \(NumberFormat.decimals(1).text(of: factor))")]
        + [
          median(plain), plain.min() ?? .nan, median(normalised),
          normalised.min() ?? .nan,
        ].map { .number($0, .percent(0)) })
  }
  run.show(table)
  run.checkWhenFull(
    "ten badly scaled layers learn with batch normalisation, and not without",
    [0, 2].allSatisfy {
      medians[$0].normalised > 0.9 && medians[$0].plain < 0.75
    },
    detail: "medians of \(setup.seeds) trainings, He's weights times ½ and 2")
}

//#-hidden-code
/// How the deep networks are trained.
private struct DeepSetup<Scalar: FloatingField>: Sendable {
  let layers: Int
  let width: Int
  let points: Int
  let loop: TrainingLoop
  let optimiser: Optimiser<Scalar>
  let seeds: Int

  init(on run: inout RunRecorder) {
    layers = run.setting(10, as: "deep.layers", label: "hidden layers")
    width = run.setting(10, as: "deep.width", label: "units in a layer")
    points = run.setting(200, as: "deep.points", label: "points", least: 2)
    loop = TrainingLoop(
      batchSize: run.setting(40, as: "deep.batch", label: "batch size"),
      epochs: run.setting(
        run.repetitions(30), as: "deep.epochs", label: "epochs"))
    let rate = run.setting(
      0.1, .decimals(2), as: "deep.rate", label: "learning rate")
    optimiser = .sgd(learningRate: Scalar(rate))
    seeds = run.setting(5, as: "deep.seeds", label: "trainings of each kind")
  }

  /// Trains a network without batch normalisation and one with it, from the same
  /// weights, and returns their accuracies on fresh points.
  func accuracies(
    scaledBy factor: Double, using random: inout SplitMix64
  ) -> (plain: Double, normalised: Double) {
    let training = LabelledPoints.circles(points, using: &random)
    let test = LabelledPoints.circles(200, using: &random)
    let widths = [2] + Array(repeating: width, count: layers) + [1]
    let first = zip(widths, widths.dropFirst()).map { fanIn, fanOut in
      var layer = Layer<Scalar>(
        fanIn: fanIn, fanOut: fanOut, activation: .relu, using: &random)
      layer.weights.multiply(by: Scalar(factor))
      return layer
    }
    var plain = Network(layers: first, loss: .binaryCrossEntropy)
    var normalised = NormalisedNetwork(normalising: plain)
    let data = training.binary(as: Scalar.self)
    var same = random
    plain.train(on: data, optimiser, loop, using: &random)
    normalised.train(on: data, optimiser, loop, using: &same)
    let z = plain.logits(from: Matrix(rounding: test.points))
    return (
      accuracyOfLogits(z, test.labels),
      normalised.accuracy(on: test, .evaluation)
    )
  }
}

/// Returns the number in the middle, or the mean of two; NaN of none, and where
/// one is NaN.
func median(_ numbers: [Double]) -> Double {
  if numbers.isEmpty || numbers.contains(where: \.isNaN) { return .nan }
  let sorted = numbers.sorted()
  let half = sorted.count / 2
  return sorted.count % 2 == 1
    ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
//#-end-hidden-code
