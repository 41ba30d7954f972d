import BinaryClassifier
import Regression
import Workbook

/*:
 # 5 · A window that moves

 The network of [chapter 3](chapter:3) tells cats from dogs. Now shift each of
 its test images by a few pixels, as if the camera had stood a little to the
 side. The animals have not changed.

 ![The network with a weight for each pixel, on shifted
 silhouettes](table:moved)

 Shifted by \(moved.pixels) pixels, \(moved.dense) of the images are classified
 correctly; without the shift \(moved.still) are. The accuracies are means over
 four directions: up, down, left and right. What enters the image is black, and
 what leaves it is lost: \(moved.cropped) of the images shifted by
 \(moved.pixels) pixels lose some part of their animal. That alone explains
 little, as the end of the chapter shows: another network, on the same shifted
 images, loses much less.

 The network has a weight for each pixel. It recognises an ear at the pixels where ears stood in the training
 set. The pixels next to them have other weights, and those have learned nothing
 about ears.

 The cure is to use the same weights everywhere. A small window moves over the
 image, and what it learns at one position it knows at every position.
 */

/// Measures the accuracy of a network on images that were shifted.
func moveTheImages<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, in scalar: Scalar.Type
) throws -> Network<Scalar> {
  run.section("The same silhouettes, shifted")
  run.ask("Every image is shifted by two pixels. How many are recognised?")
  // The weights and the shuffling of chapter 3, from the same seed.
  var random = SplitMix64(seed: run.options.seed, stream: "3.cats.weights")
  let examples = data.training.binary(as: Scalar.self)
  let (optimiser, loop) = catTraining(on: run, in: scalar)
  var network = try catNetworks(in: scalar, using: &random).deep
  drawBatches(of: examples, loop, using: &random)
  network.train(on: examples, optimiser, loop, using: &random)

  var table = Table("moved", columns: ["shifted by", "784-10-9-1, test"])
  for pixels in 0...4 {
    let accuracy = data.images.shifted(by: pixels).meanAccuracy { images in
      network.confusion(on: images.points(at: data.split.test))
    }
    table.add([.count(pixels), .number(accuracy, .percent(1))])
    if pixels == 0 {
      run.record(accuracy, .percent(1), as: "moved.still", label: "not shifted")
    }
    if pixels == 2 {
      run.record(
        data.images.croppedFraction(by: pixels, at: data.split.test),
        .percent(0),
        as: "moved.cropped", label: "lose a part of the animal")
      run.record(pixels, as: "moved.pixels", label: "pixels")
      run.record(accuracy, .percent(1), as: "moved.dense", label: "shifted")
    }
  }
  run.show(table)
  return network
}

//#-hidden-code
extension LabelledImages {
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
        isLit(0..<pixels, 0..<width),
        isLit(height - pixels..<height, 0..<width),
        isLit(0..<height, 0..<pixels),
        isLit(0..<height, width - pixels..<width),
      ]
      cropped += edges.count { $0 }
    }
    return Double(cropped) / Double(4 * positions.count)
  }

  private func shifted(down: Int, right: Int) -> LabelledImages {
    var shifted = [UInt8](repeating: 0, count: pixels.count)
    for image in 0..<count {
      for row in max(0, down)..<min(height, height + down) {
        for column in max(0, right)..<min(width, width + right) {
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
