import Numbers
import Text

// Products with a matrix X of images, `[n, pixels]`, its entries from 0 to 1, that never stands in
// memory. The images are stored as bytes, and each becomes a number in a register of the processor.

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
      "the product of images [\(positions.count), \(size)] and \(weights.shape) transposed is "
        + "[\(positions.count), \(weights.rows)], not \(z.shape)")
    withView(of: positions) { images in
      weights.withView { weights in
        z.withMutableElements { z in
          guard let z = z.baseAddress else { return }
          Scalar.addProduct(images, timesTransposed: weights, scale: scale(), to: z)
        }
      }
    }
  }

  /// Adds a product of a gradient and images, dWᵀ ← dWᵀ + dZᵀ X.
  ///
  /// - Parameters:
  ///   - dZ: The gradient with respect to Z, `[n, out]`.
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
      positions.allSatisfy(labels.indices.contains),
      "positions \(positions.min() ?? 0)…\(positions.max() ?? 0) of \(count) images")
    pixels.withUnsafeBufferPointer { pixels in
      positions.withUnsafeBufferPointer { positions in
        guard let base = pixels.baseAddress, !positions.isEmpty else { return }
        body(ByteView(base: base, rows: positions, columns: size))
      }
    }
  }
}
