import Testing
import Workbook

@testable import Autograd
@testable import BinaryClassifier
@testable import LossItem
@testable import Regression

/// What keeps a graph alive, counted node by node.
@Suite struct LossItemTests {
  private static let random = SplitMix64(seed: 1, stream: "7.tests")

  private func training() -> CountedTraining<Float> {
    var random = Self.random
    return CountedTraining(using: &random)
  }

  @Test func `with item(), only the six parameters are alive after each of 10,000 steps`() {
    let training = training()
    var history: [Float] = []
    let alive = training.alive(after: 10_000) { history.append($0.item()) }
    #expect(alive == Array(repeating: 6, count: 10_000))
    #expect(history.count == 10_000)
  }

  @Test func `a history of losses holds six more nodes with each step`() {
    let training = training()
    var history: [Variable<Float>] = []
    let alive = training.alive(after: 500) { history.append($0) }
    #expect(alive == (1...500).map { 6 + 6 * $0 })
    // Two linear layers and two activations of 32 × 8, the outputs, and the loss.
    #expect(numbersHeld(by: [history[0]]) == 4 * 32 * 8 + 32 + 1)
    history = []
    #expect(training.alive == 6)
  }

  @Test func `a detached loss holds no other node`() {
    let training = training()
    var history: [Variable<Float>] = []
    let alive = training.alive(after: 100) { history.append($0.detached()) }
    #expect(alive == (1...100).map { 6 + $0 })
    #expect(history.count == 100)
  }

  @Test
  func
    `a graph that a backward pass went through holds values, and neither gradients nor examples`()
  {
    var random = Self.random
    let w = Variable<Double>(.normal(6, 4, using: &random), as: .weight)
    let b = Variable<Double>(Matrix(rows: 1, columns: 4, repeating: 0), as: .bias)
    var x = Matrix<Double>.normal(50, 6, using: &random)
    var y = Matrix<Double>.normal(50, 4, using: &random)
    let before = Loss.halfSquaredError(Activation.tanh(Variable(x).linear(w, b)), y)
    #expect(x.sharedBytes() == 50 * 6 * 8 && y.sharedBytes() == 50 * 4 * 8)
    let loss = Loss.halfSquaredError(Activation.tanh(Variable(x).linear(w, b)), y)
    loss.backward()
    for node in loss.topologicalOrder() {
      // A parameter keeps its gradient for the step; nothing else does.
      #expect(
        node.gradient.matrix.elements.count == (node.role == nil ? 0 : node.value.elements.count))
      #expect(node.edges.allSatisfy { $0.vjp == nil })
    }
    #expect(x.sharedBytes() == 0 && y.sharedBytes() == 0)
    // Two of [50, 4] and a loss.
    #expect(numbersHeld(by: [loss]) == 2 * 50 * 4 + 1)
    withExtendedLifetime((before, loss)) {}
  }

  @Test func `a training that leaks too much is stopped`() {
    let training = training()
    var kept = NodeCounter.$current.withValue(training.counter) {
      (0..<mostNodes).map { _ in Value<Float>(0) }
    }
    #expect(training.alive(after: 10) { _ in }.isEmpty)
    kept = []
    #expect(training.alive(after: 10) { _ in }.count == 10 && kept.isEmpty)
  }

  @Test(arguments: [("total", 699), ("metric", 800), ("callback", 600)])
  func `a leak keeps so many nodes alive, and none when it is fixed`(name: String, nodes: Int) {
    let example: LeakExample<Double> =
      switch name {
      case "total": .total
      case "metric": .metric
      default: .printer
      }
    #expect(example.nodes(isFixed: false, after: 100, Self.random) == nodes)
    #expect(example.nodes(isFixed: true, after: 100, Self.random) == 0)
  }

  @Test func `an alias shares all parameters, and copied values none`() {
    let training = training()
    let (alias, copy) = (training.model, training.network(from: training.snapshot))
    #expect(training.shared(with: alias) == 6)
    #expect(training.shared(with: copy) == 0)
    #expect(training.loss(of: copy) == training.loss(of: alias))
    training.step { _, _ in }
    #expect(training.loss(of: copy) != training.loss(of: alias))
  }

  @Test func `a closure that holds its trainer keeps it alive, until the cycle is broken`() {
    let strong = releaseTrainer(Self.random) { (trainer: Trainer<Float>) in
      trainer.recordStrongly()
    }
    #expect(strong.alive == 12 && strong.cut == 0)
    let weak = releaseTrainer(Self.random) { (trainer: Trainer<Float>) in trainer.recordWeakly() }
    #expect(weak.alive == 0 && weak.cut == 0)
  }

  @Test func `a loop releases a chain of a million links, but for what something else holds`() {
    let time = ThreadTime()
    let freed = releaseInLoop(links: 1_000_000)
    #expect(freed.first == 500_000 && freed.all == 1_000_000)
    #expect(time.seconds < 60)
  }

  @Test func `a total of a million losses completes a backward pass and is released`() {
    let time = ThreadTime()
    let (gradient, alive) = backwardAndRelease(sums: 1_000_000, in: Float.self)
    #expect(gradient == 1_000_001 && alive == 0)
    #expect(time.seconds < 60)
  }

  @Test func `a long chain that Swift releases by itself crashes the program`() async {
    await #expect(processExitsWith: .failure) { releaseNaively(links: 1_000_000) }
  }

  @Test func `a short chain that Swift releases by itself does not crash the program`() async {
    await #expect(processExitsWith: .success) { releaseNaively(links: 1_000) }
  }

  @Test func `a long list, which the compiler releases in a loop, crashes no program`() async {
    await #expect(processExitsWith: .success) { releaseList(links: 1_000_000) }
  }

  @Test func `a test is not chapter-runner, and starts no child process`() {
    #expect(releaseInChild("deep-release", 1, 8) == nil)
  }
}
