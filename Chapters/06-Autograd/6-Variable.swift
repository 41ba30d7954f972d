import Workbook

/*:
 ## Graphs of matrices

 A network with a node for every number would be slow. A node should hold much,
 and there should be few of them: so a node now holds a whole matrix. The rules
 are those of chapters [2](chapter:2) to [5](chapter:5), each now beside its
 forward line, and the backward pass is the one of single numbers.

 A node is a **variable**. Its edges lead only to parents that require a
 gradient. Weights and biases require one. Examples do not, and neither does
 what was computed from examples alone. So no gradient is computed that nobody
 asks for.
 */

/// A matrix with the graph that it was computed by.
package final class Variable<Scalar: Field>: Node {
  /// The matrix itself, `[rows, columns]`.
  package internal(set) var value: Matrix<Scalar>
  /// The gradient of the loss with respect to it, where it is a parameter.
  package internal(set) var gradient = GradientAccumulator<Scalar>()
  /// Weight or bias; `nil` for all that is no parameter.
  package let role: ParameterRole?
  package let requiresGradient: Bool
  var edges: [Edge]
  //#-hidden-code
  package var isVisited = false
  private let counter = NodeCounter.current

  /// Creates a leaf: a parameter, or, without a role, a matrix that requires no
  /// gradient.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package init(_ value: Matrix<Scalar>, as role: ParameterRole? = nil) {
    (self.value, self.role, edges) = (value, role, [])
    requiresGradient = role != nil
    counter.add(1)
  }
  //#-end-hidden-code

  /// Creates the result of an operation.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ value: Matrix<Scalar>, _ edges: [Edge]) {
    self.value = value
    self.edges = GradientMode.isEnabled ? edges : []
    self.edges.removeAll { !$0.parent.requiresGradient }
    (role, requiresGradient) = (nil, !self.edges.isEmpty)
    counter.add(1)
  }
  //#-hidden-code

  deinit {
    releaseParents()
    counter.add(-1)
  }
  //#-end-hidden-code
}

/*:
 As before, an edge is a parent and a VJP. The VJP now adds to the parent's
 gradient itself: a matrix product can be added where it is computed, and needs
 no matrix of its own.
 */

extension Variable {
  struct Edge {
    let parent: Variable
    var vjp: VJP?
    //#-hidden-code

    init(_ parent: Variable, _ vjp: @escaping VJP) {
      self.parent = parent
      self.vjp = vjp
    }
    //#-end-hidden-code
  }

  /// Adds to the parent's gradient its part of the gradient of the result.
  typealias VJP = (Matrix<Scalar>, inout GradientAccumulator<Scalar>) -> Void
}

//#-hidden-code
extension Variable {
  package var parentCount: Int { edges.count }
  package func parent(_ index: Int) -> Variable { edges[index].parent }
  package func moveParents(to stack: inout [Variable]) {
    for edge in edges { stack.append(edge.parent) }
    edges = []
  }
}
//#-end-hidden-code

/*:
 A `GradientAccumulator` adds up the parts of a gradient. The first part is
 written, so no gradient is filled with zeros first.
 */

//#-hidden-code
/// A gradient that is the sum of parts, and the memory for it.
package struct GradientAccumulator<Scalar: Field> {
  /// The sum of the parts, of the shape of its variable.
  package private(set) var matrix = Matrix<Scalar>.empty
  /// Whether no part has been added.
  package private(set) var isEmpty = true

  /// Sets the gradient to zero, and keeps the memory.
  package mutating func zero() { isEmpty = true }

  /// Adds a part.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ part: Matrix<Scalar>) {
    if isEmpty { matrix = part } else { matrix.add(1, times: part) }
    isEmpty = false
  }

  /// Adds a product, D Wᵀ: the gradient of the inputs of a linear layer.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ d: Matrix<Scalar>, times w: Transposed<Scalar>) {
    if isEmpty {
      matrix.setToProduct(of: d, times: w)
    } else {
      matrix.add(d, times: w)
    }
    isEmpty = false
  }

  /// Adds a product, Xᵀ D: the gradient of the weights of a linear layer.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ x: Transposed<Scalar>, times d: Matrix<Scalar>) {
    if isEmpty {
      matrix.setToProduct(of: x, times: d)
    } else {
      matrix.add(x, times: d)
    }
    isEmpty = false
  }
}
//#-end-hidden-code
