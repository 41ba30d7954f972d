import BinaryClassifier
import Regression
import Workbook

/*:
 ## What is only for speed

 The plain passes make a matrix of patches for every image, and forget it. The
 networks of this chapter call faster forms of the same passes, in the files
 `22-FastPatches.swift` to `27-Training.swift`. They copy the entries under a
 row of the window at once, because they lie side by side in memory. They split
 a batch into **micro-batches** of \(speed.microbatch) images, which run on
 several threads. They keep what they compute in a **workspace**, whose memory
 is used again in the next step. And images stay bytes until their batch is
 needed.

 The sums of the micro-batches are added in their order, so the result is the
 same, bit for bit, with any number of threads. And the fast passes are the
 plain ones: for windows of many kinds, with and without max-pooling, the output
 and all gradients of a batch are equal in exact fractions.
 */

//#-hidden-code
/// Compares the fast passes with the plain ones, in exact fractions.
func comparePasses(on run: inout RunRecorder) throws(WindowError) {
  run.section("The fast passes, beside the plain ones")
  run.record(
    microBatchSize, as: "speed.microbatch", label: "images in a micro-batch")
  var random = run.random("passes")
  var (isEqual, count) = (true, 0)
  for (image, window, filters) in windowsOfManyKinds {
    for pooling in [nil, Window(2)] {
      let description = ConvolutionDescription<Algebraic>(
        filters, window, pooling: pooling)
      guard let (geometry, pooling) = try? description.geometries(over: image)
      else { continue }
      let layer = ConvolutionLayer<Rational>(
        geometry: geometry,
        layer: Layer(
          weights: Matrix(
            .dyadic(geometry.patchSize, filters, using: &random)),
          bias: Vector(.dyadic(filters, using: &random)), activation: .relu),
        pooling: pooling)
      isEqual = isEqual && layer.fastEqualsPlain(using: &random)
      count += 1
    }
  }
  run.check(
    "the fast passes of a layer equal the plain ones", isEqual,
    detail: "output and all gradients, in exact fractions, for \(count) layers")
}

extension ConvolutionLayer<Rational> {
  /// Returns whether both forms of both passes agree on a batch of images.
  fileprivate func fastEqualsPlain(using random: inout SplitMix64) -> Bool {
    let n = microBatchSize + 1
    let x = Matrix<Rational>(.dyadic(n, geometry.image.size, using: &random))
    let dOutput = Matrix<Rational>(.dyadic(n, output.size, using: &random))
    var workspace = ConvolutionWorkspace<Rational>()
    forward(from: x, count: n, on: &workspace)
    let fast = gradient(from: dOutput, to: x)
    var (weights, bias) = (layer.weights, layer.bias)
    weights.fill(with: 0)
    bias = Vector(repeating: 0, count: bias.count)
    for image in 0..<n {
      let plain = plainGradient(from: dOutput.row(image), to: x.row(image))
      weights.add(1, times: plain.gradient.weights)
      bias += plain.gradient.bias
      guard plainOutput(of: x.row(image)) == workspace.pooled.row(image),
        plain.dX == fast.dX.row(image)
      else { return false }
    }
    return weights == fast.gradient.weights && bias == fast.gradient.bias
  }
}
//#-end-hidden-code
