import Regression
import Workbook

/*:
 # 3 · Yes or no

 A neuron is to predict the probability that the answer is yes. At the start it
 is nearly certain, and wrong. How long does it take to learn better?

 A probability lies between zero and one. The **sigmoid** turns every number
 into one:

 $$
 a = \sigma(z) = \frac{1}{1 + e^{-z}}
 $$

 Let the neuron have a single input that is always one, and let the right answer
 be no. Its first prediction is \(flat.start). Train it with the loss of
 [chapter 2](chapter:2), half the squared error, and with the loss of this
 chapter, at the same learning rate. After \(flat.steps) steps the first
 predicts \(flat.squares) and the second \(flat.entropy).

 ![The prediction of the neuron while it learns that the answer is
 no](figure:flat-start)

 With squares, the prediction hardly changes where the neuron is most wrong.
 [Nielsen](cite:nielsen-2015) shows such a start in his third chapter. The
 reason is in the chain rule. Squares give

 $$
 \frac{\partial L}{\partial z} = (a - y) \, \sigma'(z), \qquad
 \sigma'(z) = a (1 - a),
 $$

 and $\sigma'$ is close to zero wherever the prediction is close to zero or one,
 whether it is right or wrong.

 ![The derivative in z where the answer should be no](table:flat-derivatives)
 */

/// Returns σ(z), accurate to a few ulp for every z.
///
/// It never computes e^|z|: e⁸⁰⁰ overflows, and e⁻⁸⁰⁰ is 0, as it may be.
package func sigmoid<Scalar: AnalyticField>(_ z: Scalar) -> Scalar {
  let e = Scalar.exp(z < 0 ? z : -z)
  return z < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// A neuron of one input that is always 1, learning that the answer is 0.
///
/// - Parameters:
///   - derivative: Returns ∂L/∂z from the prediction.
///   - steps: The number of steps.
/// - Returns: The prediction before each step and after the last.
func predictions<Scalar: AnalyticField>(
  derivative: (Scalar) -> Scalar, steps: Int
) -> [Scalar] {
  let learningRate: Scalar = 3 / 20
  var (weight, bias): (Scalar, Scalar) = (2, 2)
  var predictions = [sigmoid(weight + bias)]
  for _ in 0..<steps {
    let dZ = derivative(predictions[predictions.count - 1])
    weight -= learningRate * dZ
    bias -= learningRate * dZ
    predictions.append(sigmoid(weight + bias))
  }
  return predictions
}

/// Compares how squares and cross-entropy correct a confident mistake.
func startFlat<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Confidently wrong")
  run.ask("Which loss corrects a confident mistake first?")
  let steps = 100
  let squares = predictions(
    derivative: { (a: Scalar) in a * a * (1 - a) }, steps: steps)
  let entropy = predictions(derivative: { (a: Scalar) in a }, steps: steps)
  run.record(squares[0], .decimals(3), as: "flat.start", label: "at the start")
  run.record(steps, as: "flat.steps", label: "steps")
  run.record(
    squares[steps], .decimals(3), as: "flat.squares", label: "by squares")
  run.record(
    entropy[steps], .decimals(3), as: "flat.entropy", label: "by cross-entropy")
  run.show(
    Figure(
      "flat-start",
      LinePlot(
        x: .linear("step"), y: .linear("prediction"),
        series: [
          .init("half squared error", squares.map { Double($0) }, from: 0),
          .init("cross-entropy", entropy.map { Double($0) }, from: 0),
        ])))
  run.show(flatDerivatives(in: scalar))
  run.check(
    "cross-entropy corrects a confident mistake, and squares hardly change it",
    entropy[steps] < 0.1 && squares[steps] > 0.5,
    detail: "after \(steps) steps at the same learning rate")
}

//#-hidden-code
/// Returns both derivatives for more and more confident mistakes.
func flatDerivatives<Scalar: FloatingField>(in scalar: Scalar.Type) -> Table {
  var table = Table(
    "flat-derivatives",
    columns: ["z", "prediction", "squares", "cross-entropy"])
  for z in [0, 2, 5, 10, 40] as [Int] {
    let a = Double(sigmoid(Scalar(count: z)))
    table.add([
      .count(z), .number(a, .decimals(4)),
      .number(a * a * (1 - a), .scientific(2)), .number(a, .decimals(4)),
    ])
  }
  return table
}
//#-end-hidden-code
