import Workbook

//#-hidden-code
/// The number of examples in a micro-batch.
package let microBatchSize = 16

/// Returns the number of micro-batches that a number of examples is split into.
package func microBatchCount(of count: Int) -> Int {
  (count + microBatchSize - 1) / microBatchSize
}

/// Returns the positions of a micro-batch among a number of examples.
package func microBatch(_ index: Int, of count: Int) -> Range<Int> {
  index * microBatchSize..<min((index + 1) * microBatchSize, count)
}

/// The memory that one micro-batch needs in the passes of a convolution.
package struct ConvolutionBuffer<Scalar: Field>: Sendable {
  var patches = Matrix<Scalar>.empty  // P of one image, [positions, patch]
  var dPatches = Matrix<Scalar>.empty  // dP of one image, [positions, patch]
  var dWeights = Matrix<Scalar>.empty  // dK of a micro-batch, [patch, filters]
  var dBias = Vector<Scalar>([])  // dc of a micro-batch, [filters]

  package init() {}
}

extension ConvolutionGeometry {
  /// Writes the pre-activations of a batch, Z = P K + c.
  ///
  /// - Parameters:
  ///   - x: The images, one after another.
  ///   - n: The number of images.
  ///   - weights: The filters K, `[patch, filters]`.
  ///   - bias: The bias c of each filter, `[filters]`.
  ///   - z: The matrix that is written, `[n · positions, filters]`.
  ///   - buffers: Memory for each micro-batch, kept from step to step.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func write<Scalar: Field>(
    preActivationsOf x: Matrix<Scalar>, count n: Int,
    _ weights: Matrix<Scalar>, _ bias: Vector<Scalar>,
    into z: inout Matrix<Scalar>,
    _ buffers: inout [ConvolutionBuffer<Scalar>]
  ) {
    requireImages(x, count: n)
    requireFilters(weights)
    z.setToRows(repeating: bias, count: n * outputPositions)
    let size = outputPositions * weights.columns  // of Z, for one image
    z.withPointer { z in
      nonisolated(unsafe) let z = z
      forEachMicroBatch(of: n, &buffers) { images, buffer in
        for image in images {
          write(patchesOf: x, image: image, into: &buffer.patches)
          buffer.patches.withView { p in
            weights.withView { k in
              Scalar.addProduct(p, k, to: z + image * size)
            }
          }
        }
      }
    }
  }
}

extension ConvolutionGeometry {
  /// Writes the gradient of the filters, dK = Pᵀ dZ.
  ///
  /// - Parameters:
  ///   - dZ: The gradient of the pre-activations, `[n · positions, filters]`.
  ///   - x: The images, one after another.
  ///   - dWeights: The matrix that is written, `[patch, filters]`.
  ///   - buffers: Memory for each micro-batch, kept from step to step.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func write<Scalar: Field>(
    weightGradientFrom dZ: Matrix<Scalar>, _ x: Matrix<Scalar>,
    into dWeights: inout Matrix<Scalar>,
    _ buffers: inout [ConvolutionBuffer<Scalar>]
  ) {
    let n = dZ.rows / outputPositions
    requireImages(x, count: n)
    forEachMicroBatch(of: n, &buffers) { images, buffer in
      buffer.dWeights.reshape(rows: patchSize, columns: dZ.columns)
      buffer.dWeights.fill(with: 0)
      for image in images {
        write(patchesOf: x, image: image, into: &buffer.patches)
        buffer.dWeights.add(
          buffer.patches.transposed, times: dZ.rows(rows(of: image)))
      }
    }
    buffers[0].dWeights.map(into: &dWeights) { $0 }
    for index in 1..<microBatchCount(of: n) {
      dWeights.add(1, times: buffers[index].dWeights)
    }
  }

  /// Writes the gradient of the bias, dc: the sum of the rows of dZ.
  ///
  /// - Parameters:
  ///   - dZ: The gradient of the pre-activations, `[n · positions, filters]`.
  ///   - dBias: The vector that is written, `[filters]`.
  ///   - buffers: Memory for each micro-batch, kept from step to step.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func write<Scalar: Field>(
    biasGradientFrom dZ: Matrix<Scalar>, into dBias: inout Vector<Scalar>,
    _ buffers: inout [ConvolutionBuffer<Scalar>]
  ) {
    let n = dZ.rows / outputPositions
    if microBatchCount(of: n) == 1 { return dBias.setToSumOfRows(of: dZ) }
    let (rows, filters) = (outputPositions, dZ.columns)
    forEachMicroBatch(of: n, &buffers) { images, buffer in
      buffer.dBias = Vector(repeating: 0, count: filters)
      dZ.withElements { dZ in
        for row in images.lowerBound * rows..<images.upperBound * rows {
          for filter in 0..<filters {
            buffer.dBias[filter] += dZ[row * filters + filter]
          }
        }
      }
    }
    dBias = buffers[0].dBias
    for index in 1..<microBatchCount(of: n) {
      dBias.add(1, times: buffers[index].dBias)
    }
  }

  /// Writes the gradient of the images, dX = col2im(dZ Kᵀ).
  ///
  /// - Parameters:
  ///   - dZ: The gradient of the pre-activations, `[n · positions, filters]`.
  ///   - weights: The filters K, `[patch, filters]`.
  ///   - dX: The matrix that is written, `[n, size of an image]`.
  ///   - buffers: Memory for each micro-batch, kept from step to step.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func write<Scalar: Field>(
    inputGradientFrom dZ: Matrix<Scalar>, _ weights: Matrix<Scalar>,
    into dX: inout Matrix<Scalar>, _ buffers: inout [ConvolutionBuffer<Scalar>]
  ) {
    let n = dZ.rows / outputPositions
    requireFilters(weights)
    dX.reshape(rows: n, columns: image.size)
    dX.fill(with: 0)
    dX.withPointer { dX in
      nonisolated(unsafe) let dX = dX
      forEachMicroBatch(of: n, &buffers) { images, buffer in
        for image in images {
          buffer.dPatches.setToProduct(
            of: dZ.rows(rows(of: image)), times: weights.transposed)
          add(patches: buffer.dPatches, to: dX + image * self.image.size)
        }
      }
    }
  }
}

extension ConvolutionGeometry {
  /// The rows of Z that belong to an image.
  private func rows(of image: Int) -> Range<Int> {
    image * outputPositions..<(image + 1) * outputPositions
  }

  /// Calls `body` with the images of each micro-batch and its buffer, on
  /// `Threads.count` threads. Adds buffers where there are too few.
  private func forEachMicroBatch<Scalar: Field>(
    of n: Int, _ buffers: inout [ConvolutionBuffer<Scalar>],
    _ body: @Sendable (Range<Int>, inout ConvolutionBuffer<Scalar>) -> Void
  ) {
    let count = microBatchCount(of: n)
    while buffers.count < count { buffers.append(ConvolutionBuffer()) }
    concurrentForEach(&buffers) { index, buffer in
      if index < count { body(microBatch(index, of: n), &buffer) }
    }
  }

  private func requireImages<Scalar>(_ x: Matrix<Scalar>, count n: Int) {
    precondition(
      n > 0 && x.rows * x.columns == n * image.size,
      "the input is \(x.shape); \(n) images of height · width · channels = "
        + "\(image.size) are [\(n), \(image.size)]")
  }

  private func requireFilters<Scalar>(_ weights: Matrix<Scalar>) {
    precondition(
      weights.rows == patchSize,
      "the filters have \(weights.rows) rows; a patch has \(patchSize) entries")
  }
}
//#-end-hidden-code
