import Workbook

/// A mistake that people make in backward passes, and the gradient that it gives for one network.
struct KnownMistake {
  /// What is wrong, as a sentence without its period.
  let words: String
  /// The position of the layer at which it is made; `nil` for the loss, and for what is done to the whole
  /// gradient.
  let position: Int?
  /// Whether it changes so little that a claim must agree with it nearly to the last digit.
  var isSlight = false
  /// Returns the gradients of all that is judged.
  let gradients: () -> [[Double]]
}

/// What is known of a wrong gradient, for a search through the known mistakes.
struct MistakeSearch {
  typealias Pass = BackwardPass<Double>

  let network: DescribedNetwork
  let forward: ForwardPass<Double>
  let right: Pass
  /// The positions at which the mistake may be made: from the first wrong layer up to the layer before the
  /// next right one.
  let region: ClosedRange<Int>
  /// Whether no layer behind the region has a right gradient, so that the loss may be wrong too.
  let includesLoss: Bool

  /// Prepares a search.
  init(_ network: DescribedNetwork, region: ClosedRange<Int>, includesLoss: Bool) {
    self.network = network
    forward = ForwardPass(network, .floating)
    right = BackwardPass(forward)
    (self.region, self.includesLoss) = (region, includesLoss)
  }

  /// The mistakes that are tried, the likeliest first.
  var mistakes: [KnownMistake] {
    wholeMistakes + (includesLoss ? lossMistakes : [])
      + region.reversed().flatMap { activationMistakes($0) + shapeMistakes($0) + normMistakes($0) }
      + region.reversed().flatMap { productMistakes($0) } + lastResorts
  }

  /// Names a mistake in one step of the pass.
  func mistake(
    _ words: String, at position: Int?, _ replacement: @escaping Pass.Replacement
  ) -> KnownMistake {
    KnownMistake(words: words, position: position) {
      BackwardPass(forward, replacing: replacement).judged.map(\.elements)
    }
  }

  /// Names a mistake in the gradient that a layer passes on to its input.
  func inputMistake(
    _ words: String, at position: Int,
    _ gradient: @escaping (Matrix<Double>, Pass) -> Matrix<Double>?
  ) -> KnownMistake {
    mistake(words, at: position) { step, pass in
      guard case .input(position, let arriving) = step else { return nil }
      return gradient(arriving, pass)
    }
  }

  /// Names a mistake in the gradient of a layer's weights.
  func weightMistake(
    _ words: String, at position: Int,
    _ gradient: @escaping (Matrix<Double>, Pass) -> Matrix<Double>?
  ) -> KnownMistake {
    mistake(words, at: position) { step, pass in
      guard case .weight(position, let arriving) = step else { return nil }
      return gradient(arriving, pass)
    }
  }

  /// Names a mistake in the gradient of a layer's bias.
  func biasMistake(
    _ words: String, at position: Int,
    _ gradient: @escaping (Matrix<Double>, Pass) -> Matrix<Double>?
  ) -> KnownMistake {
    mistake(words, at: position) { step, pass in
      guard case .bias(position, let arriving) = step else { return nil }
      return gradient(arriving, pass)
    }
  }

  /// Names a mistake in the derivative of the loss.
  func lossMistake(
    _ words: String, _ derivative: @escaping (Pass) -> Matrix<Double>?
  ) -> KnownMistake {
    mistake(words, at: nil) { step, pass in
      guard case .loss = step else { return nil }
      return derivative(pass)
    }
  }

  /// The name of a layer at a position.
  func name(_ position: Int) -> String { network.layers[position].words }

  /// The counts that a gradient may be multiplied or divided by, with their names.
  var counts: [(name: String, count: Int)] {
    let outputs = forward.outputs.columns
    var counts = [("the number of examples", network.examples)]
    counts.append(
      (network.loss.isOfClasses ? "the number of classes" : "the number of outputs", outputs))
    for position in region {
      if case .convolution(let windows) = network.layers[position].kind {
        counts.append(("the number of positions", windows.positions))
      }
    }
    return counts.filter { $0.1 > 1 }
  }

  /// Factors with the words for what gives them.
  var factors: [(factor: Double, words: String)] {
    var factors: [(Double, String)] = [(-1, "the sign is reversed")]
    for (name, count) in counts {
      factors.append((Double(count), "it is not divided by \(name), \(count)"))
      factors.append((1 / Double(count), "it is divided by \(name), \(count), once too often"))
    }
    factors += [
      (2, "it is twice the right one: a 2 too many or a ½ missing"),
      (0.5, "it is half the right one: a ½ too many or a 2 missing"),
    ]
    for (index, (name, count)) in counts.enumerated() {
      for (other, size) in counts.dropFirst(index + 1) where size != count {
        let (n, m) = (Double(count), Double(size))
        factors += [
          (n * m, "it is divided neither by \(name), \(count), nor by \(other), \(size)"),
          (
            1 / (n * m),
            "it is divided by \(name), \(count), and by \(other), \(size), once too often"
          ),
          (n / m, "it is divided by \(other), \(size), in place of \(name), \(count)"),
          (m / n, "it is divided by \(name), \(count), in place of \(other), \(size)"),
        ]
      }
    }
    for (name, count) in counts {
      let n = Double(count)
      factors += [
        (2 * n, "it is not divided by \(name), \(count), and a 2 is too many or a ½ missing"),
        (2 / n, "it is divided by \(name), \(count), once too often, and a 2 is too many"),
        (n / 2, "it is not divided by \(name), \(count), and a ½ is too many or a 2 missing"),
        (n * n, "it is multiplied by \(name), \(count), in place of being divided"),
      ]
    }
    return factors
  }
}
