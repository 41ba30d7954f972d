import Workbook

/*:
 ## Matrices that remember

 A network of numbers that each remember would be as slow as it is instructive.
 What is remembered should be large and few: whole matrices. The rules are those
 of chapters [2](chapter:2) to [5](chapter:5), each now beside its forward
 line, and the walk is the walk of the last pages.

 A slope arrives in parts. The first is written, the others are added to it; so
 nothing is ever filled with zeros first, and the memory of a weight's slope
 serves for the whole training.
 */

/// A slope that arrives in parts, and the memory for it.
package struct Slope<Scalar: Field> {
  /// The sum of the parts, of the shape of what it is the slope of.
  package private(set) var matrix = Matrix<Scalar>.empty
  /// Whether no part has arrived.
  package private(set) var isEmpty = true

  /// Forgets all parts, and keeps the memory.
  package mutating func forget() { isEmpty = true }

  /// Adds a part.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ part: Matrix<Scalar>) {
    if isEmpty { matrix = part } else { matrix.add(1, times: part) }
    isEmpty = false
  }

  /// Adds a product, D Wᵀ: what reaches the inputs of a line.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ d: Matrix<Scalar>, times w: Transposed<Scalar>) {
    if isEmpty { matrix.assign(d, times: w) } else { matrix.add(d, times: w) }
    isEmpty = false
  }

  /// Adds a product, Xᵀ D: what reaches the weights of a line.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ x: Transposed<Scalar>, times d: Matrix<Scalar>) {
    if isEmpty { matrix.assign(x, times: d) } else { matrix.add(x, times: d) }
    isEmpty = false
  }
}

/*:
 A node is a **variable**. Its edges lead only to parents that want a slope:
 weights and biases want one, examples do not, and what was made of examples
 alone does not either. So nothing is computed in vain.
 */

/// A matrix that remembers what it was made of.
package final class Variable<Scalar: Field>: Node {
  /// What a variable is in a network.
  package enum Role: Sendable { case constant, weights, bias, computed }

  /// The matrix itself, `[rows, columns]`.
  package internal(set) var value: Matrix<Scalar>
  /// The slope of the loss in it, where it is a leaf that wants one.
  package internal(set) var slope = Slope<Scalar>()
  /// What it is in a network.
  package let role: Role
  /// The variables that it was made of and that want a slope.
  fileprivate var edges: [Edge]
  package var isMarked = false
  private let counter = NodeCounter.current

  /// Creates a variable that was not computed.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package init(_ value: Matrix<Scalar>, as role: Role = .constant) {
    (self.value, self.role, edges) = (value, role, [])
    counter.add(1)
  }

  /// Creates the result of an operation.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ value: Matrix<Scalar>, _ edges: [Edge]) {
    self.value = value
    self.edges = Recording.isOn ? edges : []
    self.edges.removeAll { $0.parent.role == .constant }
    role = self.edges.isEmpty ? .constant : .computed
    counter.add(1)
  }

  deinit {
    releaseParents()
    counter.add(-1)
  }
}

/*:
 As before, an edge is a parent and a line of calculus. The line now adds to the
 parent's slope by itself, since it knows how: a product can be added where it is
 computed, and needs no matrix of its own.
 */

extension Variable {
  /// A variable that took part, and how the slope of the result leads back.
  struct Edge {
    let parent: Variable
    var back: Back?

    init(_ parent: Variable, _ back: @escaping Back) {
      self.parent = parent
      self.back = back
    }
  }

  /// Adds what a slope of the result means for a part of it.
  typealias Back = (Matrix<Scalar>, inout Slope<Scalar>) -> Void
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
 Once a walk has passed, the lines of calculus are let go, and with them the
 matrices that they held. The parents stay, so that a graph can still be looked
 at. A second walk over the same graph is refused with a sentence.
 */

extension Variable {
  /// Walks backwards from a loss: every leaf's slope grows by its part in this.
  ///
  /// - Precondition: This is a single number, and no walk has passed here.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func backward() {
    precondition(
      value.rows * value.columns == 1,
      "a slope is of one number, and this is \(value.shape): sum() it, or mean()"
    )
    slope.add(Matrix(rows: 1, columns: 1, repeating: 1))
    for node in inOrder().reversed() { node.tellParents() }
  }

  /// Adds to each parent's slope what this one's means for it, and lets go of
  /// what is needed no more.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func tellParents() {
    if edges.isEmpty { return }
    for index in edges.indices {
      guard let back = edges[index].back else {
        preconditionFailure("a walk has passed here: make the loss anew")
      }
      back(slope.matrix, &edges[index].parent.slope)
      edges[index].back = nil
    }
    slope = Slope()
  }
}

/*:
 ## What leaves the graph

 A number to print, a matrix to keep, a network that is asked and not trained:
 none of them needs a graph. `item()` gives the number, `detached()` a matrix
 without a past, and inside `noGrad` no operation remembers anything.

 Whether operations remember is known to the task that runs them, not to the
 program. One thread may train while another one asks.
 */

extension Variable {
  /// The number that this is.
  ///
  /// - Precondition: It is `[1, 1]`.
  package func item() -> Scalar {
    precondition(
      value.rows * value.columns == 1, "\(value.shape) is not one number")
    return value[0, 0]
  }

  /// The same matrix without what it was made of.
  package func detached() -> Variable { Variable(value) }
}

/// Returns what `body` returns, in whose operations nothing is remembered.
package func noGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Recording.$isOn.withValue(false, operation: body)
}

enum Recording {
  /// Whether the operations of this task remember what they are made of.
  @TaskLocal static var isOn = true
}
