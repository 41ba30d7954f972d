import BinaryClassifier
import Regression
import Workbook

/*:
 More than one thing was changed at once. The network has convolutions, it has
 many more parameters, and it is trained in another way. So here are three
 controls, on \(controls.splits) of these splits. A wide network has no
 convolutions, but about as many parameters as the network of two blocks. In the
 two others the first convolution layer, or both, are **frozen**: they keep the
 weights that were drawn at the beginning, and only the layers after them learn,
 for as many epochs. Networks without convolutions are trained as at the head of
 this chapter, but only once; what that changes is not measured.

 > **Guess:** The test images are shifted by two pixels. Which costs more
 > accuracy: a first layer that never learns, or no convolutions at all?
 >
 > No convolutions at all. A first layer that never learns costs little, with
 > a shift or without.
 >
 > ![The networks on these splits: median accuracy, and on the same images
 > shifted by two pixels](table:contestants)

 The wide network reaches \(contestant.wide), and the network of
 [chapter 3](chapter:3) \(contestant.dense). On shifted images the wide network
 reaches only \(contestant.wide.shifted), and the network of two blocks
 \(contestant.trained.shifted). This is what the windows gain, together with
 their max-pooling and the other training.

 The frozen layers are the surprise. If the first layer never learns, the
 accuracy is \(contestant.firstfrozen), against \(contestant.trained) if it
 does; on shifted images \(contestant.firstfrozen.shifted), against
 \(contestant.trained.shifted). Random windows in the first layer do about as
 well as trained ones. If neither layer learns, the accuracy is
 \(contestant.bothfrozen), and on shifted images \(contestant.bothfrozen.shifted).
 */

//#-hidden-code
extension ConvNet where Scalar: FloatingField {
  /// Returns the network after a training in which its first layers stay.
  func trained(
    on data: Silhouettes, frozen count: Int, _ optimiser: Optimiser<Scalar>,
    _ loop: TrainingLoop, using random: inout SplitMix64
  ) -> ConvNet {
    let frozen = ConvNet(layers: Array(layers.prefix(count)), head: head)
    let features = Dataset(
      x: frozen.features(of: data.images, at: data.split.training),
      y: data.training.binary(as: Scalar.self).y)
    var learning = ConvNet(layers: Array(layers.dropFirst(count)), head: head)
    learning.train(on: features, optimiser, loop, using: &random)
    return ConvNet(layers: frozen.layers + learning.layers, head: learning.head)
  }
}

extension ConvNet where Scalar: FloatingField {
  /// Returns the outputs of the convolution layers, `[positions, size]`.
  func features(
    of images: LabelledImages, at positions: [Int]
  ) -> Matrix<Scalar> {
    let count = microBatchCount(of: positions.count)
    let rows = concurrentMap(count) { index in
      var workspace = ConvNetWorkspace(for: self)
      let range = microBatch(index, of: positions.count)
      images.write(positions[range], into: &workspace.examples)
      forward(on: &workspace)
      return workspace.input(of: layers.count).elements
    }
    let elements = rows.flatMap(\.self)
    return Matrix(
      rows: positions.count, columns: elements.count / positions.count,
      elements: elements)
  }

  /// Trains the network on numbers instead of bytes.
  mutating func train(
    on data: Dataset<Scalar>, _ optimiser: Optimiser<Scalar>,
    _ loop: TrainingLoop, using random: inout SplitMix64
  ) {
    var optimiser = optimiser
    var workspaces = workspaces(forBatchesOf: loop.batchSize)
    _ = loop.run(over: data.count, using: &random) { batch in
      let first = batch.startIndex
      let loss = lossAndGradient(of: batch.count, on: &workspaces) {
        range, examples in
        let chosen = first + range.lowerBound..<first + range.upperBound
        data.write(batch[chosen], into: &examples)
      }
      step(against: workspaces[0], &optimiser)
      return loss
    }
  }
}
//#-end-hidden-code
