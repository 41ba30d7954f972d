import Regression
import Workbook

/*:
 # 3 · Yes or no

 A neuron is to say how likely it is that the answer is yes. It starts out
 nearly certain, and wrong. How long does it take to learn better?

 To be a probability, a number must lie between zero and one. The **sigmoid** puts it
 there:

 $$
 a = \sigma(z) = \frac{1}{1 + e^{-z}}
 $$

 Let the neuron have a single input that is always one; the right answer is no.
 Let it start where it says \(flat.start). Train it with the loss of
 [chapter 2](chapter:2), half the squared error, and with the loss of this
 chapter, at the same rate. After \(flat.steps) steps the first says
 \(flat.squares) and the second \(flat.entropy).

 ![What the neuron says while it learns that the answer is
 no](figure:flat-start)

 The curve of squares is flat where the neuron is most wrong.
 [Nielsen](cite:nielsen-2015) shows such a start in his third chapter. The
 reason is in the chain rule. Squares give

 $$
 \frac{\partial L}{\partial z} = (a - y) \, \sigma'(z), \qquad
 \sigma'(z) = a (1 - a),
 $$

 and $\sigma'$ is close to zero wherever the sigmoid is sure of itself, rightly
 or wrongly.

 ![The slope at an answer that should be no](table:flat-slopes)
 */

/// Returns σ(z), accurate to a few ulp for every z, by never making e^|z|.
///
/// At z = 800, e⁸⁰⁰ overflows. e⁻⁸⁰⁰ is 0, which does no harm.
package func sigmoid<Scalar: AnalyticField>(_ z: Scalar) -> Scalar {
  let e = Scalar.exp(z < 0 ? z : -z)
  return z < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// A neuron of one input that is always 1, learning that the answer is 0.
///
/// - Parameters:
///   - slope: Returns ∂L/∂z from what the neuron says.
///   - steps: The number of steps.
/// - Returns: What the neuron says before each step and after the last.
func answers<Scalar: AnalyticField>(
  slope: (Scalar) -> Scalar, steps: Int
) -> [Scalar] {
  let rate: Scalar = 3 / 20
  var (weight, bias): (Scalar, Scalar) = (2, 2)
  var answers = [sigmoid(weight + bias)]
  for _ in 0..<steps {
    let dZ = slope(answers[answers.count - 1])
    weight -= rate * dZ
    bias -= rate * dZ
    answers.append(sigmoid(weight + bias))
  }
  return answers
}

/// Compares how squares and cross-entropy leave a confident mistake behind.
func startFlat<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  page.section("Confidently wrong")
  page.ask("Which loss leaves a confident mistake behind first?")
  let steps = 100
  let squares = answers(slope: { (a: Scalar) in a * a * (1 - a) }, steps: steps)
  let entropy = answers(slope: { (a: Scalar) in a }, steps: steps)
  page.record(squares[0], .decimals(3), as: "flat.start", label: "at the start")
  page.record(steps, as: "flat.steps", label: "steps")
  page.record(
    squares[steps], .decimals(3), as: "flat.squares", label: "by squares")
  page.record(
    entropy[steps], .decimals(3), as: "flat.entropy", label: "by cross-entropy")
  page.show(
    Figure(
      "flat-start",
      LinePlot(
        x: .linear("step"), y: .linear("what the neuron says"),
        series: [
          .init("half squared error", squares.map { Double($0) }, from: 0),
          .init("cross-entropy", entropy.map { Double($0) }, from: 0),
        ])))
  page.show(flatSlopes(in: scalar))
  page.check(
    "a confident mistake is flat for squares, steep for cross-entropy",
    entropy[steps] < 0.1 && squares[steps] > 0.5,
    detail: "after \(steps) steps at the same rate")
}

//#-hidden-code
/// Returns both slopes for ever more confident mistakes.
func flatSlopes<Scalar: FloatingField>(in scalar: Scalar.Type) -> Table {
  var table = Table(
    "flat-slopes",
    columns: ["z", "says", "slope by squares", "by cross-entropy"])
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
