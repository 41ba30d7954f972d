import Grading
import Workbook

/*:
 # 7.5 · Three ways out of a graph ★★

 *Implement.* A number to print, a number to go on with, a network that is asked
 and not trained: none of them needs a graph. PyTorch has `item()`, `detach()`
 and `torch.no_grad()` for them. Write all three for the engine in the file.

 - `item()` returns the number, which has no past.
 - `detached()` returns a new node of the same value, made of nothing.
 - `graph.noGrad { … }` runs what stands in the braces, and returns what that
   returns. No operation in it remembers what it was made of. Afterwards all is
   as it was **before**: also where one `noGrad` stands in another, and where
   the braces are left by an error. `isGradientEnabled` says whether operations
   remember.
 - The third init makes the result of an operation. Let it keep its parents only
   while the graph records.

 GradientMode is known to the graph of a node, and not to the whole program; two
 trainings side by side do not disturb each other. The check looks at all of
 this, and then counts the nodes of 10,000 steps: not one more may be alive
 after the last than after the first.
 */

/// What the nodes of one training have in common.
final class Graph {
  /// The number of nodes that are alive.
  var alive = 0
  /// Whether operations remember what they are made of.
  var isGradientEnabled = true

  /// Returns what `body` returns, in whose operations nothing is remembered.
  func noGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
    //#-answer
    let wasRecording = isGradientEnabled
    isGradientEnabled = false
    defer { isGradientEnabled = wasRecording }
    return try body()
    //#-end
  }
}

/// A number that remembers what it was made of.
final class Value {
  let data: Double
  let parents: [Value]
  let graph: Graph

  private init(_ data: Double, parents: [Value], _ graph: Graph) {
    (self.data, self.parents, self.graph) = (data, parents, graph)
    graph.alive += 1
  }

  deinit { graph.alive -= 1 }

  /// Creates a number that was not computed.
  convenience init(_ data: Double, in graph: Graph) {
    self.init(data, parents: [], graph)
  }

  /// Creates the result of an operation.
  private convenience init(_ data: Double, from a: Value, _ b: Value) {
    //#-answer
    self.init(data, parents: a.graph.isGradientEnabled ? [a, b] : [], a.graph)
    //#-stub
    // self.init(data, parents: [a, b], a.graph)
    //#-end
  }

  static func + (a: Value, b: Value) -> Value {
    Value(a.data + b.data, from: a, b)
  }

  static func - (a: Value, b: Value) -> Value {
    Value(a.data - b.data, from: a, b)
  }

  static func * (a: Value, b: Value) -> Value {
    Value(a.data * b.data, from: a, b)
  }

  /// Returns the number.
  func item() -> Double {
    //#-answer
    data
    //#-end
  }

  /// Returns a node of the same value that was made of nothing.
  func detached() -> Value {
    //#-answer
    Value(data, in: graph)
    //#-end
  }
}
