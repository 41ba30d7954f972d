import Workbook

// Wrong derivatives of a loss in the outputs.
extension MistakeSearch {
  var lossMistakes: [KnownMistake] {
    ownLossMistakes + exampleMistakes
  }

  /// The factor of the loss, such as 1/n.
  private var scale: Double {
    1
      / Double(
        network.loss.divisor(examples: network.examples, outputs: forward.outputs.columns))
  }

  /// The probabilities that the outputs stand for, or the outputs.
  private var probabilities: Matrix<Double> {
    let outputs = forward.outputs
    switch network.loss.kind {
    case .binaryCrossEntropyOfLogits: return outputs.map { forward.arithmetic.sigmoid($0) }
    case .crossEntropy where !network.loss.takesProbabilities:
      return Matrix(
        rows: outputs.rows, columns: outputs.columns,
        elements: (0..<outputs.rows).flatMap {
          softmax(outputs.row($0).elements, forward.arithmetic)
        })
    default: return outputs
    }
  }

  private func each(
    _ words: String, _ derivative: @escaping (Double, Double) -> Double
  ) -> KnownMistake {
    lossMistake(words) { pass in
      probabilities.combining(pass.forward.targets) { scale * derivative($0, $1) }
    }
  }

  private var ownLossMistakes: [KnownMistake] {
    switch network.loss.kind {
    case .meanSquaredError, .halfMeanSquaredError:
      [
        each("the derivative of the loss is that of the absolute error: a sign alone") { a, y in
          a > y ? 1 : a < y ? -1 : 0
        },
        each("the derivative of the squared error is taken as the squared error") { a, y in
          (a - y) * (a - y)
        },
        each("the targets are missing in the derivative of the loss") { a, _ in 2 * a },
        each("the derivative of the loss is that of cross-entropy, (a − y) / (a (1 − a))") { a, y in
          (a - y) / (a * (1 - a))
        },
      ]
    case .meanAbsoluteError:
      [
        each("the derivative of the absolute error is a − y; it is the sign of that") { $0 - $1 },
        each("the derivative of the loss is that of the squared error, 2 (a − y)") {
          2 * ($0 - $1)
        },
      ]
    case .binaryCrossEntropy:
      [
        each(
          "the derivative of the loss is a − y, which is that of sigmoid and loss together; then the "
            + "derivative of the sigmoid, a (1 − a), is one too many"
        ) { $0 - $1 },
        each("the derivative of the loss is that of the squared error, 2 (a − y)") {
          2 * ($0 - $1)
        },
        each("the term with 1 − y is missing in the derivative of the loss") { a, y in -y / a },
        each("the term with y is missing in the derivative of the loss") { (1 - $1) / (1 - $0) },
        each("the derivative of the loss has y / a for −y / a") { a, y in y / a + (1 - y) / (1 - a)
        },
        each("the derivative of the loss is (a − y) / a; a factor 1 / (1 − a) is missing") {
          ($0 - $1) / $0
        },
      ]
    case .binaryCrossEntropyOfLogits:
      [
        each(
          "a factor a (1 − a) too many: the derivative of the sigmoid cancels against that of the loss"
        ) { a, y in (a - y) * a * (1 - a) },
        each(
          "the derivative of the sigmoid, a (1 − a), is missing: (a − y) / (a (1 − a)) is the "
            + "derivative in the probability, not in the logit"
        ) { a, y in (a - y) / (a * (1 - a)) },
        lossMistake("the derivative of the loss is z − y: the logit stands for its probability") {
          $0.forward.outputs.combining($0.forward.targets) { scale * ($0 - $1) }
        },
        each("the targets are missing in the derivative of the loss") { a, _ in a },
        each("the term with 1 − y is missing in the derivative of the loss") { a, y in
          -y * (1 - a)
        },
      ]
    case .crossEntropy: crossEntropyMistakes
    }
  }

  private var crossEntropyMistakes: [KnownMistake] {
    var mistakes = [
      each(
        network.loss.takesProbabilities
          ? "the derivative of the loss is p − y, which is that of softmax and loss together; then the "
            + "derivative of the softmax is one too many"
          : "a factor p (1 − p) too many: the derivative of the softmax cancels against that of the loss"
      ) { p, y in network.loss.takesProbabilities ? p - y : (p - y) * p * (1 - p) },
      each("the targets are missing in the derivative of the loss") { p, _ in p },
      each("only the entries of the right classes have a derivative") { p, y in y == 0 ? 0 : p - y
      },
      each("the derivative of the loss is −y / p, in the probability and not in the logit") {
        p, y in
        -y / p
      },
      each("the derivative of the loss is −y") { _, y in -y },
    ]
    if !network.loss.takesProbabilities {
      mistakes += [
        each("the Jacobian of the softmax is taken as its diagonal, p (1 − p)") { p, y in
          -y * (1 - p)
        },
        lossMistake("the derivative of the loss is z − y: the logits stand for their probabilities")
        {
          $0.forward.outputs.combining($0.forward.targets) { scale * ($0 - $1) }
        },
        lossMistake("the softmax runs over the examples, and not over the classes") { pass in
          let z = pass.forward.outputs
          let columns = (0..<z.columns).map {
            softmax(z.column($0).elements, pass.forward.arithmetic)
          }
          return Matrix(rows: z.rows, columns: z.columns) {
            scale * (columns[$1][$0] - pass.forward.targets[$0, $1])
          }
        },
      ]
    }
    return mistakes
  }

  /// Targets of other examples, and examples that are left out.
  private var exampleMistakes: [KnownMistake] {
    let (rows, columns) = (network.targets.rows, network.targets.columns)
    func targets(
      _ words: String, _ source: @escaping (Int, Int) -> (Int, Int)
    ) -> KnownMistake {
      lossMistake(words) { pass in
        let other = Matrix(rows: rows, columns: columns) { row, column in
          let (i, j) = source(row, column)
          return network.targets[i, j]
        }
        return network.loss.derivative(pass.forward.outputs, other, pass.forward.arithmetic)
      }
    }
    var mistakes: [KnownMistake] = []
    if network.loss.isOfClasses {
      mistakes += [
        lossMistake("the predicted classes stand for the labels") { pass in
          let outputs = pass.forward.outputs
          let predicted = Matrix<Double>(rows: rows, columns: columns) { row, column in
            let scores = outputs.row(row).elements
            return scores.firstIndex(of: scores.max() ?? 0) == column ? 1 : 0
          }
          return network.loss.derivative(outputs, predicted, pass.forward.arithmetic)
        },
        targets("the labels are shifted by one: each class is taken for the one before it") {
          ($0, ($1 + 1) % columns)
        },
        targets("the labels are shifted by one: each class is taken for the one behind it") {
          ($0, ($1 + columns - 1) % columns)
        },
      ]
    }
    if rows > 1 {
      mistakes += [
        targets("the targets are shifted by one example") { (($0 + 1) % rows, $1) },
        targets("the targets are shifted by one example") { (($0 + rows - 1) % rows, $1) },
        targets("the targets are in the reverse order of the examples") { (rows - 1 - $0, $1) },
      ]
      for (left, words) in [(0, "first"), (rows - 1, "last")] {
        mistakes.append(
          lossMistake("the \(words) example is left out of the gradient") { pass in
            pass.derivativeOfLoss.withRows { $0 == left ? 0 : 1 }
          })
        mistakes.append(
          lossMistake("only the \(words) example is in the gradient") { pass in
            pass.derivativeOfLoss.withRows { $0 == left ? 1 : 0 }
          })
      }
    }
    return mistakes
  }
}

extension Matrix<Double> {
  /// Returns the matrix with each row multiplied by a number.
  func withRows(_ factor: (Int) -> Double) -> Matrix {
    Matrix(rows: rows, columns: columns) { self[$0, $1] * factor($0) }
  }
}
