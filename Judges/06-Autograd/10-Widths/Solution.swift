import Grading
import Workbook

/*:
 # 6.10 · A width where none belongs ★

 *Predict.* In a network 4 → 7 → 3 the widths belong to the linear layers, and
 an activation function has none. Many have written them into the activation all
 the same, or forgotten them in the linear layer. PyTorch takes `nn.ReLU(7)` for
 the answer to another question, whether the input may be overwritten; who
 answers that question too is told so by accident (pytorch/pytorch#25028). And
 in `nn.LeakyReLU(True)`, meant as a yes to the same question, the leak became
 1, which makes the activation the identity (PantoMatrix/PantoMatrix#52).

 In the file are modules as a Swift programmer might write them on the first
 day.

 **Predict.** Each of the eight lines in `fates()` stands by itself, in a
 function that otherwise compiles. Does the compiler refuse it, does it run, or
 does it stop when it runs? The check has the same lines, and asks the compiler.

 **Mend `LeakyReLU`.** One line goes wrong in silence. Change the `init` so that
 the compiler refuses it, in a way that `LeakyReLU()` still has a leak of 0.01,
 and that `LeakyReLU(leak: 0.25)` has one of 0.25.
 */

/// What becomes of a line of code.
enum Fate: String {
  case refused = "refused by the compiler"
  case runs
  case stops = "stops when it runs"
}

/// A linear layer, X W + b.
struct Linear {
  let inputs: Int
  let outputs: Int

  init(_ inputs: Int, _ outputs: Int) {
    (self.inputs, self.outputs) = (inputs, outputs)
  }
}

/// The activation max(0, z).
struct ReLU {
  init() {}
}

/// The activation that is z above 0, and a part of z below.
struct LeakyReLU {
  let leak: Double

  //#-answer
  init(leak: Double = 0.01) { self.leak = leak }
  //#-stub
  // init(_ leak: Double = 0.01) { self.leak = leak }
  //#-end
}

/// Sets a part of all numbers to 0, while a network trains.
struct Dropout {
  let rate: Double

  init(_ rate: Double = 0.5) {
    precondition((0..<1).contains(rate), "a part is 0 or more and below 1")
    self.rate = rate
  }
}

/// Returns what becomes of eight lines, with `LeakyReLU` as it was at first.
func fates() -> [Fate] {
  //#-answer
  [
    .runs,  // Linear(4, 7)
    .refused,  // Linear(7)
    .refused,  // ReLU(7)
    .runs,  // LeakyReLU(7)
    .refused,  // LeakyReLU(4, 7)
    .refused,  // let width = 7; LeakyReLU(width)
    .stops,  // Dropout(7)
    .refused,  // LeakyReLU(true)
  ]
  //#-stub
  // [
  //   notAttempted(),  // Linear(4, 7)
  //   notAttempted(),  // Linear(7)
  //   notAttempted(),  // ReLU(7)
  //   notAttempted(),  // LeakyReLU(7)
  //   notAttempted(),  // LeakyReLU(4, 7)
  //   notAttempted(),  // let width = 7; LeakyReLU(width)
  //   notAttempted(),  // Dropout(7)
  //   notAttempted(),  // LeakyReLU(true)
  // ]
  //#-end
}
