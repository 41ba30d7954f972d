import BinaryClassifier
import Regression
import Testing
import Workbook

@testable import ConvNet

/// A window on its way over an image, drawn at random.
///
/// Images are not square and have another number of channels than there are filters, windows are not
/// square, and the stride and the padding differ from axis to axis.
struct WindowCase: Sendable, CustomTestStringConvertible {
  let seed: UInt64
  let path: WindowPath
  let filters: Int
  /// A way of maxima behind the filters, which may overlap or leave gaps.
  let pooling: WindowPath

  /// Draws until both windows fit.
  init(seed: UInt64) {
    self.seed = seed
    var random = SplitMix64(seed: seed, stream: "windows")
    while true {
      let sizes = random.shuffled(1...7)
      let window = Window(
        down: Slide(
          1 + random.index(below: 4), stride: 1 + random.index(below: 3),
          padding: random.index(below: 3)),
        along: Slide(
          1 + random.index(below: 4), stride: 1 + random.index(below: 3),
          padding: random.index(below: 3)))
      let image = ImageShape(sizes[0], sizes[1], 1 + sizes[2] % 4)
      let filters = 1 + sizes[3] % 4
      let maxima = Window(
        down: Slide(1 + random.index(below: 3), stride: 1 + random.index(below: 3)),
        along: Slide(1 + random.index(below: 3), stride: 1 + random.index(below: 3)))
      guard window.down.size != window.along.size, filters != image.channels,
        let path = try? WindowPath(of: window, over: image),
        let pooling = try? WindowPath(
          of: maxima, over: ImageShape(path.rows, path.columns, filters)),
        pooling.places > 1
      else { continue }
      (self.path, self.filters, self.pooling) = (path, filters, pooling)
      return
    }
  }

  var testDescription: String {
    let (image, window) = (path.image, path.window)
    func words(_ slide: Slide) -> String {
      "\(slide.size) by \(slide.stride), padding \(slide.padding)"
    }
    return "\(image.height) × \(image.width) × \(image.channels), \(words(window.down)), "
      + "\(words(window.along)), \(filters) filters"
  }

  static let all = (0..<40).map { WindowCase(seed: $0) }

  /// Returns a generator for the numbers of this case.
  func random(_ stream: String) -> SplitMix64 { SplitMix64(seed: seed, stream: stream) }

  /// Returns the layer of this case, with weights of few bits.
  func layer<Scalar: OrderedField>(
    _ activation: Activation<Scalar>, isPooled: Bool, using random: inout SplitMix64
  ) -> ConvolutionLayer<Scalar> {
    ConvolutionLayer(
      path: path,
      layer: Layer(
        weights: Matrix(.dyadic(path.patchSize, filters, using: &random)),
        bias: Vector(.dyadic(filters, using: &random)), activation: activation),
      pooling: isPooled ? pooling : nil)
  }
}
