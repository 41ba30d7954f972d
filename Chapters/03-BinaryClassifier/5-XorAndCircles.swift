import Regression
import Workbook

/*:
 ## A wrong pair is refused

 Before training, the sentence that a wrong pair earns. The run asks for binary
 cross-entropy behind a ReLU, and for squares behind a sigmoid.

 ![What the network says to a pair that does not fit](table:pairs)
 */

/// Asks for networks whose loss does not fit their last activation.
func refusePairs<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  page.section("A wrong pair is refused")
  var random = page.random("pairs")
  func sentence(
    _ architecture: Architecture<Scalar>, _ loss: Loss<Scalar>
  ) -> String? {
    do {
      _ = try Network(architecture, loss: loss, using: &random)
      return nil
    } catch {
      return error.description
    }
  }
  let ending = sentence([2, 4, .relu, 1, .relu], .binaryCrossEntropy)
  let squares = sentence([2, 4, .relu, 1, .sigmoid], .halfSquaredError)
  page.show(
    Table(
      "pairs", columns: ["asked for", "answer"],
      rows: [
        [
          "[2, 4, relu, 1, relu], binary cross-entropy",
          .text(ending ?? "taken"),
        ],
        [
          "[2, 4, relu, 1, sigmoid], half squared error",
          .text(squares ?? "taken"),
        ],
      ]))
  page.check(
    "a loss that does not fit the last activation is refused",
    ending != nil && squares != nil, detail: "with a sentence that says why")
}

/*:
 ## Exclusive or, at last

 [Chapter 1](chapter:1) left four points unsolved. A hidden layer of four units is
 enough, though not from every start: with few units, a bad draw can leave too
 few ramps alive. Out of \(xor.seeds) starts, this many learn all four points.

 ![Starts that learn XOR, by the curve of the hidden layer](table:xor-seeds)

 ![The regions that four tanh units make of XOR](figure:xor-regions)
 */

/// Returns a network that was trained on XOR.
func learnXor<Scalar: FloatingField>(
  _ activation: Architecture<Scalar>.Part, using random: inout SplitMix64
) throws(ArchitectureError) -> Network<Scalar> {
  let data = LabelledPoints.xor.binary(as: Scalar.self)
  var network = try Network(
    [2, 4, activation, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
  network.train(
    on: data, DescentSettings(rate: 1, batchSize: 4, epochs: 1_000),
    using: &random)
  return network
}

/// Learns XOR with three activations from many starts, and shows one result.
func solveXor<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) throws {
  page.section("Exclusive or, at last")
  let seeds = 20
  let activations: [(String, Architecture<Scalar>.Part)] = [
    ("relu", .relu), ("leaky relu", .leakyReLU), ("tanh", .tanh),
  ]
  var table = Table("xor-seeds", columns: ["hidden layer", "learn", "of"])
  var solved: [Int] = []
  for (name, activation) in activations {
    let outcomes = try concurrentMap(seeds) { seed in
      var random = SplitMix64(seed: UInt64(seed), stream: "xor")
      return Result { try learnXor(activation, using: &random) }
    }.map { try $0.get().confusion(on: .xor).accuracy == 1 }
    solved.append(outcomes.filter { $0 }.count)
    table.add([
      .text(name), .count(solved[solved.count - 1]), .count(seeds),
    ])
  }
  page.record(seeds, as: "xor.seeds", label: "starts")
  page.show(table)

  // The first of the starts, so that what is shown is one of those counted.
  var random = SplitMix64(seed: 0, stream: "xor")
  let network: Network<Scalar> = try learnXor(.tanh, using: &random)
  let isSolved = network.confusion(on: .xor).accuracy == 1
  page.show(Figure("xor-regions", network.regions(around: .xor)))
  page.check(
    "a hidden layer solves XOR", isSolved && solved[2] == seeds,
    detail: "four tanh units learn all four points from \(solved[2]) of "
      + "\(seeds) starts")
}

/*:
 ## Two circles

 Points on two noisy circles, one inside the other: \(circles.training) to learn
 from, \(circles.test) that are held back. Two hidden layers of eight ReLUs,
 mini-batches of \(circles.batch), \(circles.epochs) epochs. And because such
 points cost nothing, another \(circles.fresh) to measure on, so that the
 accuracy is known to a fraction of a percent.

 ![The network for the circles](figure:circles-network)

 ![The loss of each epoch on the circles](figure:circles-loss)

 ![The regions that the network found](figure:circles-regions)

 ![Two circles: how good the network is](table:circles)
 */

/// Learns to tell two circles apart.
func learnCircles<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) throws {
  page.section("Two circles")
  var random = page.random("circles")
  let points = LabelledPoints.circles(1_000, using: &random)
  let split = Split(points.count, test: 0.2, using: &random)
  let fresh = LabelledPoints.circles(10_000, using: &random)
  let training = points.examples(at: split.training)
  let test = points.examples(at: split.test)

  var network = try Network<Scalar>(
    [2, 8, .relu, 8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy,
    using: &random)
  let settings = DescentSettings<Scalar>(
    rate: 1 / 10, batchSize: 32, epochs: page.often(200))
  page.record(settings.batchSize, as: "circles.batch", label: "batch size")
  page.record(settings.epochs, as: "circles.epochs", label: "epochs")
  let losses = network.train(
    on: training.binary(as: Scalar.self), settings, using: &random)
  page.show(Figure("circles-network", network.diagram))
  page.show(Figure("circles-loss", lossPlot(losses)))
  page.show(Figure("circles-regions", network.regions(around: test)))

  page.record(training.count, as: "circles.training", label: "to learn from")
  page.record(test.count, as: "circles.test", label: "held back")
  page.record(fresh.count, as: "circles.fresh", label: "fresh points")
  let matrix = network.confusion(on: fresh)
  page.show(
    metricsTable(
      "circles",
      [
        ("training", network.confusion(on: training)),
        ("test", network.confusion(on: test)), ("fresh", matrix),
      ]))
  page.check(
    "two circles are told apart on at least 98 % of the test points",
    (matrix.accuracy ?? 0) >= 0.98,
    detail: "\(NumberFormat.percent(1).text(of: matrix.accuracy ?? .nan)) of "
      + "\(NumberFormat.count.text(of: Double(fresh.count))) fresh points")
}

/*:
 ## How good is it?

 **Accuracy** is the fraction that is right, and it hides much: where one class
 is rare, a network that never names it is accurate. So one class is called positive and
 two more questions are asked. Of those called positive, how many are:
 **precision**. Of those that are, how many were called so: **recall**. Their
 harmonic mean is **F₁**. In all tables the second class is the positive one.

 The threshold is a probability of ½, which is a logit of zero. Rounding the
 logit itself would put the threshold at a logit of ½, and be wrong about
 everything between.
 */

extension Network where Scalar: FloatingField {
  /// Returns the class of each row of `x`: the sign of a lone logit, or the
  /// largest of several.
  package func classes(of x: Matrix<Scalar>) -> [Int] {
    let z = logits(from: x)  // [n, outputs]
    return (0..<z.rows).map { row in
      if z.columns == 1 { return z[row, 0] > 0 ? 1 : 0 }
      return (1..<z.columns).reduce(0) { z[row, $1] > z[row, $0] ? $1 : $0 }
    }
  }

  /// Returns how often each class was taken for each.
  package func confusion(on points: LabelledPoints) -> ConfusionMatrix {
    ConfusionMatrix(
      actual: points.labels,
      predicted: classes(of: Matrix(rounding: points.points)),
      classes: points.classes)
  }

  /// Returns the class of each place around some points of the plane.
  package func regions(around points: LabelledPoints) -> RegionPlot {
    RegionPlot(points) { classes(of: Matrix(rounding: $0)) }
  }
}

//#-hidden-code
/// Returns accuracy, precision, recall and F1 of several sets of examples.
package func metricsTable(
  _ name: String, _ rows: [(name: String, matrix: ConfusionMatrix)]
) -> Table {
  Table(
    name, columns: ["", "n", "accuracy", "precision", "recall", "F₁"],
    rows: rows.map { name, matrix in
      [
        .text(name), .count(matrix.total),
        .init(matrix.accuracy, .percent(1)),
        .init(matrix.precision(of: 1), .percent(1)),
        .init(matrix.recall(of: 1), .percent(1)),
        .init(matrix.f1(of: 1), .percent(1)),
      ]
    })
}

extension Network {
  /// The widths and activations of the network, as a picture.
  package var diagram: NetworkDiagram {
    NetworkDiagram(
      [("features", layers.first?.weights.rows ?? 0)]
        + layers.map { ($0.activation.name, $0.weights.columns) })
  }
}

/// Returns the loss of each epoch as a curve.
package func lossPlot<Scalar: FloatingField>(_ losses: [Scalar]) -> LinePlot {
  LinePlot(
    x: .linear("epoch"), y: .log("loss"),
    series: [.init("training loss", losses.map { Double($0) })])
}
//#-end-hidden-code
