import Regression
import Workbook

/*:
 ## Gradients that vanish, gradients that explode

 The backward pass takes the gradient from layer to layer. Each layer multiplies
 it twice: by its weights and by $\varphi'$. Over many layers these factors
 multiply. If they are a little too small, almost nothing reaches the first
 layers: the gradient **vanishes**. If they are a little too large, it
 **explodes**.

 We draw networks of \(deep.layers) hidden layers of \(deep.width) units and
 measure the gradient $\mathrm{d}Z$ that reaches each layer. Its size is
 $\lVert \mathrm{d}Z \rVert$, the square root of the sum of its squares.
 */

//#-hidden-code
extension Network {
  /// Returns ‖dZ‖ of each layer, first to last.
  func gradientNorms(on data: Dataset<Double>) -> [Double]
  where Scalar == Double {
    var workspace = Workspace(for: self)
    _ = lossAndGradient(from: data.x, to: data.y, on: &workspace)
    return workspace.preActivationGradients.map { $0.squaredNorm.squareRoot() }
  }
}
//#-end-hidden-code

/*:
 > **Guess:** The derivative of a sigmoid is at most a quarter. By which factor
 > is the gradient of the first of \(deep.layers) such layers smaller than that
 > of the last?
 >
 > In the median of \(deep.networks) networks, by a factor of
 > \(deep.sigmoidFactor).

 ![The gradient that reaches each layer, with weights drawn by the rule for each
 activation; medians](figure:gradient-norms)

 With sigmoids the gradient shrinks in every layer to about \(deep.sigmoidStep)
 of what it was. With ReLU it keeps its size. With tanh, whose derivative is
 one at zero and smaller elsewhere, it shrinks far less.

 ## Why weights start as large as they do

 That ReLU keeps it, and tanh nearly, is no accident. Take one pre-activation,
 $z = \sum_j a_j w_j$, a sum over the inputs of the layer. The weights are
 drawn independently, with mean zero, so the variances add:

 $$
 \mathrm{Var}(z) = \text{in} \cdot \mathrm{Var}(w) \cdot \mathrm{mean}(a^2)
 $$

 With $\mathrm{Var}(w) = 1/\text{in}$ the activations keep their size from layer
 to layer. In the backward pass the sum goes over the outputs, which asks for
 $1/\text{out}$. Glorot's rule, $2/(\text{in} + \text{out})$, is between the
 two. A ReLU sets half of the numbers to zero, which halves the mean of the
 squares, and He's rule, $2/\text{in}$, restores it.

 > **Guess:** The weights of all hidden layers of a network of ReLUs are drawn
 > half as large. What becomes of the gradient in the first layer?
 >
 > It is halved by each hidden layer behind the first. Nine such layers leave
 > about a five-hundredth.

 ![ReLUs whose weights are drawn half as large, as He's rule says, and twice as
 large](figure:gradient-scales)

 ![The gradient of the first hidden layer, divided by that of the last: medians
 over the networks](table:gradient-ratios)

 None of these three scales saves the sigmoid. Half the weights shrink its
 gradient further. Twice the weights lose less of it, but the first layer still
 receives less than a thousandth of what the last one does. With tanh,
 saturation limits the explosion that twice the weights begin.

 One surprise remains. In a network of ReLUs without biases the sum
 $\sum W \odot \mathrm{d}W$ is the same number in every hidden layer, because a
 ReLU passes every positive factor on: it does not matter which layer has the
 larger weights. Where $\mathrm{d}Z$ explodes towards the first layer, the
 activations explode towards the last, and the gradients of all weights become
 too large together.
 */

/// Measures the gradient in every layer of networks as they are drawn.
func measureDeepGradients(on run: inout RunRecorder) throws {
  run.section("Gradients that vanish, gradients that explode")
  run.ask("Ten layers of sigmoids. How large is the gradient in the first?")
  let draws = DeepDraws(on: &run)
  let scales = [0.5, 1, 2]
  let kinds: [ActivationKind<Analytic>] = [.sigmoid, .tanh, .relu]
  let norms = try kinds.map { kind in
    try scales.map { try draws.norms(kind, scale: $0) }
  }
  recordDeepGradients(on: &run, draws, kinds.map(\.name), scales, norms)
  let ratios = norms.map { $0.map { median($0.map(\.ratio)) } }
  run.check(
    "sigmoids make the gradient vanish over ten layers, at each of three scales",
    ratios[0].allSatisfy { $0 < 1e-3 } && ratios[0][1] < 1e-4
      && ratios[0][0] < ratios[0][1] && ratios[0][1] < ratios[0][2],
    detail: "the first layer beside the last, medians of \(draws.networks); "
      + "the larger the weights are, the less of it is lost")
  run.check(
    "tanh and ReLU keep the gradient with the weights of Glorot and He",
    (0.1...10).contains(ratios[1][1]) && (0.1...10).contains(ratios[2][1]),
    detail: "within a factor of 10 over the layers")
  let expected = Double.exp(Double(draws.layers - 1) * Double.log(2))
  run.check(
    "half the weights of He divide the gradient by 2 in each layer",
    (0.4...2.5).contains(ratios[2][0] * expected)
      && (0.4...2.5).contains(ratios[2][2] / expected),
    detail: "and twice the weights double it, within a factor of 2.5 in all")
  run.check(
    "with ReLUs and no biases, Σ W ⊙ dW is the same in every hidden layer",
    try draws.productsAreEqual(.relu, scales),
    detail: "to rounding, at each scale")
}

//#-hidden-code
/// Deep networks that are drawn and not trained.
struct DeepDraws: Sendable {
  let layers: Int
  let width: Int
  let examples: Int
  let networks: Int
  let seed: UInt64

  /// Takes the settings of a run.
  init(on run: inout RunRecorder) {
    layers = run.setting(
      10, as: "deep.layers", label: "hidden layers", least: 2)
    width = run.setting(32, as: "deep.width", label: "units in a layer")
    examples = run.setting(64, as: "deep.examples", label: "examples")
    networks = run.setting(15, as: "deep.networks", label: "networks")
    seed = run.options.seed
  }

  /// The gradient in the layers of one network.
  struct Norms: Sendable {
    /// ‖dZ‖ of each hidden layer.
    var hidden: [Double]
    /// That of the first layer, divided by that of the last.
    var ratio: Double { hidden[0] / hidden[hidden.count - 1] }
  }

  /// Returns a network whose hidden weights are scaled, and examples for it.
  func draw(
    _ kind: ActivationKind<Analytic>, scale: Double, _ number: Int
  ) throws(ArchitectureError) -> (Network<Double>, Dataset<Double>) {
    var random = SplitMix64(seed: seed, stream: "deep.\(number)")
    let data = Dataset<Double>(
      x: .normal(examples, width, using: &random),
      y: Matrix(rows: examples, columns: 1) { row, _ in Double(row % 2) })
    var entries: [Architecture<Analytic>.Entry] = [.width(width)]
    for _ in 0..<layers { entries += [.width(width), .activation(kind)] }
    var network = try Network<Double>(
      Architecture(entries + [1, .sigmoid]), loss: .binaryCrossEntropy,
      using: &random)
    for index in 0..<layers {
      network.layers[index].weights = scale * network.layers[index].weights
    }
    return (network, data)
  }

  /// Returns the gradient norms of all networks.
  func norms(
    _ kind: ActivationKind<Analytic>, scale: Double
  ) throws(ArchitectureError) -> [Norms] {
    var norms: [Norms] = []
    for number in 0..<networks {
      let (network, data) = try draw(kind, scale: scale, number)
      norms.append(Norms(hidden: network.gradientNorms(on: data).dropLast()))
    }
    return norms
  }

  /// Returns whether Σ W ⊙ dW is the same in all hidden layers of a network.
  func productsAreEqual(
    _ kind: ActivationKind<Analytic>, _ scales: [Double]
  ) throws(ArchitectureError) -> Bool {
    for scale in scales {
      let (network, data) = try draw(kind, scale: scale, 0)
      let gradient = network.lossAndGradient(on: data).gradient
      let products = (0..<layers).map { index -> (sum: Double, size: Double) in
        let terms = zip(
          network.layers[index].weights.elements,
          gradient.layers[index].weights.elements
        ).map { $0 * $1 }
        return (terms.reduce(0, +), terms.map { abs($0) }.reduce(0, +))
      }
      let size = products.map(\.size).reduce(0, max)
      if !products.allSatisfy({ abs($0.sum - products[0].sum) <= 1e-9 * size })
      {
        return false
      }
    }
    return true
  }
}

/// Shows the gradients of all activations at all scales.
func recordDeepGradients(
  on run: inout RunRecorder, _ draws: DeepDraws, _ names: [String],
  _ scales: [Double], _ norms: [[[DeepDraws.Norms]]]
) {
  func curve(_ name: String, _ norms: [DeepDraws.Norms]) -> LinePlot.Series {
    .init(
      name,
      (0..<draws.layers).map { layer in median(norms.map { $0.hidden[layer] }) }
    )
  }
  run.show(
    Figure(
      "gradient-norms",
      LinePlot(
        x: .linear("hidden layer"), y: .log("‖dZ‖"),
        series: zip(names, norms).map { curve($0, $1[1]) })))
  run.show(
    Figure(
      "gradient-scales",
      LinePlot(
        x: .linear("hidden layer"), y: .log("‖dZ‖"),
        series: zip(["half", "He", "twice"], norms[2]).map {
          curve($0, $1)
        })))
  run.show(
    Table(
      "gradient-ratios",
      columns: ["activation"]
        + scales.map { "weights × " + NumberFormat.decimals(1).text(of: $0) },
      rows: zip(names, norms).map { name, norms in
        [.text(name)]
          + norms.map { .number(median($0.map(\.ratio)), .scientific(2)) }
      }))
  let ratio = median(norms[0][1].map(\.ratio))
  run.record(
    1 / ratio, .scientific(1), as: "deep.sigmoidFactor",
    label: "last layer beside the first, sigmoids")
  run.record(
    Double.exp(Double.log(ratio) / Double(draws.layers - 1)), .decimals(2),
    as: "deep.sigmoidStep", label: "factor of a layer of sigmoids")
}
//#-end-hidden-code
