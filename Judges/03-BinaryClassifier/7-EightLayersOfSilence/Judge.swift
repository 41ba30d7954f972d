import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("networks")
  let shapes = [
    (n: 20, widths: [4, 8, 7, 9, 6, 8, 7, 9, 6, 1]),
    (n: 13, widths: [5, 7, 9, 6, 8, 7, 10, 6, 9, 1]),
  ]

  exam.part("dead units, counted")
  for (shape, layer) in zip(shapes, [2, 5]) {
    let x = Truth.examples(shape.n, shape.widths[0], using: &random)
    let network = Truth.countable(shape.widths, killing: layer, on: x, using: &random)
    try exam.examineCount(network, x)
  }

  exam.part("what stands still")
  let x = Matrix<Double>.normal(20, 4, using: &random)
  for dead in 1...8 {
    let network = Truth.silenced(at: dead, on: x, using: &random)
    try exam.examineFrozen(dead, network.knownGradients(on: x))
  }

  exam.part("revived")
  for shape in shapes {
    let x = Matrix<Double>.normal(shape.n, shape.widths[0], using: &random)
    let silent = Truth.stubborn(shape.widths, on: x, using: &random)
    let answer = revived(silent, on: x)
    try exam.examineRevived(answer, from: silent, x)
    let before = silent.knownDead(on: x).reduce(0, +)
    let all = shape.widths.dropFirst().dropLast().reduce(0, +)
    exam.note("\(before) units of \(all) were dead, and every layer has a gradient now")
  }
}

extension Exam {
  /// Asks for the number of dead units in each layer.
  fileprivate func examineCount(_ network: DeepNetwork, _ x: Matrix<Double>) throws {
    func counts(_ isDead: ([Double]) -> Bool) -> [Int] {
      network.knownSums(on: x).dropLast().map { z in
        (0..<z.columns).filter { isDead(z.column($0).elements) }.count
      }
    }
    let right = network.knownDead(on: x)
    let received = deadUnits(in: network, on: x)
    try check(
      received.count == 8, "deadUnits has \(received.count) entries and should have 8",
      cause: "the ninth layer has no ReLU")
    try expect(
      received, equals: right, of: "deadUnits",
      expectedMistakes: [
        "a unit that is off for some example is counted; dead ones are off for all":
          counts { preActivations in preActivations.contains { $0 <= 0 } },
        "the first example alone is looked at": counts { preActivations in preActivations[0] <= 0 },
        "a sum of exactly 0 is taken for live; the unit says 0 and its gradient is 0":
          counts { preActivations in preActivations.allSatisfy { $0 < 0 } },
        "the mean of the pre-activations is looked at; one example above 0 is life":
          counts { preActivations in preActivations.reduce(0, +) <= 0 },
        "the last example alone is looked at": counts { $0[$0.count - 1] <= 0 },
        "a sum a little above 0 is taken for off, and any above 0 is on":
          counts { preActivations in preActivations.allSatisfy { $0 <= 0.001 } },
        "a sum a little below 0 is taken for on, and all of 0 or less are off":
          counts { preActivations in preActivations.allSatisfy { $0 <= -0.001 } },
        "the layers are counted from the last to the first": right.reversed(),
        "the live units are counted": counts { preActivations in preActivations.contains { $0 > 0 }
        },
      ])
  }

  /// Asks which layers have no gradient, and compares with the gradients.
  fileprivate func examineFrozen(_ dead: Int, _ gradients: DeepNetwork) throws {
    func range(_ isZero: (Int) -> Bool) -> [Int] { (1...9).filter { isZero($0 - 1) } }
    let weights = range { gradients.weights[$0].elements.allSatisfy { $0 == 0 } }
    let biases = range { gradients.biases[$0].elements.allSatisfy { $0 == 0 } }
    let answer = frozenLayers(dead: dead)
    try expect(
      Truth.words(answer.weights), equals: Truth.words(weights),
      of: "with layer \(dead) dead, the range of weights without a gradient",
      expectedMistakes: [
        "the layer behind receives nothing but 0, and its gradient is what it receives times dZ":
          Truth.words(1...dead),
        "what the second layer behind receives is the same for all examples, but not 0":
          Truth.words(1...9),
        "gradients come from the end: those in front of the dead layer do not arrive":
          Truth.words(dead...8),
        "the dead layer has no gradient either": Truth.words(1...max(dead - 1, 1)),
      ])
    try expect(
      Truth.words(answer.biases), equals: Truth.words(biases),
      of: "with layer \(dead) dead, the range of biases without a gradient",
      expectedMistakes: [
        "the gradient of a bias is the sum of dZ, whatever the layer receives": Truth.words(
          1...(dead + 1)),
        "gradients come from the end: those in front of the dead layer do not arrive":
          Truth.words(dead...8),
        "the dead layer has no gradient either": Truth.words(1...max(dead - 1, 1)),
      ])
  }

  /// Looks at a revived network.
  fileprivate func examineRevived(
    _ answer: DeepNetwork, from silent: DeepNetwork, _ x: Matrix<Double>
  ) throws {
    try check(
      answer.biases.allSatisfy { $0.elements.allSatisfy(\.isFinite) }, "a bias is not finite")
    try check(
      answer.weights == silent.weights, "the weights are other ones",
      cause: "biases are enough, and what the weights have learned is kept")
    try check(
      answer.biases.map(\.count) == silent.biases.map(\.count),
      "the biases have shapes \(answer.biases.map(\.count)), and should have "
        + "\(silent.biases.map(\.count))")
    let mistake = Truth.cause(of: answer, from: silent, x)
    for (layer, z) in answer.knownSums(on: x).dropLast().enumerated() {
      for unit in 0..<z.columns {
        let on = z.column(unit).elements.filter { $0 > 0 }.count
        let point = "unit \(unit + 1) of layer \(layer + 1)"
        try check(
          on > 0, "\(point) is still dead",
          cause: mistake ?? "its largest sum, with the bias, is still not above 0")
        try check(
          on < x.rows, "\(point) is on for all examples: no longer a ReLU, but a line",
          cause: mistake ?? "the bias is too large: its smallest sum is above 0 too")
      }
    }
    let gradients = answer.knownGradients(on: x)
    let silentLayer = gradients.weights.firstIndex { $0.squaredNorm == 0 }
    try check(
      silentLayer == nil, "no gradient reaches the weights of layer \((silentLayer ?? 0) + 1)",
      cause: "for each example some layer is off altogether; put the biases nearer the middle")
  }
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  static func words(_ layers: some Collection<Int>) -> String {
    "\(layers.min() ?? 0)...\(layers.max() ?? 0)"
  }

  /// Returns what is wrong with a network that is not revived, where it is a well-known mistake.
  static func cause(
    of answer: DeepNetwork, from silent: DeepNetwork, _ x: Matrix<Double>
  ) -> String? {
    if isSame(answer, silent.shiftedByOldSums(on: x)) {
      return
        "all pre-activations were taken from the dead network; those behind change with those in front"
    }
    return Set(answer.biases.dropLast().flatMap(\.elements)).count == 1
      ? "one bias for all units; how far from 0 the pre-activations lie is different in each" : nil
  }

  static func isSame(_ one: DeepNetwork, _ other: DeepNetwork) -> Bool {
    zip(one.biases.dropLast(), other.biases.dropLast()).allSatisfy {
      ($0 - $1).elements.allSatisfy { abs($0) < 1e-9 }
    }
  }

  /// Draws examples of which the first and the last lie far out, each in its own direction.
  static func examples(
    _ n: Int, _ features: Int, using random: inout SplitMix64
  ) -> Matrix<Double> {
    var x = Matrix<Double>.normal(n, features, using: &random)
    for feature in 0..<features {
      x[0, feature] = feature == 0 ? 20 : 1
      x[n - 1, feature] = feature == 1 ? 20 : 1
    }
    return x
  }

  /// Returns a network with a dead layer, and a first layer whose units are dead or live by little:
  /// on for the first example alone, for the last alone, by a sum near 0; always off, by one near 0
  /// and by one that is 0; and off for one example alone.
  static func countable(
    _ widths: [Int], killing layer: Int, on x: Matrix<Double>, using random: inout SplitMix64
  ) -> DeepNetwork {
    var network = DeepNetwork(widths, on: x, using: &random)
    network.silence(layer)
    // Weights that are 2⁻⁴⁰ times as large make sums near 0, and no other mistake in rounding.
    let units: [(toward: Int?, scale: Double, place: Place)] = [
      (0, 1, .firstOn), (x.rows - 1, 1, .firstOn), (0, 0x1p-40, .firstOn), (nil, 0, .atZero),
      (x.rows - 1, 0x1p-40, .allOff), (0, 1, .lastOff),
    ]
    for (unit, kind) in units.enumerated() {
      for feature in 0..<x.columns {
        let weight = kind.toward.map { x[$0, feature] } ?? 0
        network.weights[0][feature, unit] = weight * kind.scale
      }
      let sums = (x • network.weights[0]).column(unit).elements.sorted()
      let (least, most) = (sums[0], sums[sums.count - 1])
      network.biases[0][unit] =
        switch kind.place {
        case .firstOn: -(most + sums[sums.count - 2]) / 2
        case .atZero: 0
        case .allOff: -most * (1 + 0x1p-10)
        case .lastOff: -(least + sums[1]) / 2
        }
    }
    return network
  }

  /// Where the threshold of a unit lies among its sums.
  private enum Place { case firstOn, atZero, allOff, lastOff }

  /// Returns a network in which one hidden layer is dead, and the ones behind it have live units.
  static func silenced(
    at dead: Int, on x: Matrix<Double>, using random: inout SplitMix64
  ) -> DeepNetwork {
    while true {
      var network = DeepNetwork([4, 8, 7, 9, 6, 8, 7, 9, 6, 1], on: x, using: &random)
      network.silence(dead - 1)
      let counts = network.knownDead(on: x)
      let isOnlyOne = (0..<8).allSatisfy {
        (counts[$0] == network.weights[$0].columns) == ($0 == dead - 1)
      }
      let gradients = network.knownGradients(on: x)
      // What is not stopped must be seen to move.
      let moves = (dead..<9).allSatisfy { gradients.biases[$0].squaredNorm > 0 }
      let activations = (dead + 1..<max(9, dead + 1)).allSatisfy {
        gradients.weights[$0].squaredNorm > 0
      }
      if isOnlyOne && moves && activations { return network }
    }
  }

  /// Returns a network with two dead layers that a bias of 1 does not revive, nor do biases that
  /// come of the pre-activations of the dead network.
  static func stubborn(
    _ widths: [Int], on x: Matrix<Double>, using random: inout SplitMix64
  ) -> DeepNetwork {
    while true {
      var network = DeepNetwork(widths, on: x, using: &random)
      for layer in [2, 5] {
        network.weights[layer] = network.weights[layer].map { -100 * abs($0) }
        network.silence(layer)
      }
      var ones = network
      ones.biases = network.biases.map { Vector(repeating: 1, count: $0.count) }
      let shifted = network.shiftedByOldSums(on: x)
      if !ones.isLively(on: x) && !shifted.isLively(on: x) { return network }
    }
  }
}

extension DeepNetwork {
  /// Draws a network in which every layer has live units.
  fileprivate init(_ widths: [Int], on x: Matrix<Double>, using random: inout SplitMix64) {
    repeat {
      let weights = zip(widths, widths.dropFirst()).map {
        Matrix<Double>.heNormal(fanIn: $0, fanOut: $1, using: &random)
      }
      self.init(
        weights: weights,
        biases: widths.dropFirst().map { .normal($0, deviation: 0.3, using: &random) })
    } while zip(knownDead(on: x), biases).contains { $0 == $1.count }
  }

  /// What each layer adds up, first to last, `[n, out]`.
  fileprivate func knownSums(on x: Matrix<Double>) -> [Matrix<Double>] {
    var sums: [Matrix<Double>] = []
    for (w, b) in zip(weights, biases) {
      sums.append((sums.last.map { $0.map { max($0, 0) } } ?? x) • w + b)
    }
    return sums
  }

  /// Silences a hidden layer, counted from 0, as a step does that is far too large.
  fileprivate mutating func silence(_ layer: Int) {
    biases[layer] = biases[layer].map { -1_000_000 - abs($0) }
  }

  fileprivate func knownDead(on x: Matrix<Double>) -> [Int] {
    knownSums(on: x).dropLast().map { z in
      (0..<z.columns).filter { z.column($0).elements.allSatisfy { $0 <= 0 } }.count
    }
  }

  /// Whether every hidden unit is on for some example and off for another.
  fileprivate func isLively(on x: Matrix<Double>) -> Bool {
    knownSums(on: x).dropLast().allSatisfy { z in
      (0..<z.columns).allSatisfy { unit in
        let on = z.column(unit).elements.filter { $0 > 0 }.count
        return on > 0 && on < x.rows
      }
    }
  }

  /// The mistake of moving every layer by pre-activations of the network as it was.
  fileprivate func shiftedByOldSums(on x: Matrix<Double>) -> DeepNetwork {
    var network = self
    for (layer, z) in knownSums(on: x).dropLast().enumerated() {
      for unit in 0..<z.columns {
        let preActivations = z.column(unit).elements
        network.biases[layer][unit] -=
          ((preActivations.min() ?? 0) + (preActivations.max() ?? 0)) / 2
      }
    }
    return network
  }

  /// Returns the gradient of binary cross-entropy in each weight and bias, every other target a
  /// yes.
  fileprivate func knownGradients(on x: Matrix<Double>) -> DeepNetwork {
    let z = knownSums(on: x)
    let n = Double(x.rows)
    var dZ = Matrix(rows: x.rows, columns: 1) { row, _ in
      (1 / (1 + Double.exp(-z[8][row, 0])) - Double(row % 2)) / n
    }
    var gradients = self
    for layer in (0..<9).reversed() {
      let received = layer == 0 ? x : z[layer - 1].map { max($0, 0) }
      gradients.weights[layer] = received.transposed • dZ
      gradients.biases[layer] = dZ.sumOfRows
      if layer > 0 {
        dZ = (dZ • weights[layer].transposed) ⊙ z[layer - 1].map { $0 > 0 ? 1 : 0 }
      }
    }
    return gradients
  }
}
