import Foundation
import Testing
import Workbook

@testable import Autograd
@testable import BinaryClassifier
@testable import ConvNet
@testable import Regression

/// Graphs of matrices.
@Suite struct VariableTests {
  @Test func `a backward pass over a chain of a million matrices ends, and so does its release`() {
    let time = ThreadTime()
    let counter = NodeCounter()
    NodeCounter.$current.withValue(counter) {
      let start = Variable<Double>([[1, 2]], as: .weight)
      var end = start
      for _ in 0..<1_000_000 { end = end + start }
      let loss = end.sum()
      loss.backward()
      #expect(start.gradient.matrix == [[1_000_001, 1_000_001]])
      #expect(counter.alive == 1_000_002)
      // A graph stays after its backward pass, until nothing holds it.
      end = start
      _ = loss.item()
    }
    #expect(counter.alive == 0)
    #expect(time.seconds < 60)
  }

  @Test func `as many nodes are alive after each step as after the first`() {
    let counter = NodeCounter()
    NodeCounter.$current.withValue(counter) {
      var random = SplitMix64(seed: 1)
      let model = Sequential<Float> {
        Linear(3, 5, using: &random)
        ReLU()
        Linear(5, 2, using: &random)
      }
      let optimizer = SGD(model.parameters, learningRate: 0.1)
      let x = Matrix<Float>.normal(4, 3, using: &random)
      let y = Matrix<Float>.normal(4, 2, using: &random)
      #expect(counter.alive == 4)
      for _ in 0..<100 {
        do {
          let loss = Loss.halfSquaredError(model(x), y)
          // Four parameters, two linear layers, an activation and the loss; the examples may be
          // released already.
          #expect((8...9).contains(counter.alive))
          optimizer.zeroGrad()
          loss.backward()
          optimizer.step()
        }
        #expect(counter.alive == 4)
      }
      let kept = (0..<10).map { _ in Loss.halfSquaredError(model(x), y) }
      #expect(counter.alive == 4 + 4 * kept.count)
      let evaluated = noGrad { (0..<10).map { _ in Loss.halfSquaredError(model(x), y) } }
      #expect(counter.alive == 4 + 4 * kept.count + evaluated.count)
    }
    #expect(counter.alive == 0)
  }

  @Test func `a node stores no parent that requires no gradient`() {
    let x = Variable<Double>([[1, 2]])
    let w = Variable<Double>([[3], [4]], as: .weight)
    #expect((x + x).parentCount == 0 && (x • w).parentCount == 1)
    #expect(noGrad { (x • w).parentCount } == 0)
    #expect((x • w).detached().parentCount == 0)
    #expect((x • w).item() == 11)
  }

  @Test func `one thread evaluates while another trains`() {
    let counts = concurrentMap(8) { index in
      let w = Variable<Double>([[3]], as: .weight)
      func product() -> Int { (0..<1_000).map { _ in (w ⊙ w).parentCount }.reduce(0, +) }
      return index % 2 == 0 ? product() : noGrad { product() }
    }
    #expect(counts == [2_000, 0, 2_000, 0, 2_000, 0, 2_000, 0])
  }

  @Test func `a gradient is that of the values before a step, not after it`() {
    let w = Variable<Double>([[3]], as: .weight)
    let loss = w ⊙ w
    w.value = [[100]]
    loss.backward()
    #expect(w.gradient.matrix == [[6]])
  }

  @Test func `gradients add up until they are zeroed`() {
    let w = Variable<Double>([[3]], as: .weight)
    (w ⊙ w).backward()
    (w ⊙ w).backward()
    #expect(w.gradient.matrix == [[12]])
    w.gradient.zero()
    #expect(w.gradient.isEmpty)
    (w ⊙ w).backward()
    #expect(w.gradient.matrix == [[6]])
  }

  @Test func `half a loss has half its gradient`() {
    let (z, y) = (Matrix<Double>([[3, -1], [0.5, 2]]), Matrix<Double>([[1, 0], [0, 1]]))
    let logits = Variable(z, as: .weight)
    (0.5 * Loss.halfSquaredError(logits, y)).backward()
    #expect(logits.gradient.matrix == 0.5 * Loss.halfSquaredError.gradient(at: z, y))
  }

  @Test(arguments: 0..<20)
  func `the sum of rows is the adjoint of adding to each row`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let (rows, columns) = (1 + random.index(below: 6), 1 + random.index(below: 6))
    let b = Matrix<Double>.dyadic(1, columns, using: &random)
    let upstream = Matrix<Double>.dyadic(rows, columns, using: &random)
    let row = Variable(b, as: .bias)
    let spread = Variable(Matrix<Double>(rows: rows, columns: columns, repeating: 0))
      .addingToEachRow(row)
    (Variable(upstream) ⊙ spread).sum().backward()
    // ⟨spread b, R⟩ = ⟨b, sum of the rows of R⟩, in numbers of few bits, so to the last.
    #expect((spread.value ⊙ upstream).sum == (b ⊙ row.gradient.matrix).sum)
    #expect(row.gradient.matrix == Matrix(row: upstream.sumOfRows))
  }

  @Test func `two micro-batches have the gradients of chapter 5, on any number of threads`() throws
  {
    var random = SplitMix64(seed: 1)
    let image = ImageShape(6, 5, 2)
    let network = try ConvNet<Double>(
      image, [.init(3, Window(3, padding: 1)), .init(2, Window(2))], head: [4, .relu, 1, .sigmoid],
      loss: .binaryCrossEntropy, using: &random)
    let data = Dataset<Double>(
      x: .normal(21, image.size, using: &random),
      y: Matrix(rows: 21, columns: 1) { row, _ in Double(row % 2) })
    let check = NetworkCrossCheck(
      "twenty-one", [ActivationKind<Analytic>.relu], loss: .binaryCrossEntropy,
      geometries: network.layers.map { ($0.geometry, $0.pooling) }, at: network.evaluationPoint,
      on: data)
    let gradients = [1, 2].map { threads in
      Threads.$count.withValue(threads) { check.gradient(at: network.tensors) }
    }
    #expect(gradients[0] == gradients[1])
    let byHand = network.lossAndGradient(on: data).gradient.tensors
    for (ours, theirs) in zip(gradients[0], byHand) {
      let unit = (theirs.elements.map(\.magnitude).max() ?? 1).ulp
      #expect(zip(ours.elements, theirs.elements).allSatisfy { abs($0 - $1) <= 32 * unit })
    }
  }

  @Test func `a module that stands twice has its parameters once, and moves once`() {
    let layer = Linear<Double>(weights: [[2]], bias: [0])
    let model = Sequential<Double> {
      layer
      layer
    }
    #expect(model.parameters.count == 2)
    let optimizer = SGD(model.parameters, learningRate: 0.125)
    model([[1]]).sum().backward()
    optimizer.step()
    // The output is w (w x + b) + b, with dw = 2 w x + b = 4 and db = w + 1 = 3.
    #expect(layer.weights.value == [[1.5]] && layer.bias.value == [[-0.375]])
  }

  // MARK: What is refused

  @Test func `a backward pass from a matrix is refused, and says what to do`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Variable<Double>([[1, 2]], as: .weight).backward()
    }
    #expect(words(of: result).contains("this is [1, 2]: call sum() or mean() first"))
  }

  @Test func `a second backward pass over one graph is refused`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let loss = Variable<Double>([[1]], as: .weight).sum()
      loss.backward()
      loss.backward()
    }
    let message = "backward() has gone through this graph already: compute the loss again"
    #expect(words(of: result).contains(message))
  }

  @Test func `a column of predictions and a row of targets are refused, as the chapter prints it`()
    async throws
  {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let predictions = Variable(Matrix<Double>(rows: 7, columns: 1, repeating: 1), as: .weight)
      _ = Loss.halfSquaredError(predictions, Matrix(rows: 1, columns: 7, repeating: 1))
    }
    let message = "entrywise operation on [7, 1] and [1, 7]"
    #expect(words(of: result).contains(message))
    #expect(try page("12-Optimiser").contains("     " + message + "\n"))
  }

  @Test func `a bias of another width is refused with both shapes`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Variable(Matrix<Double>(rows: 7, columns: 3, repeating: 1))
      _ = x.addingToEachRow(Variable([[1, 2]]))
    }
    #expect(words(of: result).contains("the row to add needs the shape [1, 3], and this is [1, 2]"))
  }

  @Test func `a backward pass from a loss without a graph is refused`() async throws {
    let message =
      "backward() needs a loss with a graph, and this one has none: compute it from parameters, "
      + "outside noGrad and without detached()"
    let evaluated = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let w = Variable<Double>([[3]], as: .weight)
      noGrad { (w ⊙ w).sum() }.backward()
    }
    #expect(words(of: evaluated).contains(message))
    let detached = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let w = Variable<Double>([[3]], as: .weight)
      (w ⊙ w).sum().detached().backward()
    }
    #expect(words(of: detached).contains(message))
    let examples = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Variable<Double>([[1, 2]]).sum().backward()
    }
    #expect(words(of: examples).contains(message))
  }

  @Test func `a parameter that is its own loss has the gradient 1, as in PyTorch`() {
    let w = Variable<Double>([[3]], as: .weight)
    noGrad { w.backward() }
    #expect(w.gradient.matrix == [[1]])
  }

  @Test func `item() of a matrix is refused`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Variable<Double>([[1, 2]]).item()
    }
    #expect(words(of: result).contains("item() needs the shape [1, 1], and this is [1, 2]"))
    let column = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Variable<Double>([[1], [2]]).item()
    }
    #expect(words(of: column).contains("item() needs the shape [1, 1], and this is [2, 1]"))
    #expect(Variable<Double>([[7]]).item() == 7)
  }

  @Test func `an optimiser refuses no parameters, a computed value, and a parameter twice`()
    async throws
  {
    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SGD<Double>([], learningRate: 0.1)
    }
    #expect(words(of: none).contains("an optimiser needs parameters: given 0"))
    let computed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let w = Variable<Double>([[3]], as: .weight)
      _ = SGD([w, w ⊙ w], learningRate: 0.1)
    }
    #expect(words(of: computed).contains("given an example or a computed value"))
    let twice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let w = Variable<Double>([[3]], as: .weight)
      _ = SGD([w, w], learningRate: 0.1)
    }
    #expect(words(of: twice).contains("moves each parameter once: one is listed twice"))
  }

  @Test func `a convolution refuses a bias of two rows`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let geometry = try ConvolutionGeometry(of: Window(2), over: ImageShape(3, 3, 1))
      let x = Variable(Matrix<Double>(rows: 1, columns: 9, repeating: 1))
      let weights = Variable(Matrix<Double>(rows: 4, columns: 2, repeating: 1), as: .weight)
      _ = x.convolution(weights, Variable([[1, 2], [3, 4]], as: .bias), geometry)
    }
    #expect(words(of: result).contains("the row to add needs the shape [1, 2], and this is [2, 2]"))
  }

  /// Returns what an ended process wrote to its standard error.
  func words(of result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}

/// Returns a page of chapter 6 as it is written.
func page(_ name: String) throws -> String {
  let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Chapters/06-Autograd/\(name).swift")
  return try String(contentsOf: file, encoding: .utf8)
}
