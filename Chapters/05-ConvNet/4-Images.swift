import BinaryClassifier
import Workbook

/*:
 ## In two dimensions

 Over an image the window moves in two directions. At each position it
 multiplies every entry under it with a weight, and adds the products up.

 ![A window of three by three: the products at one position, and the
 output](figure:window-products)

 An image has rows, columns and **channels**: one channel if it is grey, three
 if it is red, green and blue, and one for each kernel if a layer computed it.
 In memory the channels of a pixel lie side by side, then come the pixels of a
 row, then the rows, then the images:

     x [n, height, width, channels]

 This order is called **channels last**. Read with a row for each image, the
 same numbers are the input `[n, features]` of every network so far. To flatten
 an image costs nothing, in this order of the axes and in any other: the numbers
 stay where they are. Channels last has a virtue of its own. A convolution
 computes a row of numbers for each position, and these rows are already the
 pixels of the next image.

 The window stops at **output positions**. The entries under it, with all
 channels, are a **patch**. The output at a position depends on that patch
 alone.

 A layer has several kernels, its **filters**. Each filter has one output at
 each position, so it makes a channel of the next image. It has a weight for
 each entry of a patch, and so it sums over all channels of its input. The
 weights of all filters are a matrix `[patch, filters]`, with a column for each
 filter and a row for each entry of a patch, in the order of memory.

 Weights can be chosen by hand. A window of three by three with $-1$ in its left
 column and $1$ in its right column responds where the image grows lighter from
 left to right: at vertical edges. Rotated by a quarter turn, it responds to
 horizontal edges.

 ![A silhouette, and the strength of its edges](figure:edges)

 Written as loops this sum is the **direct convolution**. It is slow and easy to
 check by eye, so everything else in this chapter is compared with it. You write
 it yourself in the second exercise.
 */

//#-hidden-code
/// The shape of an image, or of a layer's output.
package struct ImageShape: Equatable, Sendable {
  package let height: Int
  package let width: Int
  package let channels: Int
}

/// A window: how it moves from top to bottom, and from left to right.
package struct Window: Equatable, Sendable {
  package let vertical: WindowGeometry
  package let horizontal: WindowGeometry

  /// Creates a window from how it moves in each direction.
  package init(vertical: WindowGeometry, horizontal: WindowGeometry) {
    (self.vertical, self.horizontal) = (vertical, horizontal)
  }
}

/// How a window moves over an image of some shape.
package struct ConvolutionGeometry: Equatable, Sendable {
  package let window: Window
  package let image: ImageShape
  /// The number of output positions from top to bottom.
  package let rows: Int
  /// The number of output positions from left to right.
  package let columns: Int
}

extension ConvolutionGeometry {
  /// The number of output positions.
  package var outputPositions: Int { rows * columns }
  /// The number of entries of a patch.
  package var patchSize: Int {
    window.vertical.size * window.horizontal.size * image.channels
  }
}

extension ConvolutionGeometry {
  /// Returns the outputs of filters for an image, by loops.
  ///
  /// - Parameters:
  ///   - x: The image, `[height · width · channels]`.
  ///   - weights: The filters, `[patch, filters]`.
  ///   - bias: The bias of each filter, `[filters]`.
  /// - Returns: A matrix `[positions, filters]`.
  func directConvolution<Scalar: Field>(
    over x: Vector<Scalar>, _ weights: Matrix<Scalar>, _ bias: Vector<Scalar>
  ) -> Matrix<Scalar> {
    Matrix(rows: outputPositions, columns: bias.count) { position, filter in
      let (top, left) = corner(of: position)
      var (sum, entry) = (bias[filter], 0)
      for row in top..<top + window.vertical.size {
        for column in left..<left + window.horizontal.size {
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

/// Applies two filters, made by hand, to a silhouette.
func showEdges(
  on run: inout RunRecorder, _ data: Silhouettes
) throws(WindowError) {
  run.section("Filters made by hand")
  let images = data.images
  let image = ImageShape(images.height, images.width, 1)
  let geometry = try ConvolutionGeometry(of: Window(3, padding: 1), over: image)
  let weights: Matrix<Double> = [
    [-1, -1], [0, -1], [1, -1], [-1, 0], [0, 0], [1, 0], [-1, 1], [0, 1],
    [1, 1],
  ]
  let x = data.training.points.row(0)
  // [positions, 2]
  let z = geometry.directConvolution(over: x, weights, [0, 0])
  run.show(
    Figure(
      "edges",
      ImageGrid(
        height: geometry.rows, width: geometry.columns,
        images: [x.elements]
          + (0..<2).map { filter in
            z.column(filter).elements.map { abs($0) / 3 }
          },
        captions: ["the image", "vertical edges", "horizontal edges"])))
}

extension ImageShape {
  package init(_ height: Int, _ width: Int, _ channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The number of entries.
  package var size: Int { height * width * channels }
}

extension Window {
  /// Creates a square window that moves alike in both directions.
  package init(_ size: Int, stride: Int = 1, padding: Int = 0) {
    vertical = WindowGeometry(size, stride: stride, padding: padding)
    horizontal = vertical
  }
}

extension ConvolutionGeometry {
  /// Computes the output positions of a window over an image.
  ///
  /// - Throws: `WindowError` where the window does not fit.
  package init(
    of window: Window, over image: ImageShape
  ) throws(WindowError) {
    self.window = window
    self.image = image
    rows = try window.vertical.outputPositions(along: image.height)
    columns = try window.horizontal.outputPositions(along: image.width)
  }
}

extension ConvolutionGeometry {
  /// Returns the row and the column of the window's first entry at a position,
  /// which are negative in the padding.
  func corner(of position: Int) -> (top: Int, left: Int) {
    let (vertical, horizontal) = (window.vertical, window.horizontal)
    return (
      position / columns * vertical.stride - vertical.padding,
      position % columns * horizontal.stride - horizontal.padding
    )
  }
}
//#-end-hidden-code
