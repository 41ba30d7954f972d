import Workbook

/*:
 ## Padding and stride

 Without padding a window of three by three cannot stand in the corner of an
 image, so the output is two rows and two columns smaller. With one ring of
 zeros around the image, it can stand on every pixel, and the output has the
 size of the image.

 ![With a padding of one the window reaches over the edge, and the output is as
 large as the image](figure:padding)

 With a stride of two the window skips every other position. The output has
 about half as many rows and columns. Neighbouring positions still share a
 column of the image, since the window is larger than its stride.

 ![With a stride of two: two neighbouring positions, and the
 output](figure:stride)
 */

//#-hidden-code
/// Moves a window over small images of whole numbers, with padding and stride.
func drawWindows(on run: inout RunRecorder) throws(WindowError) {
  run.section("A window over an image")
  let kernel: Vector<Rational> = [1, 0, -1, 2, 0, -2, 1, 0, -1]
  let x: Vector<Rational> = [
    3, 1, 0, 2, 1, 0, 2, 4, 1, 0, 1, 5, 2, 0, 3, 2, 0, 1, 4, 1, 0, 1, 2, 0, 2,
  ]
  try drawProducts(on: &run, x, kernel)
  try drawPadding(on: &run, Vector(Array(x.elements.prefix(9))), kernel)
  try drawStride(on: &run, x, kernel)
  var isRefused = false
  do throws(WindowError) {
    _ = try WindowGeometry(3, stride: 2).outputPositions(along: 6)
  } catch {
    isRefused = error == .remainder(WindowGeometry(3, stride: 2), length: 6)
  }
  run.check(
    "a window with stride two is refused on six rows", isRefused,
    detail: "it would never cover the last row")
}

/// Returns the output of one filter for an image of one channel, `[positions]`.
private func output(
  of x: Vector<Rational>, _ kernel: Vector<Rational>,
  _ geometry: ConvolutionGeometry
) -> Vector<Rational> {
  let column = Matrix(
    rows: kernel.count, columns: 1, elements: kernel.elements)
  return geometry.directConvolution(over: x, column, [0]).column(0)
}

/// Draws the products under a window, and where their sum goes.
private func drawProducts(
  on run: inout RunRecorder, _ x: Vector<Rational>, _ kernel: Vector<Rational>
) throws(WindowError) {
  let geometry = try ConvolutionGeometry(
    of: Window(3), over: ImageShape(5, 5, 1))
  let z = output(of: x, kernel, geometry)
  let (row, column) = (1, 2)  // the position that is shown
  let products = Vector(count: 9) { entry in
    x[(row + entry / 3) * 5 + column + entry % 3] * kernel[entry]
  }
  run.show(
    Figure(
      "window-products",
      GridDiagram([
        .init(
          "image",
          .image(x, width: 5) {
            row..<row + 3 ~= $0 && column..<column + 3 ~= $1 ? 0 : nil
          }, sign: "×"),
        .init("kernel", .image(kernel, width: 3), sign: "="),
        .init(
          "products, to be added", .image(products, width: 3) { _, _ in 0 },
          sign: "→"),
        .init(
          "output",
          .image(z, width: 3) { $0 == row && $1 == column ? 0 : nil }),
      ])))
  run.check(
    "an output is the sum of the products under its window",
    products.elements.reduce(0, +) == z[row * 3 + column],
    detail: "at the position that is drawn")
}

/// Draws an image with a ring of zeros, and a window in its corner.
private func drawPadding(
  on run: inout RunRecorder, _ x: Vector<Rational>, _ kernel: Vector<Rational>
) throws(WindowError) {
  let geometry = try ConvolutionGeometry(
    of: Window(3, padding: 1), over: ImageShape(3, 3, 1))
  let z = output(of: x, kernel, geometry)
  let padded = (-1...3).map { row in
    (-1...3).map { column -> GridDiagram.Cell in
      let isInside = 0..<3 ~= row && 0..<3 ~= column
      return .init(
        isInside ? Double(x[row * 3 + column]) : 0,
        highlight: row < 2 && column < 2 ? 0 : nil, isFaint: !isInside)
    }
  }
  run.show(
    Figure(
      "padding",
      GridDiagram([
        .init("image, with a ring of zeros", padded, sign: "×"),
        .init("kernel", .image(kernel, width: 3), sign: "="),
        .init(
          "output", .image(z, width: 3) { $0 == 0 && $1 == 0 ? 0 : nil }),
      ])))
}

/// Draws two neighbouring positions of a window with a stride of two.
private func drawStride(
  on run: inout RunRecorder, _ x: Vector<Rational>, _ kernel: Vector<Rational>
) throws(WindowError) {
  let geometry = try ConvolutionGeometry(
    of: Window(3, stride: 2), over: ImageShape(5, 5, 1))
  let z = output(of: x, kernel, geometry)
  let positions = (0..<2).map { position in
    GridDiagram.Grid(
      position == 0 ? "first position" : "second position",
      .image(x, width: 5) { row, column in
        row < 3 && 2 * position..<2 * position + 3 ~= column ? position : nil
      }, sign: position == 0 ? "" : "→")
  }
  let output = GridDiagram.Grid(
    "output",
    .image(z, width: geometry.columns) { row, column in
      row == 0 ? column : nil
    })
  run.show(Figure("stride", GridDiagram(positions + [output])))
}
//#-end-hidden-code
