import BinaryClassifier
import Multiclass
import Regression
import Training
import Workbook

//#-hidden-code
extension Checkpoint {
  package init(
    _ network: Network<Scalar>, _ optimiser: Optimiser<Scalar>? = nil,
    epochs: Int = 0, random: SplitMix64? = nil
  ) {
    (self.network, self.optimiser) = (network, optimiser)
    (self.epochs, self.random) = (epochs, random)
  }

  /// Writes a file, whole or not at all, in the place of what was there.
  ///
  /// - Throws: `OutputError` where it cannot be written, or where the network or
  ///   the optimiser has a part that files have no name for.
  package func write(to path: String) throws(OutputError) {
    try file(for: path).write(to: path)
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - wanted: A network whose architecture and loss the file must have.
  /// - Throws: `InputError` where the file is missing, is damaged, or holds no
  ///   network, or another one.
  package static func read(
    from path: String, like wanted: Network<Scalar>? = nil
  ) throws(InputError) -> Checkpoint {
    let checkpoint = try Checkpoint(Safetensors(contentsOf: path))
    if let wanted { try checkpoint.require(wanted, path) }
    return checkpoint
  }

  /// Returns what the file holds.
  ///
  /// - Parameter path: Where it is to be, for messages.
  package func file(for path: String) throws(OutputError) -> Safetensors {
    let parameters = SavedParameter.all(of: network)
    var words = SavedTraining<Scalar>.words(epochs: epochs, random: random)
    words["architecture"] = network.architectureText
    words["loss"] = network.loss.name
    try requireNames(path)
    var entries = parameters.map(\.entry)
    words["roles"] = parameters.map { "\($0.name): \($0.role.rawValue)" }
      .joined(separator: ", ")
    if let optimiser {
      let training = SavedTraining(
        optimiser: optimiser, steps: [optimiser.steps],
        memory: optimiser.memory)
      entries += try training.entries(parameters, &words, path)
    }
    return Safetensors(entries, metadata: words)
  }

  /// Makes a network of what a file holds.
  package init(_ file: Safetensors) throws(InputError) {
    try SavedTraining<Scalar>.requireVersion(of: file)
    let network = try Network<Scalar>(file)
    let parameters = SavedParameter.all(of: network)
    let training = try SavedTraining(file, parameters)
    try SavedTraining<Scalar>.requireNoOthers(in: file, parameters)
    var optimiser = training?.optimiser
    if let training {
      guard training.steps.count == 1 else {
        throw InputError(
          .damaged, file.path,
          "its optimiser has steps for each parameter, "
            + "as one of modules; this network has one number of steps")
      }
      optimiser?.resume(after: training.steps[0], training.memory)
    }
    self.init(
      network, optimiser, epochs: try file.count("epochs"),
      random: try file.generator)
  }

  /// Refuses a network that a file could not tell from another.
  private func requireNames(_ path: String) throws(OutputError) {
    guard (try? Network<Scalar>.loss(named: network.loss.name)) != nil else {
      throw OutputError(
        path, "the loss \(network.loss.name) has no name that files know")
    }
    let known = Network<Scalar>.activationNames
    for layer in network.layers where !known.contains(layer.activation.name) {
      let name = layer.activation.name
      throw OutputError(
        path, "the activation \(name) has no name that files know")
    }
  }

  private func require(
    _ wanted: Network<Scalar>, _ path: String
  ) throws(InputError) {
    let (found, other) = (network.architectureText, wanted.architectureText)
    if found != other || network.loss.name != wanted.loss.name {
      throw InputError(
        .damaged, path,
        "it holds the network [\(found)] for "
          + "\(network.loss.name), wanted: [\(other)] for \(wanted.loss.name)")
    }
  }
}

extension Network where Scalar: FloatingField {
  /// The parameters by name, as NumPy's `load` reads them from a `.npz` file.
  package var arrays: NpzArchive {
    NpzArchive(
      SavedParameter.all(of: self).map { parameter in
        let array =
          (parameter.elements as? [Float]).map {
            NpyArray($0, shape: parameter.shape)
          }
          ?? NpyArray(
            parameter.elements.map { Double($0) },
            shape: parameter.shape)
        return (parameter.name, array)
      })
  }

  /// Widths and activations, such as `64, 128, relu, 10, softmax`.
  var architectureText: String {
    var words = layers.first.map { ["\($0.weights.rows)"] } ?? []
    for layer in layers {
      words.append("\(layer.weights.columns)")
      let name = layer.activation.name
      if name != Activation<Scalar>.identity.name { words.append(name) }
    }
    return words.joined(separator: ", ")
  }

  /// The activations that a file can name.
  private static var kinds: [ActivationKind<Analytic>] {
    [.identity, .relu, .leakyReLU, .tanh, .sigmoid, .softmax]
  }

  fileprivate static var activationNames: [String] { kinds.map(\.name) }

  fileprivate static func loss(
    named name: String
  ) throws(UnknownName) -> Loss<Scalar> {
    let losses: [Loss<Scalar>] = [
      .halfSquaredError, .binaryCrossEntropy, .crossEntropy,
      .meanAbsoluteError,
    ]
    guard let loss = losses.first(where: { $0.name == name }) else {
      throw UnknownName()
    }
    return loss
  }

  /// Makes the network that a file describes. Nothing is allocated by the word
  /// of the description alone: the tensors must have its shapes.
  fileprivate init(_ file: Safetensors) throws(InputError) {
    func damaged(_ problem: String) -> InputError {
      InputError(.damaged, file.path, problem)
    }
    let name = try file.word("loss")
    guard let loss = try? Self.loss(named: name) else {
      throw damaged("its loss is \(shown(name)), which is not known")
    }
    let text = try file.word("architecture")
    var entries: [Architecture<Analytic>.Entry] = []
    for word in text.split(separator: ", ").map(String.init) {
      if let width = Int(word) {
        entries.append(.width(width))
      } else if let kind = Self.kinds.first(where: { $0.name == word }) {
        entries.append(.activation(kind))
      } else {
        throw damaged(
          "its architecture has \(shown(word)), which is no width and no "
            + "activation that is known")
      }
    }
    self.init(layers: [], loss: loss)
    do {
      let described = try Architecture(entries).layers(
        endingWith: loss.matchingActivation, of: loss.name)
      for (index, layer) in described.enumerated() {
        layers.append(
          Layer(
            weights: try file.matrix(
              "layers.\(index).weight", layer.fanIn, layer.fanOut),
            bias: Vector(
              try file.numbers("layers.\(index).bias", shape: [layer.fanOut])),
            activation: layer.activation.activation(in: Scalar.self)))
      }
    } catch let error as InputError {
      throw error
    } catch {
      throw damaged("its architecture is no network: \(error)")
    }
  }
}

/// A name that no activation and no loss has.
private struct UnknownName: Error {}

/// Returns a stranger's word as a message may show it.
func shown(_ word: String) -> String {
  "“\(word.prefix(60).description.harmless)”"
}

extension Safetensors {
  /// Returns the metadata of a key.
  func word(_ key: String) throws(InputError) -> String {
    guard let word = metadata[key] else {
      throw InputError(
        .damaged, path,
        "its metadata lacks \(key); it was not written by "
          + "this workbook. Safetensors reads its tensors one by one")
    }
    return word
  }

  /// Returns a count from the metadata: at most 10¹⁵, so that a training can
  /// count on.
  func count(_ key: String) throws(InputError) -> Int {
    try counts(key, of: try word(key))
  }

  func counts(_ key: String, of word: String) throws(InputError) -> Int {
    guard let count = Int(word), 0...1_000_000_000_000_000 ~= count else {
      throw InputError(
        .damaged, path, "its metadata \(key) is \(shown(word)), no count")
    }
    return count
  }

  /// Returns a finite number from the metadata.
  func number<Scalar: FloatingField>(
    _ key: String
  ) throws(InputError) -> Scalar {
    let word = try word(key)
    guard let number = Double(word), Scalar(number).isFinite else {
      throw InputError(
        .damaged, path, "its metadata \(key) is \(shown(word)), no number")
    }
    return Scalar(number)
  }

  /// The generator of the training; `nil` where none was saved.
  var generator: SplitMix64? {
    get throws(InputError) {
      guard let word = metadata["random"] else { return nil }
      guard let state = UInt64(word) else {
        throw InputError(
          .damaged, path, "its metadata random is \(shown(word)), no state")
      }
      return SplitMix64(seed: state)
    }
  }

  /// Returns the numbers of a tensor as a matrix.
  func matrix<Scalar: FloatingField>(
    _ name: String, _ rows: Int, _ columns: Int
  ) throws(InputError) -> Matrix<Scalar> {
    Matrix(
      rows: rows, columns: columns,
      elements: try numbers(name, shape: [rows, columns]))
  }
}
//#-end-hidden-code
