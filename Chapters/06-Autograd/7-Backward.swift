import Workbook

/*:
 The order of the backward pass is the same as before. What is new is that it
 may refuse. A backward pass from a loss of `noGrad`, from a detached loss, or
 from a loss of examples alone would end at once. Every gradient would stay as
 it was, and the training would go on without learning. So it stops with a
 message. PyTorch raises an error in all of these cases, and also where the loss
 is a matrix.
 */

extension Variable {
  /// Adds, in a backward pass, this loss's gradient to every parameter's.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func backward() {
    //#-hidden-code
    precondition(
      value.rows * value.columns == 1,
      "backward() needs a loss of shape [1, 1], and this is \(value.shape): "
        + "call sum() or mean() first")
    precondition(
      requiresGradient,
      "backward() needs a loss with a graph, and this one has none: compute it "
        + "from parameters, outside noGrad and without detached()")
    //#-end-hidden-code
    gradient.add(Matrix(rows: 1, columns: 1, repeating: 1))
    for node in topologicalOrder().reversed() { node.propagate() }
  }
}

/*:
 `propagate()` calls the VJPs of a node and releases each after its use, and
 with it the matrices that the VJP held. The edges to the parents stay, so that
 the graph can still be inspected. A second backward pass over the same graph
 stops with a message, as in PyTorch.
 */

//#-hidden-code
extension Variable {
  /// Adds to each parent's gradient what this one's contributes, and releases
  /// what is no longer needed.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func propagate() {
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
//#-end-hidden-code

/*:
 ## Values without a graph

 A number to print, a matrix to keep, a network that predicts and does not
 train: none of them needs a graph. `item()` returns the number, `detached()` a
 matrix without parents, and inside `noGrad` no operation stores its parents.
 */

extension Variable {
  /// The single number of this variable.
  package func item() -> Scalar {
    //#-hidden-code
    precondition(
      value.rows * value.columns == 1,
      "item() needs the shape [1, 1], and this is \(value.shape)")
    //#-end-hidden-code
    return value[0, 0]
  }

  /// The same matrix without parents.
  package func detached() -> Variable { Variable(value) }
}

/// Returns what `body` returns, whose operations store no parents.
package func noGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradientMode.$isEnabled.withValue(false, operation: body)
}

//#-hidden-code
enum GradientMode {
  /// Whether the operations of this task store their parents.
  @TaskLocal static var isEnabled = true
}
//#-end-hidden-code
