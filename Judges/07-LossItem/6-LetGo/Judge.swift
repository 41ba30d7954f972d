import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("graphs")
  exam.part("graphs that nobody else holds")
  for width in [1, 2, 3] { try expectGone(exam, 20 + random.index(below: 20), width: width) }

  exam.part("graphs that are held in the middle")
  for width in [1, 2, 3] { try expectHeld(exam, below: 5 + random.index(below: 20), width: width) }
  try expectShared(exam)
  for _ in 0..<30 { try expectNet(exam, &random) }

  exam.part("how much of the stack is used")
  try expectLittleStack(exam, width: 1, "a chain")
  try expectLittleStack(exam, width: 2, "a ladder, in which every node is used twice,")
  for isFirst in [true, false] {
    try expectLittleStack(exam, "a row of nodes with a number beside each") { nodes, counter in
      row(nodes, numberFirst: isFirst, counter)
    }
  }

  exam.part("a chain of 1,000,000 nodes")
  try expectGone(exam, 1_000_000, width: 1)
  exam.part("a ladder of 100,000 nodes, each used twice")
  try expectGone(exam, 100_000, width: 2)
  for isFirst in [true, false] {
    exam.part(
      "a row of 100,000 nodes, made of the one before and a number\(isFirst ? " first" : "")")
    let counter = Counter()
    var last: Node? = row(100_000, numberFirst: isFirst, counter)
    withExtendedLifetime(last) {}
    last = nil
    try exam.expect(counter.alive, equals: 0, of: "the number of nodes left")
  }
  exam.note("1,000,000 nodes in a row were let go, each once")
}

/// Returns the last node of a row, each made of the one before, some times over.
private func graph(
  _ nodes: Int, width: Int, from first: Node? = nil, _ counter: Counter
) -> Node {
  var last = first ?? Node([], counter)
  for _ in 1..<nodes {
    let edge = Node.Edge(parent: last, factor: 1)
    last = Node(width == 1 ? [edge] : Array(repeating: edge, count: width), counter)
  }
  return last
}

/// Returns the last node of a row, each made of the one before and of a number put in.
private func row(_ nodes: Int, numberFirst: Bool, _ counter: Counter) -> Node {
  var last = Node([], counter)
  for _ in 1..<(nodes / 2) {
    let edges = [
      Node.Edge(parent: last, factor: 1), Node.Edge(parent: Node([], counter), factor: 2),
    ]
    last = Node(numberFirst ? edges.reversed() : edges, counter)
  }
  return last
}

/// Lets go of a net of nodes, some of which are held, and looks at all that should be left.
private func expectNet(_ exam: Exam, _ random: inout SplitMix64) throws {
  let (counter, count) = (Counter(), 10 + random.index(below: 40))
  var (nodes, parts) = ([Node](), [[Int]]())
  for node in 0..<count {
    let own = (0..<(node == 0 ? 0 : random.index(below: 4))).map { _ in random.index(below: node) }
    parts.append(own)
    nodes.append(Node(own.map { Node.Edge(parent: nodes[$0], factor: Double($0)) }, counter))
  }
  let held = (0..<count).filter { _ in random.index(below: 6) == 0 }
  let kept = held.map { nodes[$0] }
  nodes = []
  var (isLeft, rest) = (Array(repeating: false, count: count), held)
  while let node = rest.popLast() {
    if isLeft[node] { continue }
    isLeft[node] = true
    rest += parts[node]
  }
  let left = isLeft.count { $0 }
  try exam.expect(
    counter.alive, equals: left,
    of: "in a net of \(count) nodes with \(held.count) of them held, the number that is left",
    expectedMistakes: [
      "held nodes stay, and what they were made of does not": held.count,
      "nothing is let go": count,
    ])
  for (index, node) in zip(held, kept) {
    try exam.check(
      node.edges.map(\.factor) == parts[index].map { Double($0) },
      "a node that is held has \(node.edges.count) edges, and had \(parts[index].count)",
      cause: "it was taken apart although somebody else holds it")
  }
  withExtendedLifetime(kept) {}
}

/// Lets go of a graph above a node that is held.
private func expectHeld(_ exam: Exam, below: Int, width: Int) throws {
  let counter = Counter()
  let middle = graph(below, width: width, counter)
  var last: Node? = graph(30, width: width, from: middle, counter)
  withExtendedLifetime(last) {}
  last = nil
  try exam.check(
    middle.edges.count == width,
    "a node that is held has \(middle.edges.count) edges, and had \(width)",
    cause: "it was taken apart although somebody else holds it")
  try exam.expect(
    counter.alive, equals: below, of: "the number of nodes alive, with \(below) of them held,",
    expectedMistakes: ["what is above the held node is not let go": below + 29])
}

/// Lets go of one of two nodes that have a part in common.
private func expectShared(_ exam: Exam) throws {
  let counter = Counter()
  let shared = graph(9, width: 1, counter)
  var one: Node? = Node([.init(parent: shared, factor: 1)], counter)
  let other = Node([.init(parent: shared, factor: 2), .init(parent: shared, factor: 3)], counter)
  withExtendedLifetime(one) {}
  one = nil
  let factors = other.edges.map(\.factor)
  try exam.check(
    factors == [2, 3] && shared.edges.count == 1, "a part that two nodes have in common is gone",
    cause: "it was taken apart although somebody else holds it")
  try exam.expect(counter.alive, equals: 10, of: "the number of nodes alive")
}

private func expectGone(_ exam: Exam, _ nodes: Int, width: Int) throws {
  let counter = Counter()
  var last: Node? = graph(nodes, width: width, counter)
  withExtendedLifetime(last) {}
  last = nil
  try exam.expect(
    counter.alive, equals: 0, of: "the number of nodes left of \(nodes)",
    expectedMistakes: [
      "all but the last node are held by somebody still: a reference too many": nodes - 1
    ])
}

/// A counter that looks where on the stack it is when nodes go.
private final class StackCounter: Counter {
  private var places: ClosedRange<UInt>?

  /// The bytes of stack between the nodes that went highest and lowest.
  var bytes: UInt { places.map { $0.upperBound - $0.lowerBound } ?? 0 }

  override func part() {
    var here = UInt8(0)
    let place = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
    let known = places ?? place...place
    places = min(known.lowerBound, place)...max(known.upperBound, place)
    super.part()
  }
}

/// Looks how much stack a release takes: what grows with the nodes will fill it one day.
private func expectLittleStack(_ exam: Exam, width: Int, _ words: String) throws {
  try expectLittleStack(exam, words) { graph($0, width: width, $1) }
}

private func expectLittleStack(
  _ exam: Exam, _ words: String, of graph: (_ nodes: Int, Counter) -> Node
) throws {
  let (nodes, counter) = (2_000, StackCounter())
  var last: Node? = graph(nodes, counter)
  withExtendedLifetime(last) {}
  last = nil
  // A call takes 16 bytes and more.
  let each = counter.bytes / UInt(nodes)
  try exam.check(
    each < 16, "to let go of \(words) takes \(each) bytes of stack for each node",
    cause: "each release waits for the one inside it; a million take \(each) megabytes, of 8")
}
