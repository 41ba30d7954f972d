import Grading
import Workbook

/*:
 # 3.1 · What silence costs ★

 *Predict.* What a network loses before it has learned anything can be known
 before it is run. A first loss that is something else is the earliest sign of
 a bug that there is, and nobody has to wait for it.

 A network ends with a sigmoid, and its loss is binary cross-entropy, a mean
 over the examples, with the natural logarithm. All its weights are 0, so
 every logit is the last bias $b$. There are two sets of a hundred examples: a
 balanced one, 50 yes and 50 no, and a rare one, 10 yes and 90 no.

 Give five numbers. The first two are losses at $b = 0$. The third is the
 gradient $\partial L/\partial b$ at that start, with its sign. The fourth is
 the bias at which that gradient is zero, so that the network says from the
 start what can be known without looking, one in ten. The fifth is what the loss
 is then.

 Paper and three decimals are enough; so are formulas with `Double.log`. The
 grader computes all five from the examples, and takes yours within 0.002.
 */

/// The loss on the balanced set, all logits 0.
//#-answer
let balancedLoss = Double.log(2)
//#-stub
// let balancedLoss: Double = notAttempted()
//#-end

/// The loss on the rare set, all logits 0.
//#-answer
let rareLoss = Double.log(2)
//#-stub
// let rareLoss: Double = notAttempted()
//#-end

/// The gradient of the loss in the last bias, on the rare set, all logits 0.
//#-answer
let rareGradient = 0.5 - 0.1
//#-stub
// let rareGradient: Double = notAttempted()
//#-end

/// The bias from which to start on the rare set.
//#-answer
let rareBias = Double.log(0.1 / 0.9)
//#-stub
// let rareBias: Double = notAttempted()
//#-end

/// The loss on the rare set with that bias.
//#-answer
let rareLossWithBias = -0.1 * Double.log(0.1) - 0.9 * Double.log(0.9)
//#-stub
// let rareLossWithBias: Double = notAttempted()
//#-end
