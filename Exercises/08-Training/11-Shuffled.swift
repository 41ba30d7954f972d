import Grading
import Workbook

/*:
 # 8.11 · Shuffled, and no longer a pair ★

 *Find the bug.* Before each epoch the examples are put into a new order. The
 function in the file does so, and no size is wrong, and nothing crashes. But
 inputs and targets are put into different orders. The network then learns from
 questions with other questions' answers, and the best that it can do is to
 predict the mean. Its loss falls a little and stays there, as that of a network
 does that is too small. So people make it larger.

 1. Repair `shuffled`. Every order of the rows is to be as likely as any other,
    and all draws are to come from the generator that is handed in.
 2. Write the check that finds this bug in any such function, whatever it is
    made of. `isRightShuffle` says whether

    - each row of inputs still has its own targets;
    - each row is there, once, and unchanged;
    - every order of the rows can come, also the one that was.

 Your check chooses the examples. What is wrong with the functions that it is
 shown can be seen with four rows of two columns, but not always in one call.
 Some of them lose rows, so count rows before you read them.
 */

/// A function that returns inputs `[n, features]` and targets `[n, outputs]`
/// with their rows in a new order.
typealias Shuffle = (
  _ x: Matrix<Double>, _ y: Matrix<Double>, _ random: inout SplitMix64
) -> (x: Matrix<Double>, y: Matrix<Double>)

/// Returns the examples in an order chosen evenly among all.
///
/// - Parameters:
///   - x: The inputs, `[n, features]`.
///   - y: The targets, `[n, outputs]`.
///   - random: The generator of the order.
func shuffled(
  _ x: Matrix<Double>, _ y: Matrix<Double>, using random: inout SplitMix64
) -> (x: Matrix<Double>, y: Matrix<Double>) {
  let inputs = random.shuffled(0..<x.rows)
  let targets = random.shuffled(0..<y.rows)
  return (x.rows(at: inputs[...]), y.rows(at: targets[...]))
}

/// Returns whether a function shuffles examples as it should.
func isRightShuffle(_ shuffle: Shuffle) -> Bool {
  notAttempted()
}
