import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
extension ConvolutionLayer {
  /// Returns the same gradient by loops, perhaps with a bug.
  func directGradient(
    from dOutput: Matrix<Scalar>, to x: Matrix<Scalar>,
    with bug: ConvolutionBug? = nil
  ) -> (gradient: Layer<Scalar>, dX: Matrix<Scalar>) {
    var gradient = layer
    gradient.weights.fill(with: 0)
    gradient.bias = Vector(repeating: 0, count: layer.bias.count)
    var dX = Matrix<Scalar>(rows: x.rows, columns: x.columns, repeating: 0)
    for image in 0..<x.rows {
      let z = geometry.directConvolution(
        over: x.row(image), layer.weights, layer.bias)
      let dZ = directPreActivationGradient(from: dOutput.row(image), at: z, bug)
      gradient.bias += dZ.sumOfRows
      geometry.forEachPatchEntry { position, entry, pixel in
        let column = pixel / geometry.image.channels % geometry.image.width
        if bug != .lastColumn || column != geometry.image.width - 1 {
          for filter in 0..<dZ.columns {
            gradient.weights[entry, filter] +=
              x[image, pixel] * dZ[position, filter]
          }
        }
        let part = weights(of: entry, bug).dot(dZ.row(position))
        dX[image, pixel] =
          bug == .assignment ? part : dX[image, pixel] + part
      }
    }
    return (gradient, dX)
  }
}

extension ConvolutionLayer {
  /// Returns the gradient of weights and bias, and of the images, `[n, size]`.
  func gradient(
    from dOutput: Matrix<Scalar>, to x: Matrix<Scalar>
  ) -> (gradient: Layer<Scalar>, dX: Matrix<Scalar>) {
    var (workspace, gradient) = (ConvolutionWorkspace<Scalar>(), layer)
    forward(from: x, count: x.rows, on: &workspace)
    backward(
      from: dOutput, to: x, count: x.rows, on: &workspace, gradient: &gradient,
      needsInputGradient: true)
    return (gradient, workspace.dX)
  }
}

extension ConvolutionLayer {
  /// Returns the weight of each filter for an entry of a patch.
  private func weights(of entry: Int, _ bug: ConvolutionBug?) -> Vector<Scalar>
  {
    let (k, channels) = (layer.weights, geometry.image.channels)
    if bug != .swapped { return k.row(entry) }
    let (pixel, channel) = (entry / channels, entry % channels)
    return Vector(count: k.columns) { filter in
      k.elements[(pixel * k.columns + filter) * channels + channel]
    }
  }

  /// Returns dZ of one image, `[positions, filters]`.
  private func directPreActivationGradient(
    from dOutput: Vector<Scalar>, at z: Matrix<Scalar>, _ bug: ConvolutionBug?
  ) -> Matrix<Scalar> {
    let h = layer.activation(z)  // [positions, filters]
    var dH = Matrix<Scalar>(rows: z.rows, columns: z.columns, repeating: 0)
    if let pooling {
      pooling.forEachWindow { position, channel, entries in
        let largest = entries.map { h.elements[$0] }.max()
        let maxima = entries.filter { h.elements[$0] == largest }
        let count = bug == .everyMaximum ? maxima.count : 1
        for entry in maxima.prefix(count) {
          dH[entry / z.columns, entry % z.columns] +=
            dOutput[position * z.columns + channel]
        }
      }
    } else {
      dH = Matrix(rows: z.rows, columns: z.columns, elements: dOutput.elements)
    }
    return dH ⊙ layer.activation.derivative(at: z)
  }
}

extension ConvolutionGeometry {
  /// Calls `body` with the entries of the image under each window, by channel.
  fileprivate func forEachWindow(
    _ body: (_ position: Int, _ channel: Int, _ entries: [Int]) -> Void
  ) {
    var entries: [Int: [Int]] = [:]
    forEachPatchEntry { position, _, pixel in
      let channel = pixel % image.channels
      entries[position * image.channels + channel, default: []].append(pixel)
    }
    for index in 0..<outputPositions * image.channels {
      body(
        index / image.channels, index % image.channels,
        entries[index, default: []])
    }
  }
}
//#-end-hidden-code
