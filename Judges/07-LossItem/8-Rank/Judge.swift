import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the ranking")
  let ranking = ranking()
  try exam.check(
    Set(ranking).count == Snippet.allCases.count && ranking.count == Snippet.allCases.count,
    "the ranking is \(words(ranking)), and should have each of the five once")
  let held = ranking.map { nodes(heldBy: $0, after: 100) }
  for (index, pair) in zip(held, held.dropFirst()).enumerated() where pair.0 > pair.1 {
    let (first, second) = (ranking[index].rawValue, ranking[index + 1].rawValue)
    try exam.check(
      false,
      "\(first) stands before \(second), and holds \(pair.0) nodes; \(second) holds \(pair.1)",
      cause: cause(of: ranking))
  }
  exam.note("nodes held: " + zip(ranking, held).map { "\($0) \($1)" }.joined(separator: ", "))

  exam.part("what the average holds")
  var random = exam.random("steps")
  for k in [4 + random.index(below: 40), 1, 2, 100 + random.index(below: 99)] {
    try exam.expect(
      heldByAverage(after: k), equals: nodes(heldBy: .d, after: k),
      of: "heldByAverage(after: \(k))",
      expectedMistakes: [
        "the first average is the first loss: nothing was multiplied yet": 9 * k,
        "the losses that went into it are held, too": 5 * (k - 1),
        "the numbers 0.9 and 0.1 become nodes when they are put in": 7 * k - 3,
        "both products are nodes, and the sum": 5 * k - 1,
        "it is one node, but it holds what it was made of": 1,
        "the parameters are not to be counted here": 9 * k - 3,
        "a loss is made of four nodes, and not of three": 8 * k - 5,
        "the first step makes a loss and nothing else": 9 * (k - 1),
      ])
  }
}

private func words(_ ranking: [Snippet]) -> String {
  ranking.map(\.rawValue).joined(separator: ", ")
}

/// Returns what such a ranking has overlooked.
private func cause(of ranking: [Snippet]) -> String? {
  let orders: KeyValuePairs<String, [Snippet]> = [
    "this is by the number of things that are stored: count what they hold": [.d, .b, .e, .a, .c],
    "this is by the number of things that are stored: ask what they hold": [.d, .b, .e, .c, .a],
    "the average is one node, and holds all losses that went into it": [.c, .d, .b, .e, .a],
    "a capture list takes the number when the closure is made, and leaves the loss":
      [.b, .e, .a, .c, .d],
    "30 losses of 4 nodes are fewer than 100 answers, each a product and its x":
      [.c, .b, .a, .e, .d],
    "this is the order of falling numbers": [.d, .a, .e, .b, .c],
  ]
  return orders.first { $0.value == ranking }?.key
}

/// Returns how many nodes besides the parameters are alive at the end.
private func nodes(heldBy snippet: Snippet, after steps: Int) -> Int {
  let tally = Truth.Tally()
  let (w, b) = (Truth.Node([], tally), Truth.Node([], tally))
  var kept: [Truth.Node] = []
  for step in 1...steps {
    let answer = w.made(with: Truth.Node([], tally))
    let residual = answer.made(with: b)
    let loss = residual.made(with: residual)
    switch snippet {
    case .a: kept.append(answer)
    case .b: if step % 10 == 0 { kept.append(loss) }
    // The closure has a number, and no node.
    case .c: break
    case .d:
      let average = kept.first.map { average in
        average.made(with: Truth.Node([], tally))
          .made(with: loss.made(with: Truth.Node([], tally)))
      }
      kept = [average ?? loss]
    case .e:
      kept.append(loss)
      if kept.count > 30 { kept.removeFirst() }
    }
  }
  return withExtendedLifetime((w, b, kept)) { tally.alive - 2 }
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
}
