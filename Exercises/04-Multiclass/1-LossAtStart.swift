import Grading
import Workbook

/*:
 # 4.1 · The loss of knowing nothing ★

 *Predict.* At the start a network knows nothing: its weights are near zero, so
 its scores are nearly equal, and softmax gives every class the same
 probability. The cross-entropy of an example is $-\log p$ of its own class,
 with the natural logarithm.

 What loss should the first line of a training show, for 3 classes, for 10 and
 for 1000? Write each with at least three digits. Paper will do; so will
 `Double.log`.
 */

/// The loss at the start for 3 classes, in nats.
let lossFor3Classes: Double = notAttempted()

/// The loss at the start for 10 classes, in nats.
let lossFor10Classes: Double = notAttempted()

/// The loss at the start for 1000 classes, in nats.
let lossFor1000Classes: Double = notAttempted()
