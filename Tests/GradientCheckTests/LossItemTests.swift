import Testing

@testable import Autograd
@testable import LossItem
@testable import Workbook

/// Who holds a graph, counted node by node.
@Suite struct LossItemTests {
  private static let random = SplitMix64(seed: 1, stream: "7.tests")

  private func training() -> CountedTraining<Float> {
    var random = Self.random
    return CountedTraining(using: &random)
  }

  @Test func `with item(), each of 10,000 steps leaves the six parameters alive`() {
    let training = training()
    var history: [Float] = []
    let alive = training.alive(after: 10_000) { history.append($0.item()) }
    #expect(alive == Array(repeating: 6, count: 10_000))
    #expect(history.count == 10_000)
  }

  @Test func `a history of losses holds six nodes more with each step`() {
    let training = training()
    var history: [Variable<Float>] = []
    let alive = training.alive(after: 500) { history.append($0) }
    #expect(alive == (1...500).map { 6 + 6 * $0 })
    // Three hidden lines and curves of 32 × 8, the answers, and the loss.
    #expect(numbersHeld(by: [history[0]]) == 4 * 32 * 8 + 32 + 1)
    history = []
    #expect(training.alive == 6)
  }

  @Test func `a detached loss holds itself alone`() {
    let training = training()
    var history: [Variable<Float>] = []
    let alive = training.alive(after: 100) { history.append($0.detached()) }
    #expect(alive == (1...100).map { 6 + $0 })
    #expect(history.count == 100)
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
  func `a hiding place holds so many nodes, and none after its cure`(name: String, nodes: Int) {
    let place: HidingPlace<Double> =
      switch name {
      case "total": .total
      case "metric": .metric
      default: .callback
      }
    #expect(place.held(isCured: false, after: 100, Self.random) == nodes)
    #expect(place.held(isCured: true, after: 100, Self.random) == 0)
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

  @Test func `a closure that holds its trainer keeps it, until the ring is cut`() {
    let strong = letGo(Self.random) { (trainer: Trainer<Float>) in trainer.recordStrongly() }
    #expect(strong.alive == 12 && strong.cut == 0)
    let weak = letGo(Self.random) { (trainer: Trainer<Float>) in trainer.recordWeakly() }
    #expect(weak.alive == 0 && weak.cut == 0)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a chain of a million links is let go, but for what somebody holds`() {
    let freed = releaseCarefully(links: 1_000_000)
    #expect(freed.first == 500_000 && freed.all == 1_000_000)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a total of a million losses walks backwards and is let go`() {
    let (slope, alive) = walkAndRelease(sums: 1_000_000, in: Float.self)
    #expect(slope == 1_000_001 && alive == 0)
  }

  @Test func `a long chain that Swift lets go of by itself ends the program`() async {
    await #expect(processExitsWith: .failure) { releaseNaively(links: 1_000_000) }
  }

  @Test func `a short one does not`() async {
    await #expect(processExitsWith: .success) { releaseNaively(links: 1_000) }
  }

  @Test func `nor does a list, however long, whose release the compiler writes`() async {
    await #expect(processExitsWith: .success) { releaseList(links: 1_000_000) }
  }

  @Test func `a test is no chapter-runner, and has no child`() {
    #expect(releaseInChild("deep-release", 1, 8) == nil)
  }
}
