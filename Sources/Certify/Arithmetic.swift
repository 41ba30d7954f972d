import Workbook

/// What a network asks of its numbers besides `+ − × ÷`.
///
/// Most numbers answer in the plain way. ``RoundedNumber`` adds what rounding may change in each answer,
/// and exact fractions have the first two alone.
struct Arithmetic<Scalar: OrderedField>: Sendable {
  /// The derivative of ReLU: 1 above 0, else 0.
  var step: @Sendable (Scalar) -> Scalar = { $0 > 0 ? 1 : 0 }
  /// The same for leaky ReLU and for the absolute value: libraries differ in what they take at 0.
  var leakyStep: @Sendable (Scalar) -> Scalar = { $0 > 0 ? 1 : 0 }
  var absoluteStep: @Sendable (Scalar) -> Scalar = { $0 > 0 ? 1 : 0 }
  /// For each of several numbers 1 where it is the first largest one, else 0.
  var routes: @Sendable ([Scalar]) -> [Scalar] = { numbers in
    var largest = 0
    for index in numbers.indices where numbers[index] > numbers[largest] { largest = index }
    return numbers.indices.map { $0 == largest ? 1 : 0 }
  }
  /// The largest of several numbers.
  var largest: @Sendable ([Scalar]) -> Scalar = { numbers in
    numbers.dropFirst().reduce(numbers[0]) { $1 > $0 ? $1 : $0 }
  }
  /// A number of the description, such as a slope or a penalty, which a program rounds.
  var constant: @Sendable (Double) -> Scalar = { Scalar($0) }
  /// What is taken off all logits before their exponentials: any number near the largest.
  var shift: @Sendable ([Scalar]) -> Scalar = { _ in 0 }
  /// The mean of the squares of numbers that were centred, and the numbers themselves.
  var variance: @Sendable (_ centred: [Scalar], _ numbers: [Scalar]) -> Scalar = { centred, _ in
    dot(centred, centred) / Scalar(count: centred.count)
  }
  var exp: @Sendable (Scalar) -> Scalar = { _ in fatalError("fractions have no exponential") }
  var log: @Sendable (Scalar) -> Scalar = { _ in fatalError("fractions have no logarithm") }
  var tanh: @Sendable (Scalar) -> Scalar = { _ in fatalError("fractions have no tanh") }
  var sqrt: @Sendable (Scalar) -> Scalar = { _ in fatalError("fractions have no root") }
  var sigmoid: @Sendable (Scalar) -> Scalar = { _ in fatalError("fractions have no sigmoid") }
  /// log(1 + eᶻ).
  var softplus: @Sendable (Scalar) -> Scalar = { _ in fatalError("fractions have no logarithm") }
}

extension Arithmetic where Scalar: AnalyticField {
  /// The functions of numbers that know no overflow, such as balls.
  static var analytic: Arithmetic {
    var own = Arithmetic()
    own.exp = { Scalar.exp($0) }
    own.log = { Scalar.log($0) }
    own.tanh = { Scalar.tanh($0) }
    own.sqrt = { Scalar.sqrt($0) }
    own.sigmoid = { 1 / (1 + Scalar.exp(-$0)) }
    own.softplus = { Scalar.log(onePlus: Scalar.exp($0)) }
    return own
  }
}

extension Arithmetic where Scalar: FloatingField & BinaryFloatingPoint {
  /// The functions of floating-point numbers, without overflow.
  static var floating: Arithmetic {
    var own = analytic
    own.shift = { $0.max() ?? 0 }
    own.sigmoid = { z in
      let small = Scalar.exp(-abs(z))
      return z < 0 ? small / (1 + small) : 1 / (1 + small)
    }
    own.softplus = { z in Swift.max(z, 0) + Scalar.log(onePlus: Scalar.exp(-abs(z))) }
    return own
  }
}

/// Returns Σ aᵢ bᵢ as one product of matrices, so that a number may know of every order of the sum.
func dot<Scalar: Field>(_ a: [Scalar], _ b: [Scalar]) -> Scalar {
  if a.isEmpty { return 0 }
  let product = matmul(
    Matrix(rows: 1, columns: a.count, elements: a), Matrix(rows: b.count, columns: 1, elements: b))
  return product[0, 0]
}

/// Returns a sum, as ``dot(_:_:)`` computes it.
func sum<Scalar: Field>(_ numbers: [Scalar]) -> Scalar {
  dot(numbers, [Scalar](repeating: 1, count: numbers.count))
}
