import BinaryClassifier
import Regression
import Workbook

/*:
 ## Starting weights, layer by layer

 [Chapter 3](chapter:3) derived how the size of a signal changes from one layer
 to the next: by the factor $\text{in} \cdot \mathrm{Var}(w)$ in its variance,
 and half of that behind a ReLU. Ten layers multiply ten such factors. For a
 width of \(start.width), what becomes of a signal?

 $$
 \begin{aligned}
 \mathrm{Var}(w) = 1: & \quad \tfrac12 \cdot \text{in} \text{ a layer}
   && \text{explodes} \\
 \mathrm{Var}(w) = 0.01^2: & \quad \tfrac12 \cdot \text{in} \cdot 10^{-4}
   && \text{vanishes} \\
 \text{Glorot, } \mathrm{Var}(w) = \tfrac{2}{\text{in} + \text{out}}:
   & \quad \tfrac12 && \text{vanishes slowly} \\
 \text{He, } \mathrm{Var}(w) = \tfrac{2}{\text{in}}: & \quad 1
   && \text{stays}
 \end{aligned}
 $$

 The run sends \(start.examples) examples through ten layers, and the gradient
 back.

 ![Ten layers with ReLU: the root mean square of the activations of the layers,
 and of the gradient dZ of the first and the last](table:start-sizes)

 ![The root mean square of the activations of each layer](figure:start-forward)

 Normal and uniform weights of the same variance have the same factor; what
 differs between their rows is the chance of one draw. Zeros are worse than small: all
 units of a layer compute the same, which [chapter 2](chapter:2) calls symmetry,
 and here no gradient reaches any weight at all.

 > **Guess:** Take the row of small weights. By which factor is the gradient at
 > the first layer smaller than at the tenth?
 >
 > By \(start.vanished): nine layers, each with the root of half its width times
 > the deviation. The layers of the opening's network are narrower, so there it is
 > smaller still. Only the last bias is left to learn. It learns how frequent each class is, and for equally frequent classes
 > that is the loss $\log 2$.

 ## What a saturated unit looks like

 A tanh cannot explode. It saturates. With a variance of one, \(start.saturated)
 of the activations of the tenth layer are beyond $\pm 0.99$, where the derivative is
 below a fiftieth; with Glorot's rule, \(start.notSaturated).

 ![The activations of the tenth layer of tanh units, with weights of variance
 one](figure:start-saturated)

 ![The same with Glorot's weights](figure:start-spread)

 One expects small gradients here. But some units are not saturated, and each
 layer also multiplies by weights of the size one, \(start.width) of them at each
 unit. Together the gradients grow. Most lie in the middle, and a few are very
 large.

 ![The gradients that arrive at the first of these layers, with weights of
 variance one: the layers behind it multiply them](figure:start-gradients-one)

 ![The same with Glorot's weights](figure:start-gradients-glorot)
 */

//#-hidden-code
/// How weights start.
enum StartingWeights: String, CaseIterable {
  case zero = "0"
  case small = "N(0, 0.01²)"
  case one = "N(0, 1)"
  case glorotNormal = "Glorot, normal"
  case glorotUniform = "Glorot, uniform"
  case heNormal = "He, normal"
  case heUniform = "He, uniform"

  /// Returns the weights of a layer, `[fanIn, fanOut]`.
  ///
  /// - Parameter small: The deviation of the small weights.
  func weights<Scalar: FloatingField>(
    _ fanIn: Int, _ fanOut: Int, small: Double = 0.01,
    using random: inout SplitMix64
  ) -> Matrix<Scalar> {
    switch self {
    case .zero: Matrix(rows: fanIn, columns: fanOut, repeating: 0)
    case .small: .normal(fanIn, fanOut, deviation: small, using: &random)
    case .one: .normal(fanIn, fanOut, using: &random)
    case .glorotNormal:
      .glorotNormal(fanIn: fanIn, fanOut: fanOut, using: &random)
    case .glorotUniform:
      .glorotUniform(fanIn: fanIn, fanOut: fanOut, using: &random)
    case .heNormal: .heNormal(fanIn: fanIn, fanOut: fanOut, using: &random)
    case .heUniform: .heUniform(fanIn: fanIn, fanOut: fanOut, using: &random)
    }
  }

  /// Returns a network that starts so, with biases of 0.
  func network<Scalar: FloatingField>(
    _ widths: [Int], _ φ: Activation<Scalar>, small: Double = 0.01,
    ending: (Activation<Scalar>, Loss<Scalar>),
    using random: inout SplitMix64
  ) -> Network<Scalar> {
    var layers: [Layer<Scalar>] = []
    for (fanIn, fanOut) in zip(widths, widths.dropFirst()) {
      layers.append(
        Layer(
          weights: weights(fanIn, fanOut, small: small, using: &random),
          bias: Vector(repeating: 0, count: fanOut),
          activation: layers.count == widths.count - 2 ? ending.0 : φ))
    }
    return Network(layers: layers, loss: ending.1)
  }
}

/// The sizes that signals and gradients have in each layer of a network.
private struct Sizes {
  /// The root mean square of the activations of each hidden layer.
  let forward: [Double]
  /// The root mean square of dZ of each layer.
  let backward: [Double]
  /// The root mean square of the gradient of the first weights, and of the last
  /// bias.
  let firstWeights: Double
  let lastBias: Double
  /// The activations of the last hidden layer, and dZ of the first layer.
  let activations: [Double]
  let firstGradients: [Double]

  init(_ network: Network<Double>, on data: Dataset<Double>) {
    var workspace = Workspace(for: network)
    _ = network.lossAndGradient(from: data.x, to: data.y, on: &workspace)
    let hidden = network.layers.indices.dropLast().map { index in
      network.layers[index].activation(workspace.preActivations[index])
    }
    let dZ = workspace.preActivationGradients
    forward = hidden.map { rootMeanSquare($0.elements) }
    backward = dZ.map { rootMeanSquare($0.elements) }
    let gradient = workspace.gradient.layers
    firstWeights = rootMeanSquare(gradient[0].weights.elements)
    lastBias = rootMeanSquare(gradient[gradient.count - 1].bias.elements)
    activations = hidden.last?.elements ?? []
    firstGradients = dZ[0].elements
  }
}

private func rootMeanSquare(_ numbers: [Double]) -> Double {
  (numbers.map { $0 * $0 }.reduce(0, +) / Double(max(numbers.count, 1)))
    .squareRoot()
}
//#-end-hidden-code

/// Sends a signal through ten layers that start in seven ways, and its gradient
/// back.
func compareStarts(on run: inout RunRecorder) {
  run.section("Starting weights, layer by layer")
  let width = run.setting(128, as: "start.width", label: "units in a layer")
  let count = run.setting(100, as: "start.examples", label: "examples")
  var random = run.random("starts")
  let x = Matrix<Double>.normal(count, width, using: &random)
  let y = Matrix<Double>(rows: count, columns: 1) { row, _ in Double(row % 2) }
  let data = Dataset(x: x, y: y)
  let widths = Array(repeating: width, count: 11) + [1]
  let sizes = StartingWeights.allCases.map { start in
    Sizes(
      start.network(
        widths, .relu, ending: (.sigmoid, .binaryCrossEntropy), using: &random),
      on: data)
  }
  showSizes(sizes, on: &run)
  checkSizes(sizes, width: width, on: &run)
  showSaturation(on: &run, widths, data, using: &random)
}

//#-hidden-code
/// Shows the sizes in the ten layers, for each way to start.
private func showSizes(_ sizes: [Sizes], on run: inout RunRecorder) {
  let shown = [0, 4, 9]
  run.show(
    Table(
      "start-sizes",
      columns: ["weights"] + shown.map { "layer \($0 + 1)" }
        + ["dZ, layer 10", "dZ, layer 1"],
      rows: zip(StartingWeights.allCases, sizes).map { start, size in
        [.text(start.rawValue)]
          + (shown.map { size.forward[$0] } + [size.backward[9]]
          + [size.backward[0]]).map { .number($0, .scientific(1)) }
      }))
  run.show(
    Figure(
      "start-forward",
      LinePlot(
        x: .linear("layer"), y: .log("root mean square"),
        series: zip(StartingWeights.allCases, sizes).dropFirst().filter {
          $0.0 != .glorotUniform && $0.0 != .heUniform
        }.map { .init($0.rawValue, $1.forward) })))
}

/// Checks the growth of signals against the arithmetic of variances.
private func checkSizes(
  _ sizes: [Sizes], width: Int, on run: inout RunRecorder
) {
  let byName = Dictionary(
    uniqueKeysWithValues: zip(StartingWeights.allCases, sizes))
  guard let zero = byName[.zero], let small = byName[.small] else { return }
  run.record(
    small.backward[9] / small.backward[0], .scientific(1), as: "start.vanished",
    label: "gradient at layer 10 by that at layer 1, small weights")
  run.check(
    "weights of zero pass nothing on, and no gradient reaches any weight",
    zero.forward.allSatisfy { $0 == 0 } && zero.firstWeights == 0
      && zero.lastBias.isFinite, detail: "exactly 0 in all ten layers")
  // The variance of a layer's mean square, over the draw of its weights, is
  // 5/width of its square for normal weights; over nine layers the logarithms
  // add up. Six deviations, and a rest for what the approximation leaves out.
  let slack = 6 * (9 * 5 / Double(width)).squareRoot() / 2 + 0.2
  let factors: [(StartingWeights, Double)] = [
    (.small, Double(width) / 2 * 1e-4), (.one, Double(width) / 2),
    (.glorotNormal, 0.5), (.glorotUniform, 0.5), (.heNormal, 1),
    (.heUniform, 1),
  ]
  let agrees = factors.allSatisfy { start, factor in
    guard let forward = byName[start]?.forward else { return false }
    let expected = 4.5 * Double.log(factor)
    return abs(Double.log(forward[9] / forward[0]) - expected) <= slack
  }
  run.check(
    "from layer 1 to 10 signals grow as the arithmetic of variances says",
    agrees,
    detail: "six ways to start, within the spread that the draws have")
}

/// Shows tanh units that saturate, and some that do not.
private func showSaturation(
  on run: inout RunRecorder, _ widths: [Int], _ data: Dataset<Double>,
  using random: inout SplitMix64
) {
  var shares: [Double] = []
  let starts = [StartingWeights.one, .glorotNormal]
  for (start, name) in zip(starts, ["saturated", "spread"]) {
    let sizes = Sizes(
      start.network(
        widths, .tanh, ending: (.sigmoid, .binaryCrossEntropy), using: &random),
      on: data)
    let beyond = sizes.activations.count { abs($0) > 0.99 }
    shares.append(Double(beyond) / Double(sizes.activations.count))
    run.show(
      Figure(
        "start-\(name)",
        .histogram(
          "activations", values: sizes.activations, bins: 24, range: -1...1)))
    run.show(
      Figure(
        start == .one ? "start-gradients-one" : "start-gradients-glorot",
        .histogram("gradient dZ", values: sizes.firstGradients, bins: 24)))
  }
  run.record(
    shares[0], .percent(0), as: "start.saturated",
    label: "saturated, with a variance of 1")
  run.record(
    shares[1], .percent(0), as: "start.notSaturated",
    label: "saturated, with Glorot's variance")
  run.check(
    "tanh units saturate with weights of variance 1, not with Glorot's",
    shares[0] > 0.5 && shares[1] < 0.05,
    detail: shares.map { NumberFormat.percent(0).text(of: $0) }
      .joined(separator: " and ") + " of the tenth layer beyond ±0.99")
}
//#-end-hidden-code
