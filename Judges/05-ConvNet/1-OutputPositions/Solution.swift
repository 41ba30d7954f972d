import Grading
import Workbook

/*:
 # 5.1 · How many output positions? ★

 *Predict.* Before a layer has learned anything it can be wrong by one row.
 Sizes are reckoned in the head, the last column is dropped by a division that
 rounds, and the message about shapes comes from another layer, much later. So
 reckon a few by hand.

 A window of size k moves along n entries, by s entries from position to
 position, with p zeros laid before the first entry and p behind the last. In
 this book it stops at

 $$
 \frac{n + 2p - k}{s} + 1
 $$

 positions. Where it is larger than the entries with their padding, n + 2p, or
 where it would never see the last of them, it is *refused*. Nothing is rounded.

 Replace each `notAttempted()` by what you find: a number, or `nil` for what is
 refused. There are three lists: positions in one direction, the size of an
 image after each of three windows, and paddings. The check looks at them in
 that order and tells the first that is wrong.
 */

/// The number of positions in each row, or `nil` where the window is refused.
let positions: [Int?] = [
  //#-answer
  17,  // row 1: n = 19, k = 3, p = 0, s = 1
  19,  // row 2: n = 19, k = 5, p = 2, s = 1
  10,  // row 3: n = 19, k = 3, p = 1, s = 2
  nil,  // row 4: n = 19, k = 4, p = 0, s = 2
  nil,  // row 5: n = 3, k = 6, p = 1, s = 1
  2,  // row 6: n = 3, k = 6, p = 2, s = 1
  5,  // row 7: n = 18, k = 4, p = 1, s = 4
  1,  // row 8: n = 7, k = 7, p = 0, s = 3
  //#-stub
  // notAttempted(),  // row 1: n = 19, k = 3, p = 0, s = 1
  // notAttempted(),  // row 2: n = 19, k = 5, p = 2, s = 1
  // notAttempted(),  // row 3: n = 19, k = 3, p = 1, s = 2
  // notAttempted(),  // row 4: n = 19, k = 4, p = 0, s = 2
  // notAttempted(),  // row 5: n = 3, k = 6, p = 1, s = 1
  // notAttempted(),  // row 6: n = 3, k = 6, p = 2, s = 1
  // notAttempted(),  // row 7: n = 18, k = 4, p = 1, s = 4
  // notAttempted(),  // row 8: n = 7, k = 7, p = 0, s = 3
  //#-end
]

/// The size of an image, `[height, width]`, after each of three windows that it
/// goes through one after the other. It comes in with 33 rows and 21 columns.
let sizes: [[Int]] = [
  //#-answer
  [15, 9],  // a window of 5 × 5, stride 2, no padding
  [16, 10],  // then a window of 2 × 2, stride 1, padding 1
  [8, 5],  // then maxima of 2 × 2, stride 2, no padding
  //#-stub
  // notAttempted(),  // a window of 5 × 5, stride 2, no padding
  // notAttempted(),  // then a window of 2 × 2, stride 1, padding 1
  // notAttempted(),  // then maxima of 2 × 2, stride 2, no padding
  //#-end
]

/// The smallest padding p, 0 or more, with which a window is not refused; `nil`
/// where there is none.
let paddings: [Int?] = [
  //#-answer
  2,  // n = 19, k = 5, s = 3
  nil,  // n = 19, k = 4, s = 2
  //#-stub
  // notAttempted(),  // n = 19, k = 5, s = 3
  // notAttempted(),  // n = 19, k = 4, s = 2
  //#-end
]
