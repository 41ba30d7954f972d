import Workbook

/// How a window is moved along an axis.
package struct Slide: Equatable, Sendable {
  /// How many entries it sees at once, k.
  package let size: Int
  /// How far it moves from place to place, s.
  package let stride: Int
  /// How many zeros are laid before the first entry and behind the last, p.
  package let padding: Int

  package init(_ size: Int, stride: Int = 1, padding: Int = 0) {
    self.size = size
    self.stride = stride
    self.padding = padding
  }

  /// Returns the number of places that the window stops at, (n + 2p − k)/s + 1.
  ///
  /// - Parameter length: The number of entries, n.
  /// - Throws: `SlideError` where the window is larger than what it is moved
  ///   over, or where the last entries would never be seen.
  package func places(along length: Int) throws(SlideError) -> Int {
    if size < 1 || stride < 1 || padding < 0 { throw .noWindow(self) }
    let room = length + 2 * padding - size
    if room < 0 { throw .tooLarge(self, length: length) }
    if room % stride != 0 { throw .unseen(self, length: length) }
    return room / stride + 1
  }
}

/// Why a window cannot be moved along an axis.
package enum SlideError: Error, Equatable, CustomStringConvertible {
  case noWindow(Slide)
  case tooLarge(Slide, length: Int)
  case unseen(Slide, length: Int)

  package var description: String {
    switch self {
    case .noWindow(let slide):
      "a window of \(slide.size) with stride \(slide.stride) and padding "
        + "\(slide.padding) is none: the first two are at least 1, the last 0"
    case .tooLarge(let slide, let length):
      "a window of \(slide.size) is larger than \(length) entries with "
        + "padding \(slide.padding)"
    case .unseen(let slide, let length):
      "a window of \(slide.size) with stride \(slide.stride) never sees the "
        + "last \((length + 2 * slide.padding - slide.size) % slide.stride) of "
        + "\(length) entries with padding \(slide.padding): change one of them"
    }
  }
}
