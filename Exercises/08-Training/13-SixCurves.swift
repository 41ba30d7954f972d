import Grading
import Workbook

/*:
 # 8.13 · Six curves ★★★

 *Explain.* Text.
 */

enum Cause {
  case rateTooLarge, rateTooSmall, shuffledLabels, overfitting, deadUnits
  case largeLastWeights, rateFallsTooSoon, validationIsTraining
}

var causeOfA: Cause {
  notAttempted()
}
