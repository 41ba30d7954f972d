import Workbook

/*:
 ## Patches as rows of a matrix

 At each position the loops take the dot product of a patch with each filter.
 Write all patches of an image one below the other, and the whole sum is one
 matrix product:

 $$
 Z = P K + c \qquad [\text{positions}, \text{filters}]
 $$

 This is the $XW + b$ of every layer in this book, and its examples are patches.
 **A convolution is a linear layer, applied to every patch of an image.** To
 copy the patches into a matrix is **`im2col`**. Here is an image of three by
 four, and a window of two by two. It has six positions, so there are six rows.

 ![Each window is a row; times the kernel, each row is an output](figure:im2col)

 The matrix costs memory, because each pixel is copied once for every window
 that covers it. It gains the speed of a matrix product.

 Which entry of the image is copied to which entry of a patch? One loop over all
 pairs answers that. Entries that lie in the padding are left out.
 */

extension ConvolutionGeometry {
  /// Calls `body` for each entry of each patch that is not padding.
  func forEachPatchEntry(
    _ body: (_ position: Int, _ entry: Int, _ pixel: Int) -> Void
  ) {
    for position in 0..<outputPositions {
      let (top, left) = corner(of: position)
      for entry in 0..<patchSize {
        let (offset, channel) = (entry / image.channels, entry % image.channels)
        let row = top + offset / window.horizontal.size
        let column = left + offset % window.horizontal.size
        if 0..<image.height ~= row && 0..<image.width ~= column {
          let pixel = row * image.width + column
          body(position, entry, pixel * image.channels + channel)
        }
      }
    }
  }
}

/*:
 `im2col` copies along these pairs.
 */

extension ConvolutionGeometry {
  /// Returns the patches of an image, `[positions, patch]`.
  func im2col<Scalar: Field>(_ x: Vector<Scalar>) -> Matrix<Scalar> {
    var patches = Matrix<Scalar>(
      rows: outputPositions, columns: patchSize, repeating: 0)
    forEachPatchEntry { position, entry, pixel in
      patches[position, entry] = x[pixel]
    }
    return patches
  }
}

/*:
 The backward pass follows the same pairs in the other direction. It adds each
 entry of a patch to the pixel that it was copied from. This is **`col2im`**.

 > **Guess:** Take the six patches above and give them to `col2im`. Is the
 > result the image?
 >
 > No. A pixel comes back once for every window that covers it, and their sum is
 > what a gradient needs. The two pixels in the middle of the image were copied
 > four times.
 >
 > ![The patches, added back](figure:col2im)
 */

extension ConvolutionGeometry {
  /// Returns an image in which each entry of the patches is added to the pixel
  /// that it was copied from, `[height · width · channels]`.
  func col2im<Scalar: Field>(_ patches: Matrix<Scalar>) -> Vector<Scalar> {
    var x = Vector<Scalar>(repeating: 0, count: image.size)
    forEachPatchEntry { position, entry, pixel in
      x[pixel] += patches[position, entry]
    }
    return x
  }
}

//#-hidden-code
/// Copies the patches of a small image, multiplies them, and adds them back.
func drawPatches(on run: inout RunRecorder) throws(WindowError) {
  run.section("Patches as rows of a matrix")
  let geometry = try ConvolutionGeometry(
    of: Window(2), over: ImageShape(3, 4, 1))
  let x: Vector<Rational> = [1, 2, 0, 3, 4, 1, 5, 2, 0, 2, 1, 6]
  let kernel: Matrix<Rational> = [[1], [-1], [2], [0]]
  let patches = geometry.im2col(x)
  let z = (patches • kernel).column(0)
  // The first and the last position, which share no pixel.
  func highlight(_ row: Int, _ column: Int) -> Int? {
    row < 2 && column < 2 ? 0 : row > 0 && column > 1 ? 1 : nil
  }
  func ofRow(_ row: Int) -> Int? { [0: 0, 5: 1][row] }
  let rows = (0..<patches.rows).map { row in
    patches.row(row).elements.map {
      GridDiagram.Cell(Double($0), highlight: ofRow(row))
    }
  }
  run.show(
    Figure(
      "im2col",
      GridDiagram([
        .init("image", .image(x, width: 4, highlight: highlight), sign: "→"),
        .init(
          "patches P", rows, rowLabels: (1...6).map { "window \($0)" },
          sign: "×"),
        .init("kernel K", .image(kernel.column(0), width: 1), sign: "="),
        .init(
          "output Z", .image(z, width: 1) { row, _ in ofRow(row) }, sign: "→"),
        .init(
          "Z as an image",
          .image(z, width: 3) { row, column in ofRow(row * 3 + column) }),
      ])))
  let back = geometry.col2im(patches)
  let ones = Matrix<Rational>(rows: 6, columns: 4, repeating: 1)
  let copies = geometry.col2im(ones)
  run.show(
    Figure(
      "col2im",
      GridDiagram([
        .init("image", .image(x, width: 4), sign: "×"),
        .init(
          "windows that cover the pixel", .image(copies, width: 4), sign: "="),
        .init("col2im of the patches", .image(back, width: 4)),
      ])))
  let isCounted = (0..<x.count).allSatisfy { back[$0] == x[$0] * copies[$0] }
  run.check(
    "a pixel comes back from its patches once for every window over it",
    isCounted && copies[5] == 4 && copies[6] == 4,
    detail: "for the image that is drawn")
}
//#-end-hidden-code
