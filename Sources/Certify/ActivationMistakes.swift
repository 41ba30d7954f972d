import Workbook

// Wrong derivatives of activations.
extension MistakeSearch {
  func activationMistakes(_ position: Int) -> [KnownMistake] {
    let layer = network.layers[position]
    switch layer.kind {
    case .relu, .leakyReLU, .tanh, .sigmoid: break
    case .softmax: return softmaxMistakes(position)
    default: return []
    }
    let (z, a) = (forward.activations[position], forward.activations[position + 1])
    let slopes = right.slopes(position)
    func times(_ words: String, _ factor: @escaping () -> Matrix<Double>) -> KnownMistake {
      inputMistake(words, at: position) { arriving, _ in arriving.combining(factor()) { $0 * $1 } }
    }
    var mistakes = [
      inputMistake("the derivative of \(name(position)) is missing", at: position) { d, _ in d },
      times("the derivative of \(name(position)) is in it twice") { slopes.map { $0 * $0 } },
      inputMistake(
        "what arrives at \(name(position)) is lost: its derivative stands alone", at: position
      ) { _, _ in slopes },
    ]
    mistakes += curveMistakes(position).map { words, slope in
      times(words) { z.combining(a) { slope($0, $1) } }
    }
    switch layer.kind {
    case .relu: mistakes += maskMistakes(position)
    case .leakyReLU(let slope):
      mistakes += maskMistakes(position)
      mistakes.append(
        inputMistake(
          "what arrives at \(name(position)) is lost where z is negative: the slope stands alone",
          at: position
        ) { arriving, _ in arriving.combining(z) { $1 > 0 ? $0 : slope } })
    default: break
    }
    return mistakes
  }

  /// Derivatives of another curve, or of the right one at a wrong number: of z, before the activation, and
  /// of a, behind it.
  private func curveMistakes(_ position: Int) -> [(String, (Double, Double) -> Double)] {
    let name = name(position)
    func logistic(_ z: Double) -> Double { Arithmetic<Double>.floating.sigmoid(z) }
    let step: (Double, Double) -> Double = { z, _ in z > 0 ? 1 : 0 }
    switch network.layers[position].kind {
    case .tanh:
      return [
        (
          "the derivative of \(name) is taken at h, not at z",
          { _, h in 1 - Double.tanh(h) * Double.tanh(h) }
        ),
        ("the derivative of \(name) is 1 − z²; it is 1 − h²", { z, _ in 1 - z * z }),
        ("the derivative of \(name) is that of the sigmoid, h (1 − h)", { _, h in h * (1 - h) }),
        (
          "the derivative of \(name) is that of the sigmoid",
          { z, _ in logistic(z) * (1 - logistic(z)) }
        ),
        ("the derivative of \(name) is 1 − h; it is 1 − h²", { _, h in 1 - h }),
        ("the derivative of \(name) is 1 + h²; it is 1 − h²", { _, h in 1 + h * h }),
        ("the derivative of \(name) is h; it is 1 − h²", { _, h in h }),
        ("the derivative of \(name) is −h²; the 1 is missing", { _, h in -h * h }),
        ("the derivative of \(name) is divided by, not multiplied", { _, h in 1 / (1 - h * h) }),
        ("the derivative of \(name) is that of ReLU", step),
      ]
    case .sigmoid:
      return [
        (
          "the derivative of \(name) is taken at a, not at z",
          { _, a in logistic(a) * (1 - logistic(a)) }
        ),
        ("the derivative of \(name) is z (1 − z); it is a (1 − a)", { z, _ in z * (1 - z) }),
        ("the derivative of \(name) is that of tanh, 1 − a²", { _, a in 1 - a * a }),
        ("the derivative of \(name) is a; it is a (1 − a)", { _, a in a }),
        ("the derivative of \(name) is 1 − a; it is a (1 − a)", { _, a in 1 - a }),
        ("the derivative of \(name) is a (1 + a); it is a (1 − a)", { _, a in a * (1 + a) }),
        ("the derivative of \(name) has the wrong sign, a (a − 1)", { _, a in a * (a - 1) }),
        (
          "the derivative of \(name) is divided by, not multiplied", { _, a in 1 / (a * (1 - a)) }
        ),
        ("the derivative of \(name) is that of ReLU", step),
      ]
    case .relu:
      return [
        ("\(name) passes z in place of 1 where z is positive", { z, _ in max(z, 0) }),
        (
          "the derivative of \(name) is that of the sigmoid",
          { z, _ in logistic(z) * (1 - logistic(z)) }
        ),
        (
          "the derivative of \(name) is that of tanh",
          { z, _ in 1 - Double.tanh(z) * Double.tanh(z) }
        ),
        (
          "the derivative of \(name) is −1 where z is negative; it is 0", { z, _ in z > 0 ? 1 : -1 }
        ),
        ("the derivative of \(name) is that of a leaky ReLU", { z, _ in z > 0 ? 1 : 0.01 }),
      ]
    case .leakyReLU(let slope):
      return [
        ("the derivative of \(name) is that of ReLU: 0 where z is negative", step),
        ("the derivative of \(name) is its slope for negative z everywhere", { _, _ in slope }),
        (
          "the derivative of \(name) has the wrong sign where z is negative",
          { z, _ in z > 0 ? 1 : -slope }
        ),
        ("\(name) passes a slope times z where z is negative", { z, _ in z > 0 ? 1 : slope * z }),
      ]
    default: return []
    }
  }

  /// Masks that are inverted, or taken from somewhere else.
  private func maskMistakes(_ position: Int) -> [KnownMistake] {
    var below = 0.0
    if case .leakyReLU(let slope) = network.layers[position].kind { below = slope }
    let z = forward.activations[position]
    func masked(
      _ words: String, by mask: @escaping (Matrix<Double>) -> Matrix<Double>
    ) -> KnownMistake {
      inputMistake(words, at: position) { arriving, _ in
        arriving.combining(mask(arriving)) { $0 * ($1 > 0 ? 1 : below) }
      }
    }
    let name = name(position)
    var mistakes = [
      masked("the mask of \(name) is inverted") { _ in z.map { -$0 } },
      masked("the mask of \(name) is taken from what arrives, not from its input") { $0 },
    ]
    for other in network.layers.indices where other != position {
      let numbers = forward.activations[other]
      guard numbers.columns == z.columns, other != position + 1 else { continue }
      let what = other == 0 ? "the batch" : "the input of \(self.name(other))"
      mistakes.append(masked("the mask of \(name) is taken from \(what)") { _ in numbers })
    }
    if network.examples > 1 {
      mistakes.append(
        masked("the mask of \(name) is that of the first example for all") { _ in
          Matrix(rows: z.rows, columns: z.columns) { z[0, $1] }
        })
    }
    return mistakes
  }

  private func softmaxMistakes(_ position: Int) -> [KnownMistake] {
    let p = forward.activations[position + 1]
    let name = name(position)
    return [
      inputMistake("the derivative of \(name) is missing", at: position) { d, _ in d },
      inputMistake("the Jacobian of \(name) is taken as its diagonal, p (1 − p)", at: position) {
        d, _ in d.combining(p) { $0 * $1 * (1 - $1) }
      },
      inputMistake("the sum Σ p d is missing in the derivative of \(name)", at: position) { d, _ in
        d.combining(p) { $0 * $1 }
      },
      inputMistake("the factor p is missing in the derivative of \(name)", at: position) { d, _ in
        Matrix(rows: d.rows, columns: d.columns) { row, column in
          d[row, column] - dot(d.row(row).elements, p.row(row).elements)
        }
      },
      inputMistake("the sum in the derivative of \(name) runs over the examples", at: position) {
        d, _ in
        Matrix(rows: d.rows, columns: d.columns) { row, column in
          p[row, column]
            * (d[row, column] - dot(d.column(column).elements, p.column(column).elements))
        }
      },
    ]
  }
}
