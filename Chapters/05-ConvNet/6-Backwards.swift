import BinaryClassifier
import Regression
import Workbook

/*:
 ## Forwards and backwards

 A batch is walked image by image. Patches take more room than anything else, and
 those of one image fit where the processor keeps what it reads often. The sums of
 all images stand one below the other, a row for each place.
 */

/// What a layer writes down on its way forwards and backwards.
struct ConvolutionSheet<Scalar: OrderedField>: Sendable {
  var patches = Matrix<Scalar>.empty  // of one image, [places, patch]
  var sums = Matrix<Scalar>.empty  // Z, [n · places, filters]
  var outputs = Matrix<Scalar>.empty  // φ(Z), [n · places, filters]
  var pooled = Matrix<Scalar>.empty  // [n, size]
  var winners: [Int32] = []
  var curve = Matrix<Scalar>.empty  // φ′(Z), [n · places, filters]
  var dZ = Matrix<Scalar>.empty  // [n · places, filters]
  var dPatches = Matrix<Scalar>.empty  // of one image, [places, patch]
  var dX = Matrix<Scalar>.empty  // [n, size of the input]
}

extension ConvolutionLayer {
  /// Walks forwards: makes `sheet.pooled`, `[n, size]`, of `n` images.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forwards(
    from x: Matrix<Scalar>, count n: Int,
    on sheet: inout ConvolutionSheet<Scalar>
  ) {
    sheet.sums.assign(rows: n * path.places, each: layer.bias)
    for image in 0..<n {
      path.write(patchesOf: x, image: image, over: &sheet.patches)
      sheet.sums.add(
        sheet.patches, times: layer.weights, toRowsFrom: image * path.places)
    }
    layer.activation.write(valuesAt: sheet.sums, over: &sheet.outputs)
    if let pooling {
      pooling.write(
        maximaOf: sheet.outputs, count: n, over: &sheet.pooled,
        winners: &sheet.winners)
    } else {
      sheet.outputs.map(over: &sheet.pooled) { $0 }
      sheet.pooled.reshape(rows: n, columns: output.size)
    }
  }
}

/*:
 Backwards, the lines of [chapter 3](chapter:3) once more. Only the last is new:
 what the chain rule says of the patches, `col2im` hands to the image.

 $$
 \begin{aligned}
 \mathrm{d}K &= P^\top \, \mathrm{d}Z && [\text{patch}, \text{filters}] \\
 \mathrm{d}c &= \textstyle\sum_i \mathrm{d}Z_i && [\text{filters}] \\
 \mathrm{d}P &= \mathrm{d}Z \, K^\top && [\text{places}, \text{patch}] \\
 \mathrm{d}X &= \mathrm{col2im}(\mathrm{d}P)
 \end{aligned}
 $$

 The patches are copied anew from the image. That is faster than to keep those of
 the whole batch.
 */

extension ConvolutionLayer {
  /// Walks backwards through pooling and curve, to `sheet.dZ`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func writeSlopesOfSums(
    from slopes: Matrix<Scalar>, count n: Int,
    on sheet: inout ConvolutionSheet<Scalar>
  ) {
    let (rows, filters) = (n * path.places, layer.bias.count)
    if let pooling {
      sheet.dZ.reshape(rows: rows, columns: filters)
      sheet.dZ.fill(with: 0)
      pooling.add(slopes, of: sheet.winners, to: &sheet.dZ)
    } else {
      slopes.map(over: &sheet.dZ) { $0 }
      sheet.dZ.reshape(rows: rows, columns: filters)
    }
    layer.activation.write(slopesAt: sheet.sums, over: &sheet.curve)
    sheet.dZ.multiply(by: sheet.curve)
  }

  /// Walks backwards, to the slopes of the weights and of the images.
  ///
  /// - Parameters:
  ///   - slopes: The slopes in what the layer gave, `[n, size]`.
  ///   - x: The images that it received.
  ///   - n: The number of images.
  ///   - sheet: What the layer wrote down on its way forwards.
  ///   - gradient: The slopes of its weights and bias, written over.
  ///   - wantsDX: Whether somebody in front needs `sheet.dX`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func backwards(
    from slopes: Matrix<Scalar>, to x: Matrix<Scalar>, count n: Int,
    on sheet: inout ConvolutionSheet<Scalar>, gradient: inout Layer<Scalar>,
    wantsDX: Bool
  ) {
    writeSlopesOfSums(from: slopes, count: n, on: &sheet)
    gradient.bias.assignSumOfRows(of: sheet.dZ)
    gradient.weights.reshape(rows: path.patchSize, columns: layer.bias.count)
    gradient.weights.fill(with: 0)
    if wantsDX {
      sheet.dX.reshape(rows: n, columns: path.image.size)
      sheet.dX.fill(with: 0)
    }
    for image in 0..<n {
      let rows = image * path.places..<(image + 1) * path.places
      path.write(patchesOf: x, image: image, over: &sheet.patches)
      gradient.weights.add(
        sheet.patches.transposed, times: sheet.dZ.rows(rows))
      if wantsDX {
        sheet.dPatches.assign(
          sheet.dZ.rows(rows), times: layer.weights.transposed)
        path.add(patches: sheet.dPatches, to: &sheet.dX, image: image)
      }
    }
  }
}
