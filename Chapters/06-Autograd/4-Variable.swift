import Workbook

/*:
 ## Graphs of matrices

 A network with a node for every number would be slow. A node should hold much,
 and there should be few of them: so a node now holds a whole matrix. The rules
 are those of chapters [2](chapter:2) to [5](chapter:5), each now beside its
 forward line, and the backward pass is the one of the last pages.

 A gradient arrives in parts. The first part is written and the others are added
 to it, so no gradient is filled with zeros first, and the memory of a weight's
 gradient serves for the whole training.
 */

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

/*:
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
  /// What kind of parameter it is; `nil` for examples and for what is computed.
  package let role: ParameterRole?
  /// Whether a backward pass computes a gradient for it.
  package let requiresGradient: Bool
  /// The edges to the parents that require a gradient.
  fileprivate var edges: [Edge]
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

  deinit {
    releaseParents()
    counter.add(-1)
  }
}

/*:
 As before, an edge is a parent and a VJP. The VJP now adds to the parent's
 gradient itself: a matrix product can be added where it is computed, and needs
 no matrix of its own.
 */

extension Variable {
  /// A parent, and the vector–Jacobian product that leads back to it.
  struct Edge {
    let parent: Variable
    var vjp: VJP?

    init(_ parent: Variable, _ vjp: @escaping VJP) {
      self.parent = parent
      self.vjp = vjp
    }
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
 A backward pass releases each VJP after its use, and with it the matrices that
 the VJP held. The edges to the parents stay, so that the graph can still be
 inspected. A second backward pass over the same graph stops with an error
 message.

 So does a backward pass that could change nothing. A loss from a body of
 `noGrad`, a detached loss, or a loss of examples alone has no graph: a pass
 would end at once, every gradient would stay as it was, and the training would
 go on without learning. PyTorch raises an error in all of these cases, and
 also where the loss is a matrix.
 */

extension Variable {
  /// Adds, in a backward pass, this loss's gradient to every parameter's.
  ///
  /// - Precondition: This is a single number that was computed from parameters
  ///   outside `noGrad`, and no backward pass has gone through its graph.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func backward() {
    precondition(
      value.rows * value.columns == 1,
      "backward() needs a loss of shape [1, 1], and this is \(value.shape): "
        + "call sum() or mean() first")
    precondition(
      requiresGradient,
      "backward() needs a loss with a graph, and this one has none: compute it "
        + "from parameters, outside noGrad and without detached()")
    gradient.add(Matrix(rows: 1, columns: 1, repeating: 1))
    for node in topologicalOrder().reversed() { node.propagate() }
  }

  /// Adds to each parent's gradient what this one's contributes, and releases
  /// what is no longer needed.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func propagate() {
    if edges.isEmpty { return }
    for index in edges.indices {
      guard let vjp = edges[index].vjp else {
        preconditionFailure(
          "backward() has gone through this graph already: "
            + "compute the loss again")
      }
      vjp(gradient.matrix, &edges[index].parent.gradient)
      edges[index].vjp = nil
    }
    gradient = GradientAccumulator()
  }
}

/*:
 ## Values without a graph

 A number to print, a matrix to keep, a network that predicts and does not
 train: none of them needs a graph. `item()` returns the number, `detached()` a
 matrix without parents, and inside `noGrad` no operation stores its parents.

 Whether operations store their parents is a setting of the task that runs them,
 not of the program. One thread may train while another one predicts.
 */

extension Variable {
  /// The single number of this variable.
  ///
  /// - Precondition: It is `[1, 1]`.
  package func item() -> Scalar {
    precondition(
      value.rows * value.columns == 1,
      "item() needs the shape [1, 1], and this is \(value.shape)")
    return value[0, 0]
  }

  /// The same matrix without parents.
  package func detached() -> Variable { Variable(value) }
}

/// Returns what `body` returns, whose operations store no parents.
package func noGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradientMode.$isEnabled.withValue(false, operation: body)
}

enum GradientMode {
  /// Whether the operations of this task store their parents.
  @TaskLocal static var isEnabled = true
}
