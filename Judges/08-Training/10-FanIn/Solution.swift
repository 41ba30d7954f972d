import Grading
import Workbook

/*:
 # 8.10 · Ten layers, and nothing arrives ★★

 *Find the bug.* A unit adds up as many products as it has inputs. So its sum is
 the larger the more there are, and starting weights have to be the smaller. If
 they are too small by a factor of 2 in each of ten layers, a thousandth of the
 signal arrives at the end, and as little of the gradient at the start. Nothing
 crashes. The loss hardly moves.

 The variance that each weight begins with, for a layer that makes *fanOut*
 numbers of *fanIn*:

 | activation | variance | after |
 |---|---|---|
 | ReLU, which loses half of the signal | 2 / fanIn | He |
 | tanh | 2 / (fanIn + fanOut) | Glorot |

 Weights are drawn from a normal distribution, which is given by its deviation,
 or evenly between −*bound* and *bound*. Evenly drawn numbers have the
 variance *bound*² / 3. Biases begin at 0.

 The code in the file has five mistakes. Two are in `startingVariance`, and one
 of these cannot be seen where a layer is as wide as the layer before. Three are
 in `startingLayer`. Repair them.

 The variance is checked in exact fractions. The layers are judged by what is
 drawn: by the shape, mean and mean square of 20,000 weights and more. The
 limits are so wide that a right answer fails once in a thousand million times.
 All random numbers come from the generator that is given, so that a run can be
 repeated. `random.normal()` has the mean 0 and the deviation 1, and
 `random.uniform(in: -2...2)` is drawn evenly between −2 and 2.
 */

/// What follows the sums of a layer.
enum Activation: Sendable {
  case relu, tanh
}

/// How numbers with the mean 0 are spread.
enum Spread: Sendable {
  /// By a normal distribution.
  case normal
  /// Evenly between a bound and its negative.
  case uniform
}

/// Returns the variance of each starting weight of a layer.
///
/// - Parameters:
///   - fanIn: The number of inputs.
///   - fanOut: The number of outputs.
///   - activation: What follows.
func startingVariance<Scalar: Field>(
  fanIn: Int, fanOut: Int, activation: Activation
) -> Scalar {
  //#-answer
  switch activation {
  case .relu: 2 / Scalar(count: fanIn)
  case .tanh: 2 / Scalar(count: fanIn + fanOut)
  }
  //#-stub
  // switch activation {
  // case .relu: 1 / Scalar(count: fanOut)
  // case .tanh: 2 / Scalar(count: fanIn + fanOut)
  // }
  //#-end
}

/// Returns the weights and biases that a layer begins with, `[fanIn, fanOut]`
/// and `[fanOut]`.
///
/// - Parameters:
///   - fanIn: The number of inputs.
///   - fanOut: The number of outputs.
///   - activation: What follows.
///   - spread: How the weights are spread.
///   - random: The generator of all random numbers.
func startingLayer(
  fanIn: Int, fanOut: Int, activation: Activation, spread: Spread,
  using random: inout SplitMix64
) -> (weights: Matrix<Double>, bias: Vector<Double>) {
  //#-answer
  let variance: Double = startingVariance(
    fanIn: fanIn, fanOut: fanOut, activation: activation)
  let weights = Matrix<Double>(rows: fanIn, columns: fanOut) { _, _ in
    switch spread {
    case .normal: return Double.sqrt(variance) * random.normal()
    case .uniform:
      let bound = Double.sqrt(3 * variance)
      return random.uniform(in: -bound...bound)
    }
  }
  return (weights, Vector(repeating: 0, count: fanOut))
  //#-stub
  // let variance: Double = startingVariance(
  //   fanIn: fanIn, fanOut: fanOut, activation: activation)
  // let weights = Matrix<Double>(rows: fanIn, columns: fanOut) { _, _ in
  //   switch spread {
  //   case .normal: return variance * random.normal()
  //   case .uniform:
  //     let bound = Double.sqrt(variance)
  //     return random.uniform(in: -bound...bound)
  //   }
  // }
  // return (weights, Vector(count: fanOut) { _ in random.normal() })
  //#-end
}
