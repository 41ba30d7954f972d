import Regression
import Workbook

/*:
 # 3 · Yes or no

 Is this a cat or a dog? Is this letter spam? The answer is yes or no, and a
 network should say how sure it is. At the end of this chapter you can build a
 network of any depth that answers such a question with a probability. You can
 train it on pictures, and measure honestly how good it is on pictures that it
 has never seen. You also know four ways in which it can fail without any error
 message.

 The first failure needs no more than one neuron, which is to predict the
 probability that the answer is yes. It has a single input, which is always
 one. At the start it predicts \(flat.start), and the right answer is no. We
 train it with the loss of [chapter 2](chapter:2), half the squared error.

 > **Guess:** The neuron is nearly certain, and wrong. What does it predict
 > after a hundred steps?
 >
 > After \(flat.steps) steps at a learning rate of \(flat.rate) it predicts
 > \(flat.squares). It has hardly moved. It is most wrong and learns least.

 ![The prediction while the neuron learns from squared errors that the answer is
 no](figure:flat-squares)

 This start is [Nielsen's](cite:nielsen-2015). The chapter first finds out why
 the neuron is stuck, and then which loss frees it.

 ## The sigmoid saturates

 A neuron computes $z = xw + b$, and $z$ can be any number. A probability lies
 between zero and one. The **sigmoid** turns every number into a probability:

 $$
 a = \sigma(z) = \frac{1}{1 + e^{-z}}
 $$

 If $z$ is zero, the neuron is undecided: $a$ is ½. If $z$ grows, $a$ approaches
 one; if $z$ falls, $a$ approaches zero. It reaches neither. Its derivative is

 $$
 \sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2}
   = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} = a (1 - a)
 $$

 ![The sigmoid and its derivative](figure:sigmoid)

 The derivative is largest in the middle, and even there it is only a quarter.
 On both sides the curve becomes flat: a change in $z$ no longer changes the
 prediction. Such a unit is **saturated**.

 Now the chain rule. Half the squared error is $L = (a - y)^2 / 2$, so

 $$
 \frac{\partial L}{\partial z}
   = \frac{\partial L}{\partial a} \, \frac{\mathrm{d} a}{\mathrm{d} z} = (a - y) \, \sigma'(z)
 $$

 The first factor says how wrong the neuron is. The second says how much a step
 in $z$ can change. A neuron that is certain has a second factor close to zero,
 whether it is right or wrong. So a certain mistake has almost no gradient.
 */

/// Returns σ(z), accurate to a few ulp for every z.
///
/// It never computes e^|z|: e⁸⁰⁰ overflows, and e⁻⁸⁰⁰ is 0, as it may be.
package func sigmoid<Scalar: AnalyticField>(_ z: Scalar) -> Scalar {
  let e = Scalar.exp(z < 0 ? z : -z)
  return z < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// Trains a neuron that is certain and wrong with half the squared error.
func startFlat<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) -> FlatStart<Scalar> {
  run.section("Certain, and wrong")
  run.ask("A neuron is certain, and wrong. Does it learn fast, or slowly?")
  let start = FlatStart<Scalar>(
    steps: run.setting(100, as: "flat.steps", label: "steps"),
    learningRate: Scalar(
      run.setting(
        0.15, .decimals(2), as: "flat.rate", label: "learning rate")))
  let squares = start.predictions { $0 * $0 * (1 - $0) }
  run.record(squares[0], .decimals(3), as: "flat.start", label: "at the start")
  run.record(
    squares[start.steps], .decimals(3), as: "flat.squares",
    label: "by squares")
  run.show(
    Figure("flat-squares", start.plot([("half squared error", squares)])))
  run.show(Figure("sigmoid", sigmoidPlot(in: scalar)))
  run.check(
    "half the squared error hardly corrects a certain mistake",
    squares[start.steps] > 0.5, detail: "after \(start.steps) steps")
  return start
}

//#-hidden-code
/// A neuron of one input that is always 1, learning that the answer is 0.
struct FlatStart<Scalar: FloatingField> {
  let steps: Int
  let learningRate: Scalar

  /// Returns the prediction before each step and after the last.
  ///
  /// - Parameter derivative: Returns ∂L/∂z from the prediction.
  func predictions(derivative: (Scalar) -> Scalar) -> [Scalar] {
    var (weight, bias): (Scalar, Scalar) = (2, 2)
    var predictions = [sigmoid(weight + bias)]
    for step in 0..<steps {
      let dZ = derivative(predictions[step])
      weight -= learningRate * dZ
      bias -= learningRate * dZ
      predictions.append(sigmoid(weight + bias))
    }
    return predictions
  }

  /// Returns a plot of predictions, step by step.
  func plot(_ curves: [(name: String, predictions: [Scalar])]) -> LinePlot {
    LinePlot(
      x: .linear("step"), y: .linear("prediction"),
      series: curves.map { name, predictions in
        .init(name, predictions.map { Double($0) }, from: 0)
      })
  }
}

/// Returns a plot of the sigmoid and its derivative.
func sigmoidPlot<Scalar: FloatingField>(in scalar: Scalar.Type) -> LinePlot {
  let z = (-32...32).map { Double($0) / 4 }
  let a = z.map { Double(sigmoid(Scalar($0))) }
  return LinePlot(
    x: .linear("z"), y: .linear("value"),
    series: [
      .init("σ(z)", zip(z, a).map { .init($0, $1) }),
      .init("σ′(z)", zip(z, a).map { .init($0, $1 * (1 - $1)) }),
    ])
}
//#-end-hidden-code
