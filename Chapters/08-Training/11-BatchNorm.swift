import BinaryClassifier
import Regression
import Workbook

/*:
 # 8 · The craft of training, the second part

 The first part was about the steps: where they start, how they are made, how
 long they are, and when to stop. This part changes the network and its loss. It
 ends with a recipe for a training that fails.

 ## Batch normalisation

 An initialisation chooses the size of the pre-activations once, before the
 first step. Then the weights change, and the sizes with them. **Batch
 normalisation**, by [Ioffe and Szegedy](cite:ioffe-szegedy-2015), sets the size
 again in every pass. From each column of $Z$ it subtracts the mean over the
 batch, and divides by the standard deviation. For one column, with $n$
 examples:

 $$
 \mu = \frac{1}{n} \sum_i z_i, \quad
 v = \frac{1}{n} \sum_i (z_i - \mu)^2, \quad
 \sigma = \sqrt{v + \varepsilon}, \quad
 \hat z_i = \frac{z_i - \mu}{\sigma}, \quad
 y_i = \gamma \hat z_i + \beta
 $$

 The small $\varepsilon$ keeps a column that is constant from a division by
 zero. The **scale** $\gamma$ and the **shift** $\beta$ are learned, one of each
 for a column. With $\gamma = \sigma$ and $\beta = \mu$ they give $Z$ back, so
 the network can still compute all that it could before.
 */

/// The mean and the variance of each column.
package struct Moments<Scalar: Field>: Equatable, Sendable {
  package var mean: Vector<Scalar>  // [features]
  package var variance: Vector<Scalar>  // [features]
  //#-hidden-code

  package init(mean: Vector<Scalar>, variance: Vector<Scalar>) {
    (self.mean, self.variance) = (mean, variance)
  }
  //#-end-hidden-code
}

/*:
 A batch has these moments. The variance is the mean of the squared distances
 from the mean.
 */

extension Moments {
  /// Takes the moments of a batch, `[n, features]`.
  ///
  /// - Precondition: There is an example.
  package init(of z: Matrix<Scalar>) {
    precondition(z.rows > 0, "a batch of no examples has no mean")
    let n = Scalar(count: z.rows)
    mean = z.sumOfRows / n
    let centred = z + -1 * mean  // [n, features]
    variance = (centred ⊙ centred).sumOfRows / n
  }
}

/*:
 > **Guess:** A linear layer has a bias. What is its gradient, when batch
 > normalisation follows?
 >
 > Zero. The bias is the same in all rows, and the mean takes it away again. So
 > these layers have no bias; $\beta$ does its work.

 ## A second mean, for later

 A trained network must answer for one example, without a batch. So a training
 pass also updates a **running mean** and a **running variance**, which an
 evaluation uses in place of the batch's:

 $$
 r_\mu \leftarrow (1 - m) \, r_\mu + m \, \mu, \qquad
 r_v \leftarrow (1 - m) \, r_v + m \, \frac{n}{n - 1} \, v
 $$

 The usual $m$ is a tenth. PyTorch calls it *momentum*, though it is the part that
 is new. The factor $\frac{n}{n - 1}$ is there because the variance of a small
 batch is too small on average.

 > **Guess:** The running mean starts at zero, and the batches have a mean of
 > one. After how many batches is it above $0.99$?
 >
 > \(running.steps), because $0.9^k$ is what is left of the start. A network that
 > has seen fewer batches is evaluated with statistics that are not its own.

 Nobody may forget which of the two a pass is, so the phase is an argument
 without a default.
 */

/// Columns brought to one mean and one deviation, which are then learned.
package struct BatchNorm<Scalar: Field>: Sendable {
  /// Whose moments a pass uses: those of its batch, or the running ones.
  package enum Phase: Sendable { case training, evaluation }

  package var scale: Vector<Scalar>  // γ [features]
  package var shift: Vector<Scalar>  // β [features]
  package var running: Moments<Scalar>
  package let ε: Scalar
  package let momentum: Scalar
  //#-hidden-code
  /// The square root, which a field need not have.
  let root: @Sendable (Scalar) -> Scalar

  /// Creates a normalisation that changes nothing but mean and deviation.
  init(
    features: Int, ε: Scalar, momentum: Scalar,
    root: @escaping @Sendable (Scalar) -> Scalar
  ) {
    scale = Vector(repeating: 1, count: features)
    shift = Vector(repeating: 0, count: features)
    running = Moments(mean: shift, variance: scale)
    (self.ε, self.momentum, self.root) = (ε, momentum, root)
  }
  //#-end-hidden-code
}

/*:
 A pass also returns $\hat Z$ and $\sigma$, which its backward pass needs.
 */

//#-hidden-code
/// A normalised batch, and what it was divided by.
package struct Normalised<Scalar: Field>: Sendable {
  package let z: Matrix<Scalar>  // Ẑ [n, features]
  package let deviation: Vector<Scalar>  // σ [features]
  package let phase: BatchNorm<Scalar>.Phase
}
//#-end-hidden-code

extension BatchNorm {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func forward(
    _ z: Matrix<Scalar>, _ phase: Phase
  ) -> (y: Matrix<Scalar>, pass: Normalised<Scalar>) {
    let moments = phase == .training ? Moments(of: z) : running
    if phase == .training { updateRunning(moments, of: z.rows) }
    let σ = moments.variance.map { root($0 + ε) }  // [features]
    let centred = z + -1 * moments.mean  // [n, features]
    let pass = Normalised(
      z: centred.scalingColumns(by: σ.map { 1 / $0 }), deviation: σ,
      phase: phase)
    return (pass.z.scalingColumns(by: scale) + shift, pass)
  }
}

//#-hidden-code
extension BatchNorm {
  /// Moves the running moments towards those of a batch of n examples.
  private mutating func updateRunning(_ batch: Moments<Scalar>, of n: Int) {
    guard n > 1 else { return }  // One example has no unbiased variance.
    let unbiased = Scalar(count: n) / Scalar(count: n - 1)
    let m = momentum
    running.mean = (1 - m) * running.mean + m * batch.mean
    running.variance =
      (1 - m) * running.variance + m * unbiased * batch.variance
  }
}

extension Matrix {
  /// Returns the matrix with each column multiplied by its entry of a vector.
  ///
  /// - Precondition: The vector has an entry for each column.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func scalingColumns(by factors: Vector<Scalar>) -> Matrix {
    precondition(
      columns == factors.count,
      "scaling the columns of \(shape) by \(factors.shape)")
    var result = self
    let (rows, columns) = (rows, columns)
    result.withMutableElements { own in
      for row in 0..<rows {
        for column in 0..<columns {
          own[row * columns + column] *= factors[column]
        }
      }
    }
    return result
  }
}

extension BatchNorm where Scalar: AnalyticField {
  /// Creates a normalisation that changes nothing but mean and deviation, with
  /// PyTorch's numbers.
  ///
  /// - Parameters:
  ///   - features: The number of columns.
  ///   - ε: What is added to the variance.
  ///   - momentum: The part of a batch in the running moments.
  package init(
    features: Int, ε: Scalar = Scalar(1e-5), momentum: Scalar = Scalar(0.1)
  ) {
    self.init(
      features: features, ε: ε, momentum: momentum,
      root: { Scalar.sqrt($0) })
  }
}

extension BatchNorm: Parameterised {
  package var parameterNames: [String] {
    ["weight", "bias", "running_mean", "running_var"]
  }
  package var parameterSymbols: [String] { ["γ", "β", "μ", "v"] }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    scale.visit(as: .scale, beside: other?.scale, visit)
    shift.visit(as: .shift, beside: other?.shift, visit)
    running.mean.visit(as: .statistic, beside: other?.running.mean, visit)
    running.variance.visit(
      as: .statistic, beside: other?.running.variance, visit)
  }
}
//#-end-hidden-code

/*:
 ## Not inside micro-batches

 [Chapter 3](chapter:3) cuts a batch into micro-batches and adds up their
 gradients. That is right because each example has a loss of its own. Behind
 batch normalisation it has not: every prediction depends on all rows. A part of
 the batch has another mean, and its variance is smaller, because what the means
 of the parts differ by is missing:

 $$
 v = \text{mean of the parts' } v_k + \text{variance of the parts' } \mu_k
 $$

 That holds for parts of one size. In random parts of $s$ examples $v_k$ is on
 average $\frac{1 - 1/s}{1 - 1/n}$ of the whole's variance. In parts of one it is zero.

 ![A batch of \(parts.count), cut at random \(parts.cuts) times: the mean of the
 parts' variances beside that of the whole, and how far the mean of their
 gradients is from the gradient of the whole, the median of five cuts, without
 batch normalisation and with it](table:parts)

 So a normalised batch is not cut. Its parts would be a training of another kind,
 on smaller batches.
 */

/// Shows what the running mean keeps of its start, and a bias that is in vain.
func showRunningMoments<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Batch normalisation")
  run.ask("After how many batches of mean 1 is the running mean above 0.99?")
  var norm = BatchNorm<Scalar>(features: 1)
  var steps = 0
  while norm.running.mean[0] <= Scalar(0.99) && steps < 1_000 {
    _ = norm.forward([[0], [2]], .training)
    steps += 1
  }
  run.record(steps, as: "running.steps", label: "batches")
  var random = run.random("bias")
  let z = Matrix<Rational>(Matrix<Double>.dyadic(5, 3, using: &random))
  let bias = Vector<Rational>(Vector<Double>.dyadic(3, using: &random))
  // The numbers have no root. What is divided by does not matter here.
  var exact = BatchNorm<Rational>(
    features: 3, ε: Rational(1, 64), momentum: Rational(1, 10), root: { $0 })
  let outputs = [z, z + bias].map { exact.forward($0, .training).y }
  run.check(
    "a bias in front of batch normalisation changes nothing",
    outputs[0] == outputs[1] && outputs[0] != outputs[0] + bias,
    detail: "on exact fractions; behind it a bias does change the output")
}

/// Cuts a batch into parts, and compares moments and gradients.
func cutNormalisedBatch<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Parts of a normalised batch")
  let count = 32
  run.record(count, as: "parts.count", label: "examples in the batch")
  var random = run.random("parts")
  let data = LabelledPoints.circles(count, using: &random)
    .binary(as: Scalar.self)
  let normalised = NormalisedNetwork<Scalar>(
    [2, 8, 8, 1], .tanh, loss: .binaryCrossEntropy, using: &random)
  let plain = try Network<Scalar>(
    [2, 8, .tanh, 8, .tanh, 1, .sigmoid], loss: .binaryCrossEntropy,
    using: &random)
  var table = Table(
    "parts",
    columns: [
      "examples in a part", "variance", "expected", "gradient, without",
      "gradient, with",
    ])
  let z = Matrix<Rational>(Matrix<Double>(rounding: data.x))  // [n, 2]
  let whole = Moments(of: z)
  let cuts = run.setting(20, as: "parts.cuts", label: "random cuts")
  let orders = (0..<cuts).map { _ in random.shuffled(0..<count) }
  var isTotal = true
  var isExpected = true
  var errors: [[Double]] = []
  for size in [32, 16, 8, 4, 2, 1] {
    var within: Vector<Rational> = [0, 0]
    for order in orders {
      let (own, between) = z.varianceInParts(order.parts(of: size))
      isTotal = isTotal && own + between == whole.variance
      within += own / Rational(count: cuts)
    }
    let part = Double(within.sum / whole.variance.sum)
    let expected = (1 - 1 / Double(size)) / (1 - 1 / Double(count))
    isExpected = isExpected && abs(part - expected) < 0.1
    let found = orders.prefix(5).map { $0.parts(of: size) }.map { parts in
      (
        plain.errorInParts(parts, of: data) {
          $0.lossAndGradient(on: $1).gradient
        },
        normalised.errorInParts(parts, of: data) {
          var network = $0
          return network.lossAndGradient(on: $1, .training).gradient
        }
      )
    }
    errors.append([median(found.map { $0.0 }), median(found.map { $0.1 })])
    let error = errors[errors.count - 1]
    table.add([
      .count(size),
      .number(part, .percent(0)), .number(expected, .percent(0)),
      .number(error[0], .percent(0)), .number(error[1], .percent(0)),
    ])
  }
  run.show(table)
  run.check(
    "the variances of the parts and of their means add up to the whole's",
    isTotal, detail: "in exact fractions, for parts of 1 to \(count) examples")
  run.check(
    "parts of m have 1 − 1/m of the variance, beside 1 − 1/n", isExpected,
    detail: "to a tenth, in the mean over \(cuts) random cuts")
  run.check(
    "gradients of parts add up without batch normalisation, and not with it",
    errors.allSatisfy { $0[0] < 1e-4 } && errors[0][1] < 1e-4
      && errors.dropFirst().allSatisfy { $0[1] > 0.01 },
    detail: "to 10⁻⁴ of the gradient of the whole, and not to a hundred times "
      + "that")
}

//#-hidden-code
extension [Int] {
  /// Returns pieces of equal size.
  fileprivate func parts(of size: Int) -> [ArraySlice<Int>] {
    stride(from: 0, to: count, by: size).map { self[$0..<$0 + size] }
  }
}

extension Matrix {
  /// Returns the mean of the variances of parts, and the variance of their
  /// means, `[columns]`.
  fileprivate func varianceInParts(
    _ parts: [ArraySlice<Int>]
  ) -> (within: Vector<Scalar>, between: Vector<Scalar>) {
    let moments = parts.map { Moments(of: rows(at: $0)) }
    let means = Matrix(rows: parts.count, columns: columns) {
      moments[$0].mean[$1]
    }
    let variances = Matrix(rows: parts.count, columns: columns) {
      moments[$0].variance[$1]
    }
    return (Moments(of: variances).mean, Moments(of: means).variance)
  }
}

extension Parameterised where Scalar: FloatingField {
  /// Returns how far the mean gradient of parts of equal size is from that of
  /// the whole, as a fraction of its norm.
  fileprivate func errorInParts(
    _ parts: [ArraySlice<Int>], of data: Dataset<Scalar>,
    gradient: (Self, Dataset<Scalar>) -> Self
  ) -> Double {
    let whole = gradient(self, data)
    var rest = whole
    for part in parts {
      rest.add(
        -1 / Scalar(count: parts.count),
        times: gradient(self, data.examples(at: part)))
    }
    return Double(Scalar.sqrt(rest.squaredNorm / whole.squaredNorm))
  }

  /// The sum of the squares of all entries.
  fileprivate var squaredNorm: Scalar {
    tensors.flatMap(\.elements).reduce(0) { $0 + $1 * $1 }
  }
}
//#-end-hidden-code
