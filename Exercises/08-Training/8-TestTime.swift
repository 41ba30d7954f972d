import Grading
import Workbook

/*:
 # 8.8 · The same answer for every photograph ★★

 *Find the bug.* A network with batch normalisation trains well. Then it is
 asked about one photograph, and gives the answer that it gives to any other.
 Asked about many at once, it is mostly right, and what it says of one depends
 on the others.

 In training each feature is normalised by the mean and the variance of the
 batch. In evaluation there may be no batch: of one example the mean is the
 example, the variance is 0, and every output is $\beta$. So the layer keeps
 running statistics while it trains, and evaluation uses those. With the
 momentum $m$, such as 0.1, each batch moves them by

 $$
 \mu_r \leftarrow (1 - m) \, \mu_r + m \, \mu, \qquad
 v_r \leftarrow (1 - m) \, v_r + m \, \frac{n}{n - 1} \, v
 $$

 where $\mu$ and $v$ are the mean and the variance of the batch, and
 $v = \sum (x - \mu)^2 / n$. The factor $n/(n - 1)$ is there because a batch
 varies less about its own mean than the data do about theirs. In training
 itself $v$ is used as it is. These are PyTorch's conventions. Keras calls
 $1 - m$ the momentum, and has no such factor.

 The code in the file has four mistakes. None of them shows in the loss of the
 training. Two stand in `move`, two in `output`; repair both. The rest is right
 as it is. Batches in training have two or more examples. In evaluation one is
 enough.
 */

/// The mean and the variance of each feature.
struct Statistics<Scalar: Field>: Equatable, Sendable {
  /// The mean of each feature, `[features]`.
  var mean: Vector<Scalar>
  /// The variance of each feature, `[features]`.
  var variance: Vector<Scalar>

  /// Moves running statistics towards those of a batch.
  ///
  /// - Parameters:
  ///   - x: The batch, `[n, features]`.
  ///   - momentum: The factor m of the batch, between 0 and 1.
  mutating func move(towards x: Matrix<Scalar>, by momentum: Scalar) {
    let batch = Statistics(of: x)
    mean = (1 - momentum) * mean + momentum * batch.mean
    variance = momentum * variance + (1 - momentum) * batch.variance
  }
}

extension Statistics {
  /// Computes the statistics of a batch, `[n, features]`; variances are divided
  /// by n.
  init(of x: Matrix<Scalar>) {
    let n = Scalar(count: x.rows)
    let mean = x.sumOfRows / n
    let centred = x + -1 * mean  // [n, features]
    let variance = (centred ⊙ centred).sumOfRows / n
    self.init(mean: mean, variance: variance)
  }
}

/// A batch normalisation, with what it remembers of its training.
struct BatchNorm<Scalar: AnalyticField>: Sendable {
  /// The deviation that each feature is given, `[features]`.
  var gamma: Vector<Scalar>
  /// The mean that each feature is given, `[features]`.
  var beta: Vector<Scalar>
  /// What is added to each variance, above 0.
  let epsilon: Scalar
  /// The factor m of a batch in the running statistics.
  let momentum: Scalar
  /// The running statistics.
  var running: Statistics<Scalar>

  /// Returns the normalised inputs, `[n, features]`.
  ///
  /// - Parameters:
  ///   - x: The inputs, `[n, features]`.
  ///   - isTraining: Whether this is a step of the training.
  mutating func output(
    of x: Matrix<Scalar>, isTraining: Bool
  ) -> Matrix<Scalar> {
    let statistics = Statistics(of: x)
    running.move(towards: x, by: momentum)
    return Matrix(rows: x.rows, columns: x.columns) { row, feature in
      let root = Scalar.sqrt(statistics.variance[feature] + epsilon)
      let distance = x[row, feature] - statistics.mean[feature]
      return gamma[feature] * distance / root + beta[feature]
    }
  }
}
