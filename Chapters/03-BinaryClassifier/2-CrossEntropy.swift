import Regression
import Workbook

/*:
 ## A loss for probabilities

 Squares ask how far the prediction is from the answer. A probability can be
 judged in a better way: by what it says about the things that happened. If it
 said \(likelihood.example) for something that did happen, that was a good
 prediction. If it said the same and the thing did not happen, it gave only the
 rest to what did happen.

 If the prediction is $a$, then yes has the probability $a$ and no has
 $1 - a$. The right answer $y$ is one or zero, and both cases fit in a line:

 $$
 p(y) = a^y (1 - a)^{1 - y}
 $$

 For $y = 1$ the second factor is one and $a$ remains, for $y = 0$ the first.
 Examples are independent, so their probabilities multiply. The product is the
 probability that the network gives to all right answers together: its
 **likelihood**. To make the right answers as probable as possible is called
 **maximum likelihood**.

 ![Four predictions, and the probability that each gives to the right
 answer](table:likelihood)

 The likelihood of these four is \(likelihood.product). The product of thousands
 of probabilities would be too small for a floating-point number. Logarithms
 turn the product into a sum, and they keep the order: the larger the
 likelihood, the larger its logarithm. Change the sign, because a loss is
 minimised, and divide by $n$. That is the **binary cross-entropy**

 $$
 L = -\frac{1}{n} \sum_i \bigl[ y_i \log a_i + (1 - y_i) \log(1 - a_i) \bigr]
 $$

 So the loss of the four predictions is \(likelihood.loss). A prediction that
 comes closer and closer to certain, and is wrong, has a loss without bound.

 > **Guess:** A network knows nothing yet and predicts ½ for everything. What is
 > its loss?
 >
 > $-\log \tfrac12 = \log 2$, which is \(start.ln2), whatever the right answers
 > are. Training should begin near that loss. If it does not, look for a bug.

 ## Where a − y comes from

 Here is the derivative of the loss of one example, in three steps. First, the
 loss as a function of the prediction:

 $$
 L = -y \log a - (1 - y) \log(1 - a)
 $$

 The derivative of $\log a$ is $1/a$, and that of $\log(1 - a)$ is
 $-1/(1 - a)$. Over a common denominator the products $ya$ cancel:

 $$
 \frac{\partial L}{\partial a} = -\frac{y}{a} + \frac{1 - y}{1 - a}
   = \frac{-y (1 - a) + (1 - y) \, a}{a (1 - a)}
   = \frac{a - y}{a (1 - a)}
 $$

 Second, the prediction as a function of $z$. Its derivative is the one that
 kept the neuron from learning:

 $$
 \frac{\mathrm{d} a}{\mathrm{d} z} = \sigma'(z) = a (1 - a)
 $$

 Third, the chain rule multiplies both, and the denominator cancels:

 $$
 \frac{\partial L}{\partial z}
   = \frac{a - y}{a (1 - a)} \cdot a (1 - a) = a - y
 $$

 The logarithm is steep where the sigmoid is flat, by exactly the same factor.
 What remains is the prediction minus the answer. For the mean over $n$ examples
 it is $\mathrm{d}Z = (a - y)/n$.

 ![The same neuron with both losses](figure:flat-start)

 With the same start and the same learning rate the neuron now predicts
 \(flat.entropy) after \(flat.steps) steps. It learns fastest where it is most
 wrong.
 */

//#-hidden-code
/// Trains the same neuron with cross-entropy, and takes a likelihood apart.
func correctMistake<Scalar: FloatingField>(
  on run: inout RunRecorder, _ start: FlatStart<Scalar>
) {
  run.section("A loss for probabilities")
  recordLikelihood(on: &run, in: Scalar.self)
  let squares = start.predictions { $0 * $0 * (1 - $0) }
  let entropy = start.predictions { $0 }
  run.record(
    entropy[start.steps], .decimals(3), as: "flat.entropy",
    label: "by cross-entropy")
  run.show(
    Figure(
      "flat-start",
      start.plot([
        ("half squared error", squares), ("cross-entropy", entropy),
      ])))
  run.check(
    "cross-entropy corrects a confident mistake, and squares hardly change it",
    entropy[start.steps] < 0.1 && squares[start.steps] > 0.5,
    detail: "after \(start.steps) steps at the same learning rate")
}
//#-end-hidden-code

//#-hidden-code
/// Shows the likelihood of four predictions, and checks it against the loss.
func recordLikelihood<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  let (probabilities, answers) = ([0.9, 0.2, 0.6, 0.7], [1, 0, 1, 0])
  run.record(
    probabilities[0], .percent(0), as: "likelihood.example",
    label: "a prediction")
  let right = zip(probabilities, answers).map { a, y in y == 1 ? a : 1 - a }
  run.show(
    Table(
      "likelihood",
      columns: ["prediction a", "answer y", "p(y)", "−log p(y)"],
      rows: zip(zip(probabilities, answers), right).map { example, p in
        [
          .number(example.0, .decimals(2)), .count(example.1),
          .number(p, .decimals(2)), .number(-Double.log(p), .decimals(4)),
        ]
      }))
  let likelihood = right.reduce(1, *)
  // z = log(a / (1 − a)) is the logit whose sigmoid is a.
  let logits = probabilities.map { Scalar(Double.log($0 / (1 - $0))) }
  let loss = Loss<Scalar>.binaryCrossEntropy(
    Matrix(column: Vector(logits)),
    Matrix(column: Vector(answers.map { Scalar(count: $0) })))
  run.record(
    likelihood, .decimals(4), as: "likelihood.product", label: "likelihood")
  run.record(
    loss, .decimals(4), as: "likelihood.loss", label: "cross-entropy")
  let expected = -Double.log(likelihood) / Double(right.count)
  run.check(
    "the cross-entropy is minus the mean logarithm of the likelihood",
    abs(Double(loss) - expected) <= 16 * Double(Scalar.ulpOfOne),
    detail: "of four predictions")
}
//#-end-hidden-code
