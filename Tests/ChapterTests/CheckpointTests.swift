import Autograd
import BinaryClassifier
import Digits
import Foundation
import Multiclass
import Regression
import Testing
import Training
import Workbook

/// Returns a network of every activation, data that fit it, and its generator.
private func example<Scalar: FloatingField>(
  _ architecture: Architecture<Analytic>, _ loss: Loss<Scalar>
) throws -> (network: Network<Scalar>, data: Dataset<Scalar>) {
  var random = SplitMix64(seed: 3)
  let network = try Network(architecture, loss: loss, using: &random)
  let x = Matrix<Scalar>.normal(12, network.layers[0].weights.rows, using: &random)
  let outputs = network.layers[network.layers.count - 1].bias.count
  let y = Matrix<Scalar>(rows: 12, columns: outputs) { $0 % outputs == $1 ? 1 : 0 }
  return (network.withRandomBiases(using: &random), Dataset(x: x, y: y))
}

/// Takes steps on all examples, and returns the bits of every number of the state.
private func bits<Scalar: FloatingField>(
  of checkpoint: Checkpoint<Scalar>, after steps: Int, on data: Dataset<Scalar>
) throws -> [UInt64] {
  var (network, optimiser) = (checkpoint.network, try #require(checkpoint.optimiser))
  for _ in 0..<steps {
    optimiser.step(&network, against: network.lossAndGradient(on: data).gradient)
  }
  let numbers = network.tensors.flatMap(\.elements) + optimiser.memory.joined().joined()
  return numbers.map { Double($0).bitPattern } + [UInt64(optimiser.steps)]
}

/// Calls `body` with the path of a file in a folder of its own.
private func withFile(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.appending(path: "a.safetensors").path(percentEncoded: false))
}

@Suite struct CheckpointTests {
  static let rules = [
    "sgd", "decay", "momentum", "average", "nesterov", "rmsprop", "adam", "adamW", "penalty",
    "cold",
  ]

  private func made<Scalar: FloatingField>(_ name: String) -> Optimiser<Scalar> {
    let (η, λ) = (Scalar(0.01), Scalar(0.03))
    return switch name {
    case "sgd": .sgd(learningRate: η)
    case "decay": .sgd(learningRate: η, weightDecay: λ)
    case "momentum": .momentum(Scalar(0.9), learningRate: η)
    case "average": .momentum(Scalar(0.8), .average, learningRate: η)
    case "nesterov": .momentum(Scalar(0.7), .nesterov, learningRate: η, weightDecay: λ)
    case "rmsprop": .rmsProp(learningRate: η)
    case "adam": .adam(learningRate: η)
    case "adamW": .adamW(learningRate: η, weightDecay: λ)
    case "penalty": .adamWithPenalty(learningRate: η, weightDecay: λ)
    default: Optimiser(Adam.uncorrected, learningRate: η)
    }
  }

  private func expectSameBits<Scalar: FloatingField>(
    _ rule: String, in scalar: Scalar.Type
  ) throws {
    let (network, data) = try example(
      [5, 4, .leakyReLU, 7, .tanh, 6, .sigmoid, 2, 3, .softmax], Loss<Scalar>.crossEntropy)
    var (trained, optimiser) = (network, made(rule) as Optimiser<Scalar>)
    for _ in 0..<7 {
      optimiser.step(&trained, against: trained.lossAndGradient(on: data).gradient)
    }
    var random = SplitMix64(seed: .max)
    _ = random.next()
    let whole = Checkpoint(trained, optimiser, epochs: 7, random: random)
    try withFile { path in
      try whole.write(to: path)
      let read = try Checkpoint<Scalar>.read(from: path, like: network)
      #expect(read.epochs == 7)
      var other = try #require(read.random)
      #expect(other.next() == random.next())
      #expect(read.network.loss.name == network.loss.name)
      #expect(
        read.network.layers.map(\.activation.name) == network.layers.map(\.activation.name))
      #expect(try bits(of: read, after: 0, on: data) == bits(of: whole, after: 0, on: data))
      #expect(try bits(of: read, after: 9, on: data) == bits(of: whole, after: 9, on: data))
    }
  }

  @Test(arguments: rules)
  func `a training with any rule goes on to the same bits`(rule: String) throws {
    try expectSameBits(rule, in: Float.self)
    try expectSameBits(rule, in: Double.self)
  }

  @Test func `a network is saved without its optimiser, and for each loss`() throws {
    let networks = [
      try example([3, 2], Loss<Float>.halfSquaredError).network,
      try example([3, 2, .relu, 1, .sigmoid], Loss<Float>.binaryCrossEntropy).network,
      try example([3, 4, .tanh, 2], Loss<Float>.meanAbsoluteError).network,
    ]
    for network in networks {
      try withFile { path in
        try Checkpoint(network).write(to: path)
        let read = try Checkpoint<Float>.read(from: path)
        #expect(read.optimiser == nil && read.random == nil && read.epochs == 0)
        #expect(read.network.hasSameParameters(as: network))
        #expect(read.network.loss.name == network.loss.name)
        let wide = try Checkpoint<Double>.read(from: path)
        #expect(
          wide.network.tensors.map { $0.elements.map { Float($0) } }
            == network.tensors.map(\.elements))
      }
    }
  }

  @Test func `the arrays of a network are those of its parameters`() throws {
    let network = try example([3, 2, .relu, 4], Loss<Double>.halfSquaredError).network
    let arrays = network.arrays
    #expect(
      arrays.names == ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"])
    #expect(
      try arrays.array("layers.1.weight").doubles(shape: [2, 4])
        == network.layers[1].weights.elements)
  }

  @Test func `what has no name in files is not written`() throws {
    let network = try example([3, 2], Loss<Float>.halfSquaredError).network
    let huber = Network(layers: network.layers, loss: .huber(1))
    let one = #expect(throws: OutputError.self) { try Checkpoint(huber).file(for: "a") }
    #expect(one?.problem == "the loss Huber has no name that files know")
    let odd = Optimiser<Float>(OddRule(), learningRate: 1)
    let two = #expect(throws: OutputError.self) { try Checkpoint(network, odd).file(for: "a") }
    #expect(two?.problem.contains("OddRule") == true)
  }

  /// Changes of the file of a network 3-2-relu-1-sigmoid with Adam, and what is said of them.
  static let changes: [(String, @Sendable (inout Parts) -> Void)] = [
    ("lacks version", { $0.words["version"] = nil }),
    ("it is of the version “2”", { $0.words["version"] = "2" }),
    ("lacks architecture", { $0.words["architecture"] = nil }),
    ("its architecture is no network", { $0.words["architecture"] = "" }),
    ("its architecture is no network", { $0.words["architecture"] = "3, relu, relu" }),
    ("has “swish”, which is no width", { $0.words["architecture"] = "3, 2, swish, 1, sigmoid" }),
    ("no network: binary cross-entropy", { $0.words["architecture"] = "3, 2, relu, 1, relu" }),
    ("“layers.0.weight” is [3, 2]", { $0.words["architecture"] = "3, 9, relu, 1, sigmoid" }),
    ("no tensor “layers.2.weight”", { $0.words["architecture"] = "3, 2, relu, 1, 1, sigmoid" }),
    (
      "“layers.0.weight” is [3, 2], wanted: [9223372036854775807, 9223372036854775807]",
      {
        let most = Int.max
        $0.words["architecture"] = "\(most), \(most), sigmoid"
      }
    ),
    ("its loss is “hinge”", { $0.words["loss"] = "hinge" }),
    ("epochs is “-1”, no count", { $0.words["epochs"] = "-1" }),
    ("epochs is “many”, no count", { $0.words["epochs"] = "many" }),
    ("random is “-5”, no state", { $0.words["random"] = "-5" }),
    ("its optimiser is “lion”", { $0.words["optimiser"] = "lion" }),
    ("optimiser.beta1 is “nan”, no number", { $0.words["optimiser.beta1"] = "nan" }),
    ("lacks optimiser.beta2", { $0.words["optimiser.beta2"] = nil }),
    ("optimiser.steps is “9223372036854775807”", { $0.words["optimiser.steps"] = "\(Int.max)" }),
    ("its optimiser.steps are 2 numbers", { $0.words["optimiser.steps"] = "1, 1" }),
    ("its optimiser.steps are 0 numbers", { $0.words["optimiser.steps"] = "" }),
    ("its optimiser has steps for each", { $0.words["optimiser.steps"] = "1, 1, 1, 1" }),
    ("no tensor “layers.1.bias”", { $0.entries.removeAll { $0.name == "layers.1.bias" } }),
    (
      "no tensor “optimiser.exp_avg.layers.0.bias”",
      { $0.entries.removeAll { $0.name == "optimiser.exp_avg.layers.0.bias" } }
    ),
    (
      "the shape of “layers.0.weight” is [2, 3], wanted: [3, 2]",
      { $0.replace("layers.0.weight", [Float](repeating: 0, count: 6), [2, 3]) }
    ),
    (
      "entry 1 of “layers.0.bias” is nan",
      { $0.replace("layers.0.bias", [0, Float.nan], [2]) }
    ),
    (
      "it has a tensor “layers.7.bias”",
      { $0.entries.append(.init("layers.7.bias", [1] as [Float], shape: [1])) }
    ),
    (
      "it has a tensor “\\u{1B}[2J”",
      { $0.entries.append(.init("\u{1B}[2J", [1] as [Float], shape: [1])) }
    ),
  ]

  struct Parts {
    var words: [String: String]
    var entries: [Safetensors.Entry]

    mutating func replace(_ name: String, _ numbers: [Float], _ shape: [Int]) {
      entries.removeAll { $0.name == name }
      entries.append(.init(name, numbers, shape: shape))
    }
  }

  @Test(arguments: changes.indices)
  func `a file of something else is refused in a sentence`(index: Int) throws {
    let (network, data) = try example(
      [3, 2, .relu, 1, .sigmoid], Loss<Float>.binaryCrossEntropy)
    var (trained, optimiser) = (network, Optimiser<Float>.adam(learningRate: 0.1))
    optimiser.step(&trained, against: trained.lossAndGradient(on: data).gradient)
    let file = try Checkpoint(trained, optimiser, epochs: 1, random: SplitMix64(seed: 5))
      .file(for: "a")
    _ = try Checkpoint<Float>(file)
    var parts = Parts(words: file.metadata, entries: file.entries)
    Self.changes[index].1(&parts)
    let error = #expect(throws: InputError.self) {
      try Checkpoint<Float>(Safetensors(parts.entries, metadata: parts.words))
    }
    #expect(error?.problem.contains(Self.changes[index].0) == true, "\(error?.problem ?? "")")
    #expect(error?.problem.contains("\u{1B}") == false)
  }

  @Test func `another architecture than that of the network at hand is refused`() throws {
    let (network, _) = try example([3, 2, .relu, 1, .sigmoid], Loss<Float>.binaryCrossEntropy)
    let (other, _) = try example([3, 4, .tanh, 1, .sigmoid], Loss<Float>.binaryCrossEntropy)
    try withFile { path in
      try Checkpoint(network).write(to: path)
      let error = #expect(throws: InputError.self) {
        try Checkpoint<Float>.read(from: path, like: other)
      }
      #expect(
        error?.problem == "it holds the network [3, 2, relu, 1, sigmoid] for binary cross-entropy, "
          + "wanted: [3, 4, tanh, 1, sigmoid] for binary cross-entropy")
    }
  }
}

/// A rule that files have no name for.
private struct OddRule: UpdateRule {
  let slots = 0
  func update(
    _ θ: UnsafeMutableBufferPointer<Float>, by g: UnsafeBufferPointer<Float>,
    _ memory: inout [[Float]], rate: Float, step: Int
  ) {}
}

@Suite struct SavedModuleTests {
  private func model(_ hidden: Int = 4) -> Sequential<Float> {
    var random = SplitMix64(seed: 8)
    return Sequential<Float> {
      Linear(3, hidden, using: &random)
      ReLU()
      Sequential<Float> {
        Linear(hidden, 2, using: &random)
        ReLU()
      }
      Linear(2, 1, using: &random)
    }
  }

  private func train(_ model: Sequential<Float>, _ optimiser: SGD<Float>, _ steps: Int) {
    var random = SplitMix64(seed: 9)
    let x = Matrix<Float>.normal(10, 3, using: &random)
    let y = Matrix<Float>(rows: 10, columns: 1) { row, _ in Float(row % 2) }
    for _ in 0..<steps {
      optimiser.zeroGrad()
      Loss.binaryCrossEntropy(model(x), y).backward()
      optimiser.step()
    }
  }

  private func bits(_ model: Sequential<Float>) -> [UInt32] {
    model.parameters.flatMap { $0.value.elements.map(\.bitPattern) }
  }

  @Test func `modules that are saved and loaded train on to the same bits`() throws {
    let (whole, resumed, cold) = (model(), model(), model())
    let adam = Optimiser<Float>.adamW(learningRate: 0.05, weightDecay: 0.1)
    let optimiser = SGD(whole.parameters, by: adam)
    train(whole, optimiser, 5)
    try withFile { path in
      try whole.write(optimiser, epochs: 5, random: SplitMix64(seed: 4), to: path)
      let names = try Safetensors(contentsOf: path).entries.map(\.name)
      #expect(
        names.filter { !$0.hasPrefix("optimiser.") } == [
          "0.weight", "0.bias", "2.0.weight", "2.0.bias", "3.weight", "3.bias",
        ])
      #expect(names.contains("optimiser.exp_avg_sq.2.0.weight"))
      let other = SGD(resumed.parameters, by: .sgd(learningRate: 1))
      let progress = try resumed.load(other, from: path)
      #expect(progress.epochs == 5 && progress.random?.state == 4)
      try cold.load(from: path)
      #expect(bits(resumed) == bits(whole) && bits(cold) == bits(whole))
      train(whole, optimiser, 5)
      train(resumed, other, 5)
      #expect(bits(resumed) == bits(whole))
      // The control: with a new optimiser, the same steps lead elsewhere.
      train(cold, SGD(cold.parameters, by: adam), 5)
      #expect(bits(cold) != bits(whole))
    }
  }

  @Test func `a file of other modules is refused, and changes nothing`() throws {
    let (saved, narrow) = (model(), model(2))
    let optimiser = SGD(narrow.parameters, learningRate: 0.1)
    let before = bits(narrow)
    try withFile { path in
      try saved.write(to: path)
      let one = #expect(throws: InputError.self) { try narrow.load(from: path) }
      #expect(one?.problem == "the shape of “0.weight” is [3, 4], wanted: [3, 2]")
      let two = #expect(throws: InputError.self) {
        try saved.load(SGD(saved.parameters, learningRate: 0.1), from: path)
      }
      #expect(two?.problem.contains("it has no state of an optimiser") == true)
      try narrow.write(optimiser, to: path)
      let three = #expect(throws: InputError.self) { try Checkpoint<Float>.read(from: path) }
      #expect(three?.problem.contains("lacks loss") == true)
      let part = Sequential(Array(narrow.modules.prefix(1)))
      let four = #expect(throws: InputError.self) { try part.load(from: path) }
      #expect(four?.problem.contains("“2.0.weight”") == true)
    }
    #expect(bits(narrow) == before)
  }
}
