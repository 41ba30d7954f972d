import Grading
import Workbook

/*:
 # 2.1 · The first line of the log ★

 *Predict.* The first loss of a training can be told before anything is trained,
 and if you can tell it, you notice at once when a network starts wrong. Take
 the loss of this book, $L = \lVert \hat Y - Y \rVert^2 / 2n$, and these targets
 of four examples and three outputs:

 | example | output 1 | output 2 | output 3 |
 |:--|--:|--:|--:|
 | 1 | 1 | 0 | 2 |
 | 2 | 2 | −1 | 0 |
 | 3 | 0 | 3 | 1 |
 | 4 | 1 | 2 | −3 |

 What is the loss

 - of a network that says 0 to everything;
 - of one whose last bias is the mean of the targets, output by output, and
   that says nothing else;
 - of the network that says 0, when somebody measures the targets in half the
   unit, so that each number is twice as large;
 - of the network that says 0, when every example stands in the data three
   times?

 The answers are exact fractions: write `3 / 4`, not `0.75`.
 */

/// The loss of saying 0.
var lossOfZero: Rational {
  //#-answer
  17 / 4
  //#-end
}

/// The loss of saying the mean of each output.
var lossOfTheMean: Rational {
  //#-answer
  13 / 4
  //#-end
}

/// The loss of saying 0 to targets twice as large.
var lossOfHalfTheUnit: Rational {
  //#-answer
  17
  //#-end
}

/// The loss of saying 0 to each example three times.
var lossOfRepeating: Rational {
  //#-answer
  17 / 4
  //#-end
}
