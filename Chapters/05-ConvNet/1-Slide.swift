import BinaryClassifier
import Regression
import Workbook

/*:
 # 5 · A window that moves

 The network of [chapter 3](chapter:3) tells cats from dogs. Now take its test
 images and move each of them a few pixels, the way a photographer moves who does
 not stand quite where the last one stood. Nothing about the animals has changed.

 ![The network with a weight for each pixel, on moved silhouettes](table:moved)

 Moved by \(moved.pixels) pixels, \(moved.dense) of the images are still taken
 for what they are, where \(moved.still) were before. The network has a weight for
 each pixel and knows that an ear is an ear in one place. For the place next to it
 there are other weights, which have learned nothing of ears unless the training
 set had one there.

 The cure is to look everywhere with the same eyes. A small window moves over the
 image, and what it has learned in one place it knows in all.
 */

/// Measures how a network does on images that were moved.
func moveTheImages<Scalar: FloatingField>(
  on page: inout Page, _ data: Silhouettes, in scalar: Scalar.Type
) throws -> Network<Scalar> {
  page.section("The same silhouettes, moved")
  page.ask("Every image moves by two pixels. How many are still recognised?")
  // The weights and the shuffling of chapter 3, from the same seed.
  var random = SplitMix64(seed: page.options.seed, stream: "3.cats.weights")
  let examples = data.training.binary(as: Scalar.self)
  let settings = catSettings(on: page, in: scalar)
  var (logistic, network) = try catNetworks(in: scalar, using: &random)
  logistic.train(on: examples, settings, using: &random)
  network.train(on: examples, settings, using: &random)

  var table = Table("moved", columns: ["moved by", "784-10-9-1, test"])
  for pixels in 0...4 {
    let accuracy = data.images.moved(by: pixels).meanAccuracy { images in
      network.confusion(on: images.points(at: data.split.test))
    }
    table.add([.count(pixels), .number(accuracy, .percent(1))])
    if pixels == 0 {
      page.record(accuracy, .percent(1), as: "moved.still", label: "not moved")
    }
    if pixels == 2 {
      page.record(pixels, as: "moved.pixels", label: "pixels")
      page.record(accuracy, .percent(1), as: "moved.dense", label: "moved")
    }
  }
  page.show(table)
  return network
}

//#-hidden-code
extension LabelledImages {
  /// Returns the images moved up, down, left and right, over a black ground.
  func moved(by pixels: Int) -> [LabelledImages] {
    let steps =
      pixels == 0
      ? [(0, 0)] : [(-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels)]
    return steps.map { moved(down: $0.0, right: $0.1) }
  }

  private func moved(down: Int, right: Int) -> LabelledImages {
    var moved = [UInt8](repeating: 0, count: pixels.count)
    for image in 0..<count {
      for row in max(0, down)..<min(height, height + down) {
        for column in max(0, right)..<min(width, width + right) {
          let from = (row - down) * width + column - right
          moved[image * size + row * width + column] =
            pixels[image * size + from]
        }
      }
    }
    return LabelledImages(
      pixels: moved, height: height, width: width, white: white, labels: labels,
      classNames: classNames, groups: groups)
  }
}

extension [LabelledImages] {
  /// Returns the mean accuracy over several sets of images.
  func meanAccuracy(_ confusion: (LabelledImages) -> ConfusionMatrix) -> Double
  {
    map { confusion($0).accuracy ?? .nan }.reduce(0, +) / Double(count)
  }
}
//#-end-hidden-code

/*:
 ## In one direction, by hand

 Take a signal of one row, and a window of two weights, the **kernel**. At each
 place the window adds up what it sees, each entry times its weight:

 $$
 z_i = \sum_{j=0}^{k-1} w_j \, x_{is + j - p}
 $$

 The **stride** $s$ is how far the window moves from place to place. The
 **padding** $p$ is how many zeros are laid before the first entry and behind the
 last. How many places are there? The window begins at one place and can move on
 while there is room:

 $$
 \frac{n + 2p - k}{s} + 1
 $$

 Where that is no whole number, the window never sees the last entries. Most
 libraries round down and do not tell. Here it is refused, and so is a window
 larger than what it is to move over.
 */

/// How a window is moved along an axis.
package struct Slide: Equatable, Sendable {
  /// How many entries the window sees at once, k.
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

  /// Returns the number of places along `length` entries.
  ///
  /// - Throws: `SlideError` where the window does not fit.
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
        + "\(slide.padding): size and stride are 1 or more, padding 0 or more"
    case .tooLarge(let slide, let length):
      "a window of \(slide.size) is larger than \(length) entries with padding "
        + "\(slide.padding)"
    case .unseen(let slide, let length):
      "a window of \(slide.size) with stride \(slide.stride) and padding "
        + "\(slide.padding) never sees the last "
        + "\((length + 2 * slide.padding - slide.size) % slide.stride) of "
        + "\(length + 2 * slide.padding) entries"
        + (slide.padding > 0 ? ", padding among them" : "")
    }
  }
}

/*:
 The sum itself is a loop. It asks a number only for + and ×.
 */

/// Returns the cross-correlation of a signal with a kernel, `[places]`.
///
/// - Parameters:
///   - x: The signal, `[n]`.
///   - kernel: The weights of the window, `[k]`.
/// - Throws: `SlideError` where the window does not fit.
func crossCorrelation<Scalar: Field>(
  of x: Vector<Scalar>, with kernel: Vector<Scalar>, stride: Int = 1,
  padding: Int = 0
) throws(SlideError) -> Vector<Scalar> {
  let slide = Slide(kernel.count, stride: stride, padding: padding)
  let places = try slide.places(along: x.count)
  return Vector(count: places) { place in
    let first = place * stride - padding
    let seen = kernel.elements.indices.filter { 0..<x.count ~= first + $0 }
    return seen.reduce(0) { $0 + kernel[$1] * x[first + $1] }
  }
}

/*:
 With the weights $-1$ and $1$ the window asks whether the next entry is larger, and
 its answers are the edges of the signal: a rise, and later a fall.

 ![A signal, and what a window of two makes of it](table:by-hand)

 Mathematicians call this **cross-correlation** and keep the word *convolution*
 for the same sum with the kernel turned round. Networks learn their kernels, and
 it is all one to them which way round they learn them. So everybody computes the
 first and says the second.

 ![Windows and the number of their places](table:places)
 */

/// Shows a cross-correlation by hand, and how many places windows have.
func slideByHand(on page: inout Page) throws(SlideError) {
  page.section("A window in one direction")
  page.ask("The weights are −1 and 1. What do they make of 0 0 1 1 1 0 0?")
  let x: Vector<Double> = [0, 0, 1, 1, 1, 0, 0]
  let kernel: Vector<Double> = [-1, 1]
  var table = Table("by-hand", columns: ["", "entries"])
  func add(_ name: String, _ entries: Vector<Double>) {
    let words = entries.elements.map { NumberFormat.count.text(of: $0) }
    table.add([.text(name), .text(words.joined(separator: "  "))])
  }
  add("signal", x)
  add("kernel", kernel)
  let edges = try crossCorrelation(of: x, with: kernel)
  add("cross-correlation", edges)
  add(
    "with padding 1", try crossCorrelation(of: x, with: kernel, padding: 1))
  let turned = Vector(Array(kernel.elements.reversed()))
  add(
    "convolution: the kernel turned", try crossCorrelation(of: x, with: turned))
  page.show(table)
  page.check(
    "a window of −1 and 1 finds the edges", edges == [0, 1, 0, 0, -1, 0],
    detail: "a rise and a fall, and nothing between")
  showPlaces(on: &page)
}

//#-hidden-code
extension SlideError {
  /// What is wrong, in as few words as fit in a table.
  fileprivate var brief: String {
    switch self {
    case .noWindow: "refused: no window"
    case .tooLarge: "refused: too large"
    case .unseen: "refused: a rest is never seen"
    }
  }
}

/// Shows how many places some windows have, and which are refused.
func showPlaces(on page: inout Page) {
  var table = Table("places", columns: ["n", "k", "p", "s", "places"])
  let cases: [(Int, Slide)] = [
    (28, Slide(3)), (28, Slide(3, padding: 1)), (28, Slide(2, stride: 2)),
    (27, Slide(3, stride: 2)), (27, Slide(2, stride: 2)), (5, Slide(7)),
    (5, Slide(7, padding: 1)),
  ]
  var refused = 0
  for (length, slide) in cases {
    let start: [Table.Cell] = [
      .count(length), .count(slide.size), .count(slide.padding),
      .count(slide.stride),
    ]
    do throws(SlideError) {
      table.add(start + [.count(try slide.places(along: length))])
    } catch {
      refused += 1
      table.add(start + [.text(error.brief)])
    }
  }
  page.show(table)
  page.check(
    "a window that does not fit is refused in words", refused == 2,
    detail: "\(refused) of \(cases.count) windows")
}
//#-end-hidden-code
