import Workbook

/// A loss, as a function of the outputs and the targets of a batch.
struct Loss: Equatable, Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case meanSquaredError = "mse"
    case halfMeanSquaredError = "half-mse"
    case meanAbsoluteError = "mae"
    case binaryCrossEntropy = "bce"
    case binaryCrossEntropyOfLogits = "bce-with-logits"
    case crossEntropy = "cross-entropy"
  }

  /// What the losses of single numbers are divided by.
  enum Reduction: String, CaseIterable, Sendable {
    /// As in PyTorch: by how many there are; cross-entropy has one for each example.
    case mean
    /// By the number of examples.
    case meanOverExamples = "mean over examples"
    case sum
  }

  var kind: Kind
  var reduction = Reduction.mean
  /// Whether the outputs of a cross-entropy are probabilities already, and not logits.
  var takesProbabilities = false
  /// The factor c of a penalty c Σ W² over all weights that are no biases.
  var penalty = 0.0

  /// Whether it needs no exponential and no logarithm.
  var isAlgebraic: Bool {
    [.meanSquaredError, .halfMeanSquaredError, .meanAbsoluteError].contains(kind)
  }

  /// Whether each example has one class, and one loss.
  var isOfClasses: Bool { kind == .crossEntropy }

  /// What the sum over all outputs is divided by.
  func divisor(examples: Int, outputs: Int) -> Int {
    switch reduction {
    case .sum: 1
    case .mean: isOfClasses ? examples : examples * outputs
    case .meanOverExamples: examples
    }
  }

  /// The loss in words, such as `mse, mean`.
  var words: String {
    kind.rawValue + ", " + reduction.rawValue
      + (penalty == 0 ? "" : ", with L2")
  }
}

extension Loss {
  /// Returns the loss of a batch, without the penalty.
  ///
  /// - Parameters:
  ///   - outputs: What the network gives, a row for each example.
  ///   - targets: What it should give, likewise; classes as one-hot rows.
  func value<Scalar>(
    _ outputs: Matrix<Scalar>, _ targets: Matrix<Scalar>, _ arithmetic: Arithmetic<Scalar>
  ) -> Scalar {
    let (a, y) = (outputs.elements, targets.elements)
    let terms: [Scalar] =
      switch kind {
      case .meanSquaredError, .halfMeanSquaredError: zip(a, y).map { ($0 - $1).squared }
      case .meanAbsoluteError:
        zip(a, y).map { ($0 - $1) * (2 * arithmetic.absoluteStep($0 - $1) - 1) }
      case .binaryCrossEntropy:
        zip(a, y).map { a, y in
          // A target of exactly 0 or 1 leaves one of the two logarithms out.
          let one: Scalar = y == 0 ? 0 : y * arithmetic.log(a)
          return -(one + (y == 1 ? 0 : (1 - y) * arithmetic.log(1 - a)))
        }
      case .binaryCrossEntropyOfLogits:
        zip(a, y).map { z, y in
          let one: Scalar = y == 0 ? 0 : y * arithmetic.softplus(-z)
          return one + (y == 1 ? 0 : (1 - y) * arithmetic.softplus(z))
        }
      case .crossEntropy:
        (0..<outputs.rows).flatMap { row in
          zip(logarithms(ofRow: row, of: outputs, arithmetic), targets.row(row).elements).map {
            $1 == 0 ? 0 : -($0 * $1)
          }
        }
      }
    return scale(outputs) * sum(terms)
  }

  /// Returns the derivative of that loss in the outputs.
  func derivative<Scalar>(
    _ outputs: Matrix<Scalar>, _ targets: Matrix<Scalar>, _ arithmetic: Arithmetic<Scalar>
  ) -> Matrix<Scalar> {
    let scale = scale(outputs)
    func each(_ derivative: (Scalar, Scalar) -> Scalar) -> Matrix<Scalar> {
      outputs.combining(targets) { scale * derivative($0, $1) }
    }
    switch kind {
    case .meanSquaredError, .halfMeanSquaredError: return each { 2 * ($0 - $1) }
    case .meanAbsoluteError: return each { 2 * arithmetic.absoluteStep($0 - $1) - 1 }
    case .binaryCrossEntropy:
      return each { a, y in
        // With a target of 0 or 1 nothing cancels.
        y == 1 ? -(1 / a) : y == 0 ? 1 / (1 - a) : (a - y) / (a * (1 - a))
      }
    case .binaryCrossEntropyOfLogits: return each { arithmetic.sigmoid($0) - $1 }
    case .crossEntropy where takesProbabilities: return each { $1 == 0 ? 0 : -($1 / $0) }
    case .crossEntropy:
      let rows = (0..<outputs.rows).flatMap { row in
        let y = targets.row(row).elements
        // With soft targets the probabilities count as often as all targets together.
        let all = sum(y)
        return zip(softmax(outputs.row(row).elements, arithmetic), y).map {
          scale * ($0 * all - $1)
        }
      }
      return Matrix(rows: outputs.rows, columns: outputs.columns, elements: rows)
    }
  }

  private func scale<Scalar: Field>(_ outputs: Matrix<Scalar>) -> Scalar {
    let divisor = divisor(examples: outputs.rows, outputs: outputs.columns)
    return 1 / Scalar(count: kind == .halfMeanSquaredError ? 2 * divisor : divisor)
  }

  private func logarithms<Scalar>(
    ofRow row: Int, of outputs: Matrix<Scalar>, _ arithmetic: Arithmetic<Scalar>
  ) -> [Scalar] {
    let numbers = outputs.row(row).elements
    if takesProbabilities { return numbers.map { arithmetic.log($0) } }
    let shift = arithmetic.shift(numbers)
    let logarithm = arithmetic.log(sum(numbers.map { arithmetic.exp($0 - shift) }))
    return numbers.map { $0 - shift - logarithm }
  }
}

/// Returns the probabilities that logits stand for.
func softmax<Scalar>(_ logits: [Scalar], _ arithmetic: Arithmetic<Scalar>) -> [Scalar] {
  let shift = arithmetic.shift(logits)
  let powers = logits.map { arithmetic.exp($0 - shift) }
  let all = sum(powers)
  return powers.map { $0 / all }
}
