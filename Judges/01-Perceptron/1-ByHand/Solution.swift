import Grading
import Workbook

/*:
 # 1.1 · Three mistakes, by hand ★

 *Predict.* Before a machine learns, learn once yourself. A neuron starts with
 the weights $w = (0, 0)$ and the bias $b = 0$. It is shown four points, in
 this order:

 | example | x | label y |
 |:--|:--|--:|
 | 1 | (2, 1) | +1 |
 | 2 | (1, 3) | −1 |
 | 3 | (3, 4) | +1 |
 | 4 | (0, −3) | −1 |

 For each it computes the score $s = w_1 x_1 + w_2 x_2 + b$. Where $y s \le 0$
 it has made a mistake, and adds $y x$ to the weights and $y$ to the bias.
 Where $y s > 0$ nothing changes.

 Write the numbers $w_1, w_2, b$ as they are after each example, a row for
 each, such as `[[2, 0, -1], …]`. All are whole, and they are graded exactly.

 Now somebody has stored the labels as 0 and 1, as many files do: 0 where the
 table has −1. The rule is left as it is, with $y = 0$ for examples 2 and 4,
 and the neuron starts from zero again. How does it end? And how many times
 does the rule find a mistake and then add nothing at all?
 */

/// The neuron after each of the four examples: rows of w₁, w₂, b.
//#-answer
let afterEachExample = [
  [2, 1, 1],
  [1, -2, 0],
  [4, 2, 1],
  [4, 2, 1],
]
//#-stub
// let afterEachExample: [[Int]] = notAttempted()
//#-end

/// The neuron after all four examples with labels 0 and 1: w₁, w₂, b.
//#-answer
let afterLabelsOfZero = [2, 1, 1]
//#-stub
// let afterLabelsOfZero: [Int] = notAttempted()
//#-end

/// How many of the four updates add nothing.
//#-answer
let silentUpdates = 2
//#-stub
// let silentUpdates: Int = notAttempted()
//#-end
