import Grading
import Workbook

/*:
 # 5.2 · A window with holes ★★

 *Implement.* A convolution is a sum with a loop for each thing that it runs
 over, and every fast version is judged by these loops. Write them once, for a
 window that the chapter does not have: between its entries it may leave holes.
 With **dilation** d, neighbouring weights look at entries that lie d apart.
 Three by three weights with d = 2 so cover five by five entries, and still are
 nine.

 Here channels come first, as in PyTorch, and an image is a matrix for each
 channel: `x[c][row, column]`. Filters are `filters[f][c][i, j]`. The map that
 filter f makes is

 $$
 z_f[a, b] = b_f + \sum_{c,i,j} w_{fc}[i, j] \;
 x_c[\,as + id - p, \; bs + jd - p\,]
 $$

 where an entry outside the image counts as 0. Two things to keep in mind:

 - Weights of k rows cover (k − 1) d + 1 rows of the image. That is what decides
   how many positions there are, downwards and along, each for itself.
 - The kernel is not turned round.

 Write the body of `maps`; helpers of your own are welcome. The check compares
 exact fractions, on images higher than wide and wider than high, with kernels
 that are not square: first with one channel, then with several and a bias, then
 with a stride, with padding, and with dilation last.
 */

/// Returns what filters make of an image: a map for each filter.
///
/// - Parameters:
///   - x: The image, for each channel a matrix `[height, width]`.
///   - filters: For each filter and each channel a matrix, all of one shape.
///   - bias: What each filter adds, `[filters]`.
///   - stride: How far the window moves from position to position, down and
///     along.
///   - padding: How many zeros are laid around the image, on each side.
///   - dilation: How far neighbouring entries of the window lie apart.
/// - Precondition: The window fits, with no rest.
func maps<Scalar: Field>(
  of x: [Matrix<Scalar>], by filters: [[Matrix<Scalar>]], bias: Vector<Scalar>,
  stride: Int, padding: Int, dilation: Int
) -> [Matrix<Scalar>] {
  //#-answer
  func positions(_ length: Int, _ size: Int) -> Int {
    (length + 2 * padding - (size - 1) * dilation - 1) / stride + 1
  }
  return filters.indices.map { filter in
    let kernels = filters[filter]
    let (height, width) = (x[0].rows, x[0].columns)
    let (k, l) = (kernels[0].rows, kernels[0].columns)
    return Matrix(
      rows: positions(height, k), columns: positions(width, l)
    ) { placeRow, placeColumn in
      var sum = bias[filter]
      for channel in x.indices {
        for i in 0..<k {
          for j in 0..<l {
            let row = placeRow * stride + i * dilation - padding
            let column = placeColumn * stride + j * dilation - padding
            if 0..<height ~= row && 0..<width ~= column {
              sum += kernels[channel][i, j] * x[channel][row, column]
            }
          }
        }
      }
      return sum
    }
  }
  //#-end
}
