import Grading
import Workbook

/*:
 # 8.13 · Six curves ★★★

 *Explain.* People who ask why their network does not learn often show a curve
 of its loss, and nothing else. This file has six. One small network was trained
 seven times: two inputs, a layer of ReLU units, a probability, and steps of
 gradient descent on the whole training set. It had 60 points for training and
 60 for validation. A third of the labels in each set are 1. A prediction of ⅓
 for every point uses nothing but that, and costs
 $-\tfrac13 \log \tfrac13 - \tfrac23 \log \tfrac23 = 0.637$.

 One run is healthy. The others differ from it in one thing each. There are
 eight causes to choose from:

 - `rateTooLarge`: the learning rate is too large.
 - `rateTooSmall`: the learning rate is too small.
 - `rateFallsTooSoon`: the learning rate falls to 0 within 20 steps.
 - `shuffledLabels`: the training labels were shuffled, and their inputs not.
 - `overfitting`: there are 9 points for training, and not 60.
 - `deadUnits`: the biases of the hidden units start far below 0.
 - `largeLastWeights`: the last layer's weights start twenty times too large.
 - `validationIsTraining`: the validation set is the training set.

 Six of them belong to a curve each, two to none. For each curve name the cause.
 If a cause is wrong you are told what in the curve speaks against it.

 Before you choose, write a line for each curve. Where does it start? Does it
 get below 0.637? Does the loss on training ever rise? What does validation do
 meanwhile? The numbers come from real runs: the check trains all seven networks
 again and compares.
 */

/// Losses after so many steps.
let steps = [0, 1, 2, 5, 10, 20, 50, 100, 200]

/// The loss on training and on validation, after each of `steps`.
struct Curve {
  let training, validation: [Double]
}

let healthy = Curve(
  training: [0.714, 0.594, 0.573, 0.541, 0.503, 0.448, 0.358, 0.323, 0.314],
  validation: [0.714, 0.601, 0.584, 0.563, 0.534, 0.479, 0.368, 0.323, 0.318])

let a = Curve(
  training: [0.710, 0.652, 0.646, 0.640, 0.632, 0.617, 0.578, 0.542, 0.566],
  validation: [0.714, 0.629, 0.621, 0.629, 0.649, 0.690, 0.816, 0.964, 1.015])

let b = Curve(
  training: [0.693, 0.669, 0.655, 0.640, 0.637, 0.637, 0.637, 0.637, 0.637],
  validation: [0.693, 0.669, 0.655, 0.640, 0.637, 0.637, 0.637, 0.637, 0.637])

let c = Curve(
  training: [0.714, 1.760, 1.100, 0.607, 0.765, 0.561, 0.474, 0.389, 0.376],
  validation: [0.714, 1.730, 1.118, 0.616, 0.758, 0.716, 0.705, 0.627, 0.699])

let d = Curve(
  training: [0.733, 0.547, 0.510, 0.440, 0.360, 0.270, 0.190, 0.133, 0.041],
  validation: [0.714, 0.591, 0.580, 0.570, 0.571, 0.600, 0.725, 0.812, 0.962])

let e = Curve(
  training: [0.714, 0.714, 0.713, 0.710, 0.706, 0.697, 0.675, 0.648, 0.613],
  validation: [0.714, 0.713, 0.712, 0.710, 0.706, 0.698, 0.678, 0.652, 0.621])

let f = Curve(
  training: [1.655, 0.712, 0.556, 0.476, 0.425, 0.390, 0.353, 0.340, 0.332],
  validation: [1.609, 0.725, 0.619, 0.525, 0.454, 0.397, 0.339, 0.316, 0.306])

/// Why a training goes badly.
enum Cause: String, CaseIterable {
  case rateTooLarge, rateTooSmall, rateFallsTooSoon, shuffledLabels
  case overfitting, deadUnits, largeLastWeights, validationIsTraining
}

/// The cause of curve a.
var causeOfA: Cause {
  notAttempted()
}

/// The cause of curve b.
var causeOfB: Cause {
  notAttempted()
}

/// The cause of curve c.
var causeOfC: Cause {
  notAttempted()
}

/// The cause of curve d.
var causeOfD: Cause {
  notAttempted()
}

/// The cause of curve e.
var causeOfE: Cause {
  notAttempted()
}

/// The cause of curve f.
var causeOfF: Cause {
  notAttempted()
}
