import Workbook

/// How the numbers of one example are arranged: as features, or as an image, its channels first.
struct Extent: Equatable, Sendable {
  let channels: Int
  var height = 1
  var width = 1
  /// Whether it is an image; features are channels of one pixel.
  var isImage = false

  /// How many numbers an example has.
  var count: Int { channels * pixels }
  /// How many pixels a channel has.
  var pixels: Int { height * width }

  static func features(_ count: Int) -> Extent { Extent(channels: count) }
  static func image(_ channels: Int, _ height: Int, _ width: Int) -> Extent {
    Extent(channels: channels, height: height, width: width, isImage: true)
  }

  /// The lengths in words, such as `12 features` or `3 × 8 × 8`.
  var words: String {
    isImage
      ? "\(channels) × \(height) × \(width)" : channels == 1 ? "1 feature" : "\(channels) features"
  }
}

/// One layer of a network, with its sizes.
struct Layer: Sendable {
  /// What a layer does.
  enum Kind: Sendable {
    case linear
    case convolution(Windows)
    case relu
    case leakyReLU(slope: Double)
    case tanh
    case sigmoid
    case softmax
    case identity
    case maxPool(Windows)
    /// The position in the input of each number of the output.
    case flatten(order: [Int])
    case batchNorm(epsilon: Double)
    /// What each number of the batch is multiplied by.
    case dropout(mask: Matrix<Double>)
  }

  /// Its number in the description, from 0.
  let index: Int
  let kind: Kind
  let input: Extent
  let output: Extent
  /// The numbers of its parameters among all of the network.
  var weight: Int?
  var bias: Int?

  /// Whether it multiplies by a matrix of weights.
  var isProduct: Bool {
    switch kind {
    case .linear, .convolution: true
    default: false
    }
  }

  /// Whether it multiplies many patches of each example.
  var isConvolution: Bool { if case .convolution = kind { true } else { false } }

  /// Whether it needs no exponential and no root.
  var isAlgebraic: Bool {
    switch kind {
    case .tanh, .sigmoid, .softmax, .batchNorm: false
    default: true
    }
  }

  /// Its name in the description.
  var name: String {
    switch kind {
    case .linear: "linear"
    case .convolution: "conv2d"
    case .relu: "relu"
    case .leakyReLU: "leaky relu"
    case .tanh: "tanh"
    case .sigmoid: "sigmoid"
    case .softmax: "softmax"
    case .identity: "identity"
    case .maxPool: "maxpool2d"
    case .flatten: "flatten"
    case .batchNorm: "batch norm"
    case .dropout: "dropout"
    }
  }

  /// Its name and number, such as `layer 2 (linear)`.
  var words: String { "layer \(index) (\(name))" }
  /// The same at the start of a sentence.
  var capitalised: String { "Layer \(index) (\(name))" }
}

/// The windows of a convolution or of pooling: which inputs each output sees.
struct Windows: Sendable {
  let input: Extent
  let kernel: (height: Int, width: Int)
  let outputHeight: Int
  let outputWidth: Int
  /// For each output position and each pixel of the kernel, row by row: the pixel of the input; −1 in the
  /// padding.
  let pixels: [Int]

  /// Lays windows over an image.
  ///
  /// - Returns: `nil` where the kernel is larger than the padded image.
  init?(
    over input: Extent, kernel: (height: Int, width: Int), stride: (vertical: Int, horizontal: Int),
    padding: (vertical: Int, horizontal: Int)
  ) {
    let height = input.height + 2 * padding.vertical - kernel.height
    let width = input.width + 2 * padding.horizontal - kernel.width
    guard height >= 0, width >= 0, kernel.height > 0, kernel.width > 0 else { return nil }
    (self.input, self.kernel) = (input, kernel)
    (outputHeight, outputWidth) = (height / stride.vertical + 1, width / stride.horizontal + 1)
    var pixels: [Int] = []
    for top in 0..<outputHeight {
      for left in 0..<outputWidth {
        for row in 0..<kernel.height {
          for column in 0..<kernel.width {
            let y = top * stride.vertical - padding.vertical + row
            let x = left * stride.horizontal - padding.horizontal + column
            let isInside = 0..<input.height ~= y && 0..<input.width ~= x
            pixels.append(isInside ? y * input.width + x : -1)
          }
        }
      }
    }
    self.pixels = pixels
  }

  /// How many output positions there are.
  var positions: Int { outputHeight * outputWidth }
  /// How many pixels a window has.
  var size: Int { kernel.height * kernel.width }

  /// Returns the pixels of one window, −1 in the padding.
  func pixels(at position: Int) -> ArraySlice<Int> {
    pixels[position * size..<(position + 1) * size]
  }

  /// Returns the patches of a batch: a row for each example and position, with the pixels of all channels.
  ///
  /// - Parameter images: A row for each example.
  /// - Returns: `[examples · positions, channels · size]`.
  func patches<Scalar: Field>(of images: Matrix<Scalar>) -> Matrix<Scalar> {
    var elements: [Scalar] = []
    elements.reserveCapacity(images.rows * positions * input.channels * size)
    let numbers = images.elements
    for example in 0..<images.rows {
      for position in 0..<positions {
        for channel in 0..<input.channels {
          let start = example * input.count + channel * input.pixels
          for pixel in pixels(at: position) {
            elements.append(pixel < 0 ? 0 : numbers[start + pixel])
          }
        }
      }
    }
    return Matrix(
      rows: images.rows * positions, columns: input.channels * size, elements: elements)
  }

  /// Adds patches to the images that they were taken from: the transpose of ``patches(of:)``.
  func images<Scalar: Field>(adding patches: Matrix<Scalar>) -> Matrix<Scalar> {
    let examples = patches.rows / positions
    var sums = [Scalar](repeating: 0, count: examples * input.count)
    let numbers = patches.elements
    var next = 0
    for example in 0..<examples {
      for position in 0..<positions {
        for channel in 0..<input.channels {
          let start = example * input.count + channel * input.pixels
          for pixel in pixels(at: position) {
            if pixel >= 0 { sums[start + pixel] += numbers[next] }
            next += 1
          }
        }
      }
    }
    return Matrix(rows: examples, columns: input.count, elements: sums)
  }

  /// Returns channels beside each other, a row for each example and position, as a batch of images.
  func images<Scalar: Field>(ofRows rows: Matrix<Scalar>) -> Matrix<Scalar> {
    let (examples, channels) = (rows.rows / positions, rows.columns)
    return Matrix(rows: examples, columns: channels * positions) { example, index in
      rows[example * positions + index % positions, index / positions]
    }
  }

  /// Returns a batch of images as channels beside each other: the inverse of ``images(ofRows:)``.
  func rows<Scalar: Field>(ofImages images: Matrix<Scalar>) -> Matrix<Scalar> {
    Matrix(rows: images.rows * positions, columns: images.columns / positions) { row, channel in
      images[row / positions, channel * positions + row % positions]
    }
  }
}
