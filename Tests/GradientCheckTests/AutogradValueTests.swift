import Testing
import Workbook

@testable import Autograd

/// Graphs of scalars: their order, their gradients, and their release.
@Suite struct ValueTests {
  @Test func `a node that is used twice is visited once, after its users`() {
    let (a, b, c) = doubledTwice()
    #expect(
      c.topologicalOrder().map(ObjectIdentifier.init) == [a, b, c].map(ObjectIdentifier.init))
    c.backward()
    #expect(a.gradient == 4 && b.gradient == 2 && c.gradient == 1)
    #expect(!a.isVisited && !b.isVisited && !c.isVisited)
  }

  @Test func `without an order, or with = for +=, the gradients are wrong`() {
    for (propagate, wrong) in [
      (propagateWithoutOrder, 8), (propagateDepthFirst, 6), (propagateByAssigning, 1),
    ] as [((Value<Rational>) -> Void, Rational)] {
      let (a, _, c) = doubledTwice()
      c.gradient = 1
      propagate(c)
      #expect(a.gradient == wrong)
    }
  }

  @Test func `two backward passes that keep all gradients give 12, and 8 with the leaf zeroed`() {
    let (a, b, c) = doubledTwice()
    backwardKeepingGradients(from: c)
    #expect(a.gradient == 4)
    backwardKeepingGradients(from: c)
    #expect(a.gradient == 12)
    (a.gradient, b.gradient) = (0, 2)
    backwardKeepingGradients(from: c)
    #expect(a.gradient == 8)
  }

  @Test func `a leaf accumulates over backward passes, and a computed node does not`() {
    let (a, b, c) = doubledTwice()
    c.backward()
    c.backward()
    #expect(a.gradient == 8 && b.gradient == 2)
  }

  @Test func `nodes are told apart by identity, not by value`() {
    let (a, b) = (Value<Rational>(1), Value<Rational>(1))
    let product = a * b * b
    product.backward()
    #expect(a.gradient == 1 && b.gradient == 2)
    #expect(product.topologicalOrder().count == 4)
  }

  /// A step of a random program: its two operands and its operation.
  struct Step {
    let first: Int
    let second: Int
    let operation: Int

    func result(_ a: Value<Rational>, _ b: Value<Rational>) -> Value<Rational> {
      switch operation {
      case 0: return a + b
      case 1: return a - b
      case 2: return a * b
      case 3: return a / (b * b + Value(1))
      default: return a.power(3).relu()
      }
    }

    func result(_ a: Dual<Rational>, _ b: Dual<Rational>) -> Dual<Rational> {
      switch operation {
      case 0: return a + b
      case 1: return a - b
      case 2: return a * b
      case 3: return a / (b * b + 1)
      default:
        let cube = a * a * a
        return cube < 0 ? 0 : cube
      }
    }
  }

  @Test(arguments: 0..<20)
  func `random graphs have the gradients of dual numbers, over exact fractions`(seed: UInt64) {
    var random = SplitMix64(seed: seed, stream: "graphs")
    let point = (0..<3).map { _ in Rational(random.dyadic()) }
    let program = (0..<7).map { step in
      Step(
        first: random.index(below: 3 + step), second: random.index(below: 3 + step),
        operation: random.index(below: 5))
    }
    let leaves = point.map { Value($0) }
    var values = leaves
    for step in program { values.append(step.result(values[step.first], values[step.second])) }
    values.last?.backward()
    for varied in point.indices {
      var duals = point.indices.map { Dual(point[$0], derivative: $0 == varied ? 1 : 0) }
      for step in program { duals.append(step.result(duals[step.first], duals[step.second])) }
      #expect(leaves[varied].gradient == duals.last?.derivative)
    }
  }

  @Test func `a backward pass over a chain of a million numbers ends, and so does its release`() {
    let time = ThreadTime()
    let counter = NodeCounter()
    NodeCounter.$current.withValue(counter) {
      let start = Value<Double>(1)
      var end = start
      for _ in 0..<1_000_000 { end = end + start }
      #expect(counter.alive == 1_000_001)
      end.backward()
      #expect(start.gradient == 1_000_001)
      end = start
      #expect(counter.alive == 1)
    }
    #expect(counter.alive == 0)
    #expect(time.seconds < 60)
  }

  @Test func `a node that something else holds is not taken apart`() {
    let a = Value<Double>(2)
    var b: Value<Double>? = a * a
    let c = (b ?? a) * a
    do {
      let d = c * (b ?? a)
      #expect(d.data == 32)
    }
    b = nil
    c.backward()
    #expect(a.gradient == 12)
  }
}
