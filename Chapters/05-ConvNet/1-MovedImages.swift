import BinaryClassifier
import Regression
import Workbook

/*:
 # 5 · A window that moves

 The network of [chapter 3](chapter:3) tells cats from dogs. Here it learns
 from all images that are not for the test, for \(moved.epochs) epochs with a
 learning rate of \(moved.rate). Should that fail, so that more than one in ten
 of its own images are still classified wrongly, it begins again with other
 weights, up to three times. Then \(moved.still) of the test images are
 classified correctly. Now shift each of them by \(moved.pixels) pixels, as if
 the camera had stood a little to the side. The animals have not changed.

 > **Guess:** How many of the shifted images are still classified correctly?
 >
 > Only \(moved.dense). The accuracies are means over four directions: up, down,
 > left and right.
 >
 > ![The network with a weight for each pixel, on shifted
 > silhouettes](table:moved)

 The network has a weight for each pixel. It learns to recognise an ear at the
 pixels where ears stood in the training set. The pixels beside them have other
 weights, and those have learned nothing about ears.

 Part of the fall is not the network's fault. What leaves a shifted image is
 lost, and \(moved.cropped) of the shifted images have lost some part of their
 animal. That explains little: at the end of the chapter another network sees
 the same shifted images, and loses much less.

 After this chapter you can

 - compute a convolution and its gradients by hand, and then as loops;
 - turn both into matrix products, and say why the result is the same;
 - say what padding, stride, max-pooling and a receptive field are;
 - count the weights and the multiplications of a convolutional network;
 - say which part of its success comes from what it learned, and which does not.
 */

/// Trains the network with a weight for each pixel, and shifts its images.
///
/// - Returns: The network, and how it was trained.
func moveTheImages<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, in scalar: Scalar.Type
) throws -> (network: Network<Scalar>, training: CatTraining<Scalar>) {
  run.section("The same silhouettes, shifted")
  run.ask("Every image is shifted by two pixels. How many are recognised?")
  // The weights and the shuffling of chapter 3, from the same seed.
  var random = SplitMix64(seed: run.options.seed, stream: "3.cats.weights")
  let examples = data.training.binary(as: Scalar.self)
  let training: CatTraining<Scalar> = catTraining(on: run, in: scalar)
  func trained() throws -> Network<Scalar> {
    var network = try catNetworks(in: scalar, using: &random).deep
    drawBatches(of: examples, training.loop, using: &random)
    network.train(
      on: examples, training.optimiser, training.loop, using: &random)
    return network
  }
  var (network, trainings) = (try trained(), 1)
  var learned: Double { network.confusion(on: data.training).accuracy ?? 0 }
  while learned < 0.9 && trainings < 4 {
    network = try trained()
    trainings += 1
  }

  run.checkWhenFull(
    "the network recognises nine in ten of the images that it learned from",
    learned >= 0.9,
    detail: NumberFormat.percent(1).text(of: learned) + " after "
      + (trainings == 1 ? "one training" : "\(trainings) trainings"))
  run.record(training.loop.epochs, as: "moved.epochs", label: "epochs")
  run.record(
    training.optimiser.learningRate, .decimals(2), as: "moved.rate",
    label: "learning rate")
  let still = network.confusion(on: data.test).accuracy ?? .nan
  run.record(still, .percent(1), as: "moved.still", label: "not shifted")
  let pixels = run.setting(2, as: "moved.pixels", label: "pixels", least: 0)
  let test = data.test(shiftedBy: pixels)
  let shifted = test.meanAccuracy { network.confusion(on: $0.points) }
  run.record(shifted, .percent(1), as: "moved.dense", label: "shifted")
  run.record(
    data.images.croppedFraction(by: pixels, at: data.split.test), .percent(0),
    as: "moved.cropped", label: "lose a part of the animal")
  var table = Table("moved", columns: ["shifted by", "784-10-9-1, test"])
  for pixels in 0...4 {
    let test = data.test(shiftedBy: pixels)
    let accuracy = test.meanAccuracy { network.confusion(on: $0.points) }
    table.add([.count(pixels), .number(accuracy, .percent(1))])
  }
  run.show(table)
  return (network, training)
}

//#-hidden-code
/// How a network for cats and dogs is trained.
typealias CatTraining<Scalar: FloatingField> = (
  optimiser: Optimiser<Scalar>, loop: TrainingLoop
)

extension Silhouettes {
  /// Returns the test images, shifted in four directions.
  func test(shiftedBy pixels: Int) -> [LabelledImages] {
    images.chosen(at: split.test).shifted(by: pixels)
  }
}

extension LabelledImages {
  /// The positions of all images.
  var positions: [Int] { Array(0..<count) }

  /// All images as points.
  var points: LabelledPoints { points(at: 0..<count) }

  /// Returns some of the images.
  func chosen(at positions: [Int]) -> LabelledImages {
    LabelledImages(
      pixels: positions.flatMap { pixels[$0 * size..<($0 + 1) * size] },
      height: height, width: width, channels: channels, white: white,
      labels: positions.map { labels[$0] }, classNames: classNames,
      groups: positions.map { groups[$0] })
  }

  /// Returns the images shifted up, down, left and right. What enters is black.
  func shifted(by pixels: Int) -> [LabelledImages] {
    let steps =
      pixels == 0
      ? [(0, 0)] : [(-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels)]
    return steps.map { shifted(down: $0.0, right: $0.1) }
  }

  /// Returns the fraction of images, over the four directions, of which a shift
  /// cuts off pixels that are not black.
  func croppedFraction(by pixels: Int, at positions: [Int]) -> Double {
    var cropped = 0
    for image in positions {
      func isLit(_ rows: Range<Int>, _ columns: Range<Int>) -> Bool {
        rows.contains { row in
          columns.contains {
            self.pixels[image * size + row * width + $0] > 0
          }
        }
      }
      let edges = [
        isLit(0..<min(pixels, height), 0..<width),
        isLit(max(0, height - pixels)..<height, 0..<width),
        isLit(0..<height, 0..<min(pixels, width)),
        isLit(0..<height, max(0, width - pixels)..<width),
      ]
      cropped += edges.count { $0 }
    }
    return Double(cropped) / Double(4 * positions.count)
  }

  private func shifted(down: Int, right: Int) -> LabelledImages {
    var shifted = [UInt8](repeating: 0, count: pixels.count)
    for image in 0..<count {
      // The rows and the columns whose pixels come from inside the image.
      for row in 0..<height where 0..<height ~= row - down {
        for column in 0..<width where 0..<width ~= column - right {
          let from = (row - down) * width + column - right
          shifted[image * size + row * width + column] =
            pixels[image * size + from]
        }
      }
    }
    return LabelledImages(
      pixels: shifted, height: height, width: width, white: white,
      labels: labels, classNames: classNames, groups: groups)
  }
}

extension [LabelledImages] {
  /// Returns the mean accuracy over several sets of images.
  func meanAccuracy(_ confusion: (LabelledImages) -> ConfusionMatrix) -> Double
  {
    map { confusion($0).accuracy ?? .nan }.reduce(0, +) / Double(count)
  }
}
//#-end-hidden-code
