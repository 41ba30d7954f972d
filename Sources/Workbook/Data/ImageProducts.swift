// Products in which images are a matrix X that nobody makes: `[n, pixels]`, its entries from 0 to 1.
// The images stay bytes, and each becomes a number where the processor multiplies it.

extension LabelledImages {
  /// Adds a product of images and weights, Z ← Z + X W.
  ///
  /// - Parameters:
  ///   - positions: The images that are the rows of X, `[n, pixels]`.
  ///   - weights: The weights, transposed, `[out, pixels]`: those of a unit lie side by side.
  ///   - z: The sum so far, `[n, out]`.
  /// - Precondition: There are such images, and the shapes fit.
  public func addProduct<Scalar: FloatingField>(
    of positions: ArraySlice<Int>, timesTransposed weights: Matrix<Scalar>,
    to z: inout Matrix<Scalar>
  ) {
    precondition(
      weights.columns == size && z.rows == positions.count && z.columns == weights.rows,
      "[\(positions.count), \(size)] times \(weights.shape) transposed is no \(z.shape)")
    withView(of: positions) { images in
      weights.withView { weights in
        z.withMutableElements { z in
          guard let z = z.baseAddress else { return }
          Scalar.addProduct(images, timesTransposed: weights, scale: scale(), to: z)
        }
      }
    }
  }

  /// Adds a product of slopes and images, dWᵀ ← dWᵀ + dZᵀ X.
  ///
  /// - Parameters:
  ///   - dZ: The slopes, `[n, out]`.
  ///   - positions: The images that are the rows of X, `[n, pixels]`.
  ///   - weights: The sum so far, transposed, `[out, pixels]`.
  /// - Precondition: There are such images, and the shapes fit.
  public func addProduct<Scalar: FloatingField>(
    ofTransposed dZ: Matrix<Scalar>, times positions: ArraySlice<Int>,
    to weights: inout Matrix<Scalar>
  ) {
    precondition(
      dZ.rows == positions.count && weights.rows == dZ.columns && weights.columns == size,
      "\(dZ.shape) transposed times [\(positions.count), \(size)] is no \(weights.shape)")
    withView(of: positions) { images in
      dZ.withView { dZ in
        weights.withMutableElements { weights in
          guard let weights = weights.baseAddress else { return }
          Scalar.addProduct(transposed: dZ, times: images, scale: scale(), to: weights)
        }
      }
    }
  }

  /// What a byte is multiplied by.
  private func scale<Scalar: FloatingField>() -> Scalar { 1 / Scalar(count: Int(white)) }

  private func withView(of positions: ArraySlice<Int>, _ body: (ByteView) -> Void) {
    precondition(
      positions.allSatisfy(labels.indices.contains), "an image that is not among \(count)")
    pixels.withUnsafeBufferPointer { pixels in
      positions.withUnsafeBufferPointer { positions in
        guard let base = pixels.baseAddress, !positions.isEmpty else { return }
        body(ByteView(base: base, rows: positions, columns: size))
      }
    }
  }
}
