import Grading
import Workbook

/*:
 # 3.7 · Eight layers of silence ★★★

 *Measure.* In allenai/allennlp-as-a-library-example#8 tests fail that had
 always passed, and no line is wrong. One start in many had made every sum in
 front of a ReLU negative. Nothing passed forwards, no gradient passed back, and
 the network could not learn. In a network of nine layers one such layer is
 enough: the prediction is then the same for all examples. But not everything
 stands still.

 `DeepNetwork` has eight hidden layers of ReLUs, and a ninth of a single unit
 whose sum is the logit of a sigmoid, under binary cross-entropy. A ReLU is
 *off* for an example where its sum is 0 or less: it says 0, and its gradient is
 0. It is *dead* if it is off for all examples.

 **First, count.** `deadUnits` returns the number of dead units in each of the
 eight hidden layers.

 **Second, say what stands still.** Let all units of hidden layer $k$ be dead,
 counted from 1, while every other layer has live ones. For which layers, 1 to
 9, is the gradient of the loss exactly zero in all weights, and for which in
 all biases? `frozenLayers` returns two ranges, such as `2...5`.

 **Third, revive.** `revived` returns the network with other biases, and the
 same weights, so that every hidden unit is on for some of the examples and off
 for some others, and a gradient reaches the weights of every layer. Any biases
 that do this are right.

 The grader makes networks, kills layers of them, and looks at the outcome of
 yours. It never looks at how you did it.
 */

/// Nine layers: eight with ReLUs, and one that adds up the logit.
struct DeepNetwork {
  /// The weights of each layer, first to last, `[in, out]`.
  var weights: [Matrix<Double>]
  /// The biases of each layer, first to last, `[out]`.
  var biases: [Vector<Double>]

  /// Returns what each layer adds up, first to last, `[n, out]`.
  func preActivations(from x: Matrix<Double>) -> [Matrix<Double>] {
    var received = x
    var preActivations: [Matrix<Double>] = []
    for (w, b) in zip(weights, biases) {
      let z = received • w + b  // [n, out]
      preActivations.append(z)
      received = z.map { max($0, 0) }
    }
    return preActivations
  }
}

/// Returns the number of dead units in each of the eight hidden layers.
func deadUnits(in network: DeepNetwork, on x: Matrix<Double>) -> [Int] {
  //#-answer
  network.preActivations(from: x).dropLast().map { z in
    (0..<z.columns).filter { unit in
      z.column(unit).elements.allSatisfy { $0 <= 0 }
    }.count
  }
  //#-end
}

/// Returns the layers, from 1 to 9, whose weights or biases have no gradient at
/// all where hidden layer `dead`, from 1 to 8, has no live unit.
func frozenLayers(
  dead: Int
) -> (weights: ClosedRange<Int>, biases: ClosedRange<Int>) {
  //#-answer
  (weights: 1...(dead + 1), biases: 1...dead)
  //#-end
}

/// Returns the network with biases that leave no hidden unit always off or
/// always on.
func revived(_ network: DeepNetwork, on x: Matrix<Double>) -> DeepNetwork {
  //#-answer
  var network = network
  for layer in network.weights.indices.dropLast() {
    // In the middle between the largest and the smallest sum of a unit lies a
    // bias with which one example is on and another is off. What a layer
    // receives depends on those in front, so they come first.
    let z = network.preActivations(from: x)[layer]  // [n, out]
    for unit in 0..<z.columns {
      let preActivations = z.column(unit).elements
      let middle = ((preActivations.min() ?? 0) + (preActivations.max() ?? 0)) / 2
      network.biases[layer][unit] -= middle
    }
  }
  return network
  //#-end
}
