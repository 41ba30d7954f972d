import Workbook

// What is done to the whole gradient: a factor, a second backward pass, clipping, a penalty, a step.
extension MistakeSearch {
  /// The part of a gradient that comes from the data alone, and the part that comes from the penalty.
  private var parts: (data: [[Double]], decay: [[Double]]) {
    let full = right.judged.map(\.elements)
    let penalty = network.loss.penalty
    guard penalty != 0 else { return (full, full.map { $0.map { _ in 0 } }) }
    let decay = network.judged.map { parameter in
      parameter.values.map { parameter.role == .weight ? 2 * penalty * $0 : 0 }
    }
    return (zip(full, decay).map { zip($0, $1).map { $0 - $1 } }, decay)
  }

  var wholeMistakes: [KnownMistake] {
    let (data, decay) = parts
    func combined(_ a: Double, _ b: Double) -> [[Double]] {
      zip(data, decay).map { zip($0, $1).map { a * $0 + b * $1 } }
    }
    func whole(_ words: String, _ gradients: @escaping () -> [[Double]]) -> KnownMistake {
      KnownMistake(words: words, position: nil, gradients: gradients)
    }
    var mistakes: [KnownMistake] = []
    if includesLoss {
      mistakes.append(
        whole(
          "every gradient is twice the right one: two backward passes without setting the gradients to "
            + "zero between them, or a 2 too many or a ½ missing in the derivative of the loss"
        ) { combined(2, 2) })
      // Without a penalty a factor of 2 is the two passes above, unless a count is 2.
      for (factor, words) in factors
      where network.loss.penalty != 0 || !words.hasPrefix("it is twice") {
        mistakes.append(
          whole("the derivative of the loss has a wrong factor: \(words)") { combined(factor, 1) })
      }
    }
    if network.loss.penalty != 0 {
      mistakes += [
        whole("the derivative of the L2 penalty, 2λW, is missing") { combined(1, 0) },
        whole("the L2 penalty is derived as λW; the penalty of this loss gives twice that") {
          combined(1, 0.5)
        },
        whole("the derivative of the L2 penalty is twice the right one") { combined(1, 2) },
        whole("the derivative of the L2 penalty has the wrong sign") { combined(1, -1) },
        whole("the derivative of the L2 penalty is divided by the number of examples") {
          combined(1, 1 / Double(network.examples))
        },
        whole("the biases decay too; the penalty of this loss is of weights alone") {
          zip(combined(1, 1), network.judged).map { gradient, parameter in
            guard parameter.role == .bias else { return gradient }
            return zip(gradient, parameter.values).map { $0 + 2 * network.loss.penalty * $1 }
          }
        },
      ]
    }
    return mistakes
  }

  /// What says little about where to look, and is tried when nothing else explains the numbers.
  var lastResorts: [KnownMistake] {
    halfPrecision + [
      KnownMistake(words: "these are the parameters themselves", position: nil) {
        network.judged.map(\.values)
      },
      KnownMistake(words: "only the signs of the right gradient are left", position: nil) {
        right.judged.map { $0.elements.map { $0 == 0 ? 0 : $0 < 0 ? -1 : 1 } }
      },
    ]
  }

  /// Products of factors that were rounded to 11 bits, as graphics cards do unless they are told not to. The
  /// sum of a bias is a product on some of them.
  private var halfPrecision: [KnownMistake] {
    [true, false].map { roundsSums in
      var mistake = mistake(
        "the factors of the products were rounded to 11 bits, as in half precision or TF32", at: nil
      ) { step, pass in
        switch step {
        case .weight(let position, let rows) where network.layers[position].isProduct:
          matmul(
            pass.forward.rows(into: position).map(\.halfPrecision).transposed,
            rows.map(\.halfPrecision))
        case .bias(let position, let rows) where network.layers[position].isProduct && roundsSums:
          pass.biasGradient(position, rows.map(\.halfPrecision))
        case .input(let position, let arriving):
          throughRoundedWeights(position, arriving, pass)
        default: nil
        }
      }
      mistake.isSlight = true
      return mistake
    }
  }

  private func throughRoundedWeights(
    _ position: Int, _ arriving: Matrix<Double>, _ pass: Pass
  ) -> Matrix<Double>? {
    let layer = network.layers[position]
    guard layer.isProduct, let weight = layer.weight else { return nil }
    let rows = matmul(
      pass.rows(arriving, at: position).map(\.halfPrecision),
      pass.forward.parameters[weight].map(\.halfPrecision).transposed)
    guard case .convolution(let windows) = layer.kind else { return rows }
    return windows.images(adding: rows)
  }
}

extension Double {
  /// The nearest number of 11 bits.
  fileprivate var halfPrecision: Double {
    guard isFinite, self != 0 else { return self }
    let unit = ulp * 0x1p42
    return (self / unit).rounded() * unit
  }
}
