import ConvNet
import Workbook

/*:
 Convolution and max-pooling call the functions of [chapter 5](chapter:5). A
 convolution has three parents and a VJP for each: the filters get
 $\mathrm{d}K = P^\top \, \mathrm{d}Z$, with the patches $P$, the bias gets a
 sum of rows, and the images get a gradient that adds up where windows overlap.
 Max-pooling has one parent, and its VJP sends each gradient to the entry that
 was the largest.
 */

//#-hidden-code
extension Variable where Scalar: OrderedField {
  /// Returns the pre-activations of a convolution, as images.
  ///
  /// - Parameters:
  ///   - weights: The filters, `[patch, filters]`.
  ///   - bias: The bias of each filter, `[1, filters]`.
  ///   - geometry: How the window moves over each image.
  /// - Returns: `[n, positions · filters]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func convolution(
    _ weights: Variable, _ bias: Variable, _ geometry: ConvolutionGeometry
  ) -> Variable {
    let (x, k, n) = (value, weights.value, value.rows)
    let (size, filters) = (geometry.outputPositions, k.columns)
    let row = bias.asRow(for: weights)
    var (z, buffers) = (Matrix<Scalar>.empty, [ConvolutionBuffer<Scalar>]())
    geometry.write(
      preActivationsOf: x, count: n, k, row, into: &z, &buffers)
    return Variable(
      z.reshaped(n, size * filters),
      [
        Edge(self) { dZ, gradient in
          gradient.add(
            geometry.inputGradient(from: dZ.reshaped(n * size, filters), k))
        },
        Edge(weights) { dZ, gradient in
          gradient.add(
            geometry.weightGradient(from: dZ.reshaped(n * size, filters), x))
        },
        Edge(bias) { dZ, gradient in
          gradient.add(
            geometry.biasGradient(from: dZ.reshaped(n * size, filters)))
        },
      ])
  }
}

extension ConvolutionGeometry {
  /// Returns the gradient of the filters, `[patch, filters]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func weightGradient<Scalar: Field>(
    from dZ: Matrix<Scalar>, _ x: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    var (dK, buffers) = (Matrix<Scalar>.empty, [ConvolutionBuffer<Scalar>]())
    write(weightGradientFrom: dZ, x, into: &dK, &buffers)
    return dK
  }

  /// Returns the gradient of the images, `[n, size of an image]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func inputGradient<Scalar: Field>(
    from dZ: Matrix<Scalar>, _ weights: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    var (dX, buffers) = (Matrix<Scalar>.empty, [ConvolutionBuffer<Scalar>]())
    write(inputGradientFrom: dZ, weights, into: &dX, &buffers)
    return dX
  }

  /// Returns the gradient of the bias, `[1, filters]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func biasGradient<Scalar: Field>(from dZ: Matrix<Scalar>) -> Matrix<Scalar> {
    var (dc, buffers) = (Vector<Scalar>([]), [ConvolutionBuffer<Scalar>]())
    write(biasGradientFrom: dZ, into: &dc, &buffers)
    return Matrix(row: dc)
  }
}

extension Variable where Scalar: OrderedField {
  /// Returns the largest entry of each window, as images,
  /// `[n, positions · channels]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func maxPooling(_ geometry: ConvolutionGeometry) -> Variable {
    let (rows, columns) = (value.rows, value.columns)
    var (maxima, argmax) = (Matrix<Scalar>.empty, [Int32]())
    geometry.write(
      maximaOf: value, count: rows, into: &maxima, argmax: &argmax)
    return Variable(
      maxima,
      [
        Edge(self) { [argmax] dY, gradient in
          var dX = Matrix<Scalar>(rows: rows, columns: columns, repeating: 0)
          geometry.add(dY, of: argmax, to: &dX)
          gradient.add(dX)
        }
      ])
  }
}
//#-end-hidden-code
