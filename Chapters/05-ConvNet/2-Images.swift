import BinaryClassifier
import Workbook

/*:
 ## In two directions

 An image has rows, columns and **channels**: one channel if it is grey, three if
 it is red, green and blue, and as many as a layer has kernels if a layer made it.
 In memory the channels of a pixel lie side by side, then the pixels of a row,
 then the rows, then the images:

     x [n, height, width, channels]

 That order is known as **channels last**, and this chapter lives on a virtue of
 it. Read with a row for each pixel, the same numbers are a matrix
 `[n · height · width, channels]`. Read with a row for each image, they are what
 every network of this book has had for input. To flatten an image is to do
 nothing at all.
 */

/// The shape of an image, or of what a layer makes of one.
package struct ImageShape: Equatable, Sendable {
  package let height: Int
  package let width: Int
  package let channels: Int

  package init(_ height: Int, _ width: Int, _ channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The number of entries.
  package var size: Int { height * width * channels }
}

/// A window: how it moves down, and how it moves along.
package struct Window: Equatable, Sendable {
  package let down: Slide
  package let along: Slide

  package init(down: Slide, along: Slide) {
    self.down = down
    self.along = along
  }

  /// Creates a square window that moves alike in both directions.
  package init(_ size: Int, stride: Int = 1, padding: Int = 0) {
    down = Slide(size, stride: stride, padding: padding)
    along = down
  }
}

/*:
 A window on its way over an image stops at **places**, and what it sees at a
 place is a **patch**, with all channels. The patch is all that the layer knows of
 the image there.
 */

/// The way of a window over an image.
package struct WindowPath: Equatable, Sendable {
  package let window: Window
  package let image: ImageShape
  /// The number of places from top to bottom.
  package let rows: Int
  /// The number of places from left to right.
  package let columns: Int

  /// Lays out the way of a window over an image.
  ///
  /// - Throws: `SlideError` where the window does not fit.
  package init(
    of window: Window, over image: ImageShape
  ) throws(SlideError) {
    self.window = window
    self.image = image
    rows = try window.down.places(along: image.height)
    columns = try window.along.places(along: image.width)
  }

  /// The number of places.
  package var places: Int { rows * columns }
  /// The number of entries of a patch.
  package var patchSize: Int {
    window.down.size * window.along.size * image.channels
  }
}

/*:
 A layer has several kernels, its **filters**, and each of them gives a number at
 each place. So its weights are a matrix `[patch, filters]`: a column for each
 filter, a row for each entry of a patch, in the order of memory. This is the sum,
 with a loop for everything that it runs over.
 */

extension WindowPath {
  /// Returns what filters make of an image, place by place.
  ///
  /// - Parameters:
  ///   - x: The image, `[height · width · channels]`.
  ///   - weights: The filters, `[patch, filters]`.
  ///   - bias: A number that each filter adds, `[filters]`.
  /// - Returns: A matrix `[places, filters]`.
  func loops<Scalar: Field>(
    over x: Vector<Scalar>, _ weights: Matrix<Scalar>, _ bias: Vector<Scalar>
  ) -> Matrix<Scalar> {
    Matrix(rows: places, columns: bias.count) { place, filter in
      let top = place / columns * window.down.stride - window.down.padding
      let left = place % columns * window.along.stride - window.along.padding
      var (sum, entry) = (bias[filter], 0)
      for row in top..<top + window.down.size {
        for column in left..<left + window.along.size {
          for channel in 0..<image.channels {
            if 0..<image.height ~= row && 0..<image.width ~= column {
              let pixel = row * image.width + column
              sum +=
                weights[entry, filter] * x[pixel * image.channels + channel]
            }
            entry += 1
          }
        }
      }
      return sum
    }
  }
}

/*:
 Weights can be chosen by hand. A window of three by three whose left column is
 $-1$ and whose right column is $1$ answers where the image grows lighter from left to
 right. Turned by a quarter it answers to edges that lie down.

 ![A silhouette, and the strength of its edges](figure:edges)
 */

/// Shows what two filters that were made by hand see in a silhouette.
func showEdges(on page: inout Page, _ data: Silhouettes) throws(SlideError) {
  page.section("Filters made by hand")
  let images = data.images
  let image = ImageShape(images.height, images.width, 1)
  let path = try WindowPath(of: Window(3, padding: 1), over: image)
  let weights: Matrix<Double> = [
    [-1, -1], [0, -1], [1, -1], [-1, 0], [0, 0], [1, 0], [-1, 1], [0, 1],
    [1, 1],
  ]
  let x = data.training.points.row(0)
  let z = path.loops(over: x, weights, [0, 0])  // [places, 2]
  page.show(
    Figure(
      "edges",
      ImageGrid(
        height: path.rows, width: path.columns,
        images: [x.elements]
          + (0..<2).map { filter in
            z.column(filter).elements.map { abs($0) / 3 }
          },
        captions: ["the image", "upright edges", "lying edges"])))
}
