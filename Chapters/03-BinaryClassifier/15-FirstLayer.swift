import Regression
import Workbook

/*:
 ## What the first layer weighs

 A unit of the first layer has a weight for every pixel, so its weights are an
 image too: light for a large weight, dark for a large negative one, grey for
 zero. Here are the units of a trained network.

 ![The weights of the first layer after training](figure:first-layer)

 One can see shapes in them, if one wants to. Before we say that the network
 found them, here are the same units as they were drawn at random.

 ![The same units before training](figure:first-layer-drawn)

 The correlation of the weights before and after is \(first.correlation). Much
 of the image is noise that was there before. So look at what training has
 added.

 ![What training has added to the weights](figure:first-layer-added)

 These images are smooth. Do the units know what a cat looks like?

 > **Guess:** The same network is trained with labels that are shuffled, so
 > there is nothing to know about cats. How smooth is what training adds now?
 >
 > The correlation of neighbouring pixels is \(first.smooth) with the right
 > labels, \(first.smoothShuffled) with shuffled ones and \(first.smoothDrawn)
 > in the drawn weights.

 A network that learns nothing about cats still grows smooth images. The
 gradient is $\mathrm{d}W = X^\top \mathrm{d}Z$: each unit's part of it is a sum
 of training images, each times a number. A sum of silhouettes looks like a
 silhouette, whatever the labels are. So a smooth image is no sign that a unit
 has understood something. A better experiment than looking is to train with the
 first layer **frozen** as it was drawn. Over \(first.starts) starts the median
 accuracy on the validation set is then \(first.frozen), and \(first.right) if
 all layers learn. So the first layer does learn, and its images do not show
 what. With shuffled labels it is \(first.shuffled).
 */

/// Trains the same starts with a frozen first layer and with shuffled labels.
func compareFirstLayers<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, _ setup: CatSetup<Scalar>
) throws {
  run.section("What the first layer weighs")
  run.ask("Labels are shuffled. How smooth are the weights that training adds?")
  let seed = run.options.seed
  let count = run.setting(4, as: "first.starts", label: "starts")
  let epochs = run.setting(
    run.repetitions(30), as: "first.epochs", label: "epochs")
  let results = try concurrentMap(count) { start in
    Result { () throws -> FirstLayers<Scalar> in
      var random = SplitMix64(seed: seed, stream: "first.\(start)")
      return try FirstLayers(data, setup, epochs: epochs, using: &random)
    }
  }.map { try $0.get() }
  showFirstLayers(on: &run, data.images, results[0])
  recordFirstLayers(on: &run, results)
  let (smooth, shuffled, drawn) = (
    median(results.map(\.smoothness)),
    median(results.map(\.smoothnessOfShuffled)),
    median(results.map { BinaryClassifier.smoothness(of: $0.drawn) })
  )
  run.checkWhenFull(
    "training adds smooth images to the first layer, with shuffled labels too",
    smooth > 0.5 && shuffled > 0.3 && abs(drawn) < 0.1,
    detail: "the correlation of neighbouring pixels, medians of \(count) starts"
  )
  run.checkWhenFull(
    "much of the first layer after training is what was drawn",
    0.6...0.95 ~= median(results.map(\.correlation)),
    detail: "the correlation of its weights before and after training")
  run.checkWhenFull(
    "the first layer learns: frozen as it was drawn it makes the network worse",
    median(results.map(\.accuracy.right))
      > median(results.map(\.accuracy.frozen)) + 0.05,
    detail: "on the validation set, medians of \(count) starts")
}

//#-hidden-code
/// The first layer of a network, trained in three ways from one start.
struct FirstLayers<Scalar: FloatingField>: Sendable {
  /// The weights as they were drawn, `[784, units]`.
  var drawn: Matrix<Scalar>
  /// The weights after training, and after training with shuffled labels.
  var trained: (right: Matrix<Scalar>, shuffled: Matrix<Scalar>)
  /// The accuracy on the validation set.
  var accuracy: (right: Double, frozen: Double, shuffled: Double)

  init(
    _ data: Silhouettes, _ setup: CatSetup<Scalar>, epochs: Int,
    using random: inout SplitMix64
  ) throws(ArchitectureError) {
    let start = try setup.networks(using: &random).deep
    var loop = setup.loop
    loop.epochs = epochs
    let training = data.training.binary(as: Scalar.self)
    func accuracy(_ network: Network<Scalar>) -> Double {
      network.confusion(on: data.validation).accuracy ?? .nan
    }
    drawn = start.layers[0].weights
    var right = start
    right.train(on: training, setup.optimiser, loop, using: &random)

    var shuffled = start
    let order = random.shuffled(0..<training.count)
    shuffled.train(
      on: Dataset(x: training.x, y: training.y.rows(at: order[...])),
      setup.optimiser, loop, using: &random)

    // Behind a frozen layer the other layers learn from its activations.
    var tail = start.tail
    tail.train(
      on: Dataset(x: start.firstActivations(of: training.x), y: training.y),
      setup.optimiser, loop, using: &random)
    let frozen = Network(
      layers: [start.layers[0]] + tail.layers, loss: tail.loss)
    trained = (right.layers[0].weights, shuffled.layers[0].weights)
    self.accuracy = (accuracy(right), accuracy(frozen), accuracy(shuffled))
  }

  /// The correlation of the weights before and after training.
  var correlation: Double {
    BinaryClassifier.correlation(
      drawn.elements.map { Double($0) },
      trained.right.elements.map { Double($0) })
  }

  /// How smooth the images are that training has added.
  var smoothness: Double {
    BinaryClassifier.smoothness(of: trained.right - drawn)
  }

  /// How smooth those are that training with shuffled labels has added.
  var smoothnessOfShuffled: Double {
    BinaryClassifier.smoothness(of: trained.shuffled - drawn)
  }
}

/// Returns the correlation of horizontally neighbouring pixels of images of 28
/// by 28, `[784, units]`.
func smoothness<Scalar: FloatingField>(of weights: Matrix<Scalar>) -> Double {
  let width = 28
  var (left, right): ([Double], [Double]) = ([], [])
  for pixel in 1..<weights.rows where pixel % width > 0 {
    for unit in 0..<weights.columns {
      left.append(Double(weights[pixel - 1, unit]))
      right.append(Double(weights[pixel, unit]))
    }
  }
  return correlation(left, right)
}

/// Returns Pearson's correlation coefficient of two lists of numbers.
func correlation(_ x: [Double], _ y: [Double]) -> Double {
  func centred(_ x: [Double]) -> [Double] {
    let mean = x.reduce(0, +) / Double(max(x.count, 1))
    return x.map { $0 - mean }
  }
  func product(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).map { $0 * $1 }.reduce(0, +)
  }
  let (x, y) = (centred(x), centred(y))
  return product(x, y) / (product(x, x) * product(y, y)).squareRoot()
}

/// Draws the first layer before and after training, and the difference.
func showFirstLayers<Scalar: FloatingField>(
  on run: inout RunRecorder, _ images: LabelledImages,
  _ layers: FirstLayers<Scalar>
) {
  let scale = max(
    (layers.drawn.elements + layers.trained.right.elements)
      .map { abs(Double($0)) }.filter(\.isFinite).reduce(0, max), 1e-9)
  func picture(_ weights: Matrix<Scalar>) -> ImageGrid {
    ImageGrid(
      height: images.height, width: images.width,
      images: (0..<min(weights.columns, 12)).map { unit in
        weights.column(unit).elements.map {
          let weight = Double($0)
          return weight.isFinite ? 0.5 + weight / scale / 2 : 0.5
        }
      },
      captions: (0..<min(weights.columns, 12)).map { "unit \($0 + 1)" })
  }
  run.show(Figure("first-layer", picture(layers.trained.right)))
  run.show(Figure("first-layer-drawn", picture(layers.drawn)))
  run.show(
    Figure("first-layer-added", picture(layers.trained.right - layers.drawn)))
}

/// Records how the three trainings end.
func recordFirstLayers<Scalar: FloatingField>(
  on run: inout RunRecorder, _ results: [FirstLayers<Scalar>]
) {
  let percent = NumberFormat.percent(1)
  run.record(
    median(results.map(\.accuracy.right)), percent, as: "first.right",
    label: "validation accuracy, all layers learn")
  run.record(
    median(results.map(\.accuracy.frozen)), percent, as: "first.frozen",
    label: "validation accuracy, first layer frozen")
  run.record(
    median(results.map(\.accuracy.shuffled)), percent, as: "first.shuffled",
    label: "validation accuracy, labels shuffled")
  let digits = NumberFormat.decimals(2)
  run.record(
    median(results.map(\.correlation)), digits, as: "first.correlation",
    label: "correlation of the weights before and after")
  run.record(
    median(results.map(\.smoothness)), digits, as: "first.smooth",
    label: "correlation of neighbours in what was added")
  run.record(
    median(results.map(\.smoothnessOfShuffled)), digits,
    as: "first.smoothShuffled", label: "the same with shuffled labels")
  run.record(
    median(results.map { BinaryClassifier.smoothness(of: $0.drawn) }), digits,
    as: "first.smoothDrawn", label: "the same in the drawn weights")
}
//#-end-hidden-code
