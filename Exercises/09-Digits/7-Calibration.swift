import Grading
import Workbook

/*:
 # 9.7 · As sure as it is right ★★

 *Implement.* A network says 7, with a probability of 0.9. Of all predictions
 that it makes with that much confidence, are 90 % right? If so, it is
 *calibrated*. The *expected calibration error* measures how far a network is
 from that.

 The prediction for an example is the class with the largest probability, the
 first where several are equal, and that probability is its **confidence**. The
 interval from 0 to 1 is divided into $B$ bins of the same width. Bin $b$ holds
 the examples whose confidence is at least $b/B$ and below $(b + 1)/B$. The last
 one also holds those with the confidence 1. For each bin that is not empty, the
 mean confidence is compared with the fraction of correct predictions:

 $$
 \mathrm{ECE} = \sum_b \frac{n_b}{n} \, \bigl| \mathrm{acc}_b -
 \mathrm{conf}_b \bigr|
 $$

 Here $n_b$ of the $n$ examples are in bin $b$. Write `calibrationError`.
 */

/// Returns the expected calibration error of some predictions.
///
/// - Parameters:
///   - probabilities: A probability for each class in each row, `[n, classes]`.
///   - labels: The actual class of each example.
///   - bins: The number of bins.
func calibrationError(
  _ probabilities: Matrix<Double>, labels: [Int], bins: Int
) -> Double {
  notAttempted()
}
