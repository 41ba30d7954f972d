import Grading
import Workbook

/*:
 # 5.4 · A convolution, backwards ★★★

 *Implement.* The forward pass stands in the file, loops and all. Write the
 backward pass: from the gradients of a loss in every entry of the maps to its
 gradients in the filters, in the bias, and in the images. The last are for the
 layer before.

 You could think of kernels that are turned round and of images stuffed with
 zeros for the stride. You need neither. A forward line that adds a product,

 $$
 z \mathrel{+}= w \, x
 $$

 has two lines backwards, wherever it stands and however its indices were found:

 $$
 dw \mathrel{+}= x \, dz \qquad dx \mathrel{+}= w \, dz
 $$

 Channels come first: `x[n][c]` is a channel of an image, `[height, width]`, and
 `filters[f][c]` is a matrix too. Gradients have the shape of what they belong
 to. The loss is what it is: there is no mean to take here.

 Write the body of `gradients` and leave the rest. The check puts your lines
 before the checks of the book. They differentiate the forward pass by
 themselves, in exact fractions, in balls and in `Double`, and compare every
 gradient: first of two images, three filters over two channels, a stride of 2
 and a padding of 1, nothing square; then with other numbers of everything. If a
 gradient is wrong, the message names it as you would write it, as in
 `x[1][0][2, 3]`.
 */

/// Returns what filters make of images: for each image a map for each filter.
///
/// - Parameters:
///   - x: The images, for each of them and each channel a matrix.
///   - filters: For each filter and each channel a matrix.
///   - bias: What each filter adds, `[filters]`.
func maps<Scalar: Field>(
  of x: [[Matrix<Scalar>]], by filters: [[Matrix<Scalar>]],
  bias: Vector<Scalar>, stride: Int, padding: Int
) -> [[Matrix<Scalar>]] {
  let (k, l) = (filters[0][0].rows, filters[0][0].columns)
  return x.map { x in
    let (height, width) = (x[0].rows, x[0].columns)
    return filters.indices.map { f in
      Matrix(
        rows: (height + 2 * padding - k) / stride + 1,
        columns: (width + 2 * padding - l) / stride + 1
      ) { a, b in
        var z = bias[f]
        for c in x.indices {
          for i in 0..<k {
            for j in 0..<l {
              let row = a * stride + i - padding
              let column = b * stride + j - padding
              if 0..<height ~= row && 0..<width ~= column {
                z += filters[f][c][i, j] * x[c][row, column]
              }
            }
          }
        }
        return z
      }
    }
  }
}

/// The gradients of a loss in what a convolution is made of.
struct Gradients<Scalar: Field> {
  /// In the images, for each of them and each channel a matrix.
  var x: [[Matrix<Scalar>]]
  /// In the filters, for each of them and each channel a matrix.
  var filters: [[Matrix<Scalar>]]
  /// In the bias, `[filters]`.
  var bias: Vector<Scalar>
}

/// Returns the gradients of a loss, from its gradients in the maps.
///
/// - Parameters:
///   - dZ: The gradients in the maps, for each image and each filter a matrix.
///   - x: The images that the maps were made of.
///   - filters: The filters that made them.
func gradients<Scalar: Field>(
  from dZ: [[Matrix<Scalar>]], to x: [[Matrix<Scalar>]],
  through filters: [[Matrix<Scalar>]], stride: Int, padding: Int
) -> Gradients<Scalar> {
  //#-answer
  func zeros(_ matrix: Matrix<Scalar>) -> Matrix<Scalar> {
    Matrix(rows: matrix.rows, columns: matrix.columns, repeating: 0)
  }
  var gradients = Gradients(
    x: x.map { $0.map(zeros) }, filters: filters.map { $0.map(zeros) },
    bias: Vector(repeating: 0, count: filters.count))
  for n in x.indices {
    for f in filters.indices {
      for a in 0..<dZ[n][f].rows {
        for b in 0..<dZ[n][f].columns {
          let dz = dZ[n][f][a, b]
          gradients.bias[f] += dz
          for c in x[n].indices {
            for i in 0..<filters[f][c].rows {
              for j in 0..<filters[f][c].columns {
                let row = a * stride + i - padding
                let column = b * stride + j - padding
                guard 0..<x[n][c].rows ~= row else { continue }
                guard 0..<x[n][c].columns ~= column else { continue }
                gradients.filters[f][c][i, j] += x[n][c][row, column] * dz
                gradients.x[n][c][row, column] += filters[f][c][i, j] * dz
              }
            }
          }
        }
      }
    }
  }
  return gradients
  //#-end
}
