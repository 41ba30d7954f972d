import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("steps")
  let step = Truth.nodesPerStep
  for k in [7 + random.index(below: 40), 3, 60 + random.index(below: 90), 2, 1] {
    exam.part("after \(k) step\(k == 1 ? "" : "s")")
    try exam.expectPrediction(
      aliveKeepingLosses(after: k), equals: Truth.alive(after: k) { $0.losses.append($1) },
      of: "aliveKeepingLosses(after: \(k))",
      expectedMistakes: [
        "w and b are forgotten": step * k,
        "a loss holds the nodes that it was made of, too": 2 + k,
        "x and y are nodes as well, each in its own step": 2 + (step - 2) * k,
        "w and b are counted anew in each step; all losses share them": (2 + step) * k,
        "one of the two numbers that are put in is not counted": 2 + (step - 1) * k,
        "a step makes fewer nodes: w and b are no new ones": 2 + (step + 2) * k,
      ])
    try exam.expectPrediction(
      aliveKeepingNumbers(after: k), equals: Truth.alive(after: k) { _, _ in },
      of: "aliveKeepingNumbers(after: \(k))",
      expectedMistakes: [
        "w and b are forgotten": 0, "a number is no node": 2 + k,
        "the last graph is let go at the end of its step": 2 + step,
        "a number holds nothing, and its graph is let go": 2 + step * k,
      ])
    try exam.expectPrediction(
      aliveKeepingLast(after: k), equals: Truth.alive(after: k) { $0.losses = [$1] },
      of: "aliveKeepingLast(after: \(k))",
      expectedMistakes: [
        "w and b are forgotten": step,
        "the loss before is let go when another one takes its place": 2 + step * k,
        "a loss holds the nodes that it was made of, too": 3,
      ])
    try exam.expectPrediction(
      aliveKeepingTotal(after: k),
      equals: Truth.alive(after: k) { held, loss in
        held.losses = [held.losses.first.map { $0.made(with: loss) } ?? loss]
      },
      of: "aliveKeepingTotal(after: \(k))",
      expectedMistakes: [
        "each + between nodes makes a node": 2 + step * k,
        "the first loss is no sum: there is one + fewer than losses": 2 + step * k + k,
        "a sum holds both of its parts, and so all losses": 2 + step + 1,
        "w and b are forgotten": step * k + k - 1,
        "a sum is one node, but it holds what it was made of": 3,
      ])
  }
}

/// The judge's own engine, of nodes without numbers.
private enum Truth {
  final class Tally { var alive = 0 }

  final class Node {
    let parents: [Node]
    let tally: Tally

    init(_ parents: [Node], _ tally: Tally) {
      (self.parents, self.tally) = (parents, tally)
      tally.alive += 1
    }

    deinit { tally.alive -= 1 }

    func made(with other: Node) -> Node { Node([self, other], tally) }
  }

  /// What is held of a training.
  final class Held { var losses: [Node] = [] }

  /// Returns the loss of one example, (w x + b − y)².
  static func loss(_ w: Node, _ b: Node) -> Node {
    let (x, y) = (Node([], w.tally), Node([], w.tally))
    let residual = w.made(with: x).made(with: b).made(with: y)
    return residual.made(with: residual)
  }

  /// How many nodes a step makes.
  static var nodesPerStep: Int {
    let tally = Tally()
    let (w, b) = (Node([], tally), Node([], tally))
    let loss = loss(w, b)
    return withExtendedLifetime((loss, w, b)) { tally.alive - 2 }
  }

  /// Returns how many nodes are alive after some steps.
  static func alive(after steps: Int, keep: (Held, Node) -> Void) -> Int {
    let (tally, held) = (Tally(), Held())
    let (w, b) = (Node([], tally), Node([], tally))
    for _ in 0..<steps { keep(held, loss(w, b)) }
    return withExtendedLifetime((w, b, held)) { tally.alive }
  }
}
