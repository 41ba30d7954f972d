import Numbers

/// What a parameter is for, which decides what an optimiser does with it.
public enum ParameterRole: String, CaseIterable, Sendable {
  /// Factors of a linear map or a convolution. Weight decay acts on these alone.
  case weight
  /// Numbers that are added behind a linear map.
  case bias
  /// Factors of a normalisation.
  case scale
  /// Numbers that are added behind a normalisation.
  case shift
  /// Running means and variances. They are saved with the model, and no step changes them.
  case statistic
}

/// The axes of a parameter.
public enum ParameterShape: Equatable, Sendable {
  case scalar
  case vector(Int)
  case matrix(rows: Int, columns: Int)

  /// The length of each axis, outermost first.
  public var axes: [Int] {
    switch self {
    case .scalar: []
    case .vector(let count): [count]
    case .matrix(let rows, let columns): [rows, columns]
    }
  }
}

/// Which parameter of a model a visit is at.
public struct Parameter: Equatable, Sendable {
  /// Its position among the parameters of the model, from 0.
  public let index: Int
  /// What it is for.
  public let role: ParameterRole
  /// Its axes.
  public let shape: ParameterShape

  @inlinable
  init(index: Int, role: ParameterRole, shape: ParameterShape) {
    (self.index, self.role, self.shape) = (index, role, shape)
  }
}

/// Receives a parameter's role, its shape, its entries, and those of the same parameter of another
/// model, which are none where there is no other model.
public typealias ParameterVisit<Scalar> = (
  ParameterRole, ParameterShape, UnsafeMutableBufferPointer<Scalar>, UnsafeBufferPointer<Scalar>
) -> Void

/// Something made of parameters: a network, or its gradient, which has the same type.
///
/// A model lists its parameters once, in `visitParameters`. To add, zero, step, save and compare
/// gradients follows from that. A visit allocates nothing, and hands out the entries where they lie:
///
///     network.forEachParameter(with: gradient) { parameter, θ, g in
///       let decay = parameter.role == .weight ? weightDecay : 0
///       for index in θ.indices { θ[index] -= learningRate * (g[index] + decay * θ[index]) }
///     }
///
/// Put the loop itself into a function of two spans that is `@specialized` for `Float` and `Double`;
/// the visit needs no specialisation.
public protocol Parameterised<Scalar> {
  associatedtype Scalar: Field

  /// The name of each parameter, in the order of the visit, as PyTorch would have it:
  /// `layers.0.weight`.
  var parameterNames: [String] { get }

  /// The symbol of each parameter in the formulas, such as W1. Without any, its name.
  var parameterSymbols: [String] { get }

  /// Visits each parameter, always in the same order, beside the same one of another model.
  ///
  ///     mutating func visitParameters(beside other: Self?, _ visit: ParameterVisit<Scalar>) {
  ///       weights.visit(as: .weight, beside: other?.weights, visit)
  ///       bias.visit(as: .bias, beside: other?.bias, visit)
  ///     }
  ///
  /// Call `forEachParameter` instead.
  ///
  /// - Precondition: The other model's parameters have the same shapes.
  mutating func visitParameters(beside other: Self?, _ visit: ParameterVisit<Scalar>)
}

extension Parameterised {
  public var parameterSymbols: [String] { parameterNames }

  /// Calls `body` with each parameter and its entries, to be read and written.
  @inlinable
  public mutating func forEachParameter(
    _ body: (Parameter, UnsafeMutableBufferPointer<Scalar>) -> Void
  ) {
    var index = 0
    visitParameters(beside: nil) { role, shape, θ, _ in
      body(Parameter(index: index, role: role, shape: shape), θ)
      index += 1
    }
  }

  /// Calls `body` with each parameter, its entries, and those of the same parameter of another model.
  ///
  /// - Precondition: The other model's parameters have the same shapes.
  @inlinable
  public mutating func forEachParameter(
    with other: Self,
    _ body: (Parameter, UnsafeMutableBufferPointer<Scalar>, UnsafeBufferPointer<Scalar>) -> Void
  ) {
    var index = 0
    visitParameters(beside: other) { role, shape, θ, g in
      body(Parameter(index: index, role: role, shape: shape), θ, g)
      index += 1
    }
  }

  /// The parameters as tensors that are named as in the formulas. To set them is to set the
  /// parameters.
  ///
  /// - Precondition: Tensors that are set have the number and shapes of the parameters.
  public var tensors: [Tensor<Scalar>] {
    get {
      var (model, tensors) = (self, [Tensor<Scalar>]())
      let symbols = parameterSymbols
      model.forEachParameter { parameter, θ in
        tensors.append(
          Tensor(symbols[parameter.index], shape: parameter.shape.axes, elements: Array(θ)))
      }
      return tensors
    }
    set {
      var count = 0
      forEachParameter { parameter, θ in
        count += 1
        let shapes = newValue.map(\.shape)
        precondition(
          parameter.index < shapes.count && shapes[parameter.index] == parameter.shape.axes,
          "parameter \(parameter.index) has the shape \(parameter.shape.axes); given \(shapes)")
        _ = θ.update(fromContentsOf: newValue[parameter.index].elements)
      }
      precondition(count == newValue.count, "\(count) parameters; given \(newValue.count) tensors")
    }
  }

  /// The number of entries of all parameters.
  public var parameterCount: Int {
    var (model, count) = (self, 0)
    model.forEachParameter { _, θ in count += θ.count }
    return count
  }

  /// Makes every entry of every parameter 0.
  public mutating func zero() {
    forEachParameter { _, θ in θ.update(repeating: 0) }
  }

  /// Adds a multiple of another model's parameters, θ ← θ + s g.
  ///
  /// - Precondition: The other model's parameters have the same shapes.
  public mutating func add(_ scale: Scalar, times other: Self) {
    forEachParameter(with: other) { _, θ, g in addMultiple(scale, of: g, to: θ) }
  }

  /// Whether each parameter equals that of another model, entry by entry. NaN equals nothing.
  ///
  /// - Precondition: The other model's parameters have the same shapes.
  public func hasSameParameters(as other: Self) -> Bool {
    var (model, same) = (self, true)
    model.forEachParameter(with: other) { _, θ, g in same = same && θ.elementsEqual(g) }
    return same
  }
}

/// Adds a multiple of numbers to others, θ ← θ + s g.
///
/// - Precondition: There are as many of both.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func addMultiple<Scalar: Field>(
  _ scale: Scalar, of g: UnsafeBufferPointer<Scalar>, to θ: UnsafeMutableBufferPointer<Scalar>
) {
  precondition(θ.count == g.count, "adding \(g.count) numbers to \(θ.count)")
  for index in 0..<θ.count { θ[index] += scale * g[index] }
}

// MARK: - What parameters are made of

extension Matrix {
  /// Hands the entries to `visit` as a parameter, beside those of another model's.
  ///
  /// - Precondition: The other matrix has the same shape.
  @inlinable
  public mutating func visit(
    as role: ParameterRole, beside other: Matrix?, _ visit: ParameterVisit<Scalar>
  ) {
    let shape = ParameterShape.matrix(rows: rows, columns: columns)
    guard let other else {
      return withMutableElements {
        visit(role, shape, $0, UnsafeBufferPointer(start: nil, count: 0))
      }
    }
    precondition(
      rows == other.rows && columns == other.columns,
      "a parameter \(self.shape) beside one of \(other.shape)")
    other.withElements { other in withMutableElements { visit(role, shape, $0, other) } }
  }
}

extension Vector {
  /// Hands the entries to `visit` as a parameter, beside those of another model's.
  ///
  /// - Precondition: The other vector has as many entries.
  @inlinable
  public mutating func visit(
    as role: ParameterRole, beside other: Vector?, _ visit: ParameterVisit<Scalar>
  ) {
    let shape = ParameterShape.vector(count)
    guard let other else {
      return elements.withUnsafeMutableBufferPointer {
        visit(role, shape, $0, UnsafeBufferPointer(start: nil, count: 0))
      }
    }
    precondition(
      count == other.count, "a parameter \(self.shape) beside one of \(other.shape)")
    other.elements.withUnsafeBufferPointer { other in
      elements.withUnsafeMutableBufferPointer { visit(role, shape, $0, other) }
    }
  }
}

extension Field {
  /// Hands this number to `visit` as a parameter, beside another model's.
  @inlinable
  public mutating func visit(
    as role: ParameterRole, beside other: Self?, _ visit: ParameterVisit<Self>
  ) {
    withUnsafeMutablePointer(to: &self) { own in
      let own = UnsafeMutableBufferPointer(start: own, count: 1)
      guard let other else {
        return visit(role, .scalar, own, UnsafeBufferPointer(start: nil, count: 0))
      }
      withUnsafePointer(to: other) {
        visit(role, .scalar, own, UnsafeBufferPointer(start: $0, count: 1))
      }
    }
  }
}

extension Matrix: Parameterised {
  public var parameterNames: [String] { ["weight"] }
  public var parameterSymbols: [String] { ["Z"] }

  /// Visits the matrix itself: so a function of a matrix can be checked like a network.
  public mutating func visitParameters(beside other: Matrix?, _ visit: ParameterVisit<Scalar>) {
    self.visit(as: .weight, beside: other, visit)
  }
}
