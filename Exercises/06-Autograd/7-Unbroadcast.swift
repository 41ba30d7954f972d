import Grading
import Workbook

/*:
 # 6.7 · What was broadcast comes back as a sum ★★★

 *Implement.* NumPy and PyTorch broadcast an operand until it fits the other
 one. The rule: write both shapes one under the other, **aligned at their last
 axes**; an axis that is missing or has length 1 is repeated as often as needed.

     [2, 3, 4]        [2, 3, 4]        [5]
        [3, 1]           [1, 4]         []        the last is a single number

 What is repeated is used several times, and the gradients of all uses add up.
 So to differentiate such an operation you need its backward pass: given the
 gradient d of the broadcast block, it returns that of the block as it was.
 Libraries have forgotten it for whole operations (deeplearning4j/nd4j#2424).

 Write `unbroadcast(_:to:)`. Its result has exactly the shape that is asked for:
 axes of length 1 stay, axes that were missing go. Entries lie row after row,
 the last axis fastest: in a block [2, 3] entry [i, j] is `elements[3 * i + j]`.

 The check tries some shapes by themselves, then 80 random pairs of shapes of up
 to four axes. It needs no reference for those: with x broadcast to X, the sum
 of all X d must be the sum of all x u, where u is what you return. All in exact
 fractions.
 */

/// Numbers in a block of any number of axes.
struct Block<Scalar: Field>: Equatable {
  /// The length of each axis, outermost first; empty for a single number.
  var shape: [Int]
  /// The numbers, the last axis fastest.
  var elements: [Scalar]
}

/// Returns the gradient in a block from the gradient in what it was broadcast
/// to.
///
/// - Parameters:
///   - d: The gradient in the broadcast block.
///   - shape: The shape before it was broadcast; it fits.
func unbroadcast<Scalar: Field>(
  _ d: Block<Scalar>, to shape: [Int]
) -> Block<Scalar> {
  notAttempted()
}
