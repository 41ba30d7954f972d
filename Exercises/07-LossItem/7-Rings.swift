import Grading
import Workbook

/*:
 # 7.7 · Three closures, two rings ★★

 *Find the bug.* Swift frees an object when nobody holds it, and asks no
 further. Two objects that hold each other stay for ever. A closure holds what
 it mentions, and so makes such a ring before anybody sees it. In PyTorch a
 function that stored its own result made one (pytorch/pytorch#25340).

 In the file are three closures, marked 1, 2 and 3. Two of them belong to a
 ring, and nodes or trainers are alive after everything has been let go. One of
 them holds something that nobody else holds, and has to.

 Cut the two rings and leave the third closure as it is. What they do has to
 stay:

 - the gradient of an exponential is still the exponential;
 - `history` grows by one loss at each step, as long as there is a trainer;
 - somebody may have kept `afterStep` and call it when the trainer is gone.
   Nothing happens then;
 - a log counts the losses that it was given.

 The check lets go of all objects and looks at the counter: it is to be at 0.
 */

/// Counts the objects that are alive.
final class Counter {
  var alive = 0
}

/// A number that remembers what it was made of.
final class Value {
  let data: Double
  var gradient = 0.0
  private(set) var tell: (_ d: Double) -> Void = { _ in }
  private let counter: Counter

  init(_ data: Double, _ counter: Counter) {
    (self.data, self.counter) = (data, counter)
    counter.alive += 1
  }

  deinit { counter.alive -= 1 }

  /// Returns eˣ, where x is this number.
  func exp() -> Value {
    let result = Value(Double.exp(data), counter)
    // 1: tells this number what d, the gradient in the result, means for it.
    result.tell = { d in self.gradient += d * result.data }
    return result
  }
}

/// Trains, and calls somebody after each step.
final class Trainer {
  private(set) var history: [Double] = []
  var afterStep: () -> Void = {}
  private var last = 1.0
  private let counter: Counter

  init(_ counter: Counter) {
    self.counter = counter
    counter.alive += 1
  }

  deinit { counter.alive -= 1 }

  /// Has the last loss recorded after each step.
  func recordEachStep() {
    // 2: records the last loss.
    afterStep = { self.record() }
  }

  func record() { history.append(last) }

  /// Takes a step, which halves the loss.
  func step() {
    last /= 2
    afterStep()
  }
}

/// Losses that somebody was given.
final class Log {
  private var losses: [Double] = []
  private let counter: Counter

  init(_ counter: Counter) {
    self.counter = counter
    counter.alive += 1
  }

  deinit { counter.alive -= 1 }

  /// Returns what takes a loss and says how many it has been given.
  static func start(_ counter: Counter) -> (Double) -> Int {
    let log = Log(counter)
    // 3: takes a loss.
    return { loss in
      log.losses.append(loss)
      return log.losses.count
    }
  }
}
