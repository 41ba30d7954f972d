import Workbook

/// How far a program that computes in a format may be from the true loss and gradient.
struct RoundingBound: Sendable {
  /// For the loss.
  let loss: Double
  /// For each entry of each tensor that is judged.
  let gradients: [[Double]]
  /// The same where no number is at a kink, so without what a kink leaves open.
  let smooth: [[Double]]
  /// The same with what is left open by numbers that rounding usually puts on the other side of a kink.
  let likely: [[Double]]

  /// Bounds the errors of a network in the format that its file was computed in.
  init(of network: DescribedNetwork) {
    self =
      switch network.bits {
      case ...8: Self(network, RoundedNumber<8>.self)
      case ...11: Self(network, RoundedNumber<11>.self)
      case ...24: Self(network, RoundedNumber<24>.self)
      default: Self(network, RoundedNumber<53>.self)
      }
  }

  private init<let bits: Int>(_ network: DescribedNetwork, _ number: RoundedNumber<bits>.Type) {
    typealias Number = RoundedNumber<bits>
    func forward(_ kinks: Kinks) -> ForwardPass<Number> {
      ForwardPass<Number>(
        network, .rounding(kinks: kinks),
        parameters: network.parameters.map {
          Self.rounded(Matrix(rows: $0.rows, columns: $0.columns, elements: $0.values))
        }, inputs: Self.rounded(network.inputs))
    }
    let open = forward(.possible)
    func backward(_ forward: ForwardPass<Number>) -> [Matrix<Number>] {
      BackwardPass(forward, replacing: Self.composed).judged
    }
    // The bound is itself computed in `Double`; this covers what that loses.
    let slack = 1 + 0x1p-20
    loss = max(open.loss.error, Self.composedLoss(open)) * slack
    gradients = backward(open).map { $0.elements.map { $0.error * slack } }
    smooth = backward(forward(.none)).map { $0.elements.map { $0.error * slack } }
    let largest = open.activations.dropLast().reduce(0) { largest, numbers in
      numbers.elements.reduce(largest) { max($0, abs($1.value)) }
    }
    likely = backward(forward(.likely(upTo: 256 * Number.unit * largest))).map {
      $0.elements.map { $0.error * slack }
    }
  }

  /// Returns numbers as a program in the format reads them: those that it does not have are rounded.
  private static func rounded<let bits: Int>(_ numbers: Matrix<Double>) -> Matrix<
    RoundedNumber<bits>
  > {
    Matrix(
      rows: numbers.rows, columns: numbers.columns,
      elements: numbers.elements.map { number in
        let last = Double(sign: .plus, exponent: 53 - bits, significand: number.ulp)
        let isHeld = number.remainder(dividingBy: last) == 0
        return RoundedNumber(number, error: isHeld ? 0 : abs(number) * RoundedNumber<bits>.unit)
      })
  }

  /// Returns the error of a loss that goes by way of the probabilities, as many programs do; 0 where that
  /// says nothing.
  private static func composedLoss<let bits: Int>(
    _ forward: ForwardPass<RoundedNumber<bits>>
  ) -> Double {
    guard let probabilities = probabilities(forward) else { return 0 }
    var loss = forward.network.loss
    if loss.kind == .binaryCrossEntropyOfLogits { loss.kind = .binaryCrossEntropy }
    loss.takesProbabilities = true
    let error = loss.value(probabilities, forward.targets, forward.arithmetic).error
    return error.isFinite ? error : 0
  }

  /// Returns the probabilities that the outputs stand for, where the loss takes logits.
  private static func probabilities<let bits: Int>(
    _ forward: ForwardPass<RoundedNumber<bits>>
  ) -> Matrix<RoundedNumber<bits>>? {
    let (outputs, loss) = (forward.outputs, forward.network.loss)
    switch loss.kind {
    case .binaryCrossEntropyOfLogits: return outputs.map { forward.arithmetic.sigmoid($0) }
    case .crossEntropy where !loss.takesProbabilities:
      return Matrix(
        rows: outputs.rows, columns: outputs.columns,
        elements: (0..<outputs.rows).flatMap {
          softmax(outputs.row($0).elements, forward.arithmetic)
        })
    default: return nil
    }
  }

  /// Replaces the derivative of a loss of logits: the value is the same, and the error is that of the
  /// derivative of the loss times that of the probability, where it is larger.
  private static func composed<let bits: Int>(
    _ step: BackwardPass<RoundedNumber<bits>>.Step, _ pass: BackwardPass<RoundedNumber<bits>>
  ) -> Matrix<RoundedNumber<bits>>? {
    guard case .loss = step, let p = probabilities(pass.forward) else { return nil }
    var loss = pass.forward.network.loss
    let arithmetic = pass.forward.arithmetic
    let isBinary = loss.kind == .binaryCrossEntropyOfLogits
    if isBinary { loss.kind = .binaryCrossEntropy }
    loss.takesProbabilities = true
    let slope = loss.derivative(p, pass.forward.targets, arithmetic)
    let own = pass.derivativeOfLoss
    return Matrix(rows: own.rows, columns: own.columns) { row, column in
      let number = p[row, column]
      let inner: RoundedNumber<bits> =
        isBinary
        ? 1 - number : slope[row, column] - dot(p.row(row).elements, slope.row(row).elements)
      let chain = isBinary ? slope[row, column] * (number * inner) : number * inner
      let plain = own[row, column]
      let error = chain.error.isFinite ? max(plain.error, chain.error) : plain.error
      return RoundedNumber(plain.value, error: error)
    }
  }
}
