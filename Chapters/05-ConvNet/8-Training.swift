import BinaryClassifier
import Regression
import Workbook

/*:
 ## The small network

 One layer that looks through windows, and behind it two of the ordinary kind: a
 convolution of three by three, a ReLU, maxima of two by two, and flat, then
 thirty-two ReLUs and a single logit. Its images are the silhouettes, and they stay bytes
 until a batch is written over a worksheet.
 */

extension ConvNet where Scalar: FloatingField {
  /// Trains the network by stochastic gradient descent.
  ///
  /// - Parameters:
  ///   - images: Images of two classes, as bytes.
  ///   - positions: Those to learn from.
  ///   - settings: How to walk.
  ///   - random: The generator that shuffles the images.
  ///   - afterEpoch: Called with the number of each epoch, from 1, and the
  ///     network as it then is.
  /// - Returns: The mean loss of each epoch, as it was met on the way.
  @discardableResult
  package mutating func train(
    on images: LabelledImages, at positions: [Int],
    _ settings: DescentSettings<Scalar>, using random: inout SplitMix64,
    afterEpoch: (Int, ConvNet) -> Void = { _, _ in }
  ) -> [Scalar] {
    var sheets = sheets(forBatchesOf: settings.batchSize)
    var chosen: [Int] = []
    return descend(
      over: positions.count, settings, using: &random,
      step: { batch in
        chosen.removeAll(keepingCapacity: true)
        for index in batch { chosen.append(positions[index]) }
        return step(on: images, at: chosen[...], on: &sheets, settings)
      },
      afterEpoch: { afterEpoch($0, self) })
  }

  /// Takes a step on some images, and returns their loss before it.
  package mutating func step(
    on images: LabelledImages, at positions: ArraySlice<Int>,
    on sheets: inout [ConvSheet<Scalar>], _ settings: DescentSettings<Scalar>
  ) -> Scalar {
    let first = positions.startIndex
    let loss = lossAndGradient(of: positions.count, on: &sheets) {
      range, batch in
      images.write(
        positions[first + range.lowerBound..<first + range.upperBound],
        over: &batch)
    }
    step(against: sheets[0], settings)
    return loss
  }
}

/*:
 The test asks for logits, share by share, and for nothing that a way back would
 need.
 */

extension ConvNet where Scalar: FloatingField {
  /// Returns the logits of images, `[positions, outputs]`.
  package func logits(
    of images: LabelledImages, at positions: [Int]
  ) -> Matrix<Scalar> {
    let shares = shares(of: positions.count)
    let logits = concurrentMap(shares.count) { index in
      var sheet = ConvSheet(for: self)
      images.write(positions[shares[index]], over: &sheet.examples.x)
      forwards(on: &sheet)
      return head.logits(from: sheet.layers[layers.count - 1].pooled).elements
    }.flatMap(\.self)
    return Matrix(
      rows: positions.count, columns: head.layers.last?.bias.count ?? 0,
      elements: logits)
  }

  /// Returns how often each of two classes was taken for each.
  package func confusion(
    on images: LabelledImages, at positions: [Int]
  ) -> ConfusionMatrix {
    let z = logits(of: images, at: positions)  // [n, 1]
    return ConfusionMatrix(
      actual: positions.map { images.labels[$0] },
      predicted: z.elements.map { $0 > 0 ? 1 : 0 }, classes: 2)
  }
}

/*:
 Count before you run. A filter has as many weights as a patch has entries,
 whatever the size of the image, and uses each of them at every place. A dense
 layer uses each weight once. So the first layer below has few weights and much to
 do, and the second has many weights and little to do.

 ![Weights, and multiplications for one image](table:counts)
 */

/// Returns the small network: a convolution layer, 32 ReLUs, a logit.
func smallNetwork<Scalar: FloatingField>(
  for image: ImageShape, using random: inout SplitMix64
) throws -> ConvNet<Scalar> {
  try ConvNet(
    image, [ConvolutionPlan(8, Window(3), pooling: Window(2, stride: 2))],
    head: [32, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
}

extension ConvNet {
  /// The weights of each layer, and what it multiplies for one image.
  var counts: [(name: String, weights: Int, products: Int)] {
    layers.map { layer in
      let k = layer.layer.weights
      return (
        "\(layer.path.window.down.size) × \(layer.path.window.along.size) to "
          + "\(k.columns) filters",
        k.elements.count + k.columns, k.elements.count * layer.path.places
      )
    }
      + head.layers.map { layer in
        let (w, b) = (layer.weights, layer.bias)
        return (
          "\(w.rows) to \(w.columns)", w.elements.count + b.count,
          w.elements.count
        )
      }
  }
}

/*:
 ![The loss of the small network](figure:small-loss)

 After \(small.epochs) epochs the test accuracy is \(small.accuracy). The run
 prints where the time goes, layer by layer, forwards and backwards. It differs
 from machine to machine, so it is not in this book.
 */

/// Trains the small network on the silhouettes.
func learnWithTheSmallNetwork<Scalar: FloatingField>(
  on page: inout Page, _ data: Silhouettes, in scalar: Scalar.Type
) throws {
  page.section("The small network")
  var random = page.random("small")
  let images = data.images
  var network: ConvNet<Scalar> = try smallNetwork(
    for: ImageShape(images.height, images.width, 1), using: &random)
  var table = Table("counts", columns: ["layer", "weights", "products"])
  for layer in network.counts {
    table.add([
      .text(layer.name), .count(layer.weights), .count(layer.products),
    ])
  }
  page.show(table)

  let settings = DescentSettings<Scalar>(
    rate: 1 / 20, decay: 1 / 1_000, batchSize: 32, epochs: page.often(10))
  page.record(settings.epochs, as: "small.epochs", label: "epochs")
  let losses = network.train(
    on: images, at: data.split.training, settings, using: &random)
  page.show(Figure("small-loss", lossPlot(losses)))
  page.record(
    network.confusion(on: images, at: data.split.test).accuracy ?? .nan,
    .percent(1), as: "small.accuracy", label: "test accuracy")
  tellTimes(on: page, of: network, images, at: data.split.training)
}

//#-hidden-code
/// Tells how long each layer takes for a share of images, there and back.
func tellTimes<Scalar: FloatingField>(
  on page: Page, of network: ConvNet<Scalar>, _ images: LabelledImages,
  at positions: [Int]
) {
  var sheet = ConvSheet(for: network)
  let share = positions.prefix(16)
  images.write(share, over: &sheet.examples)
  network.walk(on: &sheet, share: 1)
  func milliseconds(_ body: () -> Void) -> String {
    let clock = ContinuousClock()
    let times = (0..<9).map { _ in clock.measure(body) / .milliseconds(1) }
    return NumberFormat.decimals(2).text(of: times.sorted()[4])
  }
  let n = sheet.examples.count
  for (index, layer) in network.layers.enumerated() {
    let x = index == 0 ? sheet.examples.x : sheet.layers[index - 1].pooled
    let slopes =
      index + 1 < network.layers.count
      ? sheet.layers[index + 1].dX : sheet.head.dX
    let there = milliseconds {
      layer.forwards(from: x, count: n, on: &sheet.layers[index])
    }
    let back = milliseconds {
      layer.backwards(
        from: slopes, to: x, count: n, on: &sheet.layers[index],
        gradient: &sheet.slopes[index], wantsDX: index > 0)
    }
    page.say(
      "convolution \(index + 1), \(n) images: \(there) ms there, \(back) back")
  }
  let last = sheet.layers[network.layers.count - 1].pooled
  let dense = milliseconds {
    _ = network.head.lossAndGradient(
      from: last, to: sheet.examples.y, on: &sheet.head, wantsDX: true)
  }
  page.say("dense layers, \(n) images: \(dense) ms there and back")
}
//#-end-hidden-code
