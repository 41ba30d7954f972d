import Testing
import Workbook

/// A line and a number behind it.
private struct Part<Scalar: Field>: Parameterised, Equatable {
  var weights: Matrix<Scalar>
  var bias: Vector<Scalar>
  var scale: Scalar

  var parameterNames: [String] { ["weight", "bias", "scale"] }

  mutating func visitParameters(beside other: Self?, _ visit: ParameterVisit<Scalar>) {
    weights.visit(as: .weight, beside: other?.weights, visit)
    bias.visit(as: .bias, beside: other?.bias, visit)
    scale.visit(as: .scale, beside: other?.scale, visit)
  }
}

/// Two parts, one behind the other.
private struct Model<Scalar: Field>: Parameterised, Equatable {
  var parts: [Part<Scalar>]

  var parameterNames: [String] {
    parts.enumerated().flatMap { index, part in
      part.parameterNames.map { "parts.\(index).\($0)" }
    }
  }
  var parameterSymbols: [String] { ["W1", "b1", "s1", "W2", "b2", "s2"] }

  mutating func visitParameters(beside other: Self?, _ visit: ParameterVisit<Scalar>) {
    for index in parts.indices {
      parts[index].visitParameters(beside: other?.parts[index], visit)
    }
  }

  /// A model of numbers that all types hold.
  static func some(seed: UInt64) -> Model {
    var random = SplitMix64(seed: seed)
    return Model(
      parts: [(3, 2), (2, 4)].map { rows, columns in
        Part(
          weights: Matrix(.dyadic(rows, columns, using: &random)),
          bias: Vector(.dyadic(columns, using: &random)), scale: Scalar(random.dyadic()))
      })
  }
}

/// What follows from the one list of a model's parameters.
@Suite struct ParameterisedTests {
  @Test func `each parameter is visited once, in order, with its role and its shape`() {
    var model = Model<Float>.some(seed: 1)
    var seen: [Parameter] = []
    model.forEachParameter { parameter, _ in seen.append(parameter) }
    #expect(seen.map(\.index) == Array(0..<6))
    #expect(seen.map(\.role) == [.weight, .bias, .scale, .weight, .bias, .scale])
    #expect(seen.map(\.shape.axes) == [[3, 2], [2], [], [2, 4], [4], []])
    #expect(
      model.parameterNames == [
        "parts.0.weight", "parts.0.bias", "parts.0.scale", "parts.1.weight", "parts.1.bias",
        "parts.1.scale",
      ])
    #expect(model.parameterCount == 6 + 2 + 1 + 8 + 4 + 1)
  }

  @Test func `each parameter is visited beside its own gradient`() {
    var model = Model<Double>.some(seed: 1)
    let (before, gradient) = (model, Model<Double>.some(seed: 2))
    model.forEachParameter(with: gradient) { parameter, θ, g in
      let rate = parameter.role == .bias ? 0 : 0.5
      for index in θ.indices { θ[index] -= rate * g[index] }
    }
    for (part, (old, slope)) in zip(model.parts, zip(before.parts, gradient.parts)) {
      #expect(part.weights == old.weights - 0.5 * slope.weights)
      #expect(part.bias == old.bias)
      #expect(part.scale == old.scale - 0.5 * slope.scale)
    }
  }

  @Test func `tensors have the symbols of the formulas, and to set them sets the parameters`() {
    let (model, other) = (Model<Float>.some(seed: 1), Model<Float>.some(seed: 2))
    let tensors = model.tensors
    #expect(tensors.map(\.name) == ["W1", "b1", "s1", "W2", "b2", "s2"])
    #expect(tensors[3].matrix == model.parts[1].weights)
    #expect(tensors[1].vector == model.parts[0].bias)
    #expect(tensors[5].shape.isEmpty && tensors[5].elements == [model.parts[1].scale])
    #expect(model.parts[0].tensors.map(\.name) == ["weight", "bias", "scale"])

    var copy = model
    copy.tensors = other.tensors
    #expect(copy == other)
    copy.tensors[0].elements[1] = 7
    #expect(copy.parts[0].weights[0, 1] == 7 && other.parts[0].weights[0, 1] != 7)
  }

  func expectArithmetic<Scalar: Field>(in _: Scalar.Type) {
    let (a, b) = (Model<Scalar>.some(seed: 1), Model<Scalar>.some(seed: 2))
    let third: Scalar = 1 / 3
    var sum = a
    sum.add(third, times: b)
    for (part, (x, y)) in zip(sum.parts, zip(a.parts, b.parts)) {
      #expect(part.weights == x.weights + third * y.weights)
      #expect(part.bias == x.bias + third * y.bias)
      #expect(part.scale == x.scale + third * y.scale)
    }
    sum.zero()
    #expect(sum.tensors.allSatisfy { $0.elements.allSatisfy { $0 == 0 } })
    #expect(sum.tensors.map(\.shape) == a.tensors.map(\.shape))
  }

  @Test func `models are added and made zero, tensor by tensor, in any number`() {
    expectArithmetic(in: Float.self)
    expectArithmetic(in: Double.self)
    expectArithmetic(in: Rational.self)
  }

  @Test(arguments: 0..<6)
  func `a model equals another where every parameter does`(parameter: Int) {
    let model = Model<Double>.some(seed: 1)
    #expect(model.hasSameParameters(as: model))
    var other = model
    let last = other.tensors[parameter].elements.count - 1
    other.tensors[parameter].elements[last] += 0x1p-40
    #expect(!model.hasSameParameters(as: other))
    other.tensors[parameter].elements[last] = .nan
    #expect(!other.hasSameParameters(as: other))
  }

  @Test func `a copy that was made before a visit stays as it was`() {
    var model = Model<Double>.some(seed: 1)
    let copy = model
    model.zero()
    #expect(copy == .some(seed: 1))
  }

  // MARK: Refusals

  @Test func `parameters of other shapes are refused, and the message names both`() async throws {
    let matrices = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var a = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
      a.add(1 as Double, times: Matrix(rows: 3, columns: 2, repeating: 1))
    }
    #expect(try words(of: matrices).contains("[2, 3] and [3, 2]"))

    let visited = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var a = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
      a.forEachParameter(with: Matrix(rows: 3, columns: 2, repeating: 1)) { _, _, _ in }
    }
    #expect(try words(of: visited).contains("a parameter [2, 3] beside one of [3, 2]"))

    let vectors = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var a: Vector<Double> = [1, 2]
      a.visit(as: .bias, beside: [1, 2, 3]) { _, _, _, _ in }
    }
    #expect(try words(of: vectors).contains("a parameter [2] beside one of [3]"))
  }

  @Test func `tensors that do not fit are refused, and the message names both`() async throws {
    let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var a = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
      a.tensors = [Tensor("Z", Vector([1.0, 2]))]
    }
    #expect(try words(of: shape).contains("parameter 0 has the shape [2, 3]; given [[2]]"))

    let many = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var a = Matrix<Double>(rows: 1, columns: 1, repeating: 1)
      a.tensors = [Tensor("Z", a), Tensor("Z", a)]
    }
    #expect(try words(of: many).contains("1 parameters; given 2 tensors"))
  }
}
