import Workbook

/*:
 ## In two directions

 An image has rows, columns and channels: one channel if it is grey, three if it
 is red, green and blue. A layer that makes eight numbers of every place makes an
 image of eight channels. In memory the channels of a pixel lie side by side, then
 the pixels of a row, then the rows, then the images:

     x [n, height, width, channels]

 Python libraries call this order **channels last**. It has a virtue that this
 chapter lives on. The same numbers, read as a matrix with a row for each pixel,
 are `[n · height · width, channels]`; and read as a matrix with a row for each
 image, they are what every network of this book has had for input. To flatten an
 image is to do nothing.
 */

/// The size of an image, or of what a layer makes of one.
package struct ImageShape: Equatable, Sendable {
  package let height: Int
  package let width: Int
  package let channels: Int

  package init(_ height: Int, _ width: Int, _ channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The number of pixels.
  package var pixels: Int { height * width }
  /// The number of entries.
  package var size: Int { pixels * channels }
}

/// A window: how it is moved down, and how it is moved along.
package struct Window: Equatable, Sendable {
  package let down: Slide
  package let along: Slide

  package init(down: Slide, along: Slide) {
    self.down = down
    self.along = along
  }

  /// A square window, moved alike in both directions.
  package init(_ size: Int, stride: Int = 1, padding: Int = 0) {
    down = Slide(size, stride: stride, padding: padding)
    along = down
  }
}

/*:
 A window on its way over an image stops at places, and what it sees at a place is
 a **patch**: `height · width · channels` of the window's numbers. The patch is
 all that the layer knows of the image there.
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
