import Workbook

// Wrong gradients of convolutions.
extension MistakeSearch {
  /// Kernels that are turned, and patches that are not added up.
  func kernelMistakes(_ position: Int, _ windows: Windows) -> [KnownMistake] {
    let name = name(position)
    /// Returns a matrix of kernels with the pixels of each kernel in another order.
    func reordered(_ kernels: Matrix<Double>, _ source: @escaping (Int, Int) -> Int) -> Matrix<
      Double
    > {
      Matrix(rows: kernels.rows, columns: kernels.columns) { row, filter in
        let pixel = row % windows.size
        let place = source(pixel / windows.kernel.width, pixel % windows.kernel.width)
        return kernels[row - pixel + place, filter]
      }
    }
    let (height, width) = (windows.kernel.height, windows.kernel.width)
    let turned: (Int, Int) -> Int = { (height - 1 - $0) * width + width - 1 - $1 }
    func overlapping(keepsLast: Bool) -> KnownMistake {
      inputMistake(
        "where windows of \(name) overlap, the gradients replace each other and are not added",
        at: position
      ) { arriving, pass in
        guard let weight = network.layers[position].weight else { return nil }
        let patches = matmul(
          windows.rows(ofImages: arriving), pass.forward.parameters[weight].transposed)
        return windows.images(replacing: patches, keepsLast: keepsLast)
      }
    }
    var mistakes = [
      overlapping(keepsLast: true), overlapping(keepsLast: false),
      weightMistake("the gradient of the kernels of \(name) is turned by 180°", at: position) {
        rows, pass in reordered(pass.weightGradient(position, rows), turned)
      },
      inputMistake("the kernels of \(name) are turned by 180° in the backward pass", at: position) {
        arriving, pass in
        guard let weight = network.layers[position].weight else { return nil }
        let kernels = reordered(pass.forward.parameters[weight], turned)
        return windows.images(
          adding: matmul(windows.rows(ofImages: arriving), kernels.transposed))
      },
    ]
    if height == width {
      let flipped: (Int, Int) -> Int = { $1 * width + $0 }
      mistakes.append(
        weightMistake("rows and columns of the kernels of \(name) are exchanged", at: position) {
          rows, pass in reordered(pass.weightGradient(position, rows), flipped)
        })
    }
    return mistakes
  }
}

extension Windows {
  /// Writes patches over the images that they were taken from, the last one above the others, or the
  /// first.
  func images(replacing patches: Matrix<Double>, keepsLast: Bool) -> Matrix<Double> {
    let examples = patches.rows / positions
    var numbers = [Double](repeating: 0, count: examples * input.count)
    let order = Array(0..<patches.rows)
    for row in keepsLast ? order : order.reversed() {
      for channel in 0..<input.channels {
        let start = row / positions * input.count + channel * input.pixels
        for (index, pixel) in pixels(at: row % positions).enumerated() where pixel >= 0 {
          numbers[start + pixel] = patches[row, channel * size + index]
        }
      }
    }
    return Matrix(rows: examples, columns: input.count, elements: numbers)
  }
}
