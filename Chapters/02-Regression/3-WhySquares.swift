import Workbook

/*:
 ## Why squares?

 One could also take the absolute error. The square has a reason. Suppose that
 each target is the right value plus noise from a normal distribution with the
 standard deviation $\sigma$. Then the density of a target is

 $$
 p(y) = \frac{1}{\sigma \sqrt{2 \pi}}
   \exp\left(-\frac{(\hat y - y)^2}{2 \sigma^2}\right)
 $$

 The **likelihood** of the data is the product of these densities over all
 examples. Minus its logarithm is a sum:

 $$
 -\sum_i \log p(y_i) = \frac{n L}{\sigma^2} + n \log\left(\sigma \sqrt{2 \pi}\right)
 $$

 The weights stand in the first term alone, and it is a multiple of our loss. So
 the model of least squared error is the one that makes the data most likely,
 whatever $\sigma$ is. The best $\sigma$ follows too: differentiate in $\sigma$,
 and $\sigma^2 = 2L$ comes out. For the best straight line that is a $\sigma$ of
 \(likelihood.deviation). Other noise leads to another loss, as in [chapter
 3](chapter:3).
 */

/// Compares the likelihood of random lines with their loss.
func compareLikelihoods(on run: inout RunRecorder) {
  run.section("Squares and the normal distribution")
  guard let best = LinearModel.closedForm(from: bentLine.x, to: bentLine.y)
  else { return }
  let bestLoss = best.lossAndGradient(from: bentLine.x, to: bentLine.y).loss
  let deviation = (2 * bestLoss).squareRoot()
  run.record(
    deviation, .decimals(3), as: "likelihood.deviation",
    label: "the deviation of greatest likelihood")

  let least = surprise(of: best, deviation)
  var random = run.random("likelihood")
  let n = Double(bentLine.count)
  let errors = (0..<20).map { _ -> Double in
    let line = LinearModel<Double>(
      weights: .normal(1, 1, using: &random), bias: .normal(1, using: &random))
    let loss = line.lossAndGradient(from: bentLine.x, to: bentLine.y).loss
    let difference = n * (loss - bestLoss) / (deviation * deviation)
    return abs(surprise(of: line, deviation) - least - difference) / difference
  }
  let worst = errors.reduce(0, max)
  run.check(
    "less squared error is greater likelihood, and the differences agree",
    worst < 1e-9,
    detail: "20 random lines, off by a part of "
      + "\(NumberFormat.scientific(1).text(of: worst)) at most")
  run.check(
    "the deviation of greatest likelihood is the root of twice the loss",
    [0.9, 0.99, 1.01, 1.1].allSatisfy {
      surprise(of: best, $0 * deviation) > least
    }, detail: "deviations below and above it are less likely")
}

//#-hidden-code
/// Returns minus the logarithm of the likelihood of the bent line's points.
func surprise(of line: LinearModel<Double>, _ deviation: Double) -> Double {
  let residual = line.prediction(from: bentLine.x) - bentLine.y
  let height = deviation * (2 * Double.pi).squareRoot()
  return residual.elements.map { error in
    let z = error / deviation
    return z * z / 2 + Double.log(height)
  }.reduce(0, +)
}
//#-end-hidden-code
