import Grading
import Workbook

/*:
 # 9.9 · Stopped early, and too late ★★

 *Find the bug.* A training stops as soon as the loss on the validation set has
 not fallen for some epochs, and goes back to the weights with the least loss.
 The stopper in the file does neither. It stops at the wrong epoch, or not at
 all, and the weights that it goes back to are always the last ones, though the
 losses that it prints are right. The optimiser changes weights in place, and
 they live in a class.

 What it should do, after each epoch:

 1. An epoch is *better* if its loss is less than the least so far. The first
    epoch is better than none. Of two epochs with the same loss, the first is
    the best.
 2. If the epoch is better, its loss and its weights are kept, as they are at
    that moment.
 3. `isTimeToStop` is true as soon as `patience` epochs in a row were not
    better, and stays true until an epoch is better.
 4. A loss that is NaN is never better. So no epoch is kept until there is a
    loss that is a number, and epochs of NaN are counted like others that are
    not better.

 `restore` writes the weights of the best epoch into the network's, and does
 nothing if no epoch was kept. Afterwards the training may go on, and change
 the network's weights again: the kept ones stay what they were.

 Repair both functions.
 */

/// The weights of a network, which an optimiser changes in place.
final class Weights {
  var values: [Double]

  init(_ values: [Double]) { self.values = values }
}

/// Watches the loss on the validation set, and keeps the best weights.
struct EarlyStopping {
  /// How many epochs in a row may be no better.
  let patience: Int
  /// The least loss so far, and infinity before there is one.
  private(set) var leastLoss = Double.infinity
  /// How many epochs in a row were no better.
  private(set) var waited = 0
  /// The weights of the best epoch; nil where none was kept.
  private(set) var best: Weights?

  init(patience: Int) { self.patience = patience }

  /// Takes note of an epoch, and returns whether to stop.
  ///
  /// - Parameters:
  ///   - loss: The loss on the validation set after the epoch.
  ///   - weights: The network's weights after the epoch.
  mutating func isTimeToStop(loss: Double, weights: Weights) -> Bool {
    if loss > leastLoss {
      waited += 1
    } else {
      leastLoss = loss
      best = weights
    }
    return waited > patience
  }

  /// Writes the best weights into a network's.
  func restore(into weights: Weights) {
    var weights = weights
    if let best { weights = best }
    _ = weights
  }
}
