import Workbook

/*:
 ## Transposed convolution

 In one dimension the gradient of the signal was a sum of kernels, laid under
 the windows. Read it by columns instead. An entry of the signal lies under the
 last weight of one window, under the weight before it in the next window, and
 so on: as the window moves to the right, the weights pass the entry from right
 to left. So the gradient of the signal is a cross-correlation too, of
 $\mathrm{d}z$ with the kernel *reversed*. At the ends fewer windows cover an
 entry, and a padding of $k - 1 - p$ zeros stands for those that are missing.
 With several filters, channels and filters change places.

 With a stride $s$, neighbouring windows stand $s$ entries apart. Then
 $\mathrm{d}z$ gets $s - 1$ zeros between its entries, and the rest stays as it
 is. This is a **transposed convolution**. Here is one with a stride of two.

 ![The gradient of a signal, for a window of three with a stride of
 two](figure:transposed)
 */

/// Returns a signal with `stride` − 1 zeros between neighbouring entries.
func spread<Scalar: Field>(
  _ z: Vector<Scalar>, by stride: Int
) -> Vector<Scalar> {
  Vector(count: (z.count - 1) * stride + 1) {
    $0 % stride == 0 ? z[$0 / stride] : 0
  }
}

/*:
 The rest is a cross-correlation.
 */

/// Returns the transposed convolution of a signal with a kernel.
func transposedConvolution<Scalar: Field>(
  of z: Vector<Scalar>, with kernel: Vector<Scalar>, stride: Int = 1,
  padding: Int = 0
) throws(WindowError) -> Vector<Scalar> {
  try crossCorrelation(
    of: spread(z, by: stride),
    with: Vector(Array(kernel.elements.reversed())),
    padding: kernel.count - 1 - padding)
}

/*:
 In exact fractions it equals the gradient by loops, for kernels, strides and
 paddings of many sizes, and for the images of the table above.

 A transposed convolution is also a layer of its own, for networks whose output
 is larger than their input: networks that draw, or that label every pixel. It
 makes $(m - 1)s + k - 2p$ entries from $m$. [Dumoulin and
 Visin](cite:dumoulin-visin-2016) show all cases in pictures.
 */

//#-hidden-code
/// Computes a transposed convolution by hand, and compares many with the
/// gradients by loops.
func transposeConvolutions(on run: inout RunRecorder) throws(WindowError) {
  run.section("Transposed convolution")
  let (kernel, dz): (Vector<Rational>, Vector<Rational>) = (
    [1, 2, 3], [1, -1, 2]
  )
  let spreadOut = spread(dz, by: 2)
  let dX = try transposedConvolution(of: dz, with: kernel, stride: 2)
  let zeros = GridDiagram.Cell(0, isFaint: true)
  let padded = [
    [zeros, zeros]
      + spreadOut.elements.enumerated().map {
        $0 % 2 == 0 ? .init(Double($1), highlight: 0) : zeros
      } + [zeros, zeros]
  ]
  let reversed = Vector<Rational>(Array(kernel.elements.reversed()))
  run.show(
    Figure(
      "transposed",
      GridDiagram([
        .init("dz", .row(dz) { _ in 0 }, sign: "→"),
        .init("dz with zeros between and around", padded, sign: "×"),
        .init("kernel, reversed", .row(reversed), sign: "="),
        .init("dx: their cross-correlation", .row(dX)),
      ])))

  var random = run.random("transposed")
  var (isEqual, count) = (true, 0)
  for size in 1...4 {
    for stride in 1...4 {
      for padding in 0..<size {
        let kernel = Vector<Rational>(.dyadic(size, using: &random))
        let dz = Vector<Rational>(.dyadic(3, using: &random))
        let length = 2 * stride + size - 2 * padding
        if length < 1 { continue }
        let x = Vector<Rational>(repeating: 0, count: length)
        let byLoops = correlationGradients(
          from: dz, to: x, with: kernel, stride: stride, padding: padding)
        let transposed = try transposedConvolution(
          of: dz, with: kernel, stride: stride, padding: padding)
        isEqual = isEqual && transposed == byLoops.dX
        count += 1
      }
    }
  }
  run.check(
    "the gradient of a signal is a transposed convolution", isEqual,
    detail: "equal in exact fractions, for \(count) windows")
}

extension ConvolutionGeometry {
  /// Returns the gradient of the image as a convolution of the gradient of the
  /// pre-activations: spread by the stride, padded, with the kernel reversed.
  ///
  /// - Parameters:
  ///   - k: The filters, `[patch, filters]`.
  ///   - dZ: The gradient of the pre-activations, `[positions, filters]`.
  func transposed<Scalar: Field>(
    _ k: Matrix<Scalar>, over dZ: Matrix<Scalar>
  ) throws(WindowError) -> Vector<Scalar> {
    let (vertical, horizontal) = (window.vertical, window.horizontal)
    let (height, width) = (vertical.size, horizontal.size)
    let (channels, filters) = (image.channels, k.columns)
    let reversed = Matrix(
      rows: height * width * filters, columns: channels
    ) { entry, channel in
      let (pixel, filter) = (entry / filters, entry % filters)
      return k[(height * width - 1 - pixel) * channels + channel, filter]
    }
    let (down, right) = (vertical.stride, horizontal.stride)
    let spread = ImageShape(
      (rows - 1) * down + 1, (columns - 1) * right + 1, filters)
    var spreadOut = Vector<Scalar>(repeating: 0, count: spread.size)
    for position in 0..<outputPositions {
      let row = position / columns * down
      let pixel = row * spread.width + position % columns * right
      for filter in 0..<filters {
        spreadOut[pixel * filters + filter] = dZ[position, filter]
      }
    }
    let backward = try ConvolutionGeometry(
      of: Window(
        vertical: WindowGeometry(
          height, padding: height - 1 - vertical.padding),
        horizontal: WindowGeometry(
          width, padding: width - 1 - horizontal.padding)),
      over: spread)
    let noBias = Vector<Scalar>(repeating: 0, count: channels)
    return Vector(
      backward.directConvolution(over: spreadOut, reversed, noBias).elements)
  }
}
//#-end-hidden-code
