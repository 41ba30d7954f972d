import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("graphs")
  exam.part("small graphs")
  // a = 0, b = 1, c = a b, d = a + c, d², d² + c, and one node that is part of nothing.
  let known = renumbered([[], [], [0, 1], [0, 2], [3, 3], [4, 2], [5, 1]], root: 5, &random)
  try expectOrder(exam, of: known.parents, from: known.root)
  for _ in 0..<60 {
    let nodes = 2 + random.index(below: 12)
    // None to four parents each, the same one twice now and then.
    let parents = (0..<nodes).map { node in
      (0..<(node == 0 ? 0 : random.index(below: 5))).map { _ in random.index(below: node) }
    }
    let graph = renumbered(parents, root: nodes - 1 - random.index(below: 2), &random)
    try expectOrder(exam, of: graph.parents, from: graph.root)
  }
  try expectOrder(exam, of: [[]], from: 0)
  try expectOrder(exam, of: [[], [0], []], from: 2)

  exam.part("a ladder with 2⁶⁰ paths to its end")
  let ladder = renumbered([[]] + (0..<60).map { [$0, $0] }, root: 60, &random)
  try expectOrder(exam, of: ladder.parents, from: ladder.root)

  exam.part("a node with 200,000 parents, each used twice")
  let width = 200_000
  // The parents share one parent of their own, which is node 0; the last node is made of all of them.
  let fan =
    [[]] + Array(repeating: [0], count: width) + [(1...width).flatMap { [$0, width + 1 - $0] }]
  try expectOrder(exam, of: fan, from: width + 1)

  exam.part("a chain of 1,000,000 nodes")
  let links = 1_000_000
  // The root is 0 and each parent has the next number: what lies near in memory is read fast.
  let parents = (1...links).map { $0 < links ? [$0] : [] }
  let order = order(of: parents, from: 0)
  // A chain has one order only.
  try exam.check(
    order.elementsEqual((0..<links).reversed()), "the order of a chain is wrong",
    cause: order.count < links ? "the parents of the last nodes are lost" : nil)
  exam.note("\(links) nodes in order")
}

/// Returns a graph with its nodes numbered anew.
private func renumbered(
  _ parents: [[Int]], root: Int, _ random: inout SplitMix64
) -> (parents: [[Int]], root: Int) {
  let names = random.shuffled(parents.indices)
  var renamed = parents
  for node in parents.indices { renamed[names[node]] = parents[node].map { names[$0] } }
  return (renamed, names[root])
}

/// Looks whether an answer is a topological order of what the root was made of.
private func expectOrder(_ exam: Exam, of parents: [[Int]], from root: Int) throws {
  let order = order(of: parents, from: root)
  let isReachable = reachable(parents, from: root)
  var point = [Int?](repeating: nil, count: parents.count)
  let graph = parents.count <= 8 ? ", parents = \(parents), root = \(root): \(order)" : ""
  for (index, node) in order.enumerated() {
    try exam.check(
      parents.indices.contains(node), "there is no node \(node)\(graph)",
      cause: "the list is one of nodes, by their numbers")
    try exam.check(
      point[node] == nil, "node \(node) stands there twice\(graph)",
      cause: "it is used twice; who has been visited is to be marked")
    try exam.check(
      isReachable[node], "node \(node) stands there, and the root was not made of it\(graph)",
      cause: "the order is of what the root was made of, and not of the whole tape")
    point[node] = index
  }
  for node in parents.indices where isReachable[node] {
    try exam.check(
      point[node] != nil, "node \(node) is missing\(graph)",
      cause: node == root
        ? "the root is part of the order, as its last node"
        : "a parent is lost on the way, the first or the last of its node perhaps")
  }
  for node in order {
    for part in parents[node] {
      try exam.check(
        point[part] ?? 0 < point[node] ?? 0,
        "node \(node) stands before node \(part), its parent\(graph)",
        cause: cause(order, parents, root))
    }
  }
}

/// Returns which other order this is, if it is one that is known.
private func cause(_ order: [Int], _ parents: [[Int]], _ root: Int) -> String {
  var levels = [root]
  var isVisited = parents.map { _ in false }
  isVisited[root] = true
  var next = 0
  while next < levels.count {
    for part in parents[levels[next]] where !isVisited[part] {
      isVisited[part] = true
      levels.append(part)
    }
    next += 1
  }
  if order == levels.reversed() || order == levels {
    return "this goes level by level, and a parent may be near the root and far from it at once"
  }
  var point = parents.map { _ in 0 }
  for (index, node) in order.enumerated() { point[node] = index }
  let isReverse = order.allSatisfy { node in
    parents[node].allSatisfy { point[$0] > point[node] }
  }
  return isReverse
    ? "this is the reverse: parents come first, and the root last"
    : "it entered the list before all that it was made of had entered it"
}

/// Returns for each node whether the root was made of it.
private func reachable(_ parents: [[Int]], from root: Int) -> [Bool] {
  var isReachable = parents.map { _ in false }
  var rest = [root]
  while let node = rest.popLast() {
    if isReachable[node] { continue }
    isReachable[node] = true
    rest += parents[node]
  }
  return isReachable
}
