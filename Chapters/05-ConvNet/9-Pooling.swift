import Workbook

/*:
 ## Max-pooling

 The next layer has no weights. A second window returns the largest entry under
 it, for each channel: **max-pooling**. A window of two by two with stride two
 halves the height and the width. The output still says that a feature was
 found, and roughly where. An edge that moves by a pixel often stays in the same
 window, and then the output does not change.

 Backwards, the largest entry of a window receives the whole gradient of its
 maximum. A little more of another entry would not change the maximum, so the
 others receive zero.

 ![Max-pooling: the maxima, a gradient of the maxima, and where it
 goes](figure:pooling)

 > **Guess:** The window at the lower left has two entries that are equal and
 > largest. Which of them should receive the gradient?
 >
 > One of them, by any rule that is stated. If both received it, it would count
 > twice. In this book *the first one receives it*, row after row.

 After a ReLU, windows full of zeros are common. Those ties do no harm: the
 derivative of the ReLU is zero there, whichever entry is chosen. Ties between
 positive entries do change the gradient. Frameworks differ: in PyTorch,
 `max_pool2d` gives all of the gradient to one entry, and `amax` shares it
 among the equal ones.

 A window may also reach over the edge of the image. What lies in the padding is
 then left out: it is never the largest, not even among negative entries.

 The backward pass needs the position of each maximum, its **argmax** index. So
 the forward pass stores it.
 */

extension ConvolutionGeometry {
  /// Returns the largest entry of each window and where it stands, for each
  /// position and channel. Of several equal entries the first is taken.
  ///
  /// Where a window has nothing but padding in it, the maximum is 0, and −1 says
  /// that it stands nowhere.
  func maxima<Scalar: OrderedField>(
    of h: Vector<Scalar>
  ) -> (maxima: Vector<Scalar>, argmax: [Int]) {
    var argmax: [Int] = Array(
      repeating: -1, count: outputPositions * image.channels)
    forEachPatchEntry { position, _, pixel in
      let output = position * image.channels + pixel % image.channels
      let best = argmax[output]
      if best < 0 || h[best] < h[pixel] { argmax[output] = pixel }
    }
    return (Vector(argmax.map { $0 < 0 ? 0 : h[$0] }), argmax)
  }
}

/*:
 The backward pass computes nothing. It adds each gradient to the entry at its
 argmax index.
 */

extension ConvolutionGeometry {
  /// Returns the gradient of the entries from that of their maxima.
  func gradient<Scalar: Field>(
    from dMaxima: Vector<Scalar>, argmax: [Int]
  ) -> Vector<Scalar> {
    var dH = Vector<Scalar>(repeating: 0, count: image.size)
    for (output, entry) in argmax.enumerated() where entry >= 0 {
      dH[entry] += dMaxima[output]
    }
    return dH
  }
}

//#-hidden-code
/// Takes the maxima of small windows, and gives their gradient back.
func showTies(on run: inout RunRecorder) throws(WindowError) {
  run.section("Max-pooling, and where its gradient goes")
  run.ask("Two entries of a window are largest. Which receives the gradient?")
  try drawPooling(on: &run)
  let geometry = try ConvolutionGeometry(
    of: Window(2, stride: 2), over: ImageShape(2, 2, 1))
  var sums: [Rational] = []
  let windows: [Matrix<Rational>] = [
    [[1, 4, 2, 3]], [[1, 4, 4, 3]], [[0, 0, 0, 0]],
  ]
  for h in windows {
    var (pooled, argmax) = (Matrix<Rational>.empty, [Int32]())
    geometry.write(maximaOf: h, count: 1, into: &pooled, argmax: &argmax)
    var dH = Matrix<Rational>(rows: 1, columns: 4, repeating: 0)
    geometry.add([[1]], of: argmax, to: &dH)
    sums.append(dH.sum)
  }
  run.check(
    "one entry receives the gradient of a maximum",
    sums.allSatisfy { $0 == 1 },
    detail: "the gradient of each window sums to one")
}

/// Draws the maxima of a small image, and the way of their gradient.
private func drawPooling(on run: inout RunRecorder) throws(WindowError) {
  let geometry = try ConvolutionGeometry(
    of: Window(2, stride: 2), over: ImageShape(4, 4, 1))
  let h: Vector<Rational> = [1, 3, 0, 2, 2, 0, 5, 1, 4, 0, 1, 6, 1, 4, 2, 0]
  let (maxima, argmax) = geometry.maxima(of: h)
  let dMaxima: Vector<Rational> = [2, -1, 3, 1]
  let dH = geometry.gradient(from: dMaxima, argmax: argmax)
  func window(_ row: Int, _ column: Int) -> Int { row / 2 * 2 + column / 2 }
  run.show(
    Figure(
      "pooling",
      GridDiagram([
        .init("activations", .image(h, width: 4, highlight: window), sign: "→"),
        .init("maxima", .image(maxima, width: 2) { 2 * $0 + $1 }),
        .init(
          "gradient of the maxima", .image(dMaxima, width: 2) { 2 * $0 + $1 },
          sign: "→"),
        .init(
          "gradient of the activations",
          .image(dH, width: 4) { row, column in
            argmax.firstIndex(of: row * 4 + column)
          }),
      ])))
  run.check(
    "the first of two equal maxima receives the gradient",
    dH[8] == dMaxima[2] && dH[13] == 0,
    detail: "in the window at the lower left")
}
//#-end-hidden-code
