import Workbook

/// Another loss, or another network, that gives the number which a program calls its loss.
struct LossConvention {
  /// What differs, as the end of “it is the loss …”.
  let words: String
  let loss: () -> Double
}

extension DescribedNetwork {
  /// Returns what would explain a claimed loss, the likeliest first: at most two explanations. Each must come
  /// far nearer to the claim than the loss of the description does.
  func lossConventions(truth: Double, tolerance: Double) -> [String] {
    let unit = Double(sign: .plus, exponent: -bits, significand: 1)
    let distance = abs(truth - claimedLoss)
    let tolerance = min(tolerance, max(0.05 * distance, 64 * unit * abs(claimedLoss)))
    var found: [String] = []
    for convention in conventions {
      let loss = convention.loss()
      guard loss.isFinite, abs(loss - claimedLoss) <= tolerance + 1e-9 * abs(loss),
        !found.contains(convention.words)
      else { continue }
      found.append(convention.words)
      if found.count == 2 { break }
    }
    return found
  }

  private var conventions: [LossConvention] {
    scaledLosses + otherLosses + otherTargets + otherNetworks + clampedLosses + broadcastLosses
  }

  private func with(_ change: (inout DescribedNetwork) -> Void) -> DescribedNetwork {
    var other = self
    change(&other)
    return other
  }

  private var floatingLoss: Double { ForwardPass<Double>(self, .floating).loss }

  private func convention(
    _ words: String, _ change: @escaping (inout DescribedNetwork) -> Void
  ) -> LossConvention {
    LossConvention(words: words) { with(change).floatingLoss }
  }

  /// Means for sums, and factors of two.
  private var scaledLosses: [LossConvention] {
    var found: [LossConvention] = []
    for reduction in Loss.Reduction.allCases where reduction != loss.reduction {
      found.append(
        convention(
          "with the reduction \(reduction.rawValue.quoted), not \(loss.reduction.rawValue.quoted)"
        ) {
          $0.loss.reduction = reduction
        })
    }
    if loss.penalty != 0 {
      found += [
        convention("without the L2 penalty") { $0.loss.penalty = 0 },
        convention("with half the L2 penalty: λ/2 Σ W² for λ Σ W²") { $0.loss.penalty /= 2 },
        convention("with twice the L2 penalty: λ Σ W² for λ/2 Σ W²") { $0.loss.penalty *= 2 },
        convention("with the L2 penalty divided by the number of examples") {
          $0.loss.penalty /= Double($0.examples)
        },
        convention("with half the L2 penalty, divided by the number of examples") {
          $0.loss.penalty /= 2 * Double($0.examples)
        },
        LossConvention(words: "with an L2 penalty of the biases too") {
          floatingLoss + loss.penalty
            * parameters.filter { $0.role == .bias }.flatMap(\.values).reduce(0) { $0 + $1 * $1 }
        },
      ]
    }
    let data = { with { $0.loss.penalty = 0 }.floatingLoss }
    for (factor, words) in [
      (2.0, "times 2"), (0.5, "times ½"), (-1, "with the sign reversed"),
      (1 / Double(examples), "divided by the number of examples once more"),
      (1 / log2(), "with the logarithm to base 2"), (1 / log10(), "with the logarithm to base 10"),
    ] {
      found.append(
        LossConvention(words: words) { data() * factor + floatingLoss - data() })
    }
    return found
  }

  private func log2() -> Double { Double.log(2) }
  private func log10() -> Double { Double.log(10) }

  /// Other kinds of loss.
  private var otherLosses: [LossConvention] {
    var found: [LossConvention] = []
    for kind in Loss.Kind.allCases where kind != loss.kind {
      for reduction in Loss.Reduction.allCases {
        found.append(
          convention("\(kind.rawValue.quoted) with the reduction \(reduction.rawValue.quoted)") {
            $0.loss.kind = kind
            $0.loss.reduction = reduction
          })
      }
    }
    if loss.isOfClasses {
      found.append(
        convention("with a second softmax: the outputs went through one, and the loss takes logits")
        {
          if $0.loss.takesProbabilities {
            $0.loss.takesProbabilities = false
          } else if let last = $0.layers.last {
            $0.layers.append(
              Layer(index: last.index + 1, kind: .softmax, input: last.output, output: last.output))
          }
        })
    }
    return found
  }

  /// Labels that are shifted.
  private var otherTargets: [LossConvention] {
    guard loss.isOfClasses, targets.columns > 1 else { return [] }
    let columns = targets.columns
    return [1, columns - 1].map { step in
      convention("with the labels shifted by one") { other in
        other.targets = Matrix(rows: targets.rows, columns: columns) {
          targets[$0, ($1 + step) % columns]
        }
      }
    }
  }

  /// Layers, biases and arrangements that a program may have left out or read in another way.
  private var otherNetworks: [LossConvention] {
    var found: [LossConvention] = []
    for position in layers.indices where !layers[position].isProduct {
      guard layers[position].input == layers[position].output else { continue }
      found.append(
        convention("without \(layers[position].words)") { other in
          other.layers[position] = Layer(
            index: layers[position].index, kind: .identity, input: layers[position].input,
            output: layers[position].output)
        })
    }
    if let last = layers.last, !last.output.isImage {
      for (name, kind) in [("sigmoid", Layer.Kind.sigmoid), ("softmax", .softmax), ("relu", .relu)]
      {
        found.append(
          convention("with \(name) behind the last layer") {
            $0.layers.append(
              Layer(index: last.index + 1, kind: kind, input: last.output, output: last.output))
          })
      }
    }
    for (index, parameter) in parameters.enumerated() {
      if parameter.role == .bias {
        found.append(
          convention("without \(parameter.name)") { $0.parameters[index].zero() })
      } else if parameter.rows == parameter.columns, parameter.rows > 1 {
        found.append(
          convention("with \(parameter.name) transposed") { $0.parameters[index].transpose() })
      }
    }
    found.append(
      convention("without any bias") { other in
        for index in other.parameters.indices where other.parameters[index].role == .bias {
          other.parameters[index].zero()
        }
      })
    found.append(
      convention("with all square weights transposed") { other in
        for index in other.parameters.indices
        where other.parameters[index].role == .weight
          && other.parameters[index].rows == other.parameters[index].columns
        {
          other.parameters[index].transpose()
        }
      })
    found += updatedLosses
    return found
  }

  /// Parameters that were saved after a step, and a loss from before it.
  private var updatedLosses: [LossConvention] {
    guard parameters.allSatisfy({ $0.claim != nil }) else { return [] }
    return [1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.001].map { rate in
      let text = NumberFormat.significant(1).text(of: rate)
      return convention("before a step with the rate \(text): the parameters were saved after it") {
        other in
        for index in other.parameters.indices { other.parameters[index].undoStep(rate) }
      }
    }
  }

  /// Probabilities that were kept away from 0 and 1, or logarithms of a little more.
  private var clampedLosses: [LossConvention] {
    guard loss.kind != .binaryCrossEntropyOfLogits,
      loss.isOfClasses || loss.kind == .binaryCrossEntropy
    else { return [] }
    return [1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3].flatMap { epsilon in
      let text = NumberFormat.scientific(1).text(of: epsilon)
      return [
        LossConvention(words: "with probabilities clamped to \(text) from 0 and 1") {
          clampedLoss { min(max($0, epsilon), 1 - epsilon) }
        },
        LossConvention(words: "with \(text) added inside the logarithm") {
          clampedLoss { $0 + epsilon }
        },
      ]
    }
  }

  private func clampedLoss(_ clamp: (Double) -> Double) -> Double {
    let forward = ForwardPass<Double>(self, .floating)
    var loss = loss
    var outputs = forward.outputs
    if loss.isOfClasses && !loss.takesProbabilities {
      outputs = Matrix(
        rows: outputs.rows, columns: outputs.columns,
        elements: (0..<outputs.rows).flatMap {
          softmax(outputs.row($0).elements, forward.arithmetic)
        })
      loss.takesProbabilities = true
    }
    let (a, y) = (outputs.elements, targets.elements)
    let terms = zip(a, y).map { a, y in
      let other = loss.isOfClasses || y == 1 ? 0 : (1 - y) * Double.log(clamp(1 - a))
      return -((y == 0 ? 0 : y * Double.log(clamp(a))) + other)
    }
    let divisor = loss.divisor(examples: examples, outputs: outputs.columns)
    return terms.reduce(0, +) / Double(divisor) + forward.loss
      - with { $0.loss.penalty = 0 }.floatingLoss
  }

  /// Outputs `[n, 1]` less targets `[n]`, which NumPy and PyTorch make `[n, n]`.
  private var broadcastLosses: [LossConvention] {
    guard targets.columns == 1, examples > 1, examples <= 1_000, loss.isAlgebraic else { return [] }
    return [
      LossConvention(
        words:
          "of outputs [n, 1] less targets [n], which broadcast to n × n differences: give both one shape"
      ) {
        let a = ForwardPass<Double>(self, .floating).outputs.elements
        let y = targets.elements
        var kind = loss
        kind.penalty = 0
        let all = Matrix(
          rows: a.count * y.count, columns: 1, elements: a.flatMap { a in y.map { _ in a } })
        let other = Matrix(rows: a.count * y.count, columns: 1, elements: a.flatMap { _ in y })
        return kind.value(all, other, .floating)
      }
    ]
  }
}

extension Parameter {
  private func with(_ values: [Double]) -> Parameter {
    Parameter(
      name: name, role: role, layer: layer, shape: shape, rows: rows, order: order, values: values,
      claim: claim, given: given)
  }

  fileprivate mutating func zero() { self = with(values.map { _ in 0 }) }

  fileprivate mutating func transpose() {
    let matrix = Matrix(rows: rows, columns: columns, elements: values)
    self = with(Matrix(matrix.transposed).elements)
  }

  /// Adds a rate times the claimed gradient.
  fileprivate mutating func undoStep(_ rate: Double) {
    guard let claim else { return }
    self = with(zip(values, claim).map { $0 + rate * $1 })
  }
}
