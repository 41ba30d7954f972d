import Testing
import Workbook

@testable import Autograd
@testable import BinaryClassifier
@testable import Regression

/// The optimiser and the training loop of chapter 2.
@Suite struct OptimiserTests {
  /// A parameter of each role, all of them [2, 4].
  struct Model: Parameterised {
    var parameters = ParameterRole.allCases.map { _ in Vector<Double>([2, 4]) }

    var parameterNames: [String] { ParameterRole.allCases.map(\.rawValue) }

    mutating func visitParameters(beside other: Self?, _ visit: ParameterVisit<Double>) {
      for (index, role) in ParameterRole.allCases.enumerated() {
        parameters[index].visit(as: role, beside: other?.parameters[index], visit)
      }
    }
  }

  @Test func `decay acts on weights alone, and no step changes statistics`() {
    var (model, gradient) = (Model(), Model())
    for index in gradient.parameters.indices { gradient.parameters[index] = [1, -1] }
    var optimiser = Optimiser<Double>.sgd(learningRate: 0.5, weightDecay: 0.25)
    optimiser.step(&model, against: gradient)
    for (role, parameter) in zip(ParameterRole.allCases, model.parameters) {
      switch role {
      case .weight: #expect(parameter == [2 * 0.875 - 0.5, 4 * 0.875 + 0.5])
      case .statistic: #expect(parameter == [2, 4])
      default: #expect(parameter == [1.5, 4.5])
      }
    }
  }

  /// θ ← θ − η m, where m is the sum of all gradients so far; its second slot notes the steps.
  struct Accumulating: UpdateRule {
    let slots = 2

    func update(
      _ θ: UnsafeMutableBufferPointer<Double>, by g: UnsafeBufferPointer<Double>,
      _ memory: inout [[Double]], rate: Double, step: Int
    ) {
      for index in θ.indices {
        memory[0][index] += g[index]
        memory[1][index] = Double(step)
        θ[index] -= rate * memory[0][index] * memory[1][index]
      }
    }
  }

  @Test func `a rule that remembers has room for each number, and steps count from 1`() {
    var model = LinearModel<Double>(weights: [[0, 0], [0, 0]], bias: [0, 0])
    let gradient = LinearModel<Double>(weights: [[1, 2], [3, 4]], bias: [5, 6])
    var optimiser = Optimiser<Double>(Accumulating(), learningRate: 1)
    let fresh = optimiser
    optimiser.step(&model, against: gradient)
    #expect(model.weights == -1 * gradient.weights && model.bias == -1 * gradient.bias)
    optimiser.step(&model, against: gradient)
    // The second step is 2 · 2 gradients long.
    #expect(model.weights == -5 * gradient.weights && model.bias == -5 * gradient.bias)
    #expect(optimiser.steps == 2 && fresh.steps == 0)
  }

  @Test func `a step that leaves out a parameter leaves the memory of the others with them`() {
    let (first, second) = (
      Variable<Double>([[0]], as: .weight), Variable<Double>([[0]], as: .weight)
    )
    let optimizer = SGD([first, second], by: Optimiser(Accumulating(), learningRate: 1))
    /// Takes a step after a backward pass from the sum of some parameters.
    func step(_ loss: Variable<Double>) {
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
    }
    step(first + 10 * second)
    #expect(first.value == [[-1]] && second.value == [[-10]])
    // Only the second has a gradient: its memory is its own, 10, and no longer that of the first.
    step(10 * second)
    #expect(first.value == [[-1]] && second.value == [[-50]])
    // And the first goes on from where it stopped, with its second step.
    step(first + 0 * second)
    #expect(first.value == [[-5]])
  }

  @Test func `weight decay leaves a parameter without a gradient as it is, as in PyTorch`() {
    let (used, unused) = (
      Variable<Double>([[1]], as: .weight), Variable<Double>([[1]], as: .weight)
    )
    let optimizer = SGD([unused, used], learningRate: 0.5, weightDecay: 0.5)
    used.sum().backward()
    optimizer.step()
    #expect(unused.value == [[1]] && used.value == [[0.25]])
  }

  @Test func `an epoch has every example once, and weighs losses by the size of batches`() {
    var random = SplitMix64(seed: 1)
    var seen: [[Int]] = []
    var epochs: [Int] = []
    let losses = TrainingLoop(batchSize: 4, epochs: 3).run(
      over: 10, using: &random,
      step: { batch in
        seen.append(Array(batch))
        return Double(batch.reduce(0, +)) / Double(batch.count)
      }, afterEpoch: { epochs.append($0) })
    #expect(epochs == [1, 2, 3] && seen.map(\.count) == [4, 4, 2, 4, 4, 2, 4, 4, 2])
    let orders = [0, 3, 6].map { seen[$0..<$0 + 3].flatMap { $0 } }
    #expect(orders.allSatisfy { $0.sorted() == Array(0..<10) } && Set(orders).count == 3)
    #expect(losses.allSatisfy { abs($0 - 4.5) <= 1e-15 * 16 })
  }

  @Test func `parameters have PyTorch's names`() throws {
    var random = SplitMix64(seed: 1)
    let network = try Network<Float>(
      [2, 3, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    #expect(
      network.parameterNames
        == ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"])
    #expect(network.tensors.map(\.name) == ["W1", "b1", "W2", "b2"])
  }
}
