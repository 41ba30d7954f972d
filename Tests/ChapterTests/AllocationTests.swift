#if canImport(Glibc)
  import AllocationCounter
  import Testing
  import Workbook

  @testable import BinaryClassifier
  @testable import ConvNet
  @testable import Regression

  /// A training loop asks for memory in its first step, and in no other.
  @Suite struct AllocationTests {
    /// Returns how often `body` asks for memory on this thread.
    private func allocations(_ body: () -> Void) -> Int {
      startCountingAllocations()
      body()
      return stopCountingAllocations()
    }

    @Test func `an array that grows is counted`() {
      var numbers: [Int] = []
      #expect(allocations { numbers.append(contentsOf: 0..<1_000) } > 0)
      #expect(allocations { numbers[0] += 1 } == 0)
      #expect(numbers.count == 1_000)
    }

    @Test func `a step of a convolutional network allocates nothing after the first`() throws {
      var random = SplitMix64(seed: 1, stream: "allocations")
      let image = ImageShape(28, 28, 1)
      var network: ConvNet<Float> = try twoBlockNetwork(for: image, using: &random)
      let images = LabelledImages(
        pixels: (0..<40 * image.size).map { _ in UInt8(random.index(below: 256)) }, height: 28,
        width: 28, labels: (0..<40).map { $0 % 2 }, classNames: ["cat", "dog"])
      var optimiser = Optimiser<Float>.sgd(learningRate: 0.01, weightDecay: 0.001)
      let positions = random.shuffled(Array(0..<40))
      // On one thread, so that this one does all the work.
      Threads.$count.withValue(1) {
        var workspaces = network.workspaces(forBatchesOf: 32)
        var losses: [Float] = []
        losses.reserveCapacity(100)
        func step(_ batch: ArraySlice<Int>) {
          losses.append(network.step(on: images, at: batch, on: &workspaces, &optimiser))
        }
        #expect(allocations { step(positions[..<32]) } > 0)
        #expect(allocations { for _ in 0..<5 { step(positions[..<32]) } } == 0)
        // A smaller batch, as the last of an epoch, and then a whole one.
        step(positions[32...])
        #expect(allocations { step(positions[..<32]) } == 0)
        #expect(losses.allSatisfy { $0.isFinite })
      }
    }

    @Test func `a step of a dense network allocates nothing after the first`() throws {
      var random = SplitMix64(seed: 1, stream: "allocations")
      var network = try Network<Float>(
        [20, 10, .relu, 9, .tanh, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
      let data = Dataset<Float>(
        x: .normal(50, 20, using: &random),
        y: Matrix(rows: 50, columns: 1) { Float($0 % 2) + 0 * Float($1) })
      var optimiser = Optimiser<Float>.sgd(learningRate: 0.01, weightDecay: 0.001)
      let positions = random.shuffled(Array(0..<50))
      var workspace = Workspace(for: network)
      var batch = Dataset<Float>(x: .empty, y: .empty)
      func step() {
        data.write(positions[..<32], into: &batch)
        _ = network.lossAndGradient(from: batch.x, to: batch.y, on: &workspace)
        optimiser.step(&network, against: workspace.gradient)
      }
      #expect(allocations { step() } > 0)
      #expect(allocations { for _ in 0..<5 { step() } } == 0)
    }
  }
#endif
