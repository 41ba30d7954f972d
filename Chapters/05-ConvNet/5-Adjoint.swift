import Workbook

/*:
 ## Three claims about patches

 All three can be checked without a tolerance, in exact fractions. The first:
 the product of patches and filters equals the direct convolution. The second
 claim is that `col2im` is the adjoint of `im2col`. By the definition of an
 adjoint, for any image $x$ and any patches $y$,

 $$
 \langle \mathrm{im2col}(x), y \rangle = \langle x, \mathrm{col2im}(y) \rangle
 $$

 and in exact fractions both sides are the same number. The third claim: at
 stride one the gradient of the image is itself a cross-correlation. Take the
 gradient of the pre-activations, padded with zeros, and the kernel **reversed**
 in both directions, with channels and filters exchanged. This is the
 convolution of the mathematicians.

 ![Windows of many kinds: loops, patches, adjoint](table:windows)
 */

/// Checks the three claims for windows of many kinds, in exact fractions.
func checkPatches(on run: inout RunRecorder) throws(WindowError) {
  run.section("Patches: equal to the loops, and with the right adjoint")
  var random = run.random("patches")
  var table = Table(
    "windows",
    columns: [
      "image", "window", "filters", "loops", "adjoint", "reversed kernel",
    ])
  var passed = true
  for (image, window, filters) in windowsOfManyKinds {
    let geometry = try ConvolutionGeometry(of: window, over: image)
    let x = Vector<Rational>(.dyadic(image.size, using: &random))
    let k = Matrix<Rational>(
      .dyadic(geometry.patchSize, filters, using: &random))  // [patch, filters]
    let c = Vector<Rational>(.dyadic(filters, using: &random))
    let y = Matrix<Rational>(
      .dyadic(geometry.outputPositions, geometry.patchSize, using: &random))
    let dZ = Matrix<Rational>(
      .dyadic(geometry.outputPositions, filters, using: &random))

    let patches = geometry.patches(of: x)  // [positions, patch]
    let isLoops = patches • k + c == geometry.directConvolution(over: x, k, c)
    let isAdjoint = (patches ⊙ y).sum == x.dot(geometry.image(of: y))
    let dX = geometry.image(of: dZ • k.transposed)
    let isReversed = try geometry.reversed(k, over: dZ).map { $0 == dX }
    passed = passed && isLoops && isAdjoint && isReversed != false
    table.add([
      .text("\(image.height) × \(image.width) × \(image.channels)"),
      .text(window.words), .count(filters), isLoops ? "equal" : "different",
      isAdjoint ? "equal" : "different",
      isReversed.map { $0 ? "equal" : "different" } ?? .none,
    ])
  }
  run.show(table)
  run.check(
    "patches equal loops, and col2im is the adjoint of im2col", passed,
    detail: "equal in exact fractions, for \(windowsOfManyKinds.count) windows")
}

//#-hidden-code
/// Images, windows and numbers of filters, all of different sizes.
let windowsOfManyKinds: [(image: ImageShape, window: Window, filters: Int)] = [
  (ImageShape(5, 4, 1), Window(3), 2),
  (ImageShape(5, 4, 3), Window(3, padding: 1), 2),
  (ImageShape(4, 6, 2), Window(2, stride: 2), 3),
  (ImageShape(5, 7, 2), Window(3, stride: 2), 3),
  (ImageShape(5, 7, 2), Window(3, stride: 2, padding: 1), 4),
  (
    ImageShape(6, 5, 2),
    Window(
      vertical: WindowGeometry(3, padding: 1), horizontal: WindowGeometry(2)), 3
  ),
  (ImageShape(3, 2, 2), Window(5, padding: 2), 3),
]

extension Window {
  /// The window as it stands in the table.
  fileprivate var words: String {
    let stride = vertical.stride == 1 ? "" : ", stride \(vertical.stride)"
    let padding = vertical.padding == 0 ? "" : ", padding \(vertical.padding)"
    return "\(vertical.size) × \(horizontal.size)" + stride + padding
  }
}

extension ConvolutionGeometry {
  /// Returns the gradient of the image as a cross-correlation with the reversed
  /// kernel, or `nil` where the stride is not 1.
  fileprivate func reversed<Scalar: Field>(
    _ k: Matrix<Scalar>, over dZ: Matrix<Scalar>
  ) throws(WindowError) -> Vector<Scalar>? {
    guard window.vertical.stride == 1 && window.horizontal.stride == 1 else {
      return nil
    }
    let (height, width) = (window.vertical.size, window.horizontal.size)
    let (channels, filters) = (image.channels, k.columns)
    let reversed = Matrix(
      rows: height * width * filters, columns: channels
    ) { entry, channel in
      let (pixel, filter) = (entry / filters, entry % filters)
      return k[(height * width - 1 - pixel) * channels + channel, filter]
    }
    let backward = try ConvolutionGeometry(
      of: Window(
        vertical: WindowGeometry(
          height, padding: height - 1 - window.vertical.padding),
        horizontal: WindowGeometry(
          width, padding: width - 1 - window.horizontal.padding)),
      over: ImageShape(rows, columns, filters))
    let noBias = Vector<Scalar>(repeating: 0, count: channels)
    return Vector(
      backward.directConvolution(over: Vector(dZ.elements), reversed, noBias)
        .elements)
  }
}
//#-end-hidden-code
