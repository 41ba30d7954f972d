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
  //#-answer
  let order = random.shuffled(0..<x.rows)
  return (x.rows(at: order[...]), y.rows(at: order[...]))
  //#-stub
  // let inputs = random.shuffled(0..<x.rows)
  // let targets = random.shuffled(0..<y.rows)
  // return (x.rows(at: inputs[...]), y.rows(at: targets[...]))
  //#-end
}

/// Returns whether a function shuffles examples as it should.
func isRightShuffle(_ shuffle: Shuffle) -> Bool {
  //#-answer
  let x: Matrix<Double> = [[1, 10], [2, 20], [3, 30], [4, 40]]
  let y: Matrix<Double> = [[1, 5], [2, 6], [3, 7], [4, 8]]
  var random = SplitMix64(seed: 1, stream: "check")
  var orders: Set<[Int]> = []
  for _ in 0..<500 {
    let (newX, newY) = shuffle(x, y, &random)
    let order = newX.column(0).elements.map { Int($0) }
    if order.sorted() != [1, 2, 3, 4] { return false }
    let positions = order.map { $0 - 1 }
    let isPaired =
      newX == x.rows(at: positions[...]) && newY == y.rows(at: positions[...])
    if !isPaired { return false }
    orders.insert(order)
  }
  return orders.count == 24
  //#-end
}
