import Foundation
import Testing

@testable import Autograd
@testable import BinaryClassifier
@testable import ConvNet
@testable import Perceptron
@testable import Regression
@testable import Workbook

extension Subject {
  /// Every small formula of chapter 6: two of single numbers, and every network by a graph.
  static let autograd = ((try? Autograd.smallFormulas()) ?? []).map {
    Subject(formula: $0, prefix: "by a graph, ")
  }
}

/// Graphs of single numbers: their order, their slopes, and how they are let go.
@Suite struct ValueTests {
  @Test func `what is used twice is visited once, after all that uses it`() {
    let (a, b, c) = doubledTwice()
    #expect(c.inOrder().map(ObjectIdentifier.init) == [a, b, c].map(ObjectIdentifier.init))
    c.backward()
    #expect(a.slope == 4 && b.slope == 2 && c.slope == 1)
    #expect(!a.isMarked && !b.isMarked && !c.isMarked)
  }

  @Test func `without an order, or with = for +=, the slopes are wrong`() {
    for (walk, wrong) in [
      (tellWithoutOrder, 8), (tellAndVisit, 6), (tellByAssigning, 1),
    ] as [((Value<Rational>) -> Void, Rational)] {
      let (a, _, c) = doubledTwice()
      c.slope = 1
      walk(c)
      #expect(a.slope == wrong)
    }
  }

  @Test func `a second walk that keeps all slopes gives 12, and 8 with the leaf set back`() {
    let (a, b, c) = doubledTwice()
    walkAndKeep(from: c)
    #expect(a.slope == 4)
    walkAndKeep(from: c)
    #expect(a.slope == 12)
    (a.slope, b.slope) = (0, 2)
    walkAndKeep(from: c)
    #expect(a.slope == 8)
  }

  @Test func `a leaf adds up its walks, and what lies between does not`() {
    let (a, b, c) = doubledTwice()
    c.backward()
    c.backward()
    #expect(a.slope == 8 && b.slope == 2)
  }

  @Test func `nodes are told apart by what they are, not by what they equal`() {
    let (a, b) = (Value<Rational>(1), Value<Rational>(1))
    let product = a * b * b
    product.backward()
    #expect(a.slope == 1 && b.slope == 2)
    #expect(product.inOrder().count == 4)
  }

  /// A step of a random program: which two numbers it takes, and what it does with them.
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
  func `random graphs have the slopes of dual numbers, over exact fractions`(seed: UInt64) {
    var random = SplitMix64(seed: seed, stream: "graphs")
    let place = (0..<3).map { _ in Rational(random.dyadic()) }
    let program = (0..<7).map { step in
      Step(
        first: random.index(below: 3 + step), second: random.index(below: 3 + step),
        operation: random.index(below: 5))
    }
    let leaves = place.map { Value($0) }
    var values = leaves
    for step in program { values.append(step.result(values[step.first], values[step.second])) }
    values.last?.backward()
    for varied in place.indices {
      var duals = place.indices.map { Dual(place[$0], slope: $0 == varied ? 1 : 0) }
      for step in program { duals.append(step.result(duals[step.first], duals[step.second])) }
      #expect(leaves[varied].slope == duals.last?.slope)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a chain of a million numbers is walked and let go`() {
    let counter = NodeCounter()
    NodeCounter.$current.withValue(counter) {
      let start = Value<Double>(1)
      var end = start
      for _ in 0..<1_000_000 { end = end + start }
      #expect(counter.alive == 1_000_001)
      end.backward()
      #expect(start.slope == 1_000_001)
      end = start
      #expect(counter.alive == 1)
    }
    #expect(counter.alive == 0)
  }

  @Test func `what somebody else holds is not taken apart`() {
    let a = Value<Double>(2)
    var b: Value<Double>? = a * a
    let c = (b ?? a) * a
    do {
      let d = c * (b ?? a)
      #expect(d.data == 32)
    }
    b = nil
    c.backward()
    #expect(a.slope == 12)
  }
}

/// Graphs of matrices.
@Suite struct VariableTests {
  @Test(.timeLimit(.minutes(1)))
  func `a chain of a million matrices is walked and let go`() {
    let counter = NodeCounter()
    NodeCounter.$current.withValue(counter) {
      let start = Variable<Double>([[1, 2]], as: .weights)
      var end = start
      for _ in 0..<1_000_000 { end = end + start }
      let loss = end.sum()
      loss.backward()
      #expect(start.slope.matrix == [[1_000_001, 1_000_001]])
      #expect(counter.alive == 1_000_002)
      // A graph that has been walked is still there, until nobody holds it.
      end = start
      _ = loss.item()
    }
    #expect(counter.alive == 0)
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
      let optimizer = SGD(model.parameters, rate: 0.1)
      let x = Matrix<Float>.normal(4, 3, using: &random)
      let y = Matrix<Float>.normal(4, 2, using: &random)
      #expect(counter.alive == 4)
      for _ in 0..<100 {
        do {
          let loss = Loss.halfSquaredError(model(x), y)
          // Four parameters; the examples; two lines, a curve and the loss, if the inputs are let go
          // or not.
          #expect((8...9).contains(counter.alive))
          optimizer.zeroGrad()
          loss.backward()
          optimizer.step()
        }
        #expect(counter.alive == 4)
      }
      let kept = (0..<10).map { _ in Loss.halfSquaredError(model(x), y) }
      #expect(counter.alive == 4 + 4 * kept.count)
      let asked = noGrad { (0..<10).map { _ in Loss.halfSquaredError(model(x), y) } }
      #expect(counter.alive == 4 + 4 * kept.count + asked.count)
    }
    #expect(counter.alive == 0)
  }

  @Test func `what wants no slope is not remembered`() {
    let x = Variable<Double>([[1, 2]])
    let w = Variable<Double>([[3], [4]], as: .weights)
    #expect((x + x).parentCount == 0 && (x • w).parentCount == 1)
    #expect(noGrad { (x • w).parentCount } == 0)
    #expect((x • w).detached().parentCount == 0)
    #expect((x • w).item() == 11)
  }

  @Test func `one thread asks while another trains`() {
    let counts = concurrentMap(8) { index in
      let w = Variable<Double>([[3]], as: .weights)
      func product() -> Int { (0..<1_000).map { _ in (w ⊙ w).parentCount }.reduce(0, +) }
      return index % 2 == 0 ? product() : noGrad { product() }
    }
    #expect(counts == [2_000, 0, 2_000, 0, 2_000, 0, 2_000, 0])
  }

  @Test func `a slope is that of the matrices as they were, whatever a step makes of them`() {
    let w = Variable<Double>([[3]], as: .weights)
    let loss = w ⊙ w
    w.value = [[100]]
    loss.backward()
    #expect(w.slope.matrix == [[6]])
  }

  @Test func `slopes add up until they are forgotten`() {
    let w = Variable<Double>([[3]], as: .weights)
    (w ⊙ w).backward()
    (w ⊙ w).backward()
    #expect(w.slope.matrix == [[12]])
    w.slope.forget()
    #expect(w.slope.isEmpty)
    (w ⊙ w).backward()
    #expect(w.slope.matrix == [[6]])
  }

  @Test func `half a loss has half its slopes`() {
    let (z, y) = (Matrix<Double>([[3, -1], [0.5, 2]]), Matrix<Double>([[1, 0], [0, 1]]))
    let logits = Variable(z, as: .weights)
    (0.5 * Loss.halfSquaredError(logits, y)).backward()
    #expect(logits.slope.matrix == 0.5 * Loss.halfSquaredError.slope(at: z, y))
  }

  @Test(arguments: 0..<20)
  func `to sum the rows is the adjoint of adding to each row`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let (rows, columns) = (1 + random.index(below: 6), 1 + random.index(below: 6))
    let b = Matrix<Double>.dyadic(1, columns, using: &random)
    let upstream = Matrix<Double>.dyadic(rows, columns, using: &random)
    let row = Variable(b, as: .bias)
    let spread = Variable(Matrix<Double>(rows: rows, columns: columns, repeating: 0))
      .addingToEachRow(row)
    (Variable(upstream) ⊙ spread).sum().backward()
    // ⟨spread b, R⟩ = ⟨b, sum of the rows of R⟩, in numbers of few bits, so to the last.
    #expect((spread.value ⊙ upstream).sum == (b ⊙ row.slope.matrix).sum)
    #expect(row.slope.matrix == Matrix(row: upstream.sumOfRows))
  }

  @Test func `a batch of two shares has the slopes of chapter 5, on any number of threads`() throws
  {
    var random = SplitMix64(seed: 1)
    let image = ImageShape(6, 5, 2)
    let network = try ConvNet<Double>(
      image, [.init(3, Window(3, padding: 1)), .init(2, Window(2))], head: [4, .relu, 1, .sigmoid],
      loss: .binaryCrossEntropy, using: &random)
    let data = Dataset<Double>(
      x: .normal(21, image.size, using: &random),
      y: Matrix(rows: 21, columns: 1) { row, _ in Double(row % 2) })
    let twin = NetworkTwin(
      "twenty-one", YesOrNo([Bend.relu]),
      windows: network.layers.map { ($0.path, $0.pooling) }, at: network.place, on: data)
    let slopes = [1, 2].map { threads in
      Threads.$count.withValue(threads) { twin.gradient(at: network.tensors) }
    }
    #expect(slopes[0] == slopes[1])
    let byHand = network.lossAndGradient(on: data).gradient.tensors
    for (ours, theirs) in zip(slopes[0], byHand) {
      let unit = (theirs.elements.map(\.magnitude).max() ?? 1).ulp
      #expect(zip(ours.elements, theirs.elements).allSatisfy { abs($0 - $1) <= 32 * unit })
    }
  }

  // MARK: What is refused

  @Test func `a matrix has no slope, and says what to do`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Variable<Double>([[1, 2]], as: .weights).backward()
    }
    #expect(words(of: result).contains("this is [1, 2]: sum() it"))
  }

  @Test func `a second walk over one graph is refused`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let loss = Variable<Double>([[1]], as: .weights).sum()
      loss.backward()
      loss.backward()
    }
    #expect(words(of: result).contains("a walk has passed here: make the loss anew"))
  }

  @Test func `a column of answers and a row of truths are refused, as the chapter prints it`()
    async throws
  {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let answers = Variable(Matrix<Double>(rows: 7, columns: 1, repeating: 1), as: .weights)
      _ = Loss.halfSquaredError(answers, Matrix(rows: 1, columns: 7, repeating: 1))
    }
    let message = "entrywise operation on [7, 1] and [1, 7]"
    #expect(words(of: result).contains(message))
    #expect(try page("8-Conventions").contains("     " + message + "\n"))
  }

  @Test func `a bias of another width is refused with both shapes`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Variable(Matrix<Double>(rows: 7, columns: 3, repeating: 1))
      _ = x.addingToEachRow(Variable([[1, 2]]))
    }
    #expect(words(of: result).contains("adding [1, 2] to each row of [7, 3]"))
  }

  /// Returns what a program that ended has said.
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

/// Every operation on matrices, under a random upstream, for any number: L = Σ R ⊙ op(X, Y).
struct OperationFormula: AlgebraicFormula {
  enum Operation: String, CaseIterable {
    case product, addition, subtraction, hadamard, scale, sum, mean, row, line, reshape, shared
  }

  let operation: Operation
  var name: String { operation.rawValue }

  static let x: Matrix<Double> = .sample("x", 3, 3)
  static let upstream: Matrix<Double> = .sample("upstream", 3, 3)
  let place = [
    Tensor("X", x), Tensor("Y", Matrix.sample("y", 3, 3)),
    Tensor("b", Matrix.sample("b", 1, 3).row(0)),
  ]

  func graph<Scalar: OrderedField>(_ w: [Variable<Scalar>]) -> Variable<Scalar> {
    let (x, y, b) = (w[0], w[1], w[2])
    let result =
      switch operation {
      case .product: x • y
      case .addition: x + y
      case .subtraction: x - y
      case .hadamard: x ⊙ y
      case .scale: Scalar(0.75) * x
      case .sum: x.sum() • x.sum()
      case .mean: x.mean()
      case .row: x.addingToEachRow(b)
      case .line: x.line(y, b)
      case .reshape: x.reshaped(rows: 1, columns: 9)
      case .shared: (x • x + x) ⊙ (x - y)
      }
    let (rows, columns) = (result.value.rows, result.value.columns)
    let upstream = Matrix<Scalar>(rows: rows, columns: columns) { row, column in
      Scalar(Self.upstream.elements[row * columns + column])
    }
    // The places of those that take no part stay at slope 0.
    let rest = (0 as Scalar) * (x.sum() + y.sum() + b.sum())
    return (Variable(upstream) ⊙ result).sum() + rest
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    lossByGraph(at: w) { graph($0) }
  }

  func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    slopesByGraph(at: w) { graph($0) }
  }
}

extension Matrix<Double> {
  fileprivate static func sample(_ name: String, _ rows: Int, _ columns: Int) -> Matrix {
    var random = SplitMix64(seed: 1, stream: name)
    return .dyadic(rows, columns, using: &random)
  }
}

extension VariableTests {
  @Test(arguments: OperationFormula.Operation.allCases)
  func `an operation passes on what arrives, exactly`(operation: OperationFormula.Operation) {
    let formula = OperationFormula(operation: operation)
    #expect(formula.exactFinding().verdict == .pass, "\(formula.exactFinding())")
    let mutant = Mutant(formula, at: (0, 4), part: 0x1p-30)
    #expect(mutant.exactFinding().verdict == .fail)
  }
}

/// Every network by hand and by the graph.
@Suite struct TwinTests {
  @Test func `by hand is by the graph, to the last bit in fractions, Float and Double`() throws {
    let twins = try twins()
    #expect(twins.count == 8 && twins.filter { $0 is any AlgebraicTwin }.count == 5)
    for twin in twins {
      #expect(twin.ulpsApart(in: Float.self) == 0, "\(twin.name)")
      #expect(twin.ulpsApart(in: Double.self) == 0, "\(twin.name)")
      if let exact = twin as? any AlgebraicTwin {
        #expect(exact.isEqualInFractions, "\(twin.name)")
      }
    }
  }

  @Test func `a difference of a bit would be seen`() throws {
    let twin = try #require(try twins().first)
    let w = twin.place.map { $0.map { Float($0) } }
    var nudged = w
    nudged[0].elements[0] = w[0].elements[0].nextUp
    #expect(twin.gradient(at: w).map(\.elements) != twin.gradient(at: nudged).map(\.elements))
  }
}
