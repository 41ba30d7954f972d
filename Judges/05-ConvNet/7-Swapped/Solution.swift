import Grading
import Workbook

/*:
 # 5.7 · Channel and filter ★★

 *Find the bug.* The numbers of a convolution lie flat in memory here, as fast
 programs have them: the image as `[channels, height, width]`, the weights as
 `[filters, channels, size, size]`, the last index fastest. Nothing but
 arithmetic then says which weight is meant, and no index that is wrong needs to
 fall outside.

 The forward pass is right. On the backward pass one index has its parts
 exchanged: what belongs to the filter stands where the channel should, and the
 other way round. The network trains all the same, a little worse.

 In Nervana's neon the gradients of an image were written at an index of the
 output, by one wrong letter, along an axis that has length 1 in most networks
 ([NervanaSystems/neon#111](https://github.com/NervanaSystems/neon/issues/111)).
 That is how such a bug lives on: it was tried where it cannot be seen.

 - **Repair** `gradientsInImage`. The check certifies every gradient, in exact
   fractions and by the other judges.
 - **Say where it hides.** `hidden` is a number of channels and a number of
   filters, not both 1, for which the wrong line gives what the right one gives,
   whatever the weights.
 - **Say where it does not.** “Where there are as many filters as channels the
   sizes agree, so it is hidden there too.” Give a counterexample in `shown`: as
   many filters as channels, and yet the gradients differ. The check runs the
   wrong line with your numbers, so anything that is true passes. Keep them
   below 10.
 */

/// A convolution with its numbers flat in memory: stride 1, no padding.
struct FlatConvolution {
  let channels, filters: Int
  /// The image.
  let height, width: Int
  /// The rows and columns of the window.
  let size: Int

  /// The number of positions from top to bottom.
  var rows: Int { height - size + 1 }
  /// The number of positions from left to right.
  var columns: Int { width - size + 1 }

  /// Returns what filters make of an image, `[filters, rows, columns]`.
  ///
  /// - Parameters:
  ///   - x: The image, `[channels, height, width]`.
  ///   - weights: The filters, `[filters, channels, size, size]`.
  func maps<Scalar: Field>(of x: [Scalar], by weights: [Scalar]) -> [Scalar] {
    var z = [Scalar](repeating: 0, count: filters * rows * columns)
    for f in 0..<filters {
      for a in 0..<rows {
        for b in 0..<columns {
          for c in 0..<channels {
            for i in 0..<size {
              for j in 0..<size {
                let weight = weights[((f * channels + c) * size + i) * size + j]
                let pixel = x[(c * height + a + i) * width + b + j]
                z[(f * rows + a) * columns + b] += weight * pixel
              }
            }
          }
        }
      }
    }
    return z
  }

  /// Returns the gradients of a loss in the image, `[channels, height, width]`.
  ///
  /// - Parameters:
  ///   - dZ: Its gradients in the maps, `[filters, rows, columns]`.
  ///   - weights: The filters, `[filters, channels, size, size]`.
  func gradientsInImage<Scalar: Field>(
    from dZ: [Scalar], through weights: [Scalar]
  ) -> [Scalar] {
    var dX = [Scalar](repeating: 0, count: channels * height * width)
    for f in 0..<filters {
      for a in 0..<rows {
        for b in 0..<columns {
          let dz = dZ[(f * rows + a) * columns + b]
          for c in 0..<channels {
            for i in 0..<size {
              for j in 0..<size {
                //#-answer
                let first = (f * channels + c) * size * size
                //#-stub
                // let first = (c * filters + f) * size * size
                //#-end
                let weight = weights[first + i * size + j]
                dX[(c * height + a + i) * width + b + j] += weight * dz
              }
            }
          }
        }
      }
    }
    return dX
  }
}

/// Numbers, not both 1, for which nobody can see the bug.
//#-answer
let hidden = (channels: 1, filters: 3)
//#-stub
// let hidden: (channels: Int, filters: Int) = notAttempted()
//#-end

/// Numbers, equal to each other, for which the bug can be seen.
//#-answer
let shown = (channels: 2, filters: 2)
//#-stub
// let shown: (channels: Int, filters: Int) = notAttempted()
//#-end
