import Workbook

/*:
 ## Backwards, in two dimensions

 A convolution is a linear layer on patches, so its backward pass has the three
 lines of every linear layer. One line is new: the gradient of the patches goes
 through `col2im` to the image.

 $$
 \begin{aligned}
 \mathrm{d}K &= P^\top \, \mathrm{d}Z && [\text{patch}, \text{filters}] \\
 \mathrm{d}c &= \textstyle\sum_i \mathrm{d}Z_i && [\text{filters}] \\
 \mathrm{d}P &= \mathrm{d}Z \, K^\top && [\text{positions}, \text{patch}] \\
 \mathrm{d}X &= \mathrm{col2im}(\mathrm{d}P)
 \end{aligned}
 $$

 These are the sums of one dimension. The product $P^\top \mathrm{d}Z$ adds over
 the positions. The product $\mathrm{d}Z K^\top$ has a row for each window, with
 the kernel times its gradient, and `col2im` lays it where the window stood.

 Written as a matrix, `im2col` has a single one in each row, or none where the
 entry is padding. Its transpose is `col2im`: it is the **adjoint**. For any
 image $x$ and any patches $y$, by the definition of an adjoint,

 $$
 \langle \mathrm{im2col}(x), y \rangle = \langle x, \mathrm{col2im}(y) \rangle
 $$

 This is a test that needs no right answer: take random numbers for $x$ and $y$,
 and compare two sums. The run does so in exact fractions, for windows of many
 kinds. It also compares the product of patches and filters with the direct
 convolution, and the gradient of the image with a convolution of the gradient,
 which the next section explains.

 ![Windows of many kinds: loops, adjoint, reversed kernel](table:windows)
 */

//#-hidden-code
/// Compares patches with loops and adjoints for windows of many kinds, in exact
/// fractions.
func checkPatches(on run: inout RunRecorder) throws(WindowError) {
  run.section("Patches: equal to the loops, and with the right adjoint")
  var random = run.random("patches")
  var table = Table(
    "windows",
    columns: [
      "image", "window", "filters", "loops", "adjoint", "reversed kernel",
    ])
  var (passed, equalsPlain) = (true, true)
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
    let isReversed = try geometry.transposed(k, over: dZ) == dX
    let arePlain =
      patches == geometry.im2col(x)
      && geometry.image(of: y) == geometry.col2im(y)
    passed = passed && isLoops && isAdjoint && isReversed
    equalsPlain = equalsPlain && arePlain
    table.add([
      .text("\(image.height) × \(image.width) × \(image.channels)"),
      .text(window.words), .count(filters), isLoops ? "equal" : "different",
      isAdjoint ? "equal" : "different",
      isReversed ? "equal" : "different",
    ])
  }
  run.show(table)
  run.check(
    "patches equal loops, and col2im is the adjoint of im2col", passed,
    detail: "equal in exact fractions, for \(windowsOfManyKinds.count) windows")
  run.check(
    "the fast im2col and col2im equal the loops", equalsPlain,
    detail: "equal in exact fractions, for the same windows")
}

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
//#-end-hidden-code
