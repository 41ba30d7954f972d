import ConvNet
import Workbook

/*:
 ## Windows

 Images are rows, as in [chapter 5](chapter:5): `[n, height · width · channels]`.
 A convolution is a line for every patch, and its three backward lines are the
 three of a line. What is new is the way to the patches and back. The images are
 dealt out in shares, and each share is one thread's work; the shares' slopes are
 added in order, so the sum does not depend on the number of threads.
 */

extension Variable where Scalar: OrderedField {
  /// Returns what a layer of filters sees through a window, as images.
  ///
  /// - Parameters:
  ///   - w: The filters, `[patch, filters]`.
  ///   - b: The bias of each, `[1, filters]`.
  ///   - path: The way of the window over each image.
  /// - Returns: `[n, places · filters]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func convolved(
    with w: Variable, _ b: Variable, along path: WindowPath
  ) -> Variable {
    let (x, weights) = (value, w.value)
    let (n, filters) = (x.rows, weights.columns)
    let z = Convolution(path).sums(of: x, weights, b.value.row(0))
    return Variable(
      z.reshaped(n, path.places * filters),
      [
        Edge(self) { d, slope in
          let dZ = d.reshaped(n * path.places, filters)
          slope.add(Convolution(path).slopeInImages(dZ, weights))
        },
        Edge(w) { d, slope in
          let dZ = d.reshaped(n * path.places, filters)
          slope.add(Convolution(path).slopeInFilters(dZ, x))
        },
        Edge(b) { d, slope in
          let dZ = d.reshaped(n * path.places, filters)
          slope.add(Convolution(path).slopeInBias(dZ))
        },
      ])
  }

  /// Returns the largest entry of each window, as images,
  /// `[n, places · channels]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func pooled(along path: WindowPath) -> Variable {
    let (rows, columns) = (value.rows, value.columns)
    var (maxima, winners) = (Matrix<Scalar>.empty, [Int32]())
    path.write(maximaOf: value, count: rows, over: &maxima, winners: &winners)
    return Variable(
      maxima,
      [
        Edge(self) { [winners] d, slope in
          var part = Matrix<Scalar>(rows: rows, columns: columns, repeating: 0)
          path.add(d, of: winners, to: &part)
          slope.add(part)
        }
      ])
  }
}

/*:
 The shares themselves are as in [chapter 5](chapter:5): patches, a product, and
 for the slopes the two products and the way back, image by image. Here is the way
 forwards; the ways back are in the source of this page.
 */

/// A window on its way over a batch of images, share by share.
struct Convolution {
  let path: WindowPath

  init(_ path: WindowPath) { self.path = path }

  /// The number of images that one thread takes at once.
  static let share = 16

  /// The images of each share.
  func shares(of n: Int) -> [Range<Int>] {
    stride(from: 0, to: n, by: Self.share).map { $0..<min($0 + Self.share, n) }
  }

  /// Returns Z, what the filters add up, `[n · places, filters]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func sums<Scalar: Field>(
    of x: Matrix<Scalar>, _ w: Matrix<Scalar>, _ b: Vector<Scalar>
  ) -> Matrix<Scalar> {
    let (n, filters) = (x.rows, w.columns)
    precondition(
      x.columns == path.image.size && w.rows == path.patchSize,
      "\(x.shape) are no images of \(path.image.size) entries, or \(w.shape) "
        + "no filters of \(path.patchSize)")
    let shares = shares(of: n)
    var patches = shares.map { _ in Matrix<Scalar>.empty }
    var z = Matrix<Scalar>.empty
    z.assign(rows: n * path.places, each: b)
    z.withPointer { z in
      nonisolated(unsafe) let z = z
      concurrentForEach(&patches) { share, patches in
        for image in shares[share] {
          path.write(patchesOf: x, image: image, over: &patches)
          patches.withView { a in
            w.withView { w in
              Scalar.addProduct(a, w, to: z + image * path.places * filters)
            }
          }
        }
      }
    }
    return z
  }

  //#-hidden-code
  /// Returns dX, `[n, size of an image]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slopeInImages<Scalar: Field>(
    _ dZ: Matrix<Scalar>, _ w: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    let n = dZ.rows / path.places
    let parts = concurrentMap(shares(of: n).count) { share in
      let images = shares(of: n)[share]
      var dX = Matrix<Scalar>(
        rows: images.count, columns: path.image.size, repeating: 0)
      var dPatches = Matrix<Scalar>.empty  // of one image, [places, patch]
      for (index, image) in images.enumerated() {
        dPatches.assign(dZ.rows(rows(of: image)), times: w.transposed)
        path.add(patches: dPatches, to: &dX, image: index)
      }
      return dX
    }
    if parts.count == 1 { return parts[0] }
    return Matrix(
      rows: n, columns: path.image.size, elements: parts.flatMap(\.elements))
  }

  /// Returns dW, `[patch, filters]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slopeInFilters<Scalar: Field>(
    _ dZ: Matrix<Scalar>, _ x: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    let parts = concurrentMap(shares(of: x.rows).count) { share in
      var patches = Matrix<Scalar>.empty
      var dW = Matrix<Scalar>(
        rows: path.patchSize, columns: dZ.columns, repeating: 0)
      for image in shares(of: x.rows)[share] {
        path.write(patchesOf: x, image: image, over: &patches)
        dW.add(patches.transposed, times: dZ.rows(rows(of: image)))
      }
      return dW
    }
    return sum(of: parts)
  }

  /// Returns db, `[1, filters]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slopeInBias<Scalar: Field>(_ dZ: Matrix<Scalar>) -> Matrix<Scalar> {
    let shares = shares(of: dZ.rows / path.places)
    return sum(
      of: shares.map { images in
        var sums = Vector<Scalar>(repeating: 0, count: dZ.columns)
        dZ.withElements { d in
          let first = images.lowerBound * path.places * dZ.columns
          let last = images.upperBound * path.places * dZ.columns
          for start in stride(from: first, to: last, by: dZ.columns) {
            for filter in 0..<dZ.columns { sums[filter] += d[start + filter] }
          }
        }
        return Matrix(row: sums)
      })
  }

  /// The rows of Z that belong to an image.
  private func rows(of image: Int) -> Range<Int> {
    image * path.places..<(image + 1) * path.places
  }

  /// Returns the sum of the shares' slopes, from the first on.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func sum<Scalar: Field>(of parts: [Matrix<Scalar>]) -> Matrix<Scalar>
  {
    var sum = parts[0]
    for part in parts.dropFirst() { sum.add(1, times: part) }
    return sum
  }
  //#-end-hidden-code
}
