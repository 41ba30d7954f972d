import BinaryClassifier
import Regression
import Testing
import Workbook

@testable import ConvNet

/// A convolution and a max-pooling of a random geometry.
///
/// Images are not square, and their number of channels is not the number of filters. Windows are not
/// square, and the stride and the padding differ from axis to axis.
struct WindowCase: Sendable, CustomTestStringConvertible {
  let seed: UInt64
  let geometry: ConvolutionGeometry
  let filters: Int
  /// The geometry of the max-pooling, whose windows may overlap or leave gaps.
  let pooling: ConvolutionGeometry

  /// Draws until both windows fit.
  init(seed: UInt64) {
    self.seed = seed
    var random = SplitMix64(seed: seed, stream: "windows")
    while true {
      let sizes = random.shuffled(1...7)
      let window = Window(
        vertical: WindowGeometry(
          1 + random.index(below: 4), stride: 1 + random.index(below: 3),
          padding: random.index(below: 3)),
        horizontal: WindowGeometry(
          1 + random.index(below: 4), stride: 1 + random.index(below: 3),
          padding: random.index(below: 3)))
      let image = ImageShape(sizes[0], sizes[1], 1 + sizes[2] % 4)
      let filters = 1 + sizes[3] % 4
      let maxima = Window(
        vertical: WindowGeometry(1 + random.index(below: 3), stride: 1 + random.index(below: 3)),
        horizontal: WindowGeometry(1 + random.index(below: 3), stride: 1 + random.index(below: 3)))
      guard window.vertical.size != window.horizontal.size, filters != image.channels,
        let geometry = try? ConvolutionGeometry(of: window, over: image),
        let pooling = try? ConvolutionGeometry(
          of: maxima, over: ImageShape(geometry.rows, geometry.columns, filters)),
        pooling.outputPositions > 1
      else { continue }
      (self.geometry, self.filters, self.pooling) = (geometry, filters, pooling)
      return
    }
  }

  var testDescription: String {
    let (image, window) = (geometry.image, geometry.window)
    func words(_ axis: WindowGeometry) -> String {
      "\(axis.size) by \(axis.stride), padding \(axis.padding)"
    }
    return "\(image.height) × \(image.width) × \(image.channels), \(words(window.vertical)), "
      + "\(words(window.horizontal)), \(filters) filters"
  }

  static let all = (0..<40).map { WindowCase(seed: $0) }

  /// Returns a generator for the numbers of this case.
  func random(_ stream: String) -> SplitMix64 { SplitMix64(seed: seed, stream: stream) }

  /// Returns the layer of this case, with weights of few bits.
  func layer<Scalar: OrderedField>(
    _ activation: Activation<Scalar>, isPooled: Bool, using random: inout SplitMix64
  ) -> ConvolutionLayer<Scalar> {
    ConvolutionLayer(
      geometry: geometry,
      layer: Layer(
        weights: Matrix(.dyadic(geometry.patchSize, filters, using: &random)),
        bias: Vector(.dyadic(filters, using: &random)), activation: activation),
      pooling: isPooled ? pooling : nil)
  }
}
